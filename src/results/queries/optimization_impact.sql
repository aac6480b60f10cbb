SELECT strategy_name, challengers, promoted, mean_promoted_improvement, last_promoted, tests_so_far, last_reason,
       applied, applied_by_hand, refused, rolled_back, sharpe_first, sharpe_latest
FROM optimization_impact
ORDER BY strategy_name
LIMIT ?;
