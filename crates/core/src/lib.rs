//! rebato-core
