//! rebato-intel
