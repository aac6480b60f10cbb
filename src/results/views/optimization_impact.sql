CREATE VIEW optimization_impact AS
WITH decided AS (
    SELECT
        strategy_name,
        count(*) AS challengers,
        count(*) FILTER (decision = 'promote') AS promoted,
        avg(performance_improvement ORDER BY run_id, trial) FILTER (decision = 'promote') AS mean_promoted_improvement,
        max(timestamp) FILTER (decision = 'promote') AS last_promoted,
        max(tests_so_far) AS tests_so_far,
        arg_max(reason, (timestamp, run_id)) AS last_reason
    FROM optimization_history
    GROUP BY strategy_name
),
changed AS (
    SELECT
        strategy_name,
        count(*) FILTER (decision = 'applied') AS applied,
        count(*) FILTER (decision = 'applied' AND manual) AS applied_by_hand,
        count(*) FILTER (decision = 'refused') AS refused,
        count(*) FILTER (decision = 'rolled_back') AS rolled_back
    FROM changes
    GROUP BY strategy_name
),
measured AS (
    SELECT strategy_name, run_id, timestamp, avg(sharpe_ratio ORDER BY market_scenario) AS sharpe_ratio
    FROM backtest_results
    WHERE is_current AND span = 'full' AND backtest_type = 'standard'
    GROUP BY strategy_name, run_id, timestamp
),
course AS (
    SELECT
        strategy_name,
        arg_min(sharpe_ratio, (timestamp, run_id)) AS sharpe_first,
        arg_max(sharpe_ratio, (timestamp, run_id)) AS sharpe_latest
    FROM measured
    WHERE sharpe_ratio IS NOT NULL
    GROUP BY strategy_name
)
SELECT
    strategy_name,
    coalesce(challengers, 0) AS challengers,
    coalesce(promoted, 0) AS promoted,
    mean_promoted_improvement,
    last_promoted,
    coalesce(tests_so_far, 0) AS tests_so_far,
    last_reason,
    coalesce(applied, 0) AS applied,
    coalesce(applied_by_hand, 0) AS applied_by_hand,
    coalesce(refused, 0) AS refused,
    coalesce(rolled_back, 0) AS rolled_back,
    sharpe_first,
    sharpe_latest
FROM decided
FULL JOIN changed USING (strategy_name)
LEFT JOIN course USING (strategy_name)
ORDER BY strategy_name;

COMMENT ON VIEW optimization_impact IS
'One strategy that was ever challenged or changed within the retention: what the gate decided, which parameters were written, and the mean Sharpe ratio of its then current parameters in the first and the latest run (standard backtests, full span). Example: SELECT strategy_name, promoted, applied, sharpe_first, sharpe_latest FROM optimization_impact WHERE applied > 0 ORDER BY sharpe_latest - sharpe_first DESC';
