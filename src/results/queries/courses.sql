SELECT strategy_name, epoch_us(timestamp) AS time, avg(sharpe_ratio ORDER BY market_scenario) AS sharpe_ratio
FROM backtest_results
WHERE is_current AND span = 'full' AND backtest_type = 'standard' AND badge = 'SIM' AND sharpe_ratio IS NOT NULL
  AND run_id IN (SELECT run_id FROM runs ORDER BY timestamp DESC, iteration DESC LIMIT 60)
GROUP BY strategy_name, timestamp
ORDER BY strategy_name, timestamp;
