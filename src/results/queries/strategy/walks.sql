SELECT market_scenario, scheme, badge, windows, sharpe_low, sharpe_high, sharpe_ratio, reason, worst_sharpe_ratio,
       unchanged_sharpe_ratio, sharpe_efficiency, max_drawdown
FROM walk_forward_summary
WHERE strategy_name = ?
ORDER BY market_scenario, scheme;
