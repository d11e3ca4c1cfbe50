//! Many attempts at the same thing, some side by side, and how many there were. Must not know what is attempted.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

/// Attempts side by side. Some wait half a minute for snapshots that may still show, which takes no processor.
const ABREAST: usize = 8;

/// Whether every point is wanted, not only a choice that keeps an ordinary run short.
pub(crate) fn is_full() -> bool {
    std::env::var("REBATO_MATRIX").is_ok_and(|value| value == "full")
}

/// Tries all points, some at a time, and tells every one that went wrong.
pub(crate) fn each<P: Debug + Clone + Send>(
    points: impl IntoIterator<Item = P>,
    attempt: impl Fn(P) + Sync,
) {
    let left: Mutex<VecDeque<P>> = Mutex::new(points.into_iter().collect());
    assert!(!left.lock().unwrap().is_empty());
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..ABREAST {
            scope.spawn(|| {
                loop {
                    let Some(point) = left.lock().unwrap().pop_front() else {
                        return;
                    };
                    // The panic has told itself; here it gets its point.
                    if catch_unwind(AssertUnwindSafe(|| attempt(point.clone()))).is_err() {
                        wrong.lock().unwrap().push(point);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} went wrong: {wrong:#?}", wrong.len());
}

/// Says a count, also where the tests' own output is not shown.
pub(crate) fn say(count: &str) {
    std::io::stderr()
        .write_all(format!("{count}\n").as_bytes())
        .unwrap();
}
