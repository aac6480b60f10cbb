SELECT market_scenario, backtest_type, badge, paths, sharpe_ratio, sharpe_ratio_reason, sharpe_min, sharpe_max,
       total_return, max_drawdown, win_rate, total_trades, outcome, failure_message
FROM backtest_results
JOIN latest_runs USING (strategy_name, backtest_type, run_id, timestamp)
WHERE is_current AND span = 'full' AND strategy_name = ?
ORDER BY backtest_type <> 'standard', backtest_type, badge DESC, market_scenario;
