//! Metrics of CloudWatch. Must not know how they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rebato_core::evaluate::Source;
use rebato_fuzz::check;

fuzz_target!(|data: &[u8]| check::log(Source::Metrics, data));
