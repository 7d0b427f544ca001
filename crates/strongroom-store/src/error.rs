use std::borrow::Cow;
use std::error::Error;

use strongroom_audit::{EventTooLarge, NoSuchProof};

/// Why a store did not do what it was asked. [`kind`](Self::kind) is for programs, the message for
/// people, and what the database or the file system said is the
/// [`source`](std::error::Error::source).
///
/// Messages name no record and repeat nothing that is stored.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    kind: StoreErrorKind,
    message: Cow<'static, str>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The kinds of [`StoreError`], by what the caller can do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// There is none under this id.
    NotFound,
    /// The commit was made from another version than the present one, or takes what belongs to
    /// another. Nothing was changed; the same commit will never succeed.
    Conflict,
    /// The store cannot be reached or written now. A commit may or may not have taken effect.
    Unavailable,
    /// What is stored is not what was written. Nothing is read from it until somebody looks.
    Corrupt,
    /// An audit event is larger than a trail takes. Nothing was changed.
    TooLarge,
    /// What is stored was written by a later version of the program than this one. Nothing was
    /// changed; a program that knows the format reads it.
    NewerFormat,
    /// An event lies further before the last one of the trail than clocks may differ: somebody has
    /// set a clock back, and what has ended would seem to last. Nothing was changed.
    ClockSetBack,
}

impl StoreError {
    /// There is none under the id that was asked for.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StoreErrorKind::NotFound, "there is none under this id; check the id, or create it first")
    }

    /// The commit's expected version is not the stored one.
    #[must_use]
    pub fn conflict() -> Self {
        Self::new(
            StoreErrorKind::Conflict,
            "it is not at the version the change was made from; load it again and repeat the change",
        )
    }

    /// A commit gives a person the e-mail address of another one; a [`StoreErrorKind::Conflict`].
    #[must_use]
    pub fn address_in_use() -> Self {
        Self::new(
            StoreErrorKind::Conflict,
            "another person has this e-mail address; use another address, or change theirs first",
        )
    }

    /// The store cannot be reached or written; `source` says why.
    #[must_use]
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(
            StoreErrorKind::Unavailable,
            "the store cannot be reached or written; look at the cause, load again, then repeat",
        )
        .because(source)
    }

    /// What is stored is not what was written; `what` says what was found, in fixed words.
    #[must_use]
    pub fn corrupt(what: &'static str) -> Self {
        Self::new(
            StoreErrorKind::Corrupt,
            format!("the store is corrupt: {what}; compare it with a copy before going on"),
        )
    }

    /// The store cannot be reached or written until something is done about it, which `remedy` says
    /// in fixed words, with what is the matter; a [`StoreErrorKind::Unavailable`].
    #[must_use]
    pub fn unavailable_until(remedy: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(StoreErrorKind::Unavailable, remedy).because(source)
    }

    /// What is stored has a later format than this version of the program knows.
    #[must_use]
    pub fn newer_format() -> Self {
        Self::new(
            StoreErrorKind::NewerFormat,
            "this was stored by a later version of the program; open it with that version or a later one",
        )
    }

    /// The clock is behind the last event of the trail by more than clocks may differ.
    #[must_use]
    pub fn clock_set_back() -> Self {
        Self::new(
            StoreErrorKind::ClockSetBack,
            "the clock is behind the last event of the audit trail; set the clock right, then repeat",
        )
    }

    /// An error of this kind with a message in fixed words; for stores of an embedder's.
    #[must_use]
    pub fn of_kind(kind: StoreErrorKind, message: &'static str) -> Self {
        Self::new(kind, message)
    }

    pub(crate) fn new(kind: StoreErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// The same error with what led to it, which is its [`source`](std::error::Error::source).
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The kind of the error.
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// An error of the same kind with the same message, for another caller to whom the same
    /// happened; what led to it stays with this one.
    #[must_use]
    pub fn to_another_caller(&self) -> Self {
        Self::new(self.kind, self.message.clone())
    }

    /// Whether the same call may succeed later, though nobody changes anything in it.
    ///
    /// A commit can be repeated safely: if the first attempt took effect after all, the second is
    /// a [`StoreErrorKind::Conflict`].
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.kind == StoreErrorKind::Unavailable
    }
}

impl From<EventTooLarge> for StoreError {
    fn from(error: EventTooLarge) -> Self {
        Self::new(
            StoreErrorKind::TooLarge,
            "an audit event is larger than a trail takes; split the act into several",
        )
        .because(error)
    }
}

impl From<NoSuchProof> for StoreError {
    fn from(error: NoSuchProof) -> Self {
        match error {
            NoSuchProof::NoSuchEntry { .. } | NoSuchProof::Shrunk { .. } => Self::new(
                StoreErrorKind::NotFound,
                "the trail has no such entry or was never of that length; ask for what it holds",
            ),
            _ => Self::corrupt("a part of the trail's Merkle tree is missing"),
        }
        .because(error)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn each_error_has_its_kind_and_only_unavailability_passes() {
        for (error, kind, retryable) in [
            (StoreError::not_found(), StoreErrorKind::NotFound, false),
            (StoreError::conflict(), StoreErrorKind::Conflict, false),
            (StoreError::address_in_use(), StoreErrorKind::Conflict, false),
            (StoreError::unavailable(io::Error::other("disk")), StoreErrorKind::Unavailable, true),
            (StoreError::corrupt("a line is missing"), StoreErrorKind::Corrupt, false),
            (EventTooLarge.into(), StoreErrorKind::TooLarge, false),
            (StoreError::newer_format(), StoreErrorKind::NewerFormat, false),
            (StoreError::clock_set_back(), StoreErrorKind::ClockSetBack, false),
            (
                StoreError::unavailable_until("the disk is full; make room", io::Error::other("disk")),
                StoreErrorKind::Unavailable,
                true,
            ),
        ] {
            assert_eq!((error.kind(), error.is_retryable()), (kind, retryable), "{error}");
        }
    }

    #[test]
    fn what_the_system_said_is_the_source_and_not_the_message() {
        let error = StoreError::unavailable(io::Error::other("ada@uni.edu"));
        assert!(!error.to_string().contains("ada"), "{error}");
        assert_eq!(error.source().unwrap().to_string(), "ada@uni.edu");
    }
}
