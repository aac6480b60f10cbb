SELECT run_id, epoch_us(timestamp) AS time, trial, old_parameters::VARCHAR AS old_parameters,
       new_parameters::VARCHAR AS new_parameters, objective, incumbent_score, challenger_score, difference, margin,
       p_value, alpha, tests_so_far, trials_ever, difference_low, difference_high, worst_regime,
       worst_regime_difference, marks::VARCHAR AS marks, paths, decision, reason
FROM optimization_history
WHERE strategy_name = ?
ORDER BY timestamp DESC, trial
LIMIT 60;
