//! rebato-lab

pub mod scenario;
pub mod world;
