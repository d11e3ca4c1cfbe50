//! PROOF_POINT. Must not know how they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rebato_fuzz::check;

const HEAD: &str = "ip, category, score, first_seen, last_seen, ports (|)\n203.0.113.80, 1, 100, 2000-01-01, 2000-01-01,\n";

fuzz_target!(|data: &[u8]| check::list_after(HEAD, data));
