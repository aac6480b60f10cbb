SELECT change_id, run_id, epoch_us(timestamp) AS time, parameter, old_value::VARCHAR AS old_value,
       new_value::VARCHAR AS new_value, path, line, decision, manual, reason, improvement, diff, takes_back
FROM changes
WHERE strategy_name = ?
ORDER BY timestamp, change_id;
