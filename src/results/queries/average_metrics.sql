SELECT * FROM average_metrics;
