//! The configuration of sshd, with files that include one another. Must not know how it is read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rebato_fuzz::check;

fuzz_target!(|data: &[u8]| check::sshd_config(data));
