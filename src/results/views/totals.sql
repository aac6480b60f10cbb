CREATE VIEW totals AS
SELECT
    (SELECT count(*) FROM runs) AS iterations,
    (SELECT max(iteration) FROM runs) AS last_iteration,
    (SELECT min(started) FROM runs) AS since,
    (SELECT count(*) FROM strategies WHERE class_name <> '') AS strategies_found,
    (SELECT count(*) FROM strategies WHERE status = 'runnable') AS strategies_runnable,
    (SELECT coalesce(sum(paths), 0)::BIGINT FROM backtest_results WHERE outcome = 'ok' AND span = 'full') AS backtests,
    (SELECT count(*) FROM trials) AS trials,
    (SELECT count(*) FROM optimization_history) AS challengers,
    (SELECT count(*) FROM optimization_history WHERE decision = 'promote') AS promoted,
    (SELECT count(*) FROM changes WHERE decision = 'applied') AS applied,
    (SELECT count(*) FROM changes WHERE decision = 'refused') AS refused,
    (SELECT count(*) FROM changes WHERE decision = 'rolled_back') AS rolled_back;

COMMENT ON VIEW totals IS
'One row: all that the retained history holds. backtests are runs of one parameter set over one whole path that ended ok. Example: SELECT iterations, backtests, trials, promoted, applied FROM totals';
