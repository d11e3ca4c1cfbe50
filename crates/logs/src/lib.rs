//! rebato-logs
