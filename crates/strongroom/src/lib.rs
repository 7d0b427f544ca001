//! Open software for research on sensitive health data: a Researcher Workbench as crates.
//!
//! Strongroom lets a biobank or hospital give researchers tiered, explained and audited access to
//! a Curated Data Repository in the OMOP Common Data Model, and answers cohort questions over it.
//! This crate re-exports the others by topic, so that one dependency gives versions that agree.
//!
//! ```text
//!   who           access · workspaces      people, evidence, agreements; purpose, roles
//!   as others say passport                 GA4GH Passports and visas as evidence
//!   what          tiers · omop · cohort    policy, releases; the CDM; definitions
//!   whether       gate                     the one decision, and every capability
//!   how much      disclosure               what may be said about a number
//!   with what     cdr · datasets           releases, queries, exports
//!   and after     audit · store            who did what, provably; where it is kept
//!   all together  workbench                the use cases
//! ```
//!
//! # Examples
//!
//! A person asks for a tier, and learns everything that is missing at once:
//!
//! ```
//! use strongroom::access::{Person, Requirement};
//! use strongroom::gate::{Facts, tier_objections};
//! use strongroom::primitives::{Id, Label, RowTier, Timestamp};
//! use strongroom::tiers::Policy;
//!
//! let ada = Person::new(Id::from_u128(1), Label::new("Ada Lovelace")?, "ada@uni.edu".parse()?);
//! let requirements = Requirement::all_of_us()?;
//! let now = Timestamp::parse("2026-03-01T09:00:00Z")?;
//!
//! let facts = Facts::new(&ada, &requirements, &[]);
//! let missing = tier_objections(&Policy::all_of_us()?, &facts, RowTier::Registered, now);
//! assert_eq!(missing.len(), 7, "the agreement, and six requirements");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The folder `examples/` goes on from there.
//!
//! # Features
//!
//! - `cdr` (default): the engine, datasets and the workbench, with Apache Arrow and DataFusion.
//!   Without it only the pure domain crates and the stores are built, in seconds.
//!
//! # What this crate does not do
//!
//! It holds no code. What each part does not do is said on the front page of its crate.

#[cfg(feature = "cdr")]
pub use arrow;
pub use strongroom_access as access;
pub use strongroom_audit as audit;
#[cfg(feature = "cdr")]
pub use strongroom_cdr as cdr;
pub use strongroom_cohort as cohort;
#[cfg(feature = "cdr")]
pub use strongroom_datasets as datasets;
pub use strongroom_disclosure as disclosure;
pub use strongroom_engine as engine;
pub use strongroom_gate as gate;
pub use strongroom_omop as omop;
pub use strongroom_passport as passport;
pub use strongroom_primitives as primitives;
#[cfg(feature = "cdr")]
pub use strongroom_release as release;
pub use strongroom_store as store;
pub use strongroom_tiers as tiers;
#[cfg(feature = "cdr")]
pub use strongroom_workbench as workbench;
pub use strongroom_workspaces as workspaces;
