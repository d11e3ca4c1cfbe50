//! Alerts in GuardDuty's own JSON, or none. Must not know how they are read.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use rebato_fuzz::{check, mutate, wrap::Envelope};

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::json(data, size, max_size, seed, fuzzer_mutate)
});
fuzz_target!(|data: &[u8]| check::envelope(Envelope::Native, data));
