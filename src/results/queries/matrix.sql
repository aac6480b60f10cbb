SELECT strategy_name, market_scenario, badge, sharpe_ratio, outcome
FROM backtest_results
JOIN latest_runs USING (strategy_name, backtest_type, run_id, timestamp)
WHERE is_current AND span = 'full' AND backtest_type = 'standard'
ORDER BY strategy_name, badge DESC, market_scenario;
