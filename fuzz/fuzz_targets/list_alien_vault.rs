//! ALIEN_VAULT. Must not know how they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rebato_fuzz::check;

const HEAD: &str = "203.0.113.80#4#2#Malicious Host#US##0.0,0.0#3\n";

fuzz_target!(|data: &[u8]| check::list_after(HEAD, data));
