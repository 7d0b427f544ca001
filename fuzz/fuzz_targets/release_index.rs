//! Any bytes are an index of a release, or refused: without a panic, and without more memory than
//! their length allows.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = strongroom_release::read_index(bytes, 65_536);
});
