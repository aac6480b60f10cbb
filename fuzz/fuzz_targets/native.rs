#![no_main]

#[path = "../../tests/fuzz/native.rs"]
mod native;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| native::run(bytes));
