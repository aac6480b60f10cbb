SELECT epoch_us(timestamp) AS time, badge, avg(sharpe_ratio ORDER BY market_scenario) AS sharpe_ratio
FROM backtest_results
WHERE is_current AND span = 'full' AND backtest_type = 'standard' AND strategy_name = ? AND sharpe_ratio IS NOT NULL
GROUP BY timestamp, badge
ORDER BY timestamp, badge;
