use std::time::Duration;

use strongroom_store::CLOCK_TOLERANCE;

/// How a store uses its database. The defaults suit a deployment of one program on one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub(crate) readers: u32,
    pub(crate) patience: Duration,
    pub(crate) batch: usize,
    pub(crate) waiting: usize,
    pub(crate) clock_tolerance: Duration,
}

impl Settings {
    /// 8 connections that read and one that writes; 5 seconds of patience; up to 1,024 commits in
    /// one transaction and as many that wait; clocks that differ by up to 5 minutes.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            readers: 8,
            patience: Duration::from_secs(5),
            batch: 1024,
            waiting: 1024,
            clock_tolerance: CLOCK_TOLERANCE,
        }
    }

    /// With so many connections that read at the same time, at least one.
    #[must_use]
    pub const fn with_readers(mut self, readers: u32) -> Self {
        self.readers = if readers == 0 { 1 } else { readers };
        self
    }

    /// With so much time for a connection, a lock or a statement, after which the store is
    /// [`Unavailable`](strongroom_store::StoreErrorKind::Unavailable).
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// With so many commits, at least one, that may share a transaction when they arrive at the
    /// same time.
    #[must_use]
    pub const fn with_batch(mut self, commits: usize) -> Self {
        self.batch = if commits == 0 { 1 } else { commits };
        self
    }

    /// With so much time by which an event may lie before the last one of the trail. What lies
    /// further back is refused as
    /// [`ClockSetBack`](strongroom_store::StoreErrorKind::ClockSetBack): with a clock that was set
    /// back, evidence that has ended would count again (NIST SP 800-53 AU-8).
    #[must_use]
    pub const fn with_clock_tolerance(mut self, tolerance: Duration) -> Self {
        self.clock_tolerance = tolerance;
        self
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::new()
    }
}
