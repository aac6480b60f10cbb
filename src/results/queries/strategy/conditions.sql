SELECT run_id, trial, condition, figure, threshold, verdict, grounds, note
FROM gate_conditions
WHERE strategy_name = ?
ORDER BY timestamp DESC, trial, place
LIMIT 2000;
