//! The seam between Strongroom and where it keeps things.

use std::time::Duration;

use async_trait::async_trait;
use strongroom_access::EmailAddress;
use strongroom_audit::{AuditEvent, Checkpoint, ConsistencyProof, Entry, InclusionProof, TreeHead};
use strongroom_primitives::{Id, NonEmpty, kind};
use strongroom_workspaces::Workspace;

use crate::{Commit, PersonRecord, StoreError, Stored, UsageRecord, Version};

/// Where people are kept.
///
/// # What every implementation promises
///
/// * **One step.** A commit takes effect wholly or not at all: no reader, and no crash, ever shows
///   the new state without the commit's events in the [`AuditLog`], or the events without the
///   state. The events stand in the trail one after the other, in the order given.
/// * **One winner.** A commit takes effect only at its expected version. Of several made from the
///   same version, at whatever moments, exactly one succeeds; the others are a
///   [`Conflict`](crate::StoreErrorKind::Conflict) and leave no trace, not even in the trail.
/// * **Growth.** The version returned is greater than the one expected.
/// * **Reading what was written.** Once a commit has returned, every later call sees it or a later
///   one. Stores that survive their process have it on stable storage before they return.
/// * **One address, one person.** A commit that gives a person an address of another one is a
///   `Conflict`. An address somebody gave up is free.
///
/// A call whose future is dropped, or that ends as
/// [`Unavailable`](crate::StoreErrorKind::Unavailable), may or may not have taken effect, but never
/// in part. [`conformance`](crate::conformance) checks all of this.
#[async_trait]
pub trait PersonStore: Send + Sync {
    /// The person's record.
    ///
    /// # Errors
    /// [`NotFound`](crate::StoreErrorKind::NotFound) if there is none.
    async fn load(&self, id: Id<kind::Person>) -> Result<Stored<PersonRecord>, StoreError>;

    /// The record of the person with exactly this address, if there is one.
    ///
    /// # Errors
    /// If the store cannot be read.
    async fn find(&self, email: &EmailAddress) -> Result<Option<Stored<PersonRecord>>, StoreError>;

    /// The people after this one by id, or from the first on; at most `limit` of them, by ascending id.
    ///
    /// # Errors
    /// If the store cannot be read.
    async fn list(
        &self,
        after: Option<Id<kind::Person>>,
        limit: usize,
    ) -> Result<Vec<Stored<PersonRecord>>, StoreError>;

    /// Carries out the commit and returns the version there is now.
    ///
    /// # Errors
    /// [`Conflict`](crate::StoreErrorKind::Conflict) if the person is at another version (also: is
    /// absent, or present, when expected otherwise) or somebody else has the address.
    async fn commit(&self, commit: Commit<PersonRecord>) -> Result<Version, StoreError>;
}

/// Where workspaces are kept. What [`PersonStore`] promises about commits holds here too.
#[async_trait]
pub trait WorkspaceStore: Send + Sync {
    /// The workspace.
    ///
    /// # Errors
    /// [`NotFound`](crate::StoreErrorKind::NotFound) if there is none.
    async fn load(&self, id: Id<kind::Workspace>) -> Result<Stored<Workspace>, StoreError>;

    /// The workspaces of which the person is a member in whatever role, by ascending id. Nobody
    /// needs to know the person: of a stranger there are none.
    ///
    /// # Errors
    /// If the store cannot be read.
    async fn list_for(&self, person: Id<kind::Person>) -> Result<Vec<Stored<Workspace>>, StoreError>;

    /// The workspaces after this one by id, or from the first on, deleted ones too; at most `limit` of
    /// them, by ascending id.
    ///
    /// # Errors
    /// If the store cannot be read.
    async fn list(
        &self,
        after: Option<Id<kind::Workspace>>,
        limit: usize,
    ) -> Result<Vec<Stored<Workspace>>, StoreError>;

    /// Carries out the commit and returns the version there is now.
    ///
    /// # Errors
    /// [`Conflict`](crate::StoreErrorKind::Conflict) if the workspace is at another version (also:
    /// is absent, or present, when expected otherwise).
    async fn commit(&self, commit: Commit<Workspace>) -> Result<Version, StoreError>;
}

/// Where it is kept what people use. What [`PersonStore`] promises about commits holds here too.
#[async_trait]
pub trait UsageStore: Send + Sync {
    /// What the person uses.
    ///
    /// # Errors
    /// [`NotFound`](crate::StoreErrorKind::NotFound) if they have used nothing yet.
    async fn load(&self, person: Id<kind::Person>) -> Result<Stored<UsageRecord>, StoreError>;

    /// Carries out the commit and returns the version there is now.
    ///
    /// # Errors
    /// [`Conflict`](crate::StoreErrorKind::Conflict) if the record is at another version (also: is
    /// absent, or present, when expected otherwise).
    async fn commit(&self, commit: Commit<UsageRecord>) -> Result<Version, StoreError>;
}

/// By how much an event may lie before the latest one of the trail, where nothing else is set: clocks of
/// several machines differ a little.
pub const CLOCK_TOLERANCE: Duration = Duration::from_secs(300);

/// The audit trail, which [`Commit`]s write to as well. There is one per deployment, and nothing
/// in it is ever changed or removed.
///
/// Entries are numbered from 0 without gaps and form one chain, whatever was appended at the same
/// time ([`strongroom_audit::verify`]). What lies further before the latest event than clocks may differ
/// ([`CLOCK_TOLERANCE`], or what the store was told) is refused as
/// [`ClockSetBack`](crate::StoreErrorKind::ClockSetBack), in a commit too, and leaves no trace: with a clock
/// that was set back, evidence that has ended would count again (NIST SP 800-53 AU-8).
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Puts the events of an act that changes no state at the end of the trail, one after the
    /// other, all or none, and returns how far the trail has come with them. On stable storage
    /// before it returns, if there is any.
    ///
    /// If this fails, the act must not happen (NIST SP 800-53 AU-5). Repeating an append that was
    /// [`Unavailable`](crate::StoreErrorKind::Unavailable) may record its events twice: better
    /// than not at all.
    ///
    /// # Errors
    /// [`TooLarge`](crate::StoreErrorKind::TooLarge) if an event is larger than
    /// [`strongroom_audit::MAX_EVENT_BYTES`],
    /// [`ClockSetBack`](crate::StoreErrorKind::ClockSetBack) if one lies too far back; nothing was appended
    /// then.
    async fn append(&self, events: NonEmpty<AuditEvent>) -> Result<Checkpoint, StoreError>;

    /// The entries from number `from` on, in order, at most `limit` of them; none past the end.
    ///
    /// # Errors
    /// If the store cannot be read.
    async fn read(&self, from: u64, limit: usize) -> Result<Vec<Entry>, StoreError>;

    /// How far the trail has come, to be kept in another place.
    ///
    /// # Errors
    /// If the store cannot be read.
    async fn head(&self) -> Result<Checkpoint, StoreError>;
}

/// An audit trail that is also a Merkle tree (RFC 6962), whose leaves are the entries' lines: it
/// proves to somebody who keeps no more than a tree's head that an entry is in it, and that it has
/// only grown.
///
/// Heads and proofs are those of one tree, whatever was appended at the same time.
#[async_trait]
pub trait ProvableLog: AuditLog {
    /// The tree over all entries there are.
    ///
    /// # Errors
    /// If the store cannot be read.
    async fn tree_head(&self) -> Result<TreeHead, StoreError>;

    /// The proof that the entry `sequence` stands in the tree over the first `size` entries.
    ///
    /// # Errors
    /// [`NotFound`](crate::StoreErrorKind::NotFound) if there is no such entry or no such tree.
    async fn prove_inclusion(&self, sequence: u64, size: u64) -> Result<InclusionProof, StoreError>;

    /// The proof that the tree over the first `new_size` entries is the one over the first
    /// `old_size`, grown.
    ///
    /// # Errors
    /// [`NotFound`](crate::StoreErrorKind::NotFound) if there are no such trees, or the old one is
    /// the larger.
    async fn prove_consistency(&self, old_size: u64, new_size: u64) -> Result<ConsistencyProof, StoreError>;
}
