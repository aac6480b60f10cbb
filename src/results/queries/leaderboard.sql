SELECT rank, strategy_name, backtest_type, parameters::VARCHAR AS parameters, sharpe_ratio,
       sharpe_simulated, sharpe_real, total_return, max_drawdown, win_rate, total_trades, markets, markets_ok, markets_defined, timestamp, run_id
FROM leaderboard
ORDER BY backtest_type, rank NULLS LAST, strategy_name
LIMIT ?;
