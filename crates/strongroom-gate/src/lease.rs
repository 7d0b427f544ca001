use std::sync::atomic::{AtomicI64, Ordering};

use strongroom_primitives::Timestamp;

use crate::Expired;

/// The time for which a capability is good: from when it was made until just before its end.
///
/// It remembers the latest instant that it was shown. A clock that is set back, or that jumps
/// between two machines, does not revive what has ended (NIST SP 800-53 AU-8).
#[derive(Debug)]
pub(crate) struct Lease {
    not_after: Timestamp,
    latest: AtomicI64,
}

impl Lease {
    pub(crate) fn new(now: Timestamp, not_after: Timestamp) -> Self {
        Self { not_after, latest: AtomicI64::new(now.unix_microseconds()) }
    }

    /// A lease that ends no later than this one and has seen as much.
    pub(crate) fn narrowed(&self, now: Timestamp, not_after: Timestamp) -> Self {
        Self::new(self.see(now), not_after.min(self.not_after))
    }

    pub(crate) fn check(&self, now: Timestamp) -> Result<(), Expired> {
        Expired::check(self.not_after, self.see(now))
    }

    pub(crate) fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// The latest of all instants shown so far, this one included.
    fn see(&self, now: Timestamp) -> Timestamp {
        let now = now.unix_microseconds();
        // The instants are all there is to agree on: no other memory hangs on this one.
        Timestamp::from_unix_microseconds(self.latest.fetch_max(now, Ordering::Relaxed).max(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minute: u32) -> Timestamp {
        Timestamp::from_unix_microseconds(0).plus_minutes(minute)
    }

    #[test]
    fn what_was_seen_to_end_never_begins_again() {
        for (instants, expected) in [
            (&[0, 5, 9][..], [true, true, true].as_slice()),
            (&[9, 3, 9], &[true, true, true]),
            (&[10, 3], &[false, false]),
            (&[3, 10, 3, 0], &[true, false, false, false]),
        ] {
            let lease = Lease::new(minute(0), minute(10));
            let actual: Vec<bool> = instants.iter().map(|at| lease.check(minute(*at)).is_ok()).collect();
            assert_eq!(actual, expected, "{instants:?}");
        }
    }

    #[test]
    fn what_is_given_on_has_seen_as_much_and_ends_no_later() {
        let lease = Lease::new(minute(0), minute(10));
        for (ends, seen, expected) in
            [(99, 5, true), (4, 5, false), (6, 5, true), (99, 10, false), (99, 5, false)]
        {
            let narrowed = lease.narrowed(minute(seen), minute(ends));
            assert!(narrowed.not_after() <= lease.not_after());
            assert_eq!(narrowed.check(minute(0)).is_ok(), expected, "{ends}, seen {seen}");
        }
    }
}
