//! STIX 1.x packages. Must not know how they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rebato_fuzz::check;

const HEAD: &str = "<?xml version=\"1.0\"?><stix:STIX_Package><cybox:Properties category=\"ipv4-addr\"><A:Address_Value>203.0.113.80</A:Address_Value></cybox:Properties>";

fuzz_target!(|data: &[u8]| check::list_after(HEAD, data));
