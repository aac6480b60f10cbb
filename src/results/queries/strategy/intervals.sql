SELECT market_scenario, backtest_type, source, badge, low, high, estimate, reason, level, method
FROM confidence_intervals
WHERE strategy_name = ? AND figure = 'sharpe_ratio'
ORDER BY backtest_type, source, badge, low NULLS LAST, market_scenario;
