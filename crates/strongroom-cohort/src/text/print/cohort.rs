use super::events::pick;
use super::literal::{date, quoted, shift};
use super::predicate::Style;
use super::{Follow, Printer, name};
use crate::ast::{
    Cohort, Endpoint, Entry, Events, Exit, Observed, ObservedBy, Predicate, Run, Step, StepAction, Supply,
    Title,
};

impl Printer<'_> {
    pub(super) fn cohort(&mut self, cohort: &Cohort) -> String {
        let mut lines = vec![observed(cohort.observed)];
        match &cohort.entry {
            Entry::People(people) => lines.push(format!("people where {}", self.step_predicate(people))),
            Entry::Events(entry) => {
                let of = self.events(&entry.of, Follow::Something);
                lines.push(format!("entry: {of}, {}", pick(entry.pick)));
                lines.push(format!("index: {}", endpoint(entry.index)));
            }
        }
        lines.extend(cohort.steps.iter().map(|step| self.step(step)));
        // Written where it says something: people without an index day stay to the end anyway.
        if matches!(cohort.entry, Entry::Events(_)) || cohort.exit != Exit::EndOfObservation {
            lines.push(format!("exit: {}", self.exit(&cohort.exit)));
        }
        if !cohort.censor.is_empty() {
            let censor: Vec<String> = cohort.censor.iter().map(|events| self.step_events(events)).collect();
            lines.push(format!("censor: {}", censor.join(", ")));
        }
        if let Some(merge) = cohort.merge {
            lines.push(format!("merge gap {}d", merge.gap));
        }
        if let Some(clip) = cohort.clip {
            let end = |day: Option<_>| day.map_or_else(String::new, date);
            lines.push(format!("clip {} .. {}", end(clip.from), end(clip.to)));
        }
        if let Some(sample) = cohort.sample {
            lines.push(format!("sample {} seed {}", sample.n, sample.seed));
        }
        let title = title(cohort.title.as_ref());
        format!("cohort {}{title} {{\n{}\n}}", name(cohort.name.as_str()), lines.join("\n"))
    }

    pub(super) fn step(&mut self, step: &Step) -> String {
        let label =
            step.label.as_ref().map_or_else(String::new, |label| format!(" as {}", quoted(label.as_str())));
        let action = match &step.action {
            StepAction::Require(predicate) => format!("require {}", self.step_predicate(predicate)),
            StepAction::Exclude(predicate) => format!("exclude {}", self.step_predicate(predicate)),
            StepAction::Keep(these) => format!("keep {}", pick(*these)),
        };
        format!("{action}{label}")
    }

    fn step_predicate(&mut self, predicate: &Predicate) -> String {
        self.keep_is_step = true;
        let text = self.predicate(predicate, Style::Braces, Follow::Nothing);
        self.keep_is_step = false;
        text
    }

    /// Events at the end of a line, where a `keep` after them is the next step.
    fn step_events(&mut self, events: &Events) -> String {
        self.keep_is_step = true;
        let text = self.events(events, Follow::Something);
        self.keep_is_step = false;
        text
    }

    fn exit(&mut self, exit: &Exit) -> String {
        match exit {
            Exit::EndOfObservation => "end of observation".to_owned(),
            Exit::After { endpoint: end, days } => format!("{}{}", endpoint(*end), shift(*days)),
            Exit::EndOfRun(run) => self.run(run),
        }
    }

    fn run(&mut self, run: &Run) -> String {
        let of = self.events(&run.of, Follow::Something);
        let offset = if run.offset == 0 { String::new() } else { format!(" offset {:+}d", run.offset) };
        let supply = match run.supply {
            None => String::new(),
            Some(Supply::Always(days)) => format!(" supply {days}d"),
            Some(Supply::DaysSupplyElse(days)) => format!(" supply days_supply else {days}d"),
        };
        format!("end of run of {of} gap {}d{offset}{supply}", run.gap)
    }
}

pub(super) fn title(title: Option<&Title>) -> String {
    title.map_or_else(String::new, |title| format!(" {}", quoted(title.as_str())))
}

const fn endpoint(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Start => "start",
        Endpoint::End => "end",
    }
}

fn observed(observed: Observed) -> String {
    match observed {
        Observed::Unbounded => "observed unbounded".to_owned(),
        Observed::By(by) => {
            let table = match by {
                ObservedBy::ObservationPeriod => "observation_period",
                ObservedBy::PayerPlanPeriod => "payer_plan_period",
                ObservedBy::EventSpan => "event_span",
            };
            format!("observed by {table}")
        }
    }
}
