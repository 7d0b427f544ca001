use super::ranges::exclude_each_other;
use super::{Findings, members};
use crate::ast::{
    Anchor, AnchorBase, Cohort, CountTest, Definition, Edge, Entry, EventKind, EventSource, Events, Exit,
    Filter, Observed, Offset, Pick, Predicate, Step, StepAction, Title, Value, Window,
};
use crate::hashing::HashSet;
use crate::path::JsonPath;
use crate::problem::{Fix, Problem, ProblemKind};
use crate::text::{Piece, piece};

/// What a cohort says that may not be meant, though it means something.
pub(super) fn check(definition: &Definition, cohort: &Cohort, at: &JsonPath, findings: &mut Findings) {
    people_without_records(definition, cohort, at, findings);
    match &cohort.entry {
        Entry::People(_) => parts_that_need_entries(cohort, at, findings),
        Entry::Events(entry) if entry.pick == Pick::Nth(0) => {
            findings.report(ProblemKind::NthZero, at.field("entry").field("events").field("pick"));
        }
        Entry::Events(_) => {}
    }
    steps_in_order(definition, cohort, at, findings);
    let mut seen = HashSet::default();
    let history = required_history(cohort);
    for (position, step) in cohort.steps.iter().enumerate() {
        let at = at.field("steps").position(position);
        match &step.action {
            StepAction::Require(predicate) => {
                if let Predicate::Not(inner) = predicate
                    && may_be_unknown(inner)
                {
                    let label = step.label.clone();
                    let exclude = Step { label, ..Step::exclude((**inner).clone()) };
                    let fix = Fix::new("keep them", piece(definition, &Piece::Step(&exclude)));
                    findings.add(Problem::new(ProblemKind::RequireNot, at.clone()).fixed_by(fix));
                }
                let required = Required { definition, cohort, step, step_at: &at, history };
                required.holds(predicate, &at.field("require"), findings);
            }
            StepAction::Exclude(predicate) if *predicate == Predicate::All(Vec::new()) => {
                findings.report(ProblemKind::ExcludesEverybody, at.field("exclude"));
            }
            StepAction::Exclude(predicate) => {
                let required = Required { definition, cohort, step, step_at: &at, history };
                required.fails(predicate, &at.field("exclude"), findings);
            }
            StepAction::Keep(Pick::Nth(0)) => findings.nth_zero(at.field("keep")),
            StepAction::Keep(_) => {}
        }
        let same = !seen.insert(&step.action);
        if same && !matches!(step.action, StepAction::Keep(_)) {
            findings.add(Problem::new(ProblemKind::StepTwice, at).fixed_by(Fix::new("remove this one", "")));
        }
    }
    contradictions(cohort, at, findings);
}

/// Somebody without a single record could stay (R1).
fn people_without_records(definition: &Definition, cohort: &Cohort, at: &JsonPath, findings: &mut Findings) {
    let Entry::People(people) = &cohort.entry else { return };
    let by_step = cohort.steps.iter().any(|step| match &step.action {
        StepAction::Require(predicate) => needs_record(definition, predicate),
        StepAction::Exclude(predicate) => is_negation_of_needing(definition, predicate),
        StepAction::Keep(_) => false,
    });
    if !by_step && !needs_record(definition, people) {
        findings.report(ProblemKind::NoRecordNeeded, at.field("entry"));
    }
}

/// Whether the predicate can only be true of somebody who has a record.
fn needs_record(definition: &Definition, predicate: &Predicate) -> bool {
    match predicate {
        Predicate::Any(_) | Predicate::MemberOf { .. } | Predicate::PersonHas(_) => true,
        Predicate::Count(counted) => !counted.test.holds(0),
        Predicate::All(members) => members.iter().any(|member| needs_record(definition, member)),
        Predicate::AnyOf(members) => {
            !members.is_empty() && members.iter().all(|member| needs_record(definition, member))
        }
        Predicate::NumberOf { test: CountTest::AtLeast(n), of } => {
            let without = of.iter().filter(|member| !needs_record(definition, member)).count();
            u64::from(*n) > without as u64
        }
        Predicate::Not(inner) => is_negation_of_needing(definition, inner),
        Predicate::Compare { left, right, .. } => [left, right].into_iter().any(reads_records),
        Predicate::Between { value, .. } => reads_records(value),
        _ => false,
    }
}

fn is_negation_of_needing(definition: &Definition, predicate: &Predicate) -> bool {
    match predicate {
        Predicate::No(_) => true,
        Predicate::Count(counted) => counted.test.holds(0),
        Predicate::NoneOf(members) => members.iter().any(|member| needs_record(definition, member)),
        Predicate::Not(inner) => needs_record(definition, inner),
        Predicate::AnyOf(members) => members.iter().any(|member| is_negation_of_needing(definition, member)),
        _ => false,
    }
}

fn reads_records(value: &Value) -> bool {
    match value {
        Value::Aggregate { .. } => true,
        Value::Arithmetic { left, right, .. } => reads_records(left) || reads_records(right),
        Value::Band { value, .. } => reads_records(value),
        _ => false,
    }
}

/// People without an index day have no entries that could be kept, end or be joined.
fn parts_that_need_entries(cohort: &Cohort, at: &JsonPath, findings: &mut Findings) {
    for (position, step) in cohort.steps.iter().enumerate() {
        if matches!(step.action, StepAction::Keep(_)) {
            findings.report(ProblemKind::NoEntries, at.field("steps").position(position).field("keep"));
        }
    }
    let others = [
        (cohort.exit != Exit::EndOfObservation, "exit"),
        (!cohort.censor.is_empty(), "censor"),
        (cohort.merge.is_some(), "merge"),
        (cohort.clip.is_some(), "clip"),
    ];
    for (stands, field) in others {
        if stands {
            findings.report(ProblemKind::NoEntries, at.field(field));
        }
    }
}

/// `keep first` after a filter keeps the first of those that passed, not the first ever.
fn steps_in_order(definition: &Definition, cohort: &Cohort, at: &JsonPath, findings: &mut Findings) {
    let mut filtered = None;
    for (position, step) in cohort.steps.iter().enumerate() {
        match &step.action {
            StepAction::Require(predicate) | StepAction::Exclude(predicate)
                if differs_by_entry(predicate) =>
            {
                filtered = Some(position);
            }
            StepAction::Keep(Pick::First) if step.label.is_none() => {
                let Some(earlier) = filtered else { continue };
                let label = Title::new("first of those left").ok();
                let named = piece(definition, &Piece::Step(&Step { label, ..step.clone() }));
                let problem =
                    Problem::new(ProblemKind::KeepAfterFilter, at.field("steps").position(position))
                        .about(format!("step {} was there before", earlier + 1))
                        .fixed_by(Fix::new("the first of those that passed, as it is", named));
                findings.add(problem);
            }
            StepAction::Require(_) | StepAction::Exclude(_) | StepAction::Keep(_) => {}
        }
    }
}

/// Whether the answer can differ between the entries of one person.
fn differs_by_entry(predicate: &Predicate) -> bool {
    let constant = |value: &Value| {
        matches!(
            value,
            Value::Person(_) | Value::Number(_) | Value::Text(_) | Value::Date(_) | Value::Quantity(_)
        )
    };
    match predicate {
        Predicate::PersonHas(_) | Predicate::MemberOf { during: None, .. } => false,
        Predicate::All(members)
        | Predicate::AnyOf(members)
        | Predicate::NoneOf(members)
        | Predicate::NumberOf { of: members, .. } => members.iter().any(differs_by_entry),
        Predicate::Not(inner) => differs_by_entry(inner),
        Predicate::Compare { left, right, .. } => !constant(left) || !constant(right),
        Predicate::Between { value, low, high } => ![value, low, high].into_iter().all(constant),
        Predicate::In { value, .. } | Predicate::Like { value, .. } | Predicate::Missing(value) => {
            !constant(value)
        }
        Predicate::Any(_) | Predicate::No(_) | Predicate::Count(_) | Predicate::Observed { .. } => true,
        Predicate::MemberOf { .. } => true,
    }
}

/// Whether a missing value can leave the predicate unknown.
fn may_be_unknown(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::Compare { .. }
        | Predicate::Between { .. }
        | Predicate::In { .. }
        | Predicate::Like { .. } => true,
        Predicate::All(members)
        | Predicate::AnyOf(members)
        | Predicate::NoneOf(members)
        | Predicate::NumberOf { of: members, .. } => members.iter().any(may_be_unknown),
        Predicate::Not(inner) => may_be_unknown(inner),
        _ => false,
    }
}

/// What a step's windows say about time: a future that decides about the past, a death before the
/// index, a look back that nobody was observed for, an absence for all time.
struct Required<'a> {
    definition: &'a Definition,
    cohort: &'a Cohort,
    step: &'a Step,
    step_at: &'a JsonPath,
    /// For how many days before the index every entry was observed.
    history: u64,
}

impl Required<'_> {
    /// The predicate must be true.
    fn holds(&self, predicate: &Predicate, at: &JsonPath, findings: &mut Findings) {
        match predicate {
            Predicate::All(_) | Predicate::AnyOf(_) | Predicate::NumberOf { .. } => {
                for (member, at) in members(predicate, at) {
                    self.holds(member, &at, findings);
                }
            }
            Predicate::NoneOf(_) | Predicate::Not(_) => {
                for (member, at) in members(predicate, at) {
                    self.fails(member, &at, findings);
                }
            }
            Predicate::Any(events) => Self::present(events, &at.field("any"), findings),
            Predicate::Count(counted) if !counted.test.holds(0) => {
                Self::present(&counted.of, &at.field("count").field("of"), findings);
            }
            Predicate::No(events) => self.absent(events, &at.field("no"), findings),
            _ => {}
        }
    }

    /// The predicate must not be true.
    fn fails(&self, predicate: &Predicate, at: &JsonPath, findings: &mut Findings) {
        match predicate {
            Predicate::AnyOf(_) => {
                for (member, at) in members(predicate, at) {
                    self.fails(member, &at, findings);
                }
            }
            Predicate::NoneOf(_) | Predicate::Not(_) => {
                for (member, at) in members(predicate, at) {
                    self.holds(member, &at, findings);
                }
            }
            Predicate::Any(events) => self.absent(events, &at.field("any"), findings),
            Predicate::No(events) => Self::present(events, &at.field("no"), findings),
            _ => {}
        }
    }

    fn present(events: &Events, at: &JsonPath, findings: &mut Findings) {
        let death = matches!(events.from, EventSource::Recorded { kind: EventKind::Death, .. });
        for (position, window) in windows_of_index(events) {
            let after = reaches_after(window);
            if death && !after && !matches!(window.to.at, Offset::Days(0)) {
                findings.report(ProblemKind::DeathBeforeIndex, window_at(at, position));
            } else if after && !death {
                findings.report(ProblemKind::ReadsTheFuture, window_at(at, position));
            }
        }
    }

    fn absent(&self, events: &Events, at: &JsonPath, findings: &mut Findings) {
        if !matches!(self.cohort.entry, Entry::Events(_)) {
            return;
        }
        let restricted = |filter: &Filter| matches!(filter, Filter::During { .. } | Filter::SameVisit { .. });
        if !events.filters.iter().any(restricted) && matches!(events.from, EventSource::Recorded { .. }) {
            let before = events.clone().during(BEFORE_INDEX, Anchor::index());
            let fix = Fix::new("before the index day", piece(self.definition, &Piece::Events(&before)));
            findings.add(Problem::new(ProblemKind::AbsenceAtAnyTime, at.clone()).fixed_by(fix));
        }
        let observed = self.cohort.observed != Observed::Unbounded;
        for (position, window) in windows_of_index(events) {
            if reaches_after(window) {
                findings.report(ProblemKind::ReadsTheFuture, window_at(at, position));
            } else if observed && let Some(back) = days_before(window, 30) {
                let known = self.history;
                if known < back {
                    let detail = format!("looks back {back} days, of which {known} are required");
                    let observed =
                        Step::require(Predicate::Observed { window: window.clone(), of: Anchor::index() });
                    let mut problem = Problem::new(ProblemKind::HistoryNotRequired, window_at(at, position));
                    problem = problem.about(detail);
                    if let Some(step) = findings.written(self.definition, &Piece::Step(self.step)) {
                        let observed = piece(self.definition, &Piece::Step(&observed));
                        let fix =
                            Fix::new("require that time to be observed", format!("{observed}\n  {step}"));
                        problem = problem.fixed_by(fix.at(self.step_at.clone()));
                    }
                    findings.add(problem);
                }
            }
        }
    }
}

const BEFORE_INDEX: Window =
    Window { from: Edge::at(Offset::InfinitelyBefore), to: Edge::at(Offset::Days(-1)) };

fn reaches_after(window: &Window) -> bool {
    match window.to.at {
        Offset::Days(days) => days > i32::from(window.to.open),
        Offset::Months(months) => months > 0,
        Offset::InfinitelyAfter | Offset::Parameter(_) => true,
        Offset::InfinitelyBefore | Offset::MinusParameter(_) => false,
    }
}

/// The windows that are counted from the index day, and the positions of their filters.
fn windows_of_index(events: &Events) -> impl Iterator<Item = (usize, &Window)> {
    events.filters.iter().enumerate().filter_map(|(position, filter)| match filter {
        Filter::During { window, of, ignoring_observation: false, .. } if of.on == AnchorBase::Index => {
            Some((position, window))
        }
        _ => None,
    })
}

/// Where the window of a filter stands, of the events at a path.
fn window_at(events: &JsonPath, position: usize) -> JsonPath {
    events.field("filters").position(position).field("during").field("window")
}

/// How many days before the index a window begins, with months of so many days.
fn days_before(window: &Window, month: u64) -> Option<u64> {
    match window.from {
        Edge { at: Offset::Days(days), open } if days < 0 => {
            Some(u64::from(days.unsigned_abs()) - u64::from(open))
        }
        Edge { at: Offset::Months(months), .. } if months < 0 => {
            Some(u64::from(months.unsigned_abs()) * month)
        }
        _ => None,
    }
}

/// For how many days before the index every entry was observed.
fn required_history(cohort: &Cohort) -> u64 {
    let history = |predicate: &Predicate| match predicate {
        Predicate::Observed { window, of } if of.on == AnchorBase::Index => days_before(window, 31),
        _ => None,
    };
    let steps = cohort.steps.iter().filter_map(|step| match &step.action {
        StepAction::Require(Predicate::All(members)) => members.iter().filter_map(history).max(),
        StepAction::Require(predicate) => history(predicate),
        StepAction::Exclude(_) | StepAction::Keep(_) => None,
    });
    steps.max().unwrap_or(0)
}

/// One step requires what another excludes, or requires to be absent.
fn contradictions(cohort: &Cohort, at: &JsonPath, findings: &mut Findings) {
    let mut seen: HashSet<(Asked<'_>, bool)> = HashSet::default();
    let mut comparisons: Vec<&Predicate> = Vec::new();
    for (position, step) in cohort.steps.iter().enumerate() {
        let (predicate, must_hold) = match &step.action {
            StepAction::Require(predicate) => (predicate, true),
            StepAction::Exclude(predicate) => (predicate, false),
            StepAction::Keep(_) => continue,
        };
        let (asked, must_hold) = match predicate {
            Predicate::Not(inner) => (Asked::of(inner), !must_hold),
            Predicate::No(events) => (Asked::Any(events), !must_hold),
            other => (Asked::of(other), must_hold),
        };
        let mut opposed = seen.contains(&(asked, !must_hold));
        if let (Asked::Other(comparison @ Predicate::Compare { .. }), true) = (asked, must_hold) {
            opposed |= comparisons.iter().any(|earlier| exclude_each_other(earlier, comparison));
            comparisons.push(comparison);
        }
        if opposed {
            findings.report(ProblemKind::Contradiction, at.field("steps").position(position));
        }
        seen.insert((asked, must_hold));
    }
}

/// A predicate, with `any` told apart so that its opposite `no` can be compared with it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Asked<'a> {
    Any(&'a Events),
    Other(&'a Predicate),
}

impl<'a> Asked<'a> {
    const fn of(predicate: &'a Predicate) -> Self {
        match predicate {
            Predicate::Any(events) => Self::Any(events),
            other => Self::Other(other),
        }
    }
}
