SELECT * FROM totals;
