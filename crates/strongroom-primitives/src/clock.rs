use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Timestamp;

/// Where the present comes from. Nothing else in the workspace reads a clock.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the adapter through which the present enters")]
    fn now(&self) -> Timestamp {
        let microseconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |past| -past),
        };
        Timestamp::from_unix_microseconds(microseconds)
    }
}

/// A clock that stands still until it is moved, for tests, examples and replays.
#[derive(Debug)]
pub struct ManualClock {
    microseconds: AtomicI64,
}

impl ManualClock {
    /// A clock that shows this instant.
    #[must_use]
    pub fn at(instant: Timestamp) -> Self {
        Self { microseconds: AtomicI64::new(instant.unix_microseconds()) }
    }

    /// Moves the clock to this instant, which may lie before the one it shows.
    pub fn set(&self, instant: Timestamp) {
        self.microseconds.store(instant.unix_microseconds(), Ordering::SeqCst);
    }

    /// Moves the clock forward by days of 24 hours.
    pub fn advance_days(&self, days: u32) {
        self.set(self.now().plus_days(days));
    }

    /// Moves the clock forward by minutes.
    pub fn advance_minutes(&self, minutes: u32) {
        self.set(self.now().plus_minutes(minutes));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_microseconds(self.microseconds.load(Ordering::SeqCst))
    }
}
