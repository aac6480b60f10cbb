SELECT name, type, default_value::VARCHAR AS value, low, high, step, choices::VARCHAR AS choices, role, range_source,
       why_not_searched, path, line
FROM parameters
WHERE strategy_name = ?
ORDER BY path, line, name;
