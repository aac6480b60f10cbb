CREATE VIEW scenario_summary AS
SELECT
    market_scenario,
    backtest_type,
    any_value(badge) AS badge,
    count(*) AS strategies,
    count(*) FILTER (outcome = 'ok') AS strategies_ok,
    count(sharpe_ratio) AS strategies_defined,
    avg(sharpe_ratio ORDER BY strategy_name) AS sharpe_ratio,
    median(sharpe_ratio) AS sharpe_median,
    avg(total_return ORDER BY strategy_name) AS total_return,
    min(max_drawdown_worst) AS max_drawdown,
    arg_max(strategy_name, sharpe_ratio) AS best_strategy,
    max(sharpe_ratio) AS best_sharpe,
    arg_min(strategy_name, sharpe_ratio) AS worst_strategy,
    min(sharpe_ratio) AS worst_sharpe
FROM backtest_results
JOIN latest_runs USING (strategy_name, backtest_type, run_id, timestamp)
WHERE is_current AND span = 'full'
GROUP BY market_scenario, backtest_type
ORDER BY backtest_type, badge DESC, market_scenario;

COMMENT ON VIEW scenario_summary IS
'One scenario or historical market under one backtest type: what all strategies did there with their current parameters, each in its latest run over the full span. Example: SELECT market_scenario, badge, round(sharpe_median, 2) AS sharpe, best_strategy FROM scenario_summary ORDER BY sharpe_median';
