//! Threat and trusted lists in every format. Must not know how they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rebato_fuzz::check;

fuzz_target!(|data: &[u8]| check::list(data));
