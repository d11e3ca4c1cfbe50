//! The output of the script that looks into an operating system. Must not know how it is read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rebato_fuzz::check;

fuzz_target!(|data: &[u8]| check::guest_output(data));
