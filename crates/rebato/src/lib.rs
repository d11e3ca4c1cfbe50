//! rebato
