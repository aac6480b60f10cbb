//! Any bytes as a market or as somebody's returns, in CSV and in Parquet: bars that hold together, or a refusal that
//! names the file.

use continuous_backtest::artifact::market_file::load_file;
use continuous_backtest::artifact::return_file::{load_matrix, load_returns};
use std::fs;

/// Parquet where the bytes begin as Parquet does.
pub fn run(bytes: &[u8]) {
    let dir = tempfile::tempdir().expect("a folder for the case");
    let file = dir.path().join(if bytes.starts_with(b"PAR1") { "CASE_1d.parquet" } else { "CASE_1d.csv" });
    fs::write(&file, bytes).expect("a writable folder");
    let named = |told: String| assert!(told.contains("CASE_1d"), "{told}");
    match load_file(&file, 10, None) {
        Ok(market) => {
            market.series.check().expect("bars that were accepted hold together");
            assert!(!market.series.is_empty() && market.series.periods_per_year > 0.0);
        }
        Err(refusal) => named(refusal.to_string()),
    }
    match load_returns(&file) {
        Ok(returns) => assert!(returns.iter().all(|value| value.is_finite())),
        Err(refusal) => named(refusal.to_string()),
    }
    match load_matrix(&file) {
        Ok(matrix) => {
            assert_eq!(matrix.names.len(), matrix.columns.len());
            assert!(matrix.columns.iter().flatten().all(|value| value.is_finite()));
        }
        Err(refusal) => named(refusal.to_string()),
    }
}
