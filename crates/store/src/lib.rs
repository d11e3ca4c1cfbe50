//! rebato-store
