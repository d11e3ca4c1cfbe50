//! FIRE_EYE. Must not know how they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rebato_fuzz::check;

const HEAD: &str = "reportId,title,publishDate,cidr,domain,ip,sha256\n1,x,1,,,203.0.113.80,\n";

fuzz_target!(|data: &[u8]| check::list_after(HEAD, data));
