//! Any bytes as a configuration: settings that cannot be wrong, or faults that each name a place.

use continuous_backtest::config::Config;
use std::fs;

pub fn run(bytes: &[u8]) {
    let dir = tempfile::tempdir().expect("a folder for the case");
    let file = dir.path().join("continuous_backtest_config.yaml");
    fs::write(&file, bytes).expect("a writable folder");
    match Config::load(&file) {
        Ok(config) => {
            // What was understood, written out and read again, is the same.
            let again = Config::defaults_with(dir.path(), Some(&config.to_json()));
            assert_eq!(again.expect("its own settings are sound").to_json(), config.to_json());
        }
        Err(faults) => {
            let told = faults.to_string();
            assert!(!faults.faults.is_empty() && told.contains("continuous_backtest_config.yaml"), "{told}");
        }
    }
}
