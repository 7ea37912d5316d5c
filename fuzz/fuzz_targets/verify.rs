#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| prequal_fuzz::verify(input));
