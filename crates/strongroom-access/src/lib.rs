//! What is known about people before anything is decided: who they are, which institution vouches
//! for them, what they had to bring, and what they brought.
//!
//! ```text
//!   Person ── belongs to ──► Institution ── signed ──► Agreement per tier: time, addresses
//!     │ about each subject:                                │
//!     ▼                                                    │
//!   Evidence ── judged by ──► Requirement ──┐              │
//!   Bypass   ── sets aside ─► for 30 days ──┴─► standing(candidate, requirements, tier, now)
//!                                                  │
//!             account · agreement of every tier up to this one · each requirement
//!                          and when the first of them ends
//!                                                  │
//!                       AccessView ◄───────────────┴───────────────► Notice ──► Notifier
//!                       the page of what is missing                  in time, to everybody
//! ```
//!
//! Whether something has lapsed is never stored. It follows from the times in the facts and the
//! instant of the question, so it is true at that instant and not since last night. Every fact has a
//! second time, that of its recording, and is retracted rather than deleted: so it can be said years
//! later who met what on a day, and what was known of it on another.
//!
//! The names of requirements are data ([`RequirementCatalogue`]); the ways in which evidence is judged
//! are a closed set ([`RequirementKind`]). A requirement is about a person, an institution, a workspace
//! or a person in a workspace ([`Subject`]). [`Waitlist`], [`Announcement`] and [`HelpRequest`] are for
//! people who are not yet there, should know something, or are stuck.
//!
//! ```
//! use strongroom_access::{
//!     AccessView, Candidate, CourseResult, EmailAddress, Evidence, Percent, Person, Proof, Requirement,
//!     RequirementStatus, standing,
//! };
//! use strongroom_primitives::{Id, Label, RowTier, Timestamp};
//!
//! let now = Timestamp::parse("2026-03-01T09:00:00Z")?;
//! let ada = Person::new(Id::from_u128(1), Label::new("Ada")?, EmailAddress::new("ada@uni.edu")?);
//!
//! let asked = Requirement::all_of_us()?;
//! let training = asked.iter().find(|one| one.name().as_str() == "controlled-training").ok_or("none")?;
//! let result = CourseResult::new(Label::new("Controlled Tier Course")?, Percent::new(92)?);
//! let passed = Evidence::new(training.name().clone(), now, Label::new("learning platform")?)
//!     .with_proof(Proof::Course(result));
//!
//! // A year later the training has lapsed, without anybody having run a job.
//! assert!(matches!(training.status(&[passed.clone()], now), RequirementStatus::Met { .. }));
//! assert!(matches!(training.status(&[passed.clone()], now.plus_days(365)), RequirementStatus::NotMet(_)));
//!
//! // And no training replaces an institution's signature.
//! let evidence = [passed];
//! let candidate = Candidate::new(&ada).with_evidence(&evidence);
//! let standing = standing(&candidate, &[training], RowTier::Registered, now);
//! assert_eq!(standing.not_after(), None);
//! let page = AccessView::of(&standing, now).to_string();
//! assert!(page.contains("Add your institution to your profile. (the researcher)"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What this crate does not do
//!
//! It admits nobody: `strongroom-gate` does. It does not know which tier asks for which
//! requirement, which is policy (`strongroom-tiers`). It signs nobody in and verifies no
//! certificate: evidence is what a trusted adapter recorded. It sends no mail: a [`Notifier`] does.

mod account;
mod agreement;
mod all_of_us;
mod announcement;
mod assessor;
mod by_requirement;
mod bypass;
mod candidate;
mod catalogue;
mod conduct;
mod country;
mod dossier;
mod email;
mod evaluate;
mod evidence;
mod gap;
mod help_desk;
mod history;
mod identity;
mod institution;
mod notice;
mod notifier;
mod person;
mod profile;
mod proof;
mod requirement;
mod retraction;
mod standing;
mod subject;
mod sufficient;
mod table;
mod training;
mod view;
mod waitlist;

pub use account::{AccountGap, AccountState};
pub use agreement::{Agreement, AgreementGap, AgreementStatus, Membership};
pub use announcement::{Announcement, Audience, Reader, announcements_for};
pub use assessor::Assessor;
pub use by_requirement::ByRequirement;
pub use bypass::{Bypass, BypassError, BypassedBy, LONGEST_BYPASS_DAYS, live_bypasses};
pub use candidate::Candidate;
pub use catalogue::{RequirementCatalogue, RequirementCatalogueError};
pub use conduct::{CodeOfConduct, ConductSignature, ConductVersion, Initials};
pub use country::{CountryCode, CountryRule};
pub use dossier::Dossier;
pub use email::{EmailAddress, EmailDomain};
pub use evidence::Evidence;
pub use gap::{RequirementGap, RequirementStatus};
pub use help_desk::{HelpMessage, HelpRequest, HelpRequestClosed, HelpRoutes, HelpState, HelpTopic};
pub use history::History;
pub use identity::{AssuranceTable, IdentityAssurance, IdentityDocument, IdentityProof, IdentityRule};
pub use institution::{Institution, MembershipKind, OrganizationType, PublicInstitution};
pub use notice::{Notice, NoticeDays, NoticeSubject, Recipient, expiry_notices, staff_notices};
pub use notifier::{LineNotifier, Notifier, NotifyError, RecordingNotifier, deliver};
pub use person::Person;
pub use profile::{Degree, InstitutionalRole, Profile};
pub use proof::{Approval, Proof};
pub use requirement::{Actor, Requirement, RequirementKind};
pub use retraction::Retraction;
pub use standing::{LiveBypass, RequirementStanding, Standing, TierAgreement, assess, standing};
pub use subject::{Subject, SubjectKind};
pub use training::{CourseResult, Percent, TrainingRule};
pub use view::{AccessLine, AccessLineState, AccessView, Asked, BypassNote, NextStep};
pub use waitlist::{CheckYourMail, Waitlist};
