use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use strongroom_engine::Watcher;
use strongroom_gate::ExportPermit;
use strongroom_primitives::{Clock, Timestamp};

/// How long an authorised session may read, and the clock that tells when it no longer may.
///
/// Asked at the start of every execution and again at every batch, so that a query that outlives
/// its session stops in the middle instead of finishing.
#[derive(Clone)]
pub(crate) struct Lease {
    not_after: Timestamp,
    clock: Arc<dyn Clock>,
}

impl Lease {
    pub(crate) fn new(not_after: Timestamp, clock: Arc<dyn Clock>) -> Self {
        Self { not_after, clock }
    }

    /// The same lease for whoever may carry rows out: never longer than the permit.
    pub(crate) fn for_rows(&self, permit: &ExportPermit) -> RowLease {
        RowLease(Self { not_after: self.not_after.min(permit.not_after()), clock: Arc::clone(&self.clock) })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn check(&self) -> Result<(), LeaseExpired> {
        if self.now() < self.not_after { Ok(()) } else { Err(LeaseExpired) }
    }
}

impl Watcher for Lease {
    /// A run of the cohort engine goes on while the session lasts.
    fn goes_on(&self, _: usize, _: usize) -> bool {
        self.check().is_ok()
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").field("not_after", &self.not_after).finish_non_exhaustive()
    }
}

/// The lease of a session that may carry rows out. Whoever may only count has none, and so gets
/// neither the entries of a cohort into a plan nor their exact number out of it.
#[derive(Debug, Clone)]
pub(crate) struct RowLease(Lease);

impl RowLease {
    /// Until when.
    pub(crate) const fn lease(&self) -> &Lease {
        &self.0
    }

    #[cfg(test)]
    pub(crate) const fn for_test(lease: Lease) -> Self {
        Self(lease)
    }
}

/// Stops the work of a thread when whoever waits for it goes away.
#[derive(Debug, Default)]
pub(crate) struct StopOnDrop(Arc<AtomicBool>);

impl StopOnDrop {
    /// What the work looks at.
    pub(crate) fn stopped(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The session's time is over; nothing more may be read under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session has ended")]
pub(crate) struct LeaseExpired;
