-- Recent is counted back from the newest event in the file, not from the reader's clock: a file that was put
-- aside shows the same events for ever.
CREATE VIEW recent_activity AS
WITH events AS (
    SELECT
        timestamp,
        run_id,
        1 AS step,
        'run' AS kind,
        NULL::VARCHAR AS strategy_name,
        status AS decision,
        format(
            'iteration {}: {} backtests, {} trials, {} promoted, {} refused',
            iteration, backtests, trials, promoted, refused
        ) AS summary,
        NULL::DOUBLE AS improvement
    FROM runs
    UNION ALL
    SELECT timestamp, run_id, 2, 'challenge', strategy_name, decision, reason, performance_improvement
    FROM optimization_history
    UNION ALL
    SELECT
        timestamp,
        run_id,
        3,
        'change',
        strategy_name,
        decision,
        format('{}.{}: {} -> {} ({})', strategy_name, parameter, old_value::VARCHAR, new_value::VARCHAR, reason),
        improvement
    FROM changes
)
SELECT timestamp, run_id, kind, strategy_name, decision, summary, improvement
FROM events
WHERE timestamp > (SELECT max(timestamp) FROM events) - INTERVAL 7 DAYS
ORDER BY timestamp DESC, run_id DESC, step, strategy_name NULLS FIRST, summary;

COMMENT ON VIEW recent_activity IS
'One event of the seven days up to the newest event in the file: a run, a challenger that was judged, or a change that was attempted. Example: SELECT timestamp, kind, strategy_name, decision, summary FROM recent_activity LIMIT 20';
