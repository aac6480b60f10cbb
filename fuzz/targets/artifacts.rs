#![no_main]

#[path = "../../tests/fuzz/artifacts.rs"]
mod artifacts;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| artifacts::run(bytes));
