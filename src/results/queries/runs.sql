SELECT run_id, iteration, epoch_us(started) AS started,
       (epoch_us(finished) - epoch_us(started)) / 1e6 AS seconds, status, strategies_found,
       strategies_runnable, backtests, trials, promoted, applied, refused, failed, report_path, failure_message
FROM runs
ORDER BY timestamp DESC, iteration DESC
LIMIT 30;
