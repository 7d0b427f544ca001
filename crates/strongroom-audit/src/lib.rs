//! What happened, in a trail that shows every change made to it afterwards.
//!
//! Each [`AuditEvent`] is a fact without data values: who counted which cohort, who was refused
//! and why, which files left. A [`Chain`] binds each event to all before it, so that an entry that
//! is changed, dropped, repeated, exchanged or inserted is found, with its number.
//!
//! ```text
//!   AuditEvent ─► Chain::append ─► Entry 0 ◄── Entry 1 ◄── Entry 2 ◄── … ◄── head
//!                                     each holds the digest of the one before │
//!                                                                             ▼
//!   verify(entries, Some(&checkpoint)) ◄──────── kept in another place ── Checkpoint
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
//! holds; a line has one spelling, so that the digest covers every byte of it. Events know nothing
//! of how they are bound together: the hash chain lives in two files, and a Merkle tree (RFC 6962)
//! over the same canonical JSON can take its place.
//!
//! # What this crate does not do
//!
//! * It stores nothing. Stores append the entries in the same commit as the state they record, and
//!   refuse the act if that fails (NIST SP 800-53 AU-5).
//! * It proves nothing without a checkpoint from elsewhere to whoever could have written the whole
//!   trail: they can write another one. It signs no checkpoints and knows no witnesses.
//! * It proves that entries were not changed, not that they were true, nor that everything that
//!   happened has one.
//! * It deletes nothing: what must be forgotten after some time does not belong in an event.

mod canonical;
mod chain;
mod entry;
mod event;
#[cfg(test)]
mod tests;

pub use chain::{Chain, ChainError, Checkpoint, verify, verify_lines};
pub use entry::{Entry, EventTooLarge, LineError, MAX_EVENT_BYTES};
pub use event::{Action, Actor, Answer, AuditEvent, Code};
