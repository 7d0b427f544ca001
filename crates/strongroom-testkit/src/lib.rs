//! Deterministic synthetic OMOP data for tests, demonstrations and benchmarks: a CDM 5.4
//! repository of any size in which nobody is real, interesting cohorts exist, and everything goes
//! wrong that goes wrong in real repositories.
//!
//! ```text
//!   (seed, n) ──► Life ──► Chart ───────────────────────────────────► Person
//!                 birth    diseases · surveys · encounters · flaws      │ rows of the CDM, in memory
//!                 periods                                               │
//!                 death                            EdgeCase::occurs_in ─┤
//!   concepts ───► Vocabulary                                            ▼
//!                 concepts · hierarchy · mappings ──────────► <table>.parquet, <table>.csv
//! ```
//!
//! The same `(persons, seed)` gives the same bytes, and person *n* is the same whatever the number
//! of people: every person draws from a ChaCha8 stream of their own, with integer arithmetic only.
//! The files are written from the rows that [`Synthetic::people`] returns, so a test can compare
//! what an engine finds in the files with what it counts in memory.
//!
//! ```
//! use strongroom_testkit::{EdgeCase, Synthetic, concepts};
//!
//! let repository = Synthetic::new(2_000, 42);
//! let with_metformin = repository
//!     .people()
//!     .filter(|person| person.drugs.iter().any(|drug| drug.concept == concepts::METFORMIN_500_MG))
//!     .count();
//! assert!((20..400).contains(&with_metformin));
//!
//! let twin = repository.people().find(|person| EdgeCase::DuplicateRows.occurs_in(person));
//! assert!(twin.is_some());
//! ```
//!
//! # What is in it
//!
//! | Table | Content |
//! |---|---|
//! | `person` | born from 1932 on; id = number of the person, from 1 |
//! | `observation_period` | one period for most; others have several, with gaps, touching, overlapping |
//! | `visit_occurrence` | outpatient 9202, inpatient 9201, emergency room 9203, both of the last 262 |
//! | `condition_occurrence` | long-term diseases with follow-ups, everyday conditions in a Zipf-like skew |
//! | `drug_exposure` | supplies of 1 to 90 days; diabetics get metformin from the diagnosis on |
//! | `procedure_occurrence` | everyday procedures and those of the diseases |
//! | `measurement` | 21 numbers with units and ranges, 9 of them in two units; 2 findings |
//! | `observation` | surveys: concepts, numbers, free text, skips; findings about life |
//! | `death` | likelier in old age |
//! | `concept`, `concept_ancestor` … | some 750 concepts, 300 of them source concepts; several parents; retired concepts |
//! | `cdm_source` | CDM 5.4, cut-off [`DATA_CUT_OFF`] |
//!
//! A person has 100 events on average, a few have most of them. Record keys are the person's
//! number × 10,000 plus a running number, so they outgrow 32 bits where there are 214,749 people or
//! more. Concept ids below 2,000,000,000 are those of the OMOP standardized vocabularies; all
//! others are invented ([`concepts`]).
//!
//! # What is wrong with it
//!
//! On purpose, and recognised by [`EdgeCase::occurs_in`]; each occurs among the first 5,000 people
//! of a repository:
//!
//! | About | Cases |
//! |---|---|
//! | birth and gender | [month](EdgeCase::MissingMonthOfBirth) or [day](EdgeCase::MissingDayOfBirth) missing, [29 February](EdgeCase::BornOnLeapDay), [gender 0](EdgeCase::UnknownGender) |
//! | observation | [no event](EdgeCase::NoEvents), [no period](EdgeCase::NoObservationPeriod), [gaps](EdgeCase::PeriodsWithGap), periods that [touch](EdgeCase::PeriodsThatTouch) or [overlap](EdgeCase::PeriodsThatOverlap) |
//! | time | events [before birth](EdgeCase::EventBeforeBirth), [outside every period](EdgeCase::EventOutsidePeriods), [after death](EdgeCase::EventAfterDeath), [many on one day](EdgeCase::ManyEventsOnOneDay), ends [before the start](EdgeCase::EndBeforeStart) or [missing](EdgeCase::MissingEnd) |
//! | rows | [duplicates](EdgeCase::DuplicateRows) but for the key, [no visit](EdgeCase::EventWithoutVisit), [no cause of death](EdgeCase::DeathWithoutCause), [no days of supply](EdgeCase::MissingDaysSupply) |
//! | concepts | [concept 0](EdgeCase::UnmappedConcept) with a source concept, [invalid concepts](EdgeCase::InvalidConcept) |
//! | values | [no unit](EdgeCase::MissingUnit), [two units](EdgeCase::TwoUnits), [no value](EdgeCase::MissingValue), [skipped questions](EdgeCase::SkippedQuestion), texts with commas, quotation marks and line breaks |
//! | vocabulary | an invalid `Maps to`, an invalid `Is a`, an invalid concept below a valid one, source codes that share a target |
//!
//! # What this crate does not do
//!
//! It models no epidemiology: frequencies are plausible, not estimated from anything, and nothing
//! may be concluded from them. It is no anonymised or modelled copy of any real data. Providers,
//! care sites, locations, devices, specimens, notes, visit details, eras and costs are not written.

mod calendar;
pub mod concepts;
mod edge_case;
mod generation;
mod output;
mod person;
mod random;
mod synthetic;
mod vocabulary;

pub use calendar::DATA_CUT_OFF;
pub use edge_case::EdgeCase;
pub use output::{Summary, SynthesisError};
pub use person::{
    ConditionOccurrence, Death, DrugExposure, Event, Measurement, Observation, ObservationPeriod, Person,
    ProcedureOccurrence, VisitOccurrence,
};
pub use synthetic::Synthetic;
pub use vocabulary::{
    Concept, ConceptAncestor, ConceptRelationship, ConceptSynonym, Relationship, Vocabulary,
};
