SELECT strategy_name, class_name, path, line, status, reason, protocol, entry_method, source_hash
FROM strategies
WHERE strategy_name = ?;
