//! Lists in columns with a header. Must not know how they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rebato_fuzz::check;

const HEAD: &str = "# a list\n\"first_seen\",\"dst_ip\",\"malware\",\"score\"\n\"2026-01-01\",\"203.0.113.80\",\"x\",\"3\"\n";

fuzz_target!(|data: &[u8]| check::list_after(HEAD, data));
