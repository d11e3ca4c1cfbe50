//! VPC Flow Logs in Parquet, a target of their own as no other bytes lead there. Must not know how they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rebato_core::evaluate::Source;
use rebato_fuzz::check;

fuzz_target!(|data: &[u8]| check::log(Source::FlowLogs, data));
