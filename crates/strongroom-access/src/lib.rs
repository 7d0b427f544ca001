//! What is known about people before anything is decided: who they are, which institution vouches
//! for them, what they had to bring, and what they brought.
//!
//! ```text
//!   Person ── belongs to ──► Institution ── signed ──► Agreement per tier: time, addresses
//!     │ brought                                            │
//!     ▼                                                    ▼
//!   Evidence ── judged by ──► Requirement ──────────► standing(…, tier, now)
//!                                                          │
//!                    account · agreement of every tier up to this one · each requirement
//!                                  and when the first of them ends
//! ```
//!
//! Whether something has lapsed is never stored. It follows from the times in the facts and the
//! instant of the question, so it is true at that instant and not since last night.
//!
//! ```
//! use strongroom_access::{EmailAddress, Evidence, Person, Requirement, RequirementStatus, standing};
//! use strongroom_primitives::{Id, Label, RowTier, Timestamp};
//!
//! let now = Timestamp::parse("2026-03-01T09:00:00Z")?;
//! let ada = Person::new(Id::from_u128(1), Label::new("Ada")?, EmailAddress::new("ada@uni.edu")?);
//!
//! let asked = Requirement::all_of_us()?;
//! let training = asked.iter().find(|one| one.name().as_str() == "registered-training").ok_or("none")?;
//! let passed = Evidence::new(training.name().clone(), now, Label::new("learning platform")?);
//!
//! // A year later the training has lapsed, without anybody having run a job.
//! assert!(matches!(training.status(&[passed.clone()], now), RequirementStatus::Met { .. }));
//! assert!(matches!(training.status(&[passed.clone()], now.plus_days(365)), RequirementStatus::NotMet(_)));
//!
//! // And no training replaces an institution's signature.
//! let standing = standing(&ada, None, &[training], &[passed], RowTier::Registered, now);
//! assert_eq!(standing.not_after(), None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What this crate does not do
//!
//! It admits nobody: `strongroom-gate` does. It does not know which tier asks for which
//! requirement, which is policy (`strongroom-tiers`). It signs nobody in and verifies no
//! certificate: evidence is what a trusted adapter recorded.

mod email;
mod evidence;
mod institution;
mod person;
mod requirement;
mod standing;

pub use email::{EmailAddress, EmailDomain};
pub use evidence::Evidence;
pub use institution::{Agreement, AgreementGap, AgreementStatus, Institution, Membership};
pub use person::{AccountState, Person};
pub use requirement::{Actor, Requirement, RequirementKind};
pub use standing::{
    RequirementGap, RequirementStanding, RequirementStatus, Standing, TierAgreement, standing,
};
