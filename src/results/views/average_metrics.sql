-- Strategies count alike, however many markets each was run on. What is simulated and what is real is never averaged
-- together.
CREATE VIEW average_metrics AS
WITH standing AS (
    SELECT
        strategy_name,
        backtest_type,
        badge,
        avg(sharpe_ratio ORDER BY market_scenario) AS sharpe_ratio,
        avg(total_return ORDER BY market_scenario) AS total_return,
        avg(max_drawdown ORDER BY market_scenario) AS max_drawdown,
        avg(win_rate ORDER BY market_scenario) AS win_rate,
        sum(total_trades)::BIGINT AS total_trades
    FROM backtest_results
    JOIN latest_runs USING (strategy_name, backtest_type, run_id, timestamp)
    WHERE is_current AND span = 'full' AND outcome = 'ok'
    GROUP BY strategy_name, backtest_type, badge
)
SELECT
    backtest_type,
    badge,
    count(*) AS strategies,
    count(sharpe_ratio) AS strategies_defined,
    avg(sharpe_ratio ORDER BY strategy_name) AS sharpe_ratio,
    avg(total_return ORDER BY strategy_name) AS total_return,
    avg(max_drawdown ORDER BY strategy_name) AS max_drawdown,
    avg(win_rate ORDER BY strategy_name) AS win_rate,
    sum(total_trades)::BIGINT AS total_trades
FROM standing
GROUP BY backtest_type, badge
ORDER BY backtest_type, badge DESC;

COMMENT ON VIEW average_metrics IS
'One backtest type on one kind of market: the mean over strategies of what each did on average with its current parameters, in its latest run over the full span. Example: SELECT badge, round(sharpe_ratio, 2) AS sharpe, round(max_drawdown, 3) AS drawdown FROM average_metrics WHERE backtest_type = ''standard''';
