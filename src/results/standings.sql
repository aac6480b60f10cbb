-- Sums are taken in a fixed order, so that the same file gives the same digits on any number of threads.
DELETE FROM standings;
INSERT INTO standings BY NAME
SELECT
    strategy_name,
    backtest_type,
    run_id,
    timestamp,
    any_value(parameters) AS parameters,
    avg(sharpe_ratio ORDER BY market_scenario) AS sharpe_ratio,
    avg(sharpe_ratio ORDER BY market_scenario) FILTER (badge = 'SIM') AS sharpe_simulated,
    avg(sharpe_ratio ORDER BY market_scenario) FILTER (badge = 'REAL') AS sharpe_real,
    avg(total_return ORDER BY market_scenario) AS total_return,
    min(max_drawdown_worst) AS max_drawdown,
    avg(win_rate ORDER BY market_scenario) AS win_rate,
    sum(total_trades)::BIGINT AS total_trades,
    count(*) AS markets,
    count(*) FILTER (outcome = 'ok') AS markets_ok,
    count(sharpe_ratio) AS markets_defined
FROM backtest_results
JOIN latest_runs USING (strategy_name, backtest_type, run_id, timestamp)
WHERE is_current AND span = 'full'
GROUP BY strategy_name, backtest_type, run_id, timestamp
ORDER BY strategy_name, backtest_type;
