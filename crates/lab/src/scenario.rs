//! The stories the lab can play, read from `scenarios/*.toml`.
//! Must not know the wire; its `truth` must never be reachable over it.
