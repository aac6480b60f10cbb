DELETE FROM latest_runs;
INSERT INTO latest_runs
SELECT strategy_name, backtest_type, latest.run_id, latest.timestamp
FROM (
    SELECT
        strategy_name,
        backtest_type,
        max({'timestamp': timestamp, 'run_id': run_id}) AS latest
    FROM (SELECT DISTINCT strategy_name, backtest_type, timestamp, run_id FROM backtest_results)
    GROUP BY strategy_name, backtest_type
)
ORDER BY strategy_name, backtest_type;
