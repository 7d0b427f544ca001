use std::cell::Cell;

use super::words::{
    Words, column_name, comparison, count_test, count_unit, escape, events_noun, list, pick, readable,
};
use crate::ast::{
    Cohort, DateSource, Definition, Endpoint, Entry, EventSource, Events, Exit, Filter, Match, Observed,
    ObservedBy, Pick, Predicate, Run, SameVisit, StepAction, Supply, WindowTest,
};

/// A cohort as the paragraph that a methods section needs, in English.
///
/// Everything that the definition says is in it, in the order in which it is applied; nothing of
/// the data is.
#[must_use]
pub fn prose(definition: &Definition, cohort: &Cohort) -> String {
    paragraph(definition, cohort, &step_sentences(definition, cohort))
}

/// The paragraph, with what each step asks as [`step_sentences`] gives it.
pub(super) fn paragraph(definition: &Definition, cohort: &Cohort, steps: &[String]) -> String {
    let writer = Prose::of(definition);
    let mut sentences = vec![writer.entry(cohort)];
    sentences.extend(cohort.steps.iter().zip(steps).map(|(step, sentence)| match &step.label {
        Some(label) => format!("{} ({}).", sentence.trim_end_matches('.'), escape(label.as_str())),
        None => sentence.clone(),
    }));
    if matches!(cohort.entry, Entry::Events(_)) {
        sentences.push(writer.exit(cohort));
    }
    if let Some(merge) = cohort.merge {
        sentences.push(format!(
            "Entries of a person of which the next begins at most {} after the end are joined.",
            days(i64::from(merge.gap))
        ));
    }
    if let Some(clip) = cohort.clip {
        let from = clip.from.map_or_else(String::new, |day| format!(" from {day}"));
        let to = clip.to.map_or_else(String::new, |day| format!(" until {day}"));
        sentences.push(format!("Only the time{from}{to} counts."));
    }
    if let Some(sample) = cohort.sample {
        sentences.push(format!(
            "Of these, {} people are taken at random, reproducibly (seed {}).",
            sample.n, sample.seed
        ));
    }
    sentences.join(" ")
}

/// What each step asks, as a sentence without its label.
pub(super) fn step_sentences(definition: &Definition, cohort: &Cohort) -> Vec<String> {
    cohort.steps.iter().map(|step| Prose::of(definition).action(&step.action)).collect()
}

/// Some events, as a noun phrase.
pub(super) fn events_phrase(definition: &Definition, events: &Events) -> String {
    Prose::of(definition).events(events)
}

/// How people leave, as a sentence.
pub(super) fn exit_sentence(definition: &Definition, cohort: &Cohort) -> String {
    Prose::of(definition).exit(cohort)
}

/// How often a name is replaced by the events it stands for. Names may refer to each other in a
/// circle, or fan out without end: a definition need not have been checked to be read.
const MOST_EXPANSIONS: u32 = 100;

struct Prose<'a> {
    words: Words<'a>,
    expansions: Cell<u32>,
}

impl<'a> Prose<'a> {
    const fn of(definition: &'a Definition) -> Self {
        Self { words: Words { definition }, expansions: Cell::new(0) }
    }

    fn entry(&self, cohort: &Cohort) -> String {
        let time = match cohort.observed {
            Observed::Unbounded => String::new(),
            Observed::By(ObservedBy::ObservationPeriod) => " during an observation period".to_owned(),
            Observed::By(ObservedBy::PayerPlanPeriod) => " during a payer plan period".to_owned(),
            Observed::By(ObservedBy::EventSpan) => " between their first and last record".to_owned(),
        };
        match &cohort.entry {
            Entry::People(predicate) if *predicate == Predicate::All(Vec::new()) => {
                "Everyone is considered.".to_owned()
            }
            Entry::People(predicate) => {
                format!("People are considered for whom {}.", self.predicate(predicate))
            }
            Entry::Events(entry) => {
                let end = if entry.index == Endpoint::End { "end" } else { "start" };
                let which = match entry.pick {
                    Pick::All => "each".to_owned(),
                    other => pick(other),
                };
                format!("People enter at the {end} of {which} of their {}{time}.", self.events(&entry.of))
            }
        }
    }

    fn action(&self, action: &StepAction) -> String {
        match action {
            StepAction::Require(predicate) => format!("It is required that {}.", self.predicate(predicate)),
            StepAction::Exclude(predicate) => format!("It is an exclusion if {}.", self.predicate(predicate)),
            StepAction::Keep(Pick::All) => "All remaining entries are kept.".to_owned(),
            StepAction::Keep(which) => {
                format!("Of each person's remaining entries {} alone is kept.", pick(*which))
            }
        }
    }

    fn exit(&self, cohort: &Cohort) -> String {
        let end = match &cohort.exit {
            Exit::EndOfObservation => "with the end of observation".to_owned(),
            Exit::After { endpoint, days: moved } => {
                let endpoint = if *endpoint == Endpoint::End { "end" } else { "start" };
                match moved {
                    0 => format!("at the {endpoint} of the entry event"),
                    n if *n < 0 => {
                        format!("{} before the {endpoint} of the entry event", days(i64::from(-n)))
                    }
                    n => format!("{} after the {endpoint} of the entry event", days(i64::from(*n))),
                }
            }
            Exit::EndOfRun(run) => self.run(run),
        };
        let censor: Vec<_> =
            cohort.censor.iter().map(|events| format!("the first of {}", self.events(events))).collect();
        if censor.is_empty() {
            format!("They leave {end}.")
        } else {
            format!("They leave {end}, or earlier with {}, whichever is first.", list(censor, "or"))
        }
    }

    fn run(&self, run: &Run) -> String {
        let supply = match run.supply {
            None => String::new(),
            Some(Supply::DaysSupplyElse(n)) => {
                format!("; a record without end and supply lasts {}", days(i64::from(n)))
            }
            Some(Supply::Always(n)) => format!("; every record is taken to last {}", days(i64::from(n))),
        };
        let offset = match run.offset {
            0 => String::new(),
            n => format!("; every end is moved by {}", days(i64::from(n))),
        };
        format!(
            "when the continuous run of {} ends (records joined across gaps of up to {}{supply}{offset})",
            self.events(&run.of),
            days(i64::from(run.gap))
        )
    }

    fn predicate(&self, predicate: &Predicate) -> String {
        let all =
            |members: &[Predicate]| members.iter().map(|member| self.predicate(member)).collect::<Vec<_>>();
        let events = |of: &Events| self.events(of);
        let value = |of| self.words.value(of, events);
        match predicate {
            Predicate::Any(of) => format!("there are {}", self.events(of)),
            Predicate::No(of) => format!("there are no {}", self.events(of)),
            Predicate::Count(counted) => {
                let per = if counted.per_concept { " with one and the same concept" } else { "" };
                let within =
                    counted.within.map_or_else(String::new, |within| format!(", at most {within} apart"));
                format!(
                    "there are {} {}{per} of {}{within}",
                    count_test(counted.test),
                    count_unit(counted.unit),
                    self.events(&counted.of)
                )
            }
            Predicate::All(members) if members.is_empty() => "nothing is asked".to_owned(),
            Predicate::All(members) => list(all(members), "and"),
            Predicate::AnyOf(members) => format!("either {}", list(all(members), "or")),
            Predicate::NoneOf(members) => format!("neither {}", list(all(members), "nor")),
            Predicate::NumberOf { test, of } => {
                format!("{} of these hold: {}", count_test(*test), all(of).join("; "))
            }
            Predicate::Not(inner) => format!("it is not so that {}", self.predicate(inner)),
            Predicate::Observed { window, of } => {
                let anchor = self.words.anchor(of, events);
                format!("the person was observed {}", Words::window(window, &anchor))
            }
            Predicate::MemberOf { cohort, during: None } => {
                format!("the person is in the cohort {}", readable(cohort.as_str()))
            }
            Predicate::MemberOf { cohort, during: Some((window, of)) } => {
                let anchor = self.words.anchor(of, events);
                let cohort = readable(cohort.as_str());
                format!("the person is in the cohort {cohort} {}", Words::window(window, &anchor))
            }
            Predicate::PersonHas(kind) => format!("the person has {} data", readable(&escape(kind))),
            Predicate::Compare { left, op, right } => {
                format!("{} is {} {}", value(left), comparison(*op), value(right))
            }
            Predicate::Between { value: of, low, high } => {
                format!("{} is from {} to {}", value(of), value(low), value(high))
            }
            Predicate::In { value: of, concepts } => {
                format!("{} is among {}", value(of), self.words.concepts(concepts))
            }
            Predicate::Like { value: of, pattern } => format!("{} is like “{}”", value(of), escape(pattern)),
            Predicate::Missing(of) => format!("{} is not recorded", value(of)),
        }
    }

    fn events(&self, events: &Events) -> String {
        let mut phrase = match &events.from {
            EventSource::Recorded { kind, concepts: None, .. } => events_noun(*kind).to_owned(),
            EventSource::Recorded { kind, concepts: Some(concepts), matching } => {
                let by = match matching {
                    Match::Standard => "",
                    Match::Source => " by source concept",
                    Match::Either => " by standard or source concept",
                };
                format!("{} of {}{by}", events_noun(*kind), self.words.concepts(concepts))
            }
            EventSource::Cohort(name) => format!("entries of the cohort {}", readable(name.as_str())),
            EventSource::Named(name) => match self.words.definition.events.get(name) {
                Some(named) if self.expansions.get() < MOST_EXPANSIONS => {
                    self.expansions.set(self.expansions.get() + 1);
                    self.events(named)
                }
                _ => readable(name.as_str()),
            },
            EventSource::Union(members) => {
                list(members.iter().map(|member| self.events(member)).collect(), "or")
            }
        };
        for filter in &events.filters {
            phrase = self.filter(&phrase, filter);
        }
        phrase
    }

    fn filter(&self, phrase: &str, filter: &Filter) -> String {
        let events = |of: &Events| self.events(of);
        match filter {
            Filter::Where(predicate) => format!("{phrase} such that {}", self.predicate(predicate)),
            Filter::During { test, window, of, ignoring_observation } => {
                let test = match test {
                    WindowTest::Start => "starting",
                    WindowTest::End => "ending",
                    WindowTest::AnyDay => "with a day",
                };
                let ignoring = if *ignoring_observation { ", observed or not" } else { "" };
                format!("{phrase} {test} {}{ignoring}", Words::window(window, &self.words.anchor(of, events)))
            }
            Filter::SameVisit { or, as_anchor } => {
                let same = match or {
                    SameVisit::Visit => "in the same visit as",
                    SameVisit::VisitOrDay => "in the same visit or on the same day as",
                    SameVisit::VisitAndDay => "in the same visit and on the same day as",
                };
                let anchor = match &as_anchor.on {
                    crate::ast::AnchorBase::Index => "the entry event".to_owned(),
                    crate::ast::AnchorBase::This => "that record".to_owned(),
                    crate::ast::AnchorBase::Events { .. } => self.words.anchor(as_anchor, events),
                };
                format!("{phrase} {same} {anchor}")
            }
            Filter::Keep(which) => format!("{} of the {phrase}", pick(*which)),
            Filter::Interval { start, end } => {
                format!("{phrase}, taken to last from {} to {}", date_source(*start), date_source(*end))
            }
        }
    }
}

fn date_source(source: DateSource) -> String {
    let moved = |of: &str, by: i32| match by {
        0 => format!("their {of}"),
        n if n < 0 => format!("{} before their {of}", days(-i64::from(n))),
        n => format!("{} after their {of}", days(i64::from(n))),
    };
    match source {
        DateSource::Start(by) => moved("start", by),
        DateSource::End(by) => moved("end", by),
        DateSource::Date(day) => day.to_string(),
    }
}

fn days(n: i64) -> String {
    if n == 1 { "1 day".to_owned() } else { format!("{n} days") }
}

/// The column names that features and tables speak of.
pub(super) fn columns(columns: &[crate::ast::Column]) -> String {
    list(columns.iter().map(|column| column_name(*column)).collect(), "and")
}
