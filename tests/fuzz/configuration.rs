//! Any bytes as a configuration: settings that cannot be wrong, or faults that each name a place.

use continuous_backtest::config::Config;
use std::fs;

pub fn run(bytes: &[u8]) {
    let dir = tempfile::tempdir().expect("a folder for the case");
    let file = dir.path().join("continuous_backtest_config.yaml");
    fs::write(&file, bytes).expect("a writable folder");
    match Config::load(&file) {
        Ok(config) => {
            // The second look sees the same.
            assert_eq!(Config::load(&file).expect("it was sound a moment ago"), config);
            assert!(config.hash.len() == 64 && config.to_json().is_object());
        }
        Err(faults) => {
            let told = faults.to_string();
            assert!(!faults.faults.is_empty() && told.contains("continuous_backtest_config.yaml"), "{told}");
        }
    }
}
