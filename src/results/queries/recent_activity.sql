SELECT timestamp, run_id, kind, strategy_name, decision, summary, improvement
FROM recent_activity
LIMIT ?;
