mod predicates;
mod sets;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use strongroom_omop::ConceptId;

use super::Named;
use super::arguments::{Arguments, Bound};
use super::concepts::look_up;
use crate::ast::{
    Anchor, AnchorBase, Code, Cohort, Definition, Duration, Edge, Entry, EventSource, Events, Exit, Filter,
    Literal, Match, Offset, Profile, Step, StepAction, Window,
};
use crate::cohort_plan::{CohortPlan, PlanParts};
use crate::hashing::HashMap;
use crate::limits::{Limit, LimitError, Limits};
use crate::path::JsonPath;
use crate::problem::{Problem, ProblemKind, Severity};
use crate::resolved::{
    ResolvedAction, ResolvedAnchor, ResolvedAnchorBase, ResolvedConcepts, ResolvedEdge, ResolvedEntry,
    ResolvedEvents, ResolvedExit, ResolvedFilter, ResolvedMatch, ResolvedSource, ResolvedStep,
    ResolvedWindow,
};
use crate::vocabulary::Vocabulary;
use crate::{CohortName, EventsName, SetName};

/// What could be resolved; nothing where a problem was reported instead. An error is a limit.
type Lowered<T> = Result<Option<T>, LimitError>;

/// In how many places the most concepts that a definition may expand to may all be used.
const MENTIONS: usize = 32;

/// Translates a definition into plans.
///
/// Names are inlined, so a short definition can mean a long one: parts and their depth are counted
/// again as they are put in place.
pub(super) struct Lowering<'a> {
    definition: &'a Definition,
    vocabulary: &'a Vocabulary,
    limits: &'a Limits,
    bound: Bound<'a>,
    problems: Vec<Problem>,
    /// What was said, and where.
    said: BTreeSet<(ProblemKind, JsonPath)>,
    /// Written lists of concepts, by where they are in memory; nothing where one has unknown concepts.
    lists: HashMap<(*const Code, *const Code), Option<Arc<[ConceptId]>>>,
    /// Concept sets by name and by whether they are looked up in the trees of standard concepts.
    sets: BTreeMap<(&'a SetName, bool), Arc<[ConceptId]>>,
    /// What was found for a set that is compared with some column.
    compared: HashMap<(&'a SetName, Match), Option<Arc<[ConceptId]>>>,
    compared_with_standard: BTreeSet<&'a SetName>,
    used: BTreeSet<Arc<[ConceptId]>>,
    expandable: usize,
    /// How many concepts may still be used, counting those of a set for every place that uses it.
    mentionable: usize,
    cohorts: BTreeMap<&'a CohortName, Resolved>,
    open_cohorts: Vec<&'a CohortName>,
    open_events: Vec<&'a EventsName>,
    nodes: usize,
    depth: usize,
    deepest: usize,
}

/// A cohort that was met before, and how deep it is.
struct Resolved {
    plan: Option<Arc<CohortPlan>>,
    height: usize,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(
        definition: &'a Definition,
        vocabulary: &'a Vocabulary,
        limits: &'a Limits,
        arguments: &'a Arguments,
    ) -> Result<Self, LimitError> {
        let mut problems = Vec::new();
        let bound = Bound::new(definition, arguments, &mut problems);
        Ok(Self {
            definition,
            vocabulary,
            limits,
            bound,
            problems,
            said: BTreeSet::new(),
            lists: HashMap::default(),
            sets: BTreeMap::new(),
            compared: HashMap::default(),
            compared_with_standard: BTreeSet::new(),
            used: BTreeSet::new(),
            expandable: limits.expanded_set,
            mentionable: limits.expanded_set.saturating_mul(MENTIONS),
            cohorts: BTreeMap::new(),
            open_cohorts: Vec::new(),
            open_events: Vec::new(),
            nodes: 0,
            depth: 0,
            deepest: 0,
        })
    }

    /// What each concept set came to, used or not.
    pub(super) fn concept_sets(&mut self) -> Named<SetName, Arc<[ConceptId]>> {
        let definition = self.definition;
        let mut sets = BTreeMap::new();
        for name in definition.concept_sets.keys() {
            let met = self.sets.get(&(name, true)).or_else(|| self.sets.get(&(name, false))).map(Arc::clone);
            let concepts = met.or_else(|| self.expanded(name, true).ok().flatten());
            sets.insert(name.clone(), concepts.unwrap_or_default());
        }
        sets
    }

    /// Every list of concepts that something is compared with.
    pub(super) fn used_concepts(&self) -> BTreeSet<Arc<[ConceptId]>> {
        self.used.clone()
    }

    /// The errors and the warnings.
    pub(super) fn finish(mut self) -> (Vec<Problem>, Vec<Problem>) {
        let definition = self.definition;
        let named = definition.concept_sets.values().any(|set| set.items().next().is_some());
        if named && self.vocabulary.is_empty() && definition.profile != Profile::AouWorkbench1 {
            self.report(ProblemKind::VocabularyNotLoaded, JsonPath::default().field("concept_sets"));
        } else {
            for (name, set) in &definition.concept_sets {
                let standard = self.compared_with_standard.contains(name);
                let (profile, at) = (definition.profile, path_of(name));
                look_up(set, profile, standard, self.vocabulary, &at, &mut self.problems);
            }
            for (name, set) in &definition.concept_sets {
                let met = |standard| self.sets.get(&(name, standard));
                let empty = [true, false].into_iter().filter_map(met).any(|concepts| concepts.is_empty());
                if empty && set.items().next().is_some() {
                    self.report(ProblemKind::EmptyConceptSet, path_of(name));
                }
            }
        }
        self.problems.into_iter().partition(|problem| problem.severity() == Severity::Error)
    }

    fn report(&mut self, kind: ProblemKind, at: JsonPath) {
        // A name that is inlined twice is wrong once.
        if self.said.insert((kind, at.clone())) {
            self.problems.push(Problem::new(kind, at));
        }
    }

    /// Runs `inner` one level deeper.
    fn nested<T>(
        &mut self,
        at: &JsonPath,
        inner: impl FnOnce(&mut Self) -> Result<T, LimitError>,
    ) -> Result<T, LimitError> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            return Err(LimitError::new(Limit::Nodes, self.limits.nodes, at.clone()));
        }
        self.deeper(1, at)?;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn deeper(&mut self, by: usize, at: &JsonPath) -> Result<(), LimitError> {
        self.depth += by;
        self.deepest = self.deepest.max(self.depth);
        if self.depth > self.limits.nesting {
            return Err(LimitError::new(Limit::Nesting, self.limits.nesting, at.clone()));
        }
        Ok(())
    }

    // Cohorts.

    pub(super) fn cohort(&mut self, name: &CohortName, at: &JsonPath) -> Lowered<Arc<CohortPlan>> {
        let definition = self.definition;
        if let Some(resolved) = self.cohorts.get(name) {
            let (plan, height) = (resolved.plan.clone(), resolved.height);
            self.deeper(height, at)?;
            self.depth -= height;
            return Ok(plan);
        }
        let found = definition.cohorts.iter().enumerate().find(|(_, cohort)| cohort.name == *name);
        let Some((position, cohort)) = found else {
            self.report(ProblemKind::UnknownCohort, at.clone());
            return Ok(None);
        };
        if self.open_cohorts.contains(&&cohort.name) {
            self.report(ProblemKind::Circle, at.clone());
            return Ok(None);
        }
        self.open_cohorts.push(&cohort.name);
        let outer = std::mem::replace(&mut self.deepest, self.depth);
        let path = JsonPath::default().field("cohorts").position(position);
        let plan = self.plan(cohort, &path)?.map(Arc::new);
        let height = self.deepest - self.depth;
        self.deepest = self.deepest.max(outer);
        self.open_cohorts.pop();
        self.cohorts.insert(&cohort.name, Resolved { plan: plan.clone(), height });
        Ok(plan)
    }

    fn plan(&mut self, cohort: &'a Cohort, at: &JsonPath) -> Lowered<CohortPlan> {
        let entry = match &cohort.entry {
            Entry::People(predicate) => {
                self.predicate(predicate, &at.field("entry").field("people"))?.map(ResolvedEntry::People)
            }
            Entry::Events(entry) => {
                let of = self.events(&entry.of, &at.field("entry").field("events").field("of"))?;
                of.map(|of| ResolvedEntry::Events { of, pick: entry.pick, index: entry.index })
            }
        };
        let steps = self.steps(&cohort.steps, &at.field("steps"))?;
        let exit = match &cohort.exit {
            Exit::EndOfObservation => Some(ResolvedExit::EndOfObservation),
            Exit::After { endpoint, days } => Some(ResolvedExit::After { endpoint: *endpoint, days: *days }),
            Exit::EndOfRun(run) => {
                let of = self.events(&run.of, &at.field("exit").field("end_of_run").field("of"))?;
                of.map(|of| ResolvedExit::EndOfRun {
                    of,
                    gap: run.gap,
                    offset: run.offset,
                    supply: run.supply,
                })
            }
        };
        let censor = self.all(&cohort.censor, &at.field("censor"), Self::events)?;
        let (Some(entry), Some(steps), Some(exit), Some(censor)) = (entry, steps, exit, censor) else {
            return Ok(None);
        };
        let parts = PlanParts {
            name: cohort.name.clone(),
            observed: cohort.observed,
            entry,
            steps,
            exit,
            censor,
            merge: cohort.merge,
            clip: cohort.clip,
            sample: cohort.sample,
        };
        Ok(Some(parts.into_plan()))
    }

    pub(super) fn matching(&mut self, name: &CohortName) -> Lowered<ResolvedMatch> {
        let definition = self.definition;
        let found = definition.matches.iter().enumerate().find(|(_, matching)| matching.name == *name);
        let at = JsonPath::default().field("matches");
        let Some((position, matching)) = found else {
            self.report(ProblemKind::UnknownMatch, at);
            return Ok(None);
        };
        let at = at.position(position);
        let from = self.cohort(&matching.from, &at.field("from"))?;
        let to = self.cohort(&matching.to, &at.field("to"))?;
        let steps = self.steps(&matching.steps, &at.field("steps"))?;
        let (Some(from), Some(to), Some(steps)) = (from, to, steps) else {
            return Ok(None);
        };
        Ok(Some(ResolvedMatch {
            profile: definition.profile,
            units: Arc::new(self.vocabulary.units().clone()),
            name: matching.name.clone(),
            from,
            to,
            ratio: matching.ratio,
            without_replacement: matching.without_replacement,
            exact: matching.exact.clone(),
            near: matching.near.clone(),
            steps,
            seed: matching.seed,
        }))
    }

    fn steps(&mut self, steps: &'a [Step], at: &JsonPath) -> Lowered<Vec<ResolvedStep>> {
        self.all(steps, at, |lowering, step, at| {
            let action = match &step.action {
                StepAction::Require(predicate) => {
                    lowering.predicate(predicate, &at.field("require"))?.map(ResolvedAction::Require)
                }
                StepAction::Exclude(predicate) => {
                    lowering.predicate(predicate, &at.field("exclude"))?.map(ResolvedAction::Exclude)
                }
                StepAction::Keep(pick) => Some(ResolvedAction::Keep(*pick)),
            };
            Ok(action.map(|action| ResolvedStep { action, label: step.label.clone() }))
        })
    }

    /// Every element, so that every problem is found; nothing if one has a problem.
    fn all<T, R>(
        &mut self,
        elements: &'a [T],
        at: &JsonPath,
        mut lower: impl FnMut(&mut Self, &'a T, &JsonPath) -> Lowered<R>,
    ) -> Lowered<Vec<R>> {
        let mut lowered = Vec::with_capacity(elements.len());
        for (position, element) in elements.iter().enumerate() {
            lowered.push(lower(self, element, &at.position(position))?);
        }
        Ok(lowered.into_iter().collect())
    }

    // Events.

    fn events(&mut self, events: &'a Events, at: &JsonPath) -> Lowered<ResolvedEvents> {
        self.nested(at, |lowering| {
            let source = lowering.source(&events.from, &at.field("from"))?;
            let filters = lowering.all(&events.filters, &at.field("filters"), Self::filter)?;
            Ok(source.zip(filters).map(|(mut events, filters)| {
                events.filters.extend(filters);
                events
            }))
        })
    }

    fn source(&mut self, source: &'a EventSource, at: &JsonPath) -> Lowered<ResolvedEvents> {
        let from = match source {
            EventSource::Recorded { kind, concepts, matching } => {
                let at = at.field("recorded").field("concepts");
                let concepts = match concepts {
                    None => Some(ResolvedConcepts::Every),
                    Some(concepts) => self.concepts(concepts, *matching, &at)?.map(ResolvedConcepts::Only),
                };
                concepts.map(|concepts| ResolvedSource::Recorded {
                    kind: *kind,
                    concepts,
                    matching: *matching,
                })
            }
            EventSource::Cohort(name) => {
                let at = at.field("cohort");
                self.nested(&at, |lowering| lowering.cohort(name, &at))?.map(ResolvedSource::Cohort)
            }
            EventSource::Named(name) => return self.named(name, &at.field("named")),
            EventSource::Union(members) => {
                self.all(members, &at.field("union"), Self::events)?.map(ResolvedSource::Union)
            }
        };
        Ok(from.map(|from| ResolvedEvents { from, filters: Vec::new() }))
    }

    fn named(&mut self, name: &'a EventsName, at: &JsonPath) -> Lowered<ResolvedEvents> {
        let definition = self.definition;
        let Some(events) = definition.events.get(name) else {
            self.report(ProblemKind::UnknownEvents, at.clone());
            return Ok(None);
        };
        if self.open_events.contains(&name) {
            self.report(ProblemKind::Circle, at.clone());
            return Ok(None);
        }
        self.open_events.push(name);
        let resolved = self.events(events, &JsonPath::default().field("events").named(name.as_str()));
        self.open_events.pop();
        resolved
    }

    fn filter(&mut self, filter: &'a Filter, at: &JsonPath) -> Lowered<ResolvedFilter> {
        Ok(match filter {
            Filter::Where(predicate) => {
                self.predicate(predicate, &at.field("where"))?.map(ResolvedFilter::Where)
            }
            Filter::During { test, window, of, ignoring_observation } => {
                let at = at.field("during");
                let window = self.window(window, &at.field("window"));
                let of = self.anchor(of, &at.field("of"))?;
                window.zip(of).map(|(window, of)| ResolvedFilter::During {
                    test: *test,
                    window,
                    of,
                    ignoring_observation: *ignoring_observation,
                })
            }
            Filter::SameVisit { or, as_anchor } => {
                let anchor = self.anchor(as_anchor, &at.field("same_visit").field("as"))?;
                anchor.map(|as_anchor| ResolvedFilter::SameVisit { or: *or, as_anchor })
            }
            Filter::Keep(pick) => Some(ResolvedFilter::Keep(*pick)),
            Filter::Interval { start, end } => Some(ResolvedFilter::Interval { start: *start, end: *end }),
        })
    }

    fn anchor(&mut self, anchor: &'a Anchor, at: &JsonPath) -> Lowered<ResolvedAnchor> {
        self.nested(at, |lowering| {
            let on = match &anchor.on {
                AnchorBase::Index => Some(ResolvedAnchorBase::Index),
                AnchorBase::This => Some(ResolvedAnchorBase::This),
                AnchorBase::Events { pick, of } => {
                    let of = lowering.events(of, &at.field("on").field("events").field("of"))?;
                    of.map(|of| ResolvedAnchorBase::Events { pick: *pick, of: Box::new(of) })
                }
            };
            Ok(on.map(|on| ResolvedAnchor { on, endpoint: anchor.endpoint }))
        })
    }

    // Windows.

    fn window(&mut self, window: &Window, at: &JsonPath) -> Option<ResolvedWindow> {
        let from = self.edge(&window.from, 1, &at.field("from"));
        let to = self.edge(&window.to, -1, &at.field("to"));
        from.zip(to).map(|(from, to)| ResolvedWindow { from, to })
    }

    /// `inwards` is the day by which an open edge at whole days is moved to be closed.
    fn edge(&mut self, edge: &Edge, inwards: i32, at: &JsonPath) -> Option<ResolvedEdge> {
        let days =
            |days: i32| ResolvedEdge::Days(if edge.open { days.saturating_add(inwards) } else { days });
        let after = |duration: Duration| match duration {
            Duration::Days(count) => days(count),
            Duration::Months(months) => ResolvedEdge::Months { months, open: edge.open },
        };
        Some(match &edge.at {
            Offset::Days(count) => days(*count),
            Offset::Months(months) => ResolvedEdge::Months { months: *months, open: edge.open },
            Offset::InfinitelyBefore => ResolvedEdge::InfinitelyBefore,
            Offset::InfinitelyAfter => ResolvedEdge::InfinitelyAfter,
            Offset::Parameter(name) | Offset::MinusParameter(name) => {
                let (minus, field) = match edge.at {
                    Offset::MinusParameter(_) => (true, "minus_parameter"),
                    _ => (false, "parameter"),
                };
                let duration = self.parameter(name, &at.field("at").field(field), |value| match value {
                    Literal::Duration(duration) => Some(*duration),
                    _ => None,
                })?;
                after(if minus { duration.reversed() } else { duration })
            }
        })
    }

    fn parameter<T>(
        &mut self,
        name: &crate::ParameterName,
        at: &JsonPath,
        take: impl FnOnce(&'a Literal) -> Option<T>,
    ) -> Option<T> {
        let taken =
            self.bound.get(name).and_then(|value| take(value).ok_or(ProblemKind::ParameterOfOtherKind));
        taken.map_err(|kind| self.report(kind, at.clone())).ok()
    }
}

fn path_of(set: &SetName) -> JsonPath {
    JsonPath::default().field("concept_sets").named(set.as_str())
}
