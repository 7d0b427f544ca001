//! What happened, in a trail that shows every change made to it afterwards.
//!
//! Each [`AuditEvent`] is a fact without data values: who counted which cohort, who was refused
//! and why, which files left. A [`Chain`] binds each event to all before it, so that an entry that
//! is changed, dropped, repeated, exchanged or inserted is found, with its number.
//!
//! ```text
//!   AuditEvent ─► Chain::append ─► Entry 0 ◄── Entry 1 ◄── Entry 2 ◄── … ◄── head
//!                                  │  each holds the digest of the one before
//!                                  ▼  its line is a leaf
//!   TreeEdge · CompactTree ─► TreeHead ─► CheckpointKey::sign ─► SignedCheckpoint ─► kept elsewhere
//!        │                       ▲                                                       │
//!        └─► InclusionProof ─────┤ verify                                                │
//!        └─► ConsistencyProof ───┘             Examiner: every difference, with its place ◄─┘
//!                                              Query · who_saw: questions to the entries
//! ```
//!
//! ```
//! use strongroom_audit::{Action, Actor, AuditEvent, Chain, ChainError, Entry, verify_lines};
//! use strongroom_primitives::{Id, RowTier, Timestamp};
//!
//! let mut chain = Chain::new();
//! let mut trail = Vec::new();
//! for act in 1..=3 {
//!     let at = Timestamp::parse("2026-03-01T09:00:00Z")?.plus_minutes(act);
//!     let action = Action::WorkspaceCreated { tier: RowTier::Registered };
//!     let event = AuditEvent::new(at, Id::from_u128(act.into()), Actor::System, action);
//!     trail.push(chain.append(event)?.to_line()); // store it, before the act takes effect
//! }
//! let checkpoint = chain.head(); // send it to a witness
//! assert_eq!(verify_lines(&trail, Some(&checkpoint))?, checkpoint);
//!
//! trail[1] = trail[1].replace("registered", "controlled");
//! assert_eq!(verify_lines(&trail, None), Err(ChainError::Altered { sequence: 1 }));
//! trail.truncate(1);
//! assert_eq!(
//!     verify_lines(&trail, Some(&checkpoint)),
//!     Err(ChainError::Truncated { sequence: 1, expected: 3 })
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A trail is stored as lines of JSON, one per entry, in printable ASCII whatever text an event
//! holds; a line has one spelling, so that the digest covers every byte of it. Over the lines stands
//! the Merkle tree of RFC 6962: with no more than a signed [`TreeHead`] in hand, anybody can check
//! that an entry is in the trail, and that the trail of today is the one of then, grown. The chain
//! stays beside it, because it tells from two neighbouring entries alone, without any tree, where
//! something was taken out or put in.
//!
//! [`verify`] stops at the first fault, which is what a program that opens a trail wants; an
//! [`Examiner`] goes on and reports all of them, which is what an auditor wants.
//!
//! # What this crate does not do
//!
//! * It stores nothing. Stores append the entries in the same commit as the state they record, and
//!   refuse the act if that fails (NIST SP 800-53 AU-5).
//! * It proves nothing without a checkpoint from elsewhere to whoever could have written the whole
//!   trail: they can write another one. Whoever keeps checkpoints (`Witness` in `strongroom-store`)
//!   should not be whoever writes the trail.
//! * It keeps no keys and makes none: the 32 bytes of a [`CheckpointKey`] come from outside.
//! * It proves that entries were not changed, not that they were true, nor that everything that
//!   happened has one.
//! * It deletes nothing: what must be forgotten after some time does not belong in an event.

mod canonical;
mod chain;
mod clean_text;
mod entry;
mod event;
mod examine;
mod merkle;
mod note;
mod query;
#[cfg(test)]
mod tests;

pub use chain::{Chain, ChainError, Checkpoint, verify, verify_lines};
pub use clean_text::CleanText;
pub use entry::{Entry, EventTooLarge, LineError, MAX_EVENT_BYTES};
pub use event::{Action, Actor, Answer, AuditEvent, Code, Cost};
pub use examine::{Difference, Examination, Examiner};
pub use merkle::{
    CompactTree, ConsistencyProof, EdgeError, InclusionProof, MAX_PROOF_HASHES, NoSuchProof, ProofError,
    TILE_WIDTH, Tile, TileId, TreeEdge, TreeHead, leaf_hash,
};
pub use note::{CheckpointKey, CheckpointVerifier, NoteError, Origin, SignedCheckpoint, VerifiedCheckpoint};
pub use query::{Query, Sighting, Subject, who_saw};
