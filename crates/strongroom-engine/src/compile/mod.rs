//! From resolved cohorts to a program: sets of events that depend on nothing but their person are
//! found once however often they are written, in one cohort or in a thousand.

mod free;
mod lower;
mod nodes;
mod owners;
mod reads;

use std::collections::HashMap;
use std::sync::Arc;

use strongroom_cohort::ast::{Match, Observed, Profile, Sample};
use strongroom_cohort::reference::Attrition;
use strongroom_cohort::{
    CohortPlan, ResolvedAction, ResolvedCohort, ResolvedConcepts, ResolvedEntry, ResolvedEvents,
    ResolvedExit, Units,
};
use strongroom_omop::ConceptId;

pub use reads::Reads;

pub(crate) use nodes::{
    Anchor, AnchorBase, Count, Entry, Environment, EnvironmentId, Events, Exit, Filter, Leaf, Origin, Plan,
    PlanId, SetId, SetNode, Source, Step, Test, Value,
};

/// Cohorts, ready to run on any shard.
///
/// Parts that are the same in several cohorts are there once, so that a batch costs less than its
/// cohorts one by one.
#[derive(Debug, Default)]
pub struct Program {
    pub(crate) environments: Vec<Environment>,
    pub(crate) sets: Vec<SetNode>,
    /// A cohort stands behind those that it is made of.
    pub(crate) plans: Vec<Plan>,
    /// The source concepts that its sets ask for, in ascending order.
    pub(crate) source_concepts: Vec<ConceptId>,
    /// For each set the one cohort that asks for it, if no other does.
    owners: Vec<Option<PlanId>>,
    pub(crate) cohorts: Vec<PlanId>,
    /// The attrition of each cohort over nobody.
    pub(crate) attritions: Vec<Attrition>,
}

impl Program {
    /// The program of these cohorts, whose results it gives in the same order.
    #[must_use]
    pub fn new<'c>(cohorts: impl IntoIterator<Item = &'c ResolvedCohort>) -> Self {
        let mut compiler = Compiler::default();
        for cohort in cohorts {
            let rules = Rules { profile: cohort.profile(), units: Arc::clone(cohort.shared_units()) };
            let plan = compiler.plan(&rules, cohort.plan());
            compiler.program.cohorts.push(plan);
            compiler.program.attritions.push(Attrition::of(cohort));
        }
        let mut program = compiler.program;
        program.owners = owners::of_sets(&program.plans, &program.sets);
        program.source_concepts = source_concepts(&program.sets);
        program
    }

    /// How many cohorts it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.cohorts.len()
    }

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.cohorts.is_empty()
    }

    /// How many different sets of events its cohorts are made of.
    #[must_use]
    pub const fn event_sets(&self) -> usize {
        self.sets.len()
    }

    pub(crate) fn environment(&self, id: EnvironmentId) -> Option<&Environment> {
        self.environments.get(id.0)
    }

    /// The one cohort that asks for a set; nothing where several do.
    pub(crate) fn owner(&self, id: SetId) -> Option<PlanId> {
        self.owners.get(id.0).copied().flatten()
    }

    pub(crate) fn set(&self, id: SetId) -> Option<&SetNode> {
        self.sets.get(id.0)
    }

    /// The cohorts with a sample, inner ones first.
    pub(crate) fn sampled(&self) -> Vec<(PlanId, Sample)> {
        let plans = self.plans.iter().enumerate();
        plans.filter_map(|(position, plan)| Some((PlanId(position), plan.sample?))).collect()
    }

    pub(crate) fn plan(&self, id: PlanId) -> Option<&Plan> {
        self.plans.get(id.0)
    }
}

fn source_concepts(sets: &[SetNode]) -> Vec<ConceptId> {
    let of_set = |set: &SetNode| match &set.source {
        Source::Recorded { concepts: ResolvedConcepts::Only(only), matching, .. } => {
            (*matching != Match::Standard).then(|| Arc::clone(only))
        }
        Source::Recorded { .. } | Source::Cohort(_) | Source::Union(_) => None,
    };
    let mut all: Vec<ConceptId> =
        sets.iter().filter_map(of_set).flat_map(|only| only.iter().copied().collect::<Vec<_>>()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What all parts of one resolved cohort have in common.
#[derive(Debug, Clone)]
struct Rules {
    profile: Profile,
    units: Arc<Units>,
}

#[derive(Debug, Default)]
struct Compiler {
    program: Program,
    known_sets: HashMap<(EnvironmentId, ResolvedEvents), SetId>,
    known_plans: HashMap<(EnvironmentId, Arc<CohortPlan>), PlanId>,
}

impl Compiler {
    fn environment(&mut self, rules: &Rules, observed: Observed) -> EnvironmentId {
        let same = |known: &Environment| {
            known.profile == rules.profile
                && known.observed == observed
                && (Arc::ptr_eq(&known.units, &rules.units) || known.units == rules.units)
        };
        let environments = &mut self.program.environments;
        let position = environments.iter().position(same).unwrap_or_else(|| {
            environments.push(Environment {
                profile: rules.profile,
                observed,
                units: Arc::clone(&rules.units),
            });
            environments.len() - 1
        });
        EnvironmentId(position)
    }

    fn plan(&mut self, rules: &Rules, plan: &Arc<CohortPlan>) -> PlanId {
        let environment = self.environment(rules, plan.observed);
        let key = (environment, Arc::clone(plan));
        if let Some(known) = self.known_plans.get(&key) {
            return *known;
        }
        let mut scope = lower::Lowering { compiler: self, rules, environment, uses: Vec::new() };
        let entry = match &plan.entry {
            ResolvedEntry::People(predicate) => Entry::People(scope.test(predicate)),
            ResolvedEntry::Events { of, pick, index } => {
                Entry::Events { of: scope.set(of), pick: *pick, index: *index }
            }
        };
        let steps = plan.steps.iter().map(|step| match &step.action {
            ResolvedAction::Require(predicate) => Step::Require(scope.test(predicate)),
            ResolvedAction::Exclude(predicate) => Step::Exclude(scope.test(predicate)),
            ResolvedAction::Keep(pick) => Step::Keep(*pick),
        });
        let steps = steps.collect();
        let exit = match &plan.exit {
            ResolvedExit::EndOfObservation => Exit::EndOfObservation,
            ResolvedExit::After { endpoint, days } => Exit::After { endpoint: *endpoint, days: *days },
            ResolvedExit::EndOfRun { of, gap, offset, supply } => {
                Exit::EndOfRun { of: scope.events(of), gap: *gap, offset: *offset, supply: *supply }
            }
        };
        let censor = plan.censor.iter().map(|events| scope.events(events)).collect();
        let uses = scope.uses;
        let lowered = Plan {
            environment,
            entry,
            steps,
            exit,
            censor,
            merge: plan.merge,
            clip: plan.clip,
            sample: plan.sample,
            uses,
        };
        self.program.plans.push(lowered);
        let id = PlanId(self.program.plans.len() - 1);
        self.known_plans.insert(key, id);
        id
    }
}
