#![no_main]

#[path = "../../tests/fuzz/patching.rs"]
mod patching;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| patching::run(bytes));
