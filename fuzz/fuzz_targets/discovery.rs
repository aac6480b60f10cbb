#![no_main]

#[path = "../../tests/fuzz/discovery.rs"]
mod discovery;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| discovery::run(bytes));
