SELECT run_id, iteration, epoch_us(started) AS started, epoch_us(finished) AS finished, status, strategies_found,
       strategies_runnable, backtests, trials, promoted, applied, refused, failed, report_path, failure_message
FROM runs
ORDER BY timestamp DESC, iteration DESC
LIMIT 30;
