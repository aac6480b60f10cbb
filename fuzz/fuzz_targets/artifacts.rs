#![no_main]

#[path = "../../tests/fuzz/artifacts.rs"]
mod artifacts;

use std::panic::{catch_unwind, set_hook};
use std::sync::Once;

/// Parquet's reader is known to panic on damage, and artifacts' readers catch it. libFuzzer's hook would end the process there.
static QUIET: Once = Once::new();

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    QUIET.call_once(|| set_hook(Box::new(|_| {})));
    if catch_unwind(|| artifacts::run(bytes)).is_err() {
        std::process::abort();
    }
});
