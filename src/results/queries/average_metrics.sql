SELECT * FROM average_metrics ORDER BY backtest_type <> 'standard', backtest_type, badge DESC;
