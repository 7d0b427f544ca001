//! Where people, workspaces and the audit trail are kept: narrow traits, two stores, witnesses of the
//! trail, and the kit by which any store is checked.
//!
//! ```text
//!   load ──► Stored { value, version } ──► change, decided elsewhere
//!                                                │
//!              Commit { new value, expected version, audit events } ──► one atomic step
//!                                                                           │
//!   PersonStore  WorkspaceStore  UsageStore  AuditLog ◄── all of it, or a Conflict ─┘
//!        ▲             ▲             ▲          ▲         and nothing
//!        └─────────────┴──────┬──────┴──────────┘
//!    MemoryStore · JournalStore · an embedder's ◄── conformance::check_all
//!        │
//!    ProvableLog ──► publish ──► SignedCheckpoint ──► Witness: CheckpointFile · an embedder's
//! ```
//!
//! State is written by a [`Commit`] alone, and a commit cannot be made without audit events: what
//! was changed and that it was changed are stored together. A commit names the [`Version`] it was
//! made from, so nobody undoes a change they have not seen.
//!
//! ```
//! use strongroom_access::{EmailAddress, Person};
//! use strongroom_audit::{Action, Actor, AuditEvent, verify};
//! use strongroom_primitives::{Id, Label, NonEmpty, Timestamp};
//! use strongroom_store::{
//!     AuditLog, Commit, MemoryStore, PersonRecord, PersonStore, StoreErrorKind, Version,
//! };
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = MemoryStore::new();
//! let ada = Person::new(Id::from_u128(1), Label::new("Ada")?, EmailAddress::new("ada@uni.edu")?);
//! let registered = AuditEvent::new(
//!     Timestamp::parse("2026-03-01T09:00:00Z")?,
//!     Id::from_u128(7),
//!     Actor::System,
//!     Action::AccountRegistered { person: ada.id(), institution: None },
//! );
//! let commit = Commit::new(PersonRecord::new(ada), Version::ABSENT, NonEmpty::new(registered));
//! store.commit(commit.clone()).await?;
//!
//! // There is one now, so the same commit cannot create her again, and leaves no event.
//! let refused = store.commit(commit).await.unwrap_err();
//! assert_eq!(refused.kind(), StoreErrorKind::Conflict);
//!
//! let head = store.head().await?;
//! assert_eq!(head.length(), 1);
//! assert_eq!(verify(store.read(0, 100).await?, Some(&head))?, head);
//! # Ok(())
//! # }
//! ```
//!
//! # What this crate does not do
//!
//! * It decides nothing: whoever commits has been admitted by `strongroom-gate`.
//! * It speaks to no database. [`JournalStore`] keeps all it holds in memory and serves one
//!   process; `strongroom-store-sql` is for more, and whoever brings another store runs
//!   [`conformance`] against it.
//! * It encrypts nothing and hides nothing from whoever can read the file: that is the disk's and
//!   the operating system's affair.
//! * It is no proof against somebody who can write the whole file anew: for that, [`publish`] the
//!   trail's head to a [`Witness`] in another place.
//! * It deletes nothing and makes no copies; a journal is copied as a file.

mod commit;
pub mod conformance;
mod document;
mod error;
mod journal;
mod memory;
mod person_record;
mod state;
mod traits;
mod usage_record;
mod witness;

pub use commit::{Commit, Stored, Version};
pub use document::{Document, read_document, write_document};
pub use error::{StoreError, StoreErrorKind};
pub use journal::JournalStore;
pub use memory::MemoryStore;
pub use person_record::PersonRecord;
pub use traits::{AuditLog, CLOCK_TOLERANCE, PersonStore, ProvableLog, UsageStore, WorkspaceStore};
pub use usage_record::UsageRecord;
pub use witness::{CheckpointFile, MemoryWitness, Witness, WitnessError, publish};
