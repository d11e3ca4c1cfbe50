//! DROP in JSON, an object a line. Must not know how they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rebato_fuzz::check;

const HEAD: &str = "{\"cidr\":\"203.0.113.80/32\",\"sblid\":\"SBL1\"}\n";

fuzz_target!(|data: &[u8]| check::list_after(HEAD, data));
