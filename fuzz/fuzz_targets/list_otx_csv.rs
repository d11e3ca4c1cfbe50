//! OTX_CSV. Must not know how they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rebato_fuzz::check;

const HEAD: &str = "Indicator type, Indicator, Description\nIPv4, 203.0.113.80, x\n";

fuzz_target!(|data: &[u8]| check::list_after(HEAD, data));
