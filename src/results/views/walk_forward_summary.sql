CREATE VIEW walk_forward_summary AS
WITH latest AS (
    SELECT walk_forward.*
    FROM walk_forward
    JOIN latest_runs USING (strategy_name, run_id, timestamp)
    WHERE latest_runs.backtest_type = 'walk_forward'
)
SELECT
    latest.strategy_name,
    latest.market_scenario,
    latest.scheme,
    latest.badge,
    latest.windows,
    interval.low AS sharpe_low,
    interval.high AS sharpe_high,
    latest.sharpe_ratio,
    coalesce(latest.sharpe_ratio_reason, interval.low_reason) AS reason,
    latest.worst_sharpe_ratio,
    latest.unchanged_sharpe_ratio,
    latest.sharpe_efficiency,
    latest.return_efficiency,
    latest.max_drawdown,
    latest.drift
FROM latest
LEFT JOIN intervals AS interval
    ON interval.run_id = latest.run_id
    AND interval.strategy_name = latest.strategy_name
    AND interval.market_scenario = latest.market_scenario
    AND interval.source = latest.scheme
    AND interval.backtest_type = 'walk_forward'
    AND interval.figure = 'sharpe_ratio'
ORDER BY latest.strategy_name, latest.market_scenario, latest.scheme;

COMMENT ON VIEW walk_forward_summary IS
'One strategy on one market under one scheme of training windows, in its latest walk: the stitched out-of-sample pieces, the interval of their Sharpe ratio, what the values in force earned on the same bars, and the efficiency, out of sample over in sample. Example: SELECT strategy_name, market_scenario, round(sharpe_low, 2) AS low, round(sharpe_high, 2) AS high, round(sharpe_efficiency, 2) AS efficiency FROM walk_forward_summary WHERE scheme = ''rolling'' ORDER BY efficiency';
