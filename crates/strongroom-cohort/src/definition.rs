use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use strongroom_omop::ConceptId;
use strongroom_primitives::Label;

use crate::{CohortName, ConceptSetExpression, Events, Predicate, SetName};

/// A cohort definition: who enters, and which steps they have to pass.
///
/// Plain data in the format `cohort-ast/1`: it may be built with the constructors or read with
/// [`from_json`](Self::from_json), and may well be nonsense. [`check`](crate::check) says what is
/// wrong with it, [`resolve`](crate::resolve) turns a sound one into what an engine runs.
///
/// Inside another document it is read and written by serde in the same form; its
/// [`Limits`](crate::Limits) are then checked when it is resolved.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a definition")]
#[non_exhaustive]
pub struct Definition {
    format: Format,
    /// The rules that the words of this definition follow.
    pub profile: Profile,
    /// The name.
    pub name: CohortName,
    /// A title for people; without meaning for the result.
    #[serde(default)]
    pub title: Option<Label>,
    /// Which time of a person counts as observed (R6).
    pub observed: Observed,
    /// The concept sets that events refer to.
    #[serde(default)]
    pub concept_sets: BTreeMap<SetName, ConceptSetExpression>,
    /// Who enters, and on which day.
    pub entry: Entry,
    /// What follows, in this order (R10).
    #[serde(default)]
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(expecting = "\"cohort-ast/1\"")]
enum Format {
    #[serde(rename = "cohort-ast/1")]
    CohortAst1,
}

/// A named set of semantic rules. Every definition names one, so that no engine, importer or later
/// version can change its meaning in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(expecting = "a profile, such as \"native/1\"")]
#[non_exhaustive]
pub enum Profile {
    /// `native/1`: the rules R1 to R19 as this crate documents them.
    #[serde(rename = "native/1")]
    Native1,
}

/// Which time of a person counts as observed (R6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case", expecting = "\"unbounded\"")]
#[non_exhaustive]
pub enum Observed {
    /// All time: events count whenever they happened.
    Unbounded,
}

/// Who enters a cohort. There is no definition without one: it is the universe from which steps
/// take people away, so a definition of excludes alone means everybody else.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    rename_all = "snake_case",
    expecting = "\"everyone\" or an object with one entry, such as {\"first\": events}"
)]
#[non_exhaustive]
pub enum Entry {
    /// Every person of the release (R1), without an index day.
    Everyone,
    /// Everyone who has such an event. The index is the day on which the first of them starts, in
    /// the order (start, end, record id) (R9).
    First(Events),
}

/// One step: it takes entries and returns some of them (R10).
///
/// A person for whom the predicate is unknown is dropped by `require` and kept by `exclude` (R7),
/// so `exclude p` is not `require not p`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "StepForm")]
#[non_exhaustive]
pub struct Step {
    /// What the step does.
    pub action: StepAction,
    /// What attrition tables call it.
    pub label: Option<Label>,
}

/// What a [`Step`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StepAction {
    /// Keeps those for whom the predicate is true.
    Require(Predicate),
    /// Drops those for whom the predicate is true.
    Exclude(Predicate),
}

/// The written form of a step: `{"require": …, "label": …}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a step, such as {\"require\": predicate, \"label\": text}")]
struct StepForm {
    #[serde(default)]
    require: Option<Predicate>,
    #[serde(default)]
    exclude: Option<Predicate>,
    #[serde(default)]
    label: Option<Label>,
}

impl TryFrom<StepForm> for Step {
    type Error = &'static str;

    fn try_from(form: StepForm) -> Result<Self, Self::Error> {
        let action = match (form.require, form.exclude) {
            (Some(predicate), None) => StepAction::Require(predicate),
            (None, Some(predicate)) => StepAction::Exclude(predicate),
            _ => return Err("a step has either `require` or `exclude`; write exactly one of them"),
        };
        Ok(Self { action, label: form.label })
    }
}

impl Definition {
    /// A definition of this name and entry under the profile `native/1`, in unbounded time, without
    /// concept sets and steps.
    #[must_use]
    pub const fn new(name: CohortName, entry: Entry) -> Self {
        Self {
            format: Format::CohortAst1,
            profile: Profile::Native1,
            name,
            title: None,
            observed: Observed::Unbounded,
            concept_sets: BTreeMap::new(),
            entry,
            steps: Vec::new(),
        }
    }

    /// The same with this title.
    #[must_use]
    pub fn with_title(mut self, title: Label) -> Self {
        self.title = Some(title);
        self
    }

    /// The same with this concept set, in place of any of the same name.
    #[must_use]
    pub fn with_concept_set(mut self, name: SetName, set: ConceptSetExpression) -> Self {
        self.concept_sets.insert(name, set);
        self
    }

    /// The same with this step at the end.
    #[must_use]
    pub fn with_step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// The concepts that the concept sets name: what a [`Vocabulary`](crate::Vocabulary) must know
    /// for the definition to be resolved.
    #[must_use]
    pub fn named_concepts(&self) -> BTreeSet<ConceptId> {
        let items = self.concept_sets.values().flat_map(ConceptSetExpression::items);
        items.map(|item| item.concept).collect()
    }

    /// Those of the named concepts whose descendants are meant as well.
    #[must_use]
    pub fn named_ancestors(&self) -> BTreeSet<ConceptId> {
        let items = self.concept_sets.values().flat_map(ConceptSetExpression::items);
        items.filter(|item| item.descendants).map(|item| item.concept).collect()
    }
}

impl Step {
    /// Keeps those for whom the predicate is true.
    #[must_use]
    pub const fn require(predicate: Predicate) -> Self {
        Self { action: StepAction::Require(predicate), label: None }
    }

    /// Drops those for whom the predicate is true.
    #[must_use]
    pub const fn exclude(predicate: Predicate) -> Self {
        Self { action: StepAction::Exclude(predicate), label: None }
    }

    /// The same with this label.
    #[must_use]
    pub fn with_label(mut self, label: Label) -> Self {
        self.label = Some(label);
        self
    }
}
