CREATE VIEW confidence_intervals AS
SELECT
    strategy_name,
    market_scenario,
    backtest_type,
    source,
    figure,
    badge,
    low,
    high,
    estimate,
    coalesce(estimate_reason, low_reason) AS reason,
    level,
    method,
    observations,
    block_length,
    resamples
FROM intervals
JOIN latest_runs USING (strategy_name, backtest_type, run_id, timestamp)
ORDER BY strategy_name, backtest_type, source, figure, low NULLS LAST, market_scenario;

COMMENT ON VIEW confidence_intervals IS
'One figure of one strategy on one scenario or market, in the latest run of its backtest type: the interval, then the figure; or the reason why there is no interval. Example: SELECT strategy_name, market_scenario, round(low, 2) AS low, round(high, 2) AS high, reason FROM confidence_intervals WHERE backtest_type = ''bootstrap'' AND figure = ''sharpe_ratio'' LIMIT 20';
