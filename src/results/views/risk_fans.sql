CREATE VIEW risk_fans AS
SELECT
    strategy_name,
    market_scenario,
    source,
    figure,
    badge,
    q05,
    q25,
    q50,
    q75,
    q95,
    runs,
    undefined_runs,
    q05_reason AS reason
FROM distributions
JOIN latest_runs USING (strategy_name, backtest_type, run_id, timestamp)
ORDER BY strategy_name, figure, source, q05 NULLS LAST, market_scenario;

COMMENT ON VIEW risk_fans IS
'One figure of one strategy on one scenario or market under one source of variation, in its latest Monte Carlo: the quantiles from the 5th to the 95th percentile, the worst market first. Example: SELECT strategy_name, market_scenario, round(q05, 3) AS q05, round(q50, 3) AS median, round(q95, 3) AS q95 FROM risk_fans WHERE source = ''fresh_paths'' AND figure = ''max_drawdown'' LIMIT 20';
