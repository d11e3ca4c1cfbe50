//! The case loop and the ports it works through. Must not know AWS, SQLite, terminals or languages.

pub mod ports;
