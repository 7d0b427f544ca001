//! The tiers of a programme: what each one asks for and shows, and the releases of data in it.
//!
//! ```text
//!   Policy, version n                                       Catalogue
//!   ├─ controlled   asks for its own and all below  ◄─ tier ─ Release C2024Q3  live
//!   │               shows all that registered shows
//!   └─ registered   requirements · smallest count   ◄─ tier ─ Release R2024Q3  live
//!                   lease · hidden tables, columns            Release R2023Q3  archived
//! ```
//!
//! A policy is a document that a programme's reviewers can read, sign and number. It is checked
//! once, when it is read; from then on its promises hold by construction.
//!
//! ```
//! use strongroom_primitives::RowTier;
//! use strongroom_tiers::Policy;
//!
//! let policy = Policy::from_json(r#"{
//!     "format": "strongroom-policy/1",
//!     "version": 7,
//!     "tiers": {
//!         "registered": {
//!             "requirements": ["code-of-conduct"],
//!             "suppress_up_to": 20,
//!             "hidden": { "tables": ["note"], "columns": { "person": ["day_of_birth"] } }
//!         },
//!         "controlled": { "requirements": ["controlled-training"] }
//!     }
//! }"#)?;
//!
//! // Controlled includes registered, though the document says it nowhere.
//! let asked: Vec<_> = policy.requirements(RowTier::Controlled).iter().map(|one| one.as_str()).collect();
//! assert_eq!(asked, ["code-of-conduct", "controlled-training"]);
//! assert!(policy.rules(RowTier::Registered).hidden().hides_column("note", "note_text"));
//! # Ok::<(), strongroom_tiers::PolicyError>(())
//! ```
//!
//! # What this crate does not do
//!
//! It decides about nobody (`strongroom-gate` does) and hides nothing itself: `strongroom-cdr`
//! reads the rules out of a session. It does not remove identifiers, shift dates or coarsen
//! values; a release is built with that done. The public tier has no rules here, because it has
//! no rows.

mod hidden;
mod policy;
mod release;
mod rules;

pub use hidden::Hidden;
pub use policy::{Policy, PolicyError};
pub use release::{Catalogue, CatalogueError, Release, ReleaseState};
pub use rules::TierRules;
