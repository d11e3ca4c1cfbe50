//! Ctrl-C: while logs are read it means "judge by what you have", the second time and everywhere else "end at once".
//! Must not know what is read.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a person wants, shared by all parts of a run.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    reading: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
}

impl Interrupt {
    /// Logs are being read: the flag that ends it.
    #[must_use]
    pub fn reading(&self) -> Arc<AtomicBool> {
        self.reading.store(true, Ordering::Relaxed);
        Arc::clone(&self.stop)
    }

    /// Reading is over.
    pub fn read(&self) {
        self.reading.store(false, Ordering::Relaxed);
    }

    /// Whether reading was ended by a person.
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Ctrl-C came; whether that ends the program at once.
    #[must_use]
    pub fn ends(&self) -> bool {
        !self.reading.load(Ordering::Relaxed) || self.stop.swap(true, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_ends_the_reading_and_the_second_the_program() {
        let interrupt = Interrupt::default();
        assert!(interrupt.ends(), "nothing is read");
        let interrupt = Interrupt::default();
        let stop = interrupt.reading();
        assert!(!interrupt.ends());
        assert!(stop.load(Ordering::Relaxed) && interrupt.stopped());
        assert!(interrupt.ends(), "the second time");
        let interrupt = Interrupt::default();
        let _ = interrupt.reading();
        interrupt.read();
        assert!(interrupt.ends() && !interrupt.stopped());
    }
}
