use std::fmt;
use std::sync::Arc;

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

    /// The same lease, but never longer than until `not_after`.
    pub(crate) fn until(&self, not_after: Timestamp) -> Self {
        Self { not_after: self.not_after.min(not_after), clock: Arc::clone(&self.clock) }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn check(&self) -> Result<(), LeaseExpired> {
        if self.now() < self.not_after { Ok(()) } else { Err(LeaseExpired) }
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").field("not_after", &self.not_after).finish_non_exhaustive()
    }
}

/// The session's time is over; nothing more may be read under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session has ended")]
pub(crate) struct LeaseExpired;
