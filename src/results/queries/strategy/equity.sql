SELECT market_scenario, badge, bar, epoch_us(time) AS time, paths,
       growth_q05, growth_q25, growth_q50, growth_q75, growth_q95,
       drawdown_q05, drawdown_q25, drawdown_q50, drawdown_q75, drawdown_q95
FROM equity_curves
WHERE strategy_name = ?
ORDER BY badge DESC, market_scenario, place;
