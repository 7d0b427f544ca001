use strongroom_cohort::ast::{Endpoint, Pick, Profile};
use strongroom_cohort::reference::Tally;
use strongroom_timeline::{Day, Event, Interval, NO_CONCEPT, NO_PERIOD, PersonDays, PersonSet};

use super::day_tests::{Asked, DayTest};
use super::entered::Entering;
use super::exits::OwnEnd;
use super::leaving::Span;
use super::machine::{Machine, Scope};
use super::observed::ObservedTime;
use super::placed::Placed;
use super::plans::{Candidate, PlanRun, StepTally};
use super::predicates::Reading;
use super::rules;
use crate::compile::{Events, Exit, Plan, PlanId};

/// An entry of a cohort that asks for nothing of its events but their first days: no event is put
/// in order, or made of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct DayEntry {
    pub(super) person: u32,
    pub(super) day: Day,
    /// The observed time around it; nothing where all time counts as observed.
    pub(super) interval: Option<Interval>,
}

impl DayEntry {
    /// The entry as it ends by itself.
    pub(super) fn span(self, end: OwnEnd) -> Option<Span> {
        end.span(self.day, (self.day, self.day), self.interval)
    }

    /// The entry as an event of which only the day is told.
    pub(super) fn candidate(self) -> Candidate {
        let Self { person, day, interval } = self;
        let (table, row, period, concept) = (u16::MAX, u32::MAX, NO_PERIOD, NO_CONCEPT);
        let event = Event { person, table, row, start: day, end: day, sort: day, period, concept };
        Candidate { person, event, day, interval }
    }
}

impl Machine<'_> {
    /// Takes people through a cohort of which days are all that matters; nothing where more does.
    pub(super) fn run_by_days(
        &self,
        id: PlanId,
        plan: &Plan,
        entering: Entering,
        scope: Scope<'_>,
    ) -> Option<PlanRun> {
        // Of several events of one day, the cohort builder may keep more than one.
        let takes_one_of_a_day = scope.profile != Profile::AouWorkbench1 || entering.pick == Pick::All;
        if entering.index != Endpoint::Start || !takes_one_of_a_day || !leaves_by_day(plan) {
            return None;
        }
        let asked = Asked { profile: scope.profile, reading: Reading::Entry, of: None };
        let tests = self.day_steps(&plan.steps, asked)?;
        let days = self.days_of(entering.of, scope.profile)?;
        let mut run = PlanRun::default();
        let mut left = self.enter_by_days(days, entering.pick, self.possible(id), scope);
        let tally = |left: &[DayEntry]| if self.tells_attrition { tally(left) } else { Tally::default() };
        let mut before = tally(&left);
        run.attrition.entered = before;
        for (test, must_hold) in &tests {
            self.keep(&mut left, test, *must_hold, scope);
            let kept = tally(&left);
            run.attrition.steps.push(StepTally { before, dropped: before - kept, ..StepTally::default() });
            before = kept;
        }
        let own_end = OwnEnd::of(plan);
        let mut leaving = self.leaving(id, plan, scope.profile);
        for own in left.chunk_by(|one, other| one.person == other.person) {
            let Some(first) = own.first() else { continue };
            if self.watch.halts() {
                break;
            }
            let scope = Scope { person: first.person, ..scope };
            match own_end {
                Some(end) => leaving.take(first.person, own.iter().map(|entry| entry.span(end)), &mut run),
                None => leaving.take_events(scope, own.iter().map(|entry| entry.candidate()), &mut run),
            }
        }
        Some(run)
    }

    /// The entries of some people, in the order of their days (R6, R9).
    fn enter_by_days(
        &self,
        days: &PersonDays,
        pick: Pick,
        among: Option<&PersonSet>,
        scope: Scope<'_>,
    ) -> Vec<DayEntry> {
        let pairs = rules::pairs_events_with_periods(scope.profile);
        let mut all: Vec<DayEntry> = Vec::with_capacity(days.len());
        for person in 0..self.people() {
            let own = days.of(person);
            if own.is_empty() || among.is_some_and(|among| !among.contains(person)) {
                continue;
            }
            let begin = all.len();
            for day in own.iter().copied().filter(|day| day.is_known()) {
                match scope.observed {
                    ObservedTime::Unbounded => all.push(DayEntry { person, day, interval: None }),
                    ObservedTime::Within(intervals) if pairs => {
                        let periods = intervals.containing(person, day).map(|at| intervals.get(at));
                        all.extend(periods.map(|interval| DayEntry { person, day, interval }));
                    }
                    ObservedTime::Within(intervals) => {
                        let around = intervals.around(person, day).and_then(|at| intervals.get(at));
                        all.extend(around.map(|around| DayEntry { person, day, interval: Some(around) }));
                    }
                }
                if pick == Pick::First && all.len() > begin {
                    break;
                }
            }
            if pick != Pick::All {
                keep_picked(&mut all, begin, pick);
            }
        }
        all
    }

    /// Keeps the entries for which a test is true, or for which it is not.
    fn keep(&self, entries: &mut Vec<DayEntry>, test: &DayTest<'_>, must_hold: bool, mut scope: Scope<'_>) {
        entries.retain(|entry| {
            scope.person = entry.person;
            test.holds(&Placed::by_day(entry.day, entry.interval), self, &scope) == must_hold
        });
    }
}

/// Leaves one of a person's entries, which are those from a position on. Of several of one day, it
/// is the first period that matters.
fn keep_picked(all: &mut Vec<DayEntry>, begin: usize, pick: Pick) {
    let own = all.get(begin..).unwrap_or_default();
    let chosen = match pick {
        Pick::All => return,
        Pick::First => own.first(),
        Pick::Last => own.last().and_then(|last| own.iter().find(|entry| entry.day == last.day)),
        Pick::Nth(n) => n.checked_sub(1).and_then(|before| own.get(usize::try_from(before).ok()?)),
    };
    let chosen = chosen.copied();
    all.truncate(begin);
    all.extend(chosen);
}

/// Whether nothing of the entry event but its start decides when people leave.
pub(super) fn leaves_by_day(plan: &Plan) -> bool {
    let exit = match &plan.exit {
        Exit::EndOfObservation => true,
        Exit::After { endpoint, .. } => *endpoint == Endpoint::Start,
        Exit::EndOfRun { of, .. } => of.is_a_set(),
    };
    exit && plan.censor.iter().all(Events::is_a_set)
}

fn tally(entries: &[DayEntry]) -> Tally {
    let mut sum = Tally::default();
    for own in entries.chunk_by(|one, other| one.person == other.person) {
        sum += Tally::of_person(own.len());
    }
    sum
}
