use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

use crate::{Id, IdKind};

/// Where fresh identifiers come from.
///
/// Implementations must never give the same bits twice within one deployment.
pub trait IdSource: Send + Sync {
    /// The bits of the next identifier.
    fn next_bits(&self) -> u128;
}

impl dyn IdSource + '_ {
    /// The next identifier, of the kind that the caller's type asks for.
    #[must_use]
    pub fn next_id<K: IdKind>(&self) -> Id<K> {
        Id::from_u128(self.next_bits())
    }
}

/// Identifiers for production: UUID version 7, ordered by time of creation, from the operating
/// system's randomness (RFC 9562, section 5.7).
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl RandomIds {
    /// The next identifier, of the kind that the caller's type asks for.
    #[must_use]
    pub fn next_id<K: IdKind>(&self) -> Id<K> {
        Id::from_u128(self.next_bits())
    }
}

impl IdSource for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "the adapter through which random ids enter")]
    fn next_bits(&self) -> u128 {
        Uuid::now_v7().as_u128()
    }
}

/// Identifiers for tests and examples: 1, 2, 3 …
#[derive(Debug, Default)]
pub struct SequentialIds {
    given: AtomicU64,
}

impl SequentialIds {
    /// The next identifier, of the kind that the caller's type asks for.
    #[must_use]
    pub fn next_id<K: IdKind>(&self) -> Id<K> {
        Id::from_u128(self.next_bits())
    }
}

impl IdSource for SequentialIds {
    fn next_bits(&self) -> u128 {
        u128::from(self.given.fetch_add(1, Ordering::Relaxed)) + 1
    }
}
