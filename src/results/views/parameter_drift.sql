CREATE VIEW parameter_drift AS
WITH latest AS (
    SELECT walk_forward_windows.*
    FROM walk_forward_windows
    JOIN latest_runs USING (strategy_name, run_id, timestamp)
    WHERE latest_runs.backtest_type = 'walk_forward'
),
choices AS (
    SELECT strategy_name, market_scenario, scheme, number, changed, unnest(json_keys(chosen)) AS parameter, chosen
    FROM latest
)
SELECT
    choices.strategy_name,
    choices.market_scenario,
    choices.scheme,
    choices.parameter,
    count(*) AS windows,
    count(*) FILTER (choices.changed) AS windows_changed,
    count(DISTINCT json_extract_string(choices.chosen, '$."' || choices.parameter || '"')) AS different_values,
    list(json_extract_string(choices.chosen, '$."' || choices.parameter || '"') ORDER BY choices.number)::VARCHAR AS chosen
FROM choices
GROUP BY choices.strategy_name, choices.market_scenario, choices.scheme, choices.parameter
ORDER BY choices.strategy_name, choices.market_scenario, choices.scheme, choices.parameter;

COMMENT ON VIEW parameter_drift IS
'One parameter of one strategy on one market under one scheme of training windows, in its latest walk: what the windows chose for it, oldest first. A parameter that wanders all over its range has no value to be found. Example: SELECT strategy_name, parameter, different_values, windows, chosen FROM parameter_drift WHERE scheme = ''rolling'' ORDER BY different_values DESC LIMIT 20';
