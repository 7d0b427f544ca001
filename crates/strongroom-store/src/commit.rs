use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_audit::AuditEvent;
use strongroom_primitives::NonEmpty;

/// How often something was stored; grows with every commit to it. [`ABSENT`](Self::ABSENT) before
/// the first.
///
/// It belongs to the store: a workspace's own version, which people see, counts changes, and one
/// commit may hold several of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(u64);

impl Version {
    /// There is none yet: the version from which something is created.
    pub const ABSENT: Self = Self(0);

    /// The version with this number, as a store keeps it; 0 is [`ABSENT`](Self::ABSENT).
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The version's number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A value as it is stored, and the version to make the next [`Commit`] from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored<T> {
    value: T,
    version: Version,
}

impl<T> Stored<T> {
    /// The value that is stored at this version. For stores; others get it from one.
    #[must_use]
    pub fn new(value: T, version: Version) -> Self {
        Self { value, version }
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The version at which it is stored.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The value alone.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }
}

/// A new state of one thing together with the audit events of the act that led to it: the only
/// way to write state, so that none is saved whose audit was forgotten (NIST SP 800-53 AU-5,
/// AU-10).
///
/// Stores carry it out in one atomic step, if the thing is still at the expected version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a commit does nothing until a store carries it out"]
pub struct Commit<T> {
    value: T,
    expected: Version,
    events: NonEmpty<AuditEvent>,
}

impl<T> Commit<T> {
    /// Puts `value` in the place of what is stored at the version `expected`, and these events at
    /// the end of the trail, in this order.
    pub fn new(value: T, expected: Version, events: NonEmpty<AuditEvent>) -> Self {
        Self { value, expected, events }
    }

    /// The new state.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The version from which the change was made.
    #[must_use]
    pub fn expected(&self) -> Version {
        self.expected
    }

    /// The events of the act.
    #[must_use]
    pub fn events(&self) -> &NonEmpty<AuditEvent> {
        &self.events
    }

    /// State, expected version and events, for a store to carry out all of them or none.
    #[must_use]
    pub fn into_parts(self) -> (T, Version, NonEmpty<AuditEvent>) {
        (self.value, self.expected, self.events)
    }
}
