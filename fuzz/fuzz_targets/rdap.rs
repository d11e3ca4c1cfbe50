//! Registries' answers about networks. Must not know how they are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rebato_fuzz::answers;

fuzz_target!(|data: &[u8]| answers::registry(data));
