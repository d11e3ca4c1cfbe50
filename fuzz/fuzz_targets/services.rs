//! Answers of reputation services: the first byte says whose. Must not know how they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rebato_fuzz::answers;

fuzz_target!(|data: &[u8]| {
    if let Some((first, body)) = data.split_first() {
        answers::service(usize::from(*first), body);
    }
});
