use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use strongroom_omop::{ConceptId, Domain};
use strongroom_primitives::{Label, Sha256Digest};

use crate::problem::Problem;
use crate::{AgeRange, CohortName, CountUnit, Profile, RowPredicate, SetName, WindowEdge};

/// A definition that is sound, within the limits, and whose concepts were looked up: what engines
/// run.
///
/// Only [`resolve`](crate::resolve) makes one, so no engine ever meets an unknown concept set, a
/// missing index or an endless group. What is inside is plain data to match on: an engine that
/// takes structures apart in full, and enumerations without a wildcard, will not compile against a
/// later version whose meaning it does not know.
///
/// ```compile_fail
/// use strongroom_cohort::{ResolvedCohort, ResolvedEntry};
/// let cohort = ResolvedCohort { entry: ResolvedEntry::Everyone, steps: Vec::new() };
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedCohort {
    pub(crate) name: CohortName,
    pub(crate) profile: Profile,
    pub(crate) definition_digest: Sha256Digest,
    pub(crate) vocabulary_version: Label,
    pub(crate) concept_sets: BTreeMap<SetName, Arc<[ConceptId]>>,
    pub(crate) entry: ResolvedEntry,
    pub(crate) steps: Vec<ResolvedStep>,
    pub(crate) warnings: Vec<Problem>,
}

/// Who enters: the universe of every step after it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every entry")]
pub enum ResolvedEntry {
    /// Every row of `person`, without an index day.
    Everyone,
    /// Every row of `person` with such an event; the index is the day on which the first starts, in
    /// the order (start, end, record id) (R9).
    First(ResolvedEvents),
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ResolvedStep {
    /// What it does.
    pub action: ResolvedAction,
    /// What attrition tables call it.
    pub label: Option<Label>,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every action")]
pub enum ResolvedAction {
    /// Keeps those for whom the predicate is true.
    Require(ResolvedPredicate),
    /// Drops those for whom the predicate is true.
    Exclude(ResolvedPredicate),
}

/// A statement that is true, false or unknown for a person; see [`Predicate`](crate::Predicate).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every predicate")]
pub enum ResolvedPredicate {
    /// There is at least one such event. Never unknown.
    Any(ResolvedEvents),
    /// There are at least `n`. Never unknown.
    AtLeast {
        /// The number.
        n: NonZeroU32,
        /// What is counted.
        unit: CountUnit,
        /// The events.
        of: ResolvedEvents,
    },
    /// The age in completed years on the index day, which exists (R13). Unknown without a year of
    /// birth.
    AgeAtIndex(AgeRange),
    /// `person.gender_concept_id` is one of these, which are sorted, distinct and positive.
    /// Unknown where it is null or 0.
    SexAtBirth(Arc<[ConceptId]>),
    /// Kleene's conjunction of at least one member.
    All(Vec<Self>),
    /// Kleene's disjunction of at least one member.
    AnyOf(Vec<Self>),
    /// Kleene's negation.
    Not(Box<Self>),
}

/// Some events of a person: those for which every part is true; see [`Events`](crate::Events).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ResolvedEvents {
    /// The kind of event.
    pub domain: Domain,
    /// The standard concepts.
    pub concepts: ResolvedConcepts,
    /// Filters, all of which must be true for the event.
    pub filters: Vec<RowPredicate>,
    /// The window in which the event starts.
    pub during: Option<ResolvedWindow>,
}

/// The concepts that an event may have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle both")]
pub enum ResolvedConcepts {
    /// Every concept, none recorded included.
    Every,
    /// One of these, which are sorted, distinct and positive. The list may be empty.
    Only(Arc<[ConceptId]>),
}

/// A closed window of days around an anchor's day (R4). Without an anchor's day it holds nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ResolvedWindow {
    /// The first day, never after `to`.
    pub from: WindowEdge,
    /// The last day.
    pub to: WindowEdge,
    /// What the days are counted from.
    pub of: ResolvedAnchor,
}

/// What a window is counted from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every anchor")]
pub enum ResolvedAnchor {
    /// The index day. It exists, and it is already decided where it is read.
    Index,
    /// The start of the first of these events.
    First(Box<ResolvedEvents>),
}

impl ResolvedCohort {
    /// The definition's name.
    #[must_use]
    pub const fn name(&self) -> &CohortName {
        &self.name
    }

    /// The rules it follows.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// The digest of the definition that was resolved; see
    /// [`Definition::digest`](crate::Definition::digest).
    #[must_use]
    pub const fn definition_digest(&self) -> Sha256Digest {
        self.definition_digest
    }

    /// The vocabulary release that the concepts were looked up in (R14).
    #[must_use]
    pub const fn vocabulary_version(&self) -> &Label {
        &self.vocabulary_version
    }

    /// What each concept set means: sorted, distinct concepts.
    #[must_use]
    pub const fn concept_sets(&self) -> &BTreeMap<SetName, Arc<[ConceptId]>> {
        &self.concept_sets
    }

    /// Who enters.
    #[must_use]
    pub const fn entry(&self) -> &ResolvedEntry {
        &self.entry
    }

    /// What follows, in this order.
    #[must_use]
    pub fn steps(&self) -> &[ResolvedStep] {
        &self.steps
    }

    /// What should be looked at although the definition can be run.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }
}

impl ResolvedAction {
    /// The predicate, whatever is done with it.
    #[must_use]
    pub const fn predicate(&self) -> &ResolvedPredicate {
        match self {
            Self::Require(predicate) | Self::Exclude(predicate) => predicate,
        }
    }
}

impl ResolvedConcepts {
    /// Whether an event with this concept is meant.
    #[must_use]
    pub fn contains(&self, concept: ConceptId) -> bool {
        match self {
            Self::Every => true,
            Self::Only(concepts) => concepts.binary_search(&concept).is_ok(),
        }
    }
}
