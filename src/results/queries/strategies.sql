SELECT strategy_name, class_name, path, evidence_line, status, reason
FROM strategies
ORDER BY strategy_name, path;
