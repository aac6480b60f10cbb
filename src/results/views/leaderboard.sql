-- Sums are taken in a fixed order, so that the same file gives the same digits on any number of threads.
CREATE VIEW leaderboard AS
WITH standing AS (
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
)
SELECT
    CASE
        WHEN sharpe_ratio IS NOT NULL
        THEN rank() OVER (PARTITION BY backtest_type ORDER BY sharpe_ratio DESC NULLS LAST)
    END AS rank,
    standing.*
FROM standing
ORDER BY backtest_type, rank NULLS LAST, strategy_name;

COMMENT ON VIEW leaderboard IS
'One strategy under one backtest type: its current parameters in its latest run over the full span, averaged over scenarios and historical markets with equal weight; max_drawdown is the worst of all paths, total_trades the sum. rank is by sharpe_ratio within the backtest type, null where no market defines one. Example: SELECT rank, strategy_name, round(sharpe_ratio, 2) AS sharpe, markets_defined FROM leaderboard WHERE backtest_type = ''standard'' ORDER BY rank LIMIT 10';
