SELECT market_scenario, backtest_type, badge, strategies, strategies_ok, strategies_defined, sharpe_ratio,
       sharpe_median, total_return, max_drawdown, best_strategy, best_sharpe, worst_strategy, worst_sharpe
FROM scenario_summary
ORDER BY backtest_type, badge DESC, market_scenario
LIMIT ?;
