//! The one decision. Whoever reads, exports or changes anything holds a value that was made here,
//! and nothing else can make one.
//!
//! ```text
//!   Policy ──┐
//!   Facts ───┤                 ┌─► Admitted(TierSession) ─┬─► ExportPermit   writers and owners
//!   Ask ─────┼──► admit ───────┤        one person        └─► ChangePermit   by role and rules
//!   rules ───┤                 │        one workspace, one release
//!   now ─────┘                 │        a few minutes
//!                              └─► Refused(Refusal)
//!                                       every objection at once:
//!                                       what is wrong · what to do · who can
//!
//!   the same, without a workspace ──► admit_to_create, admit_to_copy ──► CreatePermit
//!   anybody ────────────────────────► public_session ──► PublicSession     no rows behind it
//!
//!   the same, asked in other ways: explain (for the person, for an officer) · Receipt (proves it)
//!      who_can_read · what_can_do · Past (on a day, as known on another) · rehearse · replay
//! ```
//!
//! That no tier opens without all that it asks for, that the controlled tier includes the registered
//! one, and that no session outlives what it needed, is proved by enumeration: all 122,736 points of a
//! space of abstract facts (113,664 about people, 9,072 about releases), each asked for all 19 actions,
//! are decided a second time by a table that shares no code with the gate. The page of who may do what
//! is printed from that table and reviewed.
//!
//! A decision is a pure function of its arguments: no store, no clock, no cache. So it can be
//! repeated years later from the audit, and enumerated in a test. Denial is the default, and a
//! value; there are no errors. What a session allows ends by itself, at the earliest end of
//! anything that was needed and never later than the tier's lease.
//!
//! ```
//! use strongroom_access::{EmailAddress, Person, Requirement};
//! use strongroom_gate::{Ask, Decision, Facts, admit, tier_objections};
//! use strongroom_primitives::{Id, Label, RowTier, Timestamp};
//! use strongroom_tiers::Policy;
//! use strongroom_workspaces::Action;
//!
//! let policy = Policy::all_of_us()?;
//! let requirements = Requirement::all_of_us()?;
//! let ada = Person::new(Id::from_u128(1), Label::new("Ada")?, EmailAddress::new("ada@uni.edu")?);
//! let facts = Facts::new(&ada, &requirements, &[]);
//! let now = Timestamp::parse("2026-03-01T09:00:00Z")?;
//!
//! // What does she have to do before the registered tier opens? All of it, at once.
//! let missing = tier_objections(&policy, &facts, RowTier::Registered, now);
//! assert_eq!(missing.len(), 7);
//! assert_eq!(missing[1].to_string(), "Two-step verification: missing");
//! assert_eq!(missing[1].next_step(), "Turn on two-step verification for your account.");
//! assert_eq!(missing[1].taken_by().to_string(), "the researcher");
//!
//! // A workspace she is no member of does not exist for her, whether it does or not.
//! let ask = Ask::new(Id::from_u128(10), Action::CountCohort);
//! let Decision::Refused(refusal) = admit(&policy, &facts, &ask, &[], now) else { unreachable!() };
//! assert_eq!(refusal.objections().len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What this crate does not do
//!
//! It loads no facts and stores no decisions; `strongroom-workbench` does both. It does not find
//! out who is calling: the transport does. It protects no data: `strongroom-cdr` opens them for a
//! session and for nothing else. A [`Rule`] cannot widen what it decides.

mod access;
mod admit;
mod as_of;
mod canonical;
mod comparison;
mod create;
mod declared;
mod explain;
mod facts;
mod lease;
mod objection;
mod permit;
mod public;
mod receipt;
mod record;
mod rehearse;
mod release;
mod render;
mod replay;
mod reverse;
mod review;
mod rule;
mod session;
mod standing;

pub use admit::{Decision, admit, tier_objections};
pub use as_of::{AsOf, Past};
pub use create::{admit_to_copy, admit_to_create};
pub use declared::{Edition, declared_requirements, notice_days};
pub use explain::{Explanation, explain};
pub use facts::{Ask, Case, Facts, Operation};
pub use objection::{Objection, Refusal, RuleObjection};
pub use permit::{ChangePermit, CreatePermit, ExportPermit};
pub use public::{PublicSession, public_session};
pub use receipt::{Receipt, ReceiptError};
pub use record::ObjectionRecord;
pub use rehearse::{Counterexample, Rehearsal, TierRehearsal, rehearse};
pub use render::{OfficerExplanation, SubjectExplanation};
pub use replay::{RecordedDecision, ReplayDifference, replay};
pub use reverse::{AccessMatrix, CanRead, MatrixRow, what_can_do, who_can_read};
pub use review::review_policy;
pub use rule::{ClosedPeriod, Rule};
pub use session::{Expired, TierSession};
pub use standing::LONGEST_LEASE_MINUTES;
