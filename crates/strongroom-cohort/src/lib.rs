//! The cohort definition language: what a cohort is, written as data; whether a definition makes
//! sense; what its concepts mean; and, person by person, who is in it.
//!
//! ```text
//!   text ── text::parse ─┐                      ┌─ text::print ──► text
//!   JSON ── from_json ───┤                      ├─ to_json ──────► JSON
//!   Circe ─ circe::import┼──► ast::Definition ──┼─ circe::export ► Circe JSON, or why not
//!   All of Us aou::import┘      │    │      │   └─ render ───────► prose · flow chart · Markdown
//!                             check  │   run_tests
//!                               ▼    │      ▼
//!              Problems: where, what,│   the people written in it
//!              what to do instead    │
//!                                 resolve ◄── Vocabulary · Limits · Arguments
//!                                    ▼
//!                             ResolvedCohort ──► an engine
//!                                    └─────────► reference: entries, attrition, why
//! ```
//!
//! A [`Definition`] is plain data. It can be read from any of its spellings or built in Rust, and
//! it may be nonsense. A [`ResolvedCohort`] cannot: only [`resolve()`] makes one.
//!
//! ```
//! use strongroom_cohort::reference::{self, EventRecord, PersonRecord};
//! use strongroom_cohort::{Concept, Limits, StandardConcept, Vocabulary, resolve, text};
//! use strongroom_cohort::ast::EventKind;
//! use strongroom_omop::{ConceptId, RecordId, SubjectId};
//! use strongroom_primitives::Label;
//!
//! let limits = Limits::default();
//! let parsed = text::parse(r#"
//!     language 1
//!     concepts t2dm { include OMOP:201826 "Type 2 diabetes mellitus" with descendants }
//!     cohort twice_within_a_year {
//!       observed unbounded
//!       entry: conditions in t2dm, first
//!       require any conditions in t2dm during [1d, 365d] of index as "again within a year"
//!     }"#, &limits);
//! let definition = parsed.definition.ok_or("the text has errors")?;
//!
//! let diabetes = ConceptId::new(201_826);
//! let mut vocabulary = Vocabulary::new(Label::new("v5.0 27-FEB-25")?);
//! vocabulary.add_concept(diabetes, Concept::new(StandardConcept::Standard));
//! let cohort = resolve(&definition, &vocabulary, &limits)?;
//!
//! let mut person = PersonRecord::new(SubjectId::new(1));
//! for (record, day) in [(1, "2020-03-01"), (2, "2020-09-01")] {
//!     let (record, day) = (RecordId::new(record), day.parse()?);
//!     person.events.push(EventRecord::new(EventKind::Condition, record, diabetes, day));
//! }
//! assert!(reference::evaluate(&cohort, &person).is_included());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Rules
//!
//! What words mean is fixed by the definition's [`Profile`]. These are the rules of `native/1`;
//! `circe/1` and `aou-workbench/1` differ where the modules [`circe`] and [`aou`] say so.
//!
//! | Rule | In short |
//! |---|---|
//! | R1 universe | people are the rows of `person`; predicates are defined for all of them |
//! | R2 values | kinds never convert in silence; many rows become one value only by a named aggregate |
//! | R3 time | the unit is the calendar day; an event is the closed interval from start to end |
//! | R4 windows | an event is in a window if its start is; whether edges belong is written; no anchor, no event |
//! | R5 anchors | the entry event, the event being filtered, or any, the first, the last, each of some events |
//! | R6 observed time | entries begin inside it, windows end with it, unless a definition says otherwise |
//! | R7 logic | Kleene's; `require` keeps true, `exclude` drops true |
//! | R8 counting | an event is its record; what is counted is written |
//! | R9 order | start, end, kind, record id: every pick has one answer |
//! | R10 steps | run in the order written and are counted one by one |
//! | R11 exits | end of observation, an endpoint with days, or the end of a run; censored, cut, merged |
//! | R12 same visit | an equal, known visit id |
//! | R13 age | completed years; a 29 February birthday is reached on 1 March |
//! | R14 concepts | includes minus excludes, against one vocabulary release |
//! | R15 quantities | converted to one unit, or unknown |
//! | R16 answers | a skipped question is an answer; missing means no row |
//! | R17 chance | samples and matches follow a keyed hash, and are the same every time |
//! | R18 hashes | of the document, of its meaning, and of a result |
//! | R19 totality | no clock, no recursion, no code |
//!
//! # What this crate does not do
//!
//! It reads no files and runs nothing at scale: engines do, and are tested against
//! [`mod@reference`]. It decides nothing about access and releases no numbers.

pub mod aou;
pub mod ast;
mod check;
pub mod circe;
mod cohort_plan;
mod hashing;
mod json;
mod limits;
mod link;
mod name;
mod path;
mod problem;
pub mod reference;
pub mod render;
mod resolve;
mod resolved;
mod suite;
pub mod text;
mod ucum;
mod units;
mod vocabulary;
mod walk;

pub use ast::{Cohort, Definition, Profile};
pub use check::check;
pub use cohort_plan::CohortPlan;
pub use json::{JsonError, ShapeError};
pub use limits::{Limit, LimitError, Limits};
pub use link::link;
pub use name::{CohortName, ColumnName, EventsName, ParameterName, SetName};
pub use path::JsonPath;
pub use problem::{Fix, Problem, ProblemKind, Severity};
pub use resolve::{
    Arguments, ConceptLock, ConceptsDifference, ENGINE_SEMANTICS, LockedSet, ResolveError, concepts_diff,
    concepts_digest, expand_sets, resolve, resolve_cohort, resolve_match,
};
pub use resolved::{
    ResolvedAction, ResolvedAnchor, ResolvedAnchorBase, ResolvedCohort, ResolvedConcepts, ResolvedCount,
    ResolvedEdge, ResolvedEntry, ResolvedEvents, ResolvedExit, ResolvedFilter, ResolvedMatch,
    ResolvedPredicate, ResolvedSource, ResolvedStep, ResolvedValue, ResolvedWindow,
};
pub use suite::{TestOutcome, run_tests, run_tests_with, small_vocabulary};
pub use units::Units;
pub use vocabulary::{Concept, StandardConcept, Vocabulary};
