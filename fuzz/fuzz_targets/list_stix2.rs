//! STIX 2 bundles. Must not know how they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rebato_fuzz::check;

const HEAD: &str = "{\"type\":\"bundle\",\"objects\":[{\"type\":\"indicator\",\"pattern\":\"[ipv4-addr:value = '203.0.113.80']\"},\n";

fuzz_target!(|data: &[u8]| check::list_after(HEAD, data));
