CREATE VIEW gate_conditions AS
SELECT
    run_id,
    timestamp,
    strategy_name,
    trial,
    decision,
    place::BIGINT AS place,
    conditions->>('$[' || (place - 1) || '].name') AS condition,
    (conditions->>('$[' || (place - 1) || '].figure'))::DOUBLE AS figure,
    (conditions->>('$[' || (place - 1) || '].threshold'))::DOUBLE AS threshold,
    conditions->>('$[' || (place - 1) || '].verdict') AS verdict,
    conditions->>('$[' || (place - 1) || '].grounds') AS grounds,
    conditions->>('$[' || (place - 1) || '].note') AS note
FROM (SELECT *, unnest(range(1, json_array_length(conditions)::BIGINT + 1)) AS place FROM optimization_history)
ORDER BY timestamp, strategy_name, trial, place;

COMMENT ON VIEW gate_conditions IS
'One condition of the promotion gate for one challenger: its figure, threshold and verdict (pass, fail, informative, not_judged, not_reached), and the kind of markets it was measured on. Example: SELECT strategy_name, condition, figure, threshold, verdict FROM gate_conditions ORDER BY timestamp DESC, strategy_name, place';
