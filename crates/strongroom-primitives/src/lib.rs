//! The small types that every Strongroom crate speaks: typed identifiers, instants and the clock
//! that gives them, text with limits, lists that cannot be empty, the names of the access tiers.
//!
//! ```text
//!            Id<K> · IdSource          which thing
//!            Timestamp · Clock         which instant
//!   your     Tier · RowTier            which class of data
//!   crate ◄─ NonEmpty · BoundedText    values that cannot be empty, endless or odd
//!            ReleaseName · RequirementName
//!            Sha256Digest · Sensitive  fingerprints, and what must not be printed
//! ```
//!
//! Everything here is pure except [`SystemClock`] and [`RandomIds`], the two adapters through
//! which time and randomness enter; tests use [`ManualClock`] and [`SequentialIds`] instead.
//!
//! ```
//! use strongroom_primitives::{Clock, Id, IdSource, ManualClock, SequentialIds, Timestamp, kind};
//!
//! let clock = ManualClock::at(Timestamp::parse("2026-03-01T09:00:00Z")?);
//! let ids = SequentialIds::default();
//!
//! let workspace: Id<kind::Workspace> = ids.next_id();
//! assert_eq!(workspace.to_string(), "workspace-00000000-0000-0000-0000-000000000001");
//!
//! // The kind is part of the type and of the text: an id of a person is no id of a workspace.
//! assert!(workspace.to_string().parse::<Id<kind::Person>>().is_err());
//!
//! clock.advance_days(365);
//! assert_eq!(clock.now().to_string(), "2027-03-01T09:00:00Z");
//! # Ok::<(), strongroom_primitives::InvalidValue>(())
//! ```
//!
//! # What this crate does not do
//!
//! It knows no people, policies, files or databases, and it has no opinion about any of them. Its
//! only errors are [`InvalidValue`] (text that is not a value of the type) and
//! [`EmptyList`] (a list that had to have an element).

mod clock;
mod digest;
mod id;
mod id_source;
mod invalid;
mod name;
mod non_empty;
mod sensitive;
mod text;
mod tier;
mod timestamp;

pub use clock::{Clock, ManualClock, SystemClock};
pub use digest::Sha256Digest;
pub use id::{Id, IdKind, kind};
pub use id_source::{IdSource, RandomIds, SequentialIds};
pub use invalid::InvalidValue;
pub use name::{ReleaseName, RequirementName};
pub use non_empty::{EmptyList, NonEmpty};
pub use sensitive::Sensitive;
pub use text::{BoundedText, Label, Paragraph};
pub use tier::{RowTier, Tier};
pub use timestamp::Timestamp;
