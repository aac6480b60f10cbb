#![no_main]

#[path = "../../tests/fuzz/markets.rs"]
mod markets;

use std::panic::{catch_unwind, set_hook};
use std::sync::Once;

/// Parquet's reader is known to panic on damage, and the loader catches it. libFuzzer's hook would end the process there.
static QUIET: Once = Once::new();

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    QUIET.call_once(|| set_hook(Box::new(|_| {})));
    if catch_unwind(|| markets::run(bytes)).is_err() {
        std::process::abort();
    }
});
