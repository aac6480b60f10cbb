CREATE VIEW leaderboard AS
SELECT
    CASE
        WHEN sharpe_ratio IS NOT NULL
        THEN rank() OVER (PARTITION BY backtest_type ORDER BY sharpe_ratio DESC NULLS LAST)
    END AS rank,
    standings.*
FROM standings
ORDER BY backtest_type, rank NULLS LAST, strategy_name;

COMMENT ON VIEW leaderboard IS
'One strategy under one backtest type: its current parameters in its latest run over the full span, averaged over scenarios and historical markets with equal weight; max_drawdown is the worst of all paths, total_trades the sum. rank is by sharpe_ratio within the backtest type, null where no market defines one. Example: SELECT rank, strategy_name, round(sharpe_ratio, 2) AS sharpe, markets_defined FROM leaderboard WHERE backtest_type = ''standard'' ORDER BY rank LIMIT 10';
