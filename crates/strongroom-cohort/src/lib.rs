//! The cohort definition language: what a cohort is, written as data; whether a definition makes
//! sense; what its concepts mean; and, person by person, who is in it.
//!
//! ```text
//!   JSON ──from_json──► Definition ──resolve──► ResolvedCohort ──► an engine
//!                           │          ▲  ▲          │
//!                         check   Vocabulary Limits  └──► reference::evaluate ──► Verdict
//!                           ▼                               one person, obviously right
//!                       Problems: where, what, what to do
//! ```
//!
//! A [`Definition`] is a table of steps: people enter, everyone or by the first of some events, and
//! each step requires or excludes something. It can be read from JSON or built in Rust, and it may
//! be nonsense. A [`ResolvedCohort`] cannot: only [`resolve`] makes one.
//!
//! ```
//! use strongroom_cohort::{Concept, Definition, Limits, StandardConcept, Vocabulary, reference, resolve};
//! use strongroom_omop::{ConceptId, Domain, RecordId, SubjectId};
//! use strongroom_primitives::Label;
//!
//! let limits = Limits::default();
//! let definition = Definition::from_json(r#"{
//!     "format": "cohort-ast/1", "profile": "native/1", "name": "two_visits_for_diabetes",
//!     "observed": "unbounded",
//!     "concept_sets": { "t2dm_dx": { "include": [ { "concept": 201826, "descendants": true } ] } },
//!     "entry": { "first": { "domain": "condition", "concepts": { "set": "t2dm_dx" } } },
//!     "steps": [ { "label": "again within a year", "require": { "any": {
//!         "domain": "condition", "concepts": { "set": "t2dm_dx" },
//!         "during": { "from": { "d": 1 }, "to": { "d": 365 }, "of": "index" } } } } ] }"#, &limits)?;
//!
//! let diabetes = ConceptId::new(201_826);
//! let mut vocabulary = Vocabulary::new(Label::new("v5.0 27-FEB-25")?);
//! vocabulary.add_concept(diabetes, Concept::new(StandardConcept::Standard));
//! let cohort = resolve(&definition, &vocabulary, &limits)?;
//!
//! let mut person = reference::PersonRecord::new(SubjectId::new(1));
//! for (record, day) in [(1, "2020-03-01"), (2, "2021-03-01")] {
//!     let (record, day) = (RecordId::new(record), day.parse()?);
//!     person.events.push(reference::EventRecord::new(Domain::Condition, record, diabetes, day));
//! }
//! assert!(reference::evaluate(&cohort, &person).is_included());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Rules
//!
//! What words mean is fixed by the rules of the profile `native/1`. These are the ones this crate
//! implements; the documentation of each type says the rest.
//!
//! | Rule | In short |
//! |---|---|
//! | R1 universe | people are the rows of `person`; predicates are defined for all of them |
//! | R3 time | the unit is the calendar day; an event is the closed interval from start to end |
//! | R4 windows | an event is in a window if its *start* is; both ends belong to it; no anchor, no event |
//! | R5 anchors | the index day, or the start of the first of some events |
//! | R6 observed time | unbounded |
//! | R7 logic | Kleene's; `require` keeps true, `exclude` drops true |
//! | R8 counting | an event is its record; what is counted is written: distinct start days |
//! | R9 order | the first event is the first in (start, end, record id) |
//! | R10 steps | run in the order written and are counted one by one |
//! | R13 age | completed years; a 29 February birthday is reached on 1 March |
//! | R14 concepts | includes minus excludes, against one vocabulary release; concept 0 is in no set |
//! | R18 hashes | the document hash is the SHA-256 of the canonical JSON form |
//! | R19 totality | no clock, no chance, no recursion, no code |
//!
//! # What this crate does not do
//!
//! It reads no data and runs nothing at scale: engines do, and are tested against [`mod@reference`].
//! It decides nothing about access and releases no numbers. Values and units, visits, observation
//! periods, exits and cohorts of cohorts are not part of the language yet; a document that uses
//! them is refused rather than half understood.

mod check;
mod concept_set;
mod definition;
mod events;
mod json;
mod limits;
mod name;
mod path;
mod predicate;
mod problem;
pub mod reference;
mod resolve;
mod resolved;
mod vocabulary;
mod walk;

pub use check::check;
pub use concept_set::{ConceptItem, ConceptSetExpression};
pub use definition::{Definition, Entry, Observed, Profile, Step, StepAction};
pub use events::{AgeRange, Anchor, ConceptRef, DateRange, Events, RowPredicate, Window, WindowEdge};
pub use json::{JsonError, ShapeError};
pub use limits::{Limit, LimitError, Limits};
pub use name::{CohortName, SetName};
pub use path::JsonPath;
pub use predicate::{AtLeast, CountUnit, Predicate};
pub use problem::{Problem, ProblemKind, Severity};
pub use resolve::{ResolveError, resolve};
pub use resolved::{
    ResolvedAction, ResolvedAnchor, ResolvedCohort, ResolvedConcepts, ResolvedEntry, ResolvedEvents,
    ResolvedPredicate, ResolvedStep, ResolvedWindow,
};
pub use vocabulary::{Concept, StandardConcept, Vocabulary};
