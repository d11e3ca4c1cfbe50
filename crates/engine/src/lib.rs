//! rebato-engine
