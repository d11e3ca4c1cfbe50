//! rebato-report
