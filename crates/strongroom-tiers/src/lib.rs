//! The tiers of a programme: what each one asks for and shows, and the releases of data in it.
//!
//! ```text
//!   policy.toml / policy.json ──check──► findings: place, problem, remedy
//!                               │
//!                             Policy, version n                          Catalogue
//!                             ├─ controlled   asks for all that          ◄─ tier ─ C2024Q3  current
//!                             │               registered asks for
//!        show ◄───────────────┤               shows all that it shows
//!        diff(old, new) ◄─────┤
//!                             ├─ registered   requirements · numbers     ◄─ tier ─ R2024Q3  current
//!                             │               columns · dates · exports  ◄─ tier ─ R2023Q3  archived
//!                             ├─ public       numbers only
//!                             └─ requirements declared: kind, parameters, how long, who helps
//! ```
//!
//! A policy is a document that a programme's reviewers can read, sign and number. It is checked
//! once, when it is read; from then on its promises hold by construction.
//!
//! ```
//! use strongroom_primitives::RowTier;
//! use strongroom_tiers::{Policy, Syntax, check, diff};
//!
//! let text = r#"
//!     format = "strongroom-policy/2"
//!     version = 7
//!     [tiers.registered]
//!     requirements = ["house-rules"]
//!     disclosure.suppress_up_to = 20
//!     hidden.tables = ["note"]
//!     [tiers.controlled]
//!     requirements = ["house-rules", "course"]
//!     [requirements.house-rules]
//!     title = "House rules"
//!     next_step = "Read and confirm them."
//!     evidence.kind = "self-attestation"
//!     [requirements.course]
//!     title = "Course"
//!     next_step = "Pass it."
//!     valid_for_days = 365
//!     evidence = { kind = "training", courses = ["Privacy"], minimum_score_percent = 80 }
//! "#;
//! let policy = Policy::from_toml(text)?;
//! assert!(policy.rules(RowTier::Registered).hidden().hides_column("note", "note_text"));
//!
//! // What is wrong is told with its place and what to write instead.
//! let wrong = check(text.replace("hidden", "hiden").as_bytes(), Syntax::Toml);
//! assert_eq!(
//!     wrong.findings()[0].to_string(),
//!     "tiers.registered (line 7, column 5): a field is not known here; did you mean `hidden`?"
//! );
//!
//! // A change says whether it loosens.
//! let looser = Policy::from_toml(&text.replace("= 20", "= 5"))?;
//! assert!(diff(&policy, &looser).loosens());
//! # Ok::<(), strongroom_tiers::PolicyError>(())
//! ```
//!
//! # What this crate does not do
//!
//! It decides about nobody (`strongroom-gate` does), judges no evidence (`strongroom-access` does)
//! and hides nothing itself: `strongroom-cdr` reads the rules out of a session. It does not remove
//! identifiers or coarsen values; a release is built with that done. What it calculates of a
//! release's data is one number: by how many days a person's dates are moved. It reads no files
//! and keeps no keys.

mod catalogue;
mod checks;
mod date_shift;
mod declaration;
mod declaration_checks;
mod diff;
mod disclosure;
mod draft;
mod export;
mod finding;
mod generalised;
mod hidden;
mod measure;
mod opening;
mod policy;
mod read;
mod release;
mod release_rules;
mod review_rules;
mod rules;
mod show;
mod source;
mod standard;
mod table;

pub use catalogue::{Catalogue, CatalogueError};
pub use date_shift::{DateShift, DateShiftKey};
pub use declaration::{
    BypassRule, ConductVersion, CountryCode, Declaration, EvidenceKind, IdentityDocument, Subject, TakenBy,
};
pub use diff::{Change, Direction, PolicyDiff, diff};
pub use disclosure::{DisclosureProfile, Rounding, ZeroCount};
pub use draft::PolicyDraft;
pub use export::{ExportKind, ExportRule, ExportRules, Exporter};
pub use finding::{FieldPath, Finding, PolicyError, Position, Severity};
pub use generalised::{Generalisation, Generalised};
pub use hidden::Hidden;
pub use opening::{Choice, Intent, Opened, Opening, Publication, ReleaseObjection, Way};
pub use policy::Policy;
pub use read::{Checked, check, migrate};
pub use release::{Release, ReleaseState, Withdrawal};
pub use release_rules::{ArchivedUse, Copies, NewWork, NoticeRules, ReleaseRules};
pub use review_rules::{PurposeKind, ReviewRules, ReviewTiming};
pub use rules::{ColumnClass, PublicRules, TierRules};
pub use show::show;
pub use source::Syntax;
pub use table::Table;
