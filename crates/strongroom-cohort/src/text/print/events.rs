use super::literal::{concept_ref, date, shift};
use super::predicate::{Style, is_open};
use super::{Follow, Printer, name};
use crate::ast::{
    Anchor, AnchorBase, DateSource, Endpoint, EventKind, EventSource, Events, Filter, Match, Pick, SameVisit,
    WindowTest,
};
use crate::text::words::is_reserved;

impl Printer<'_> {
    /// Events, in brackets where they would otherwise swallow what follows, or lose a filter to it.
    pub(super) fn events(&mut self, events: &Events, follow: Follow) -> String {
        let swallows = follow == Follow::Something && matches!(events.filters.last(), Some(Filter::Where(_)));
        let loses =
            self.keep_is_step && events.filters.iter().any(|filter| matches!(filter, Filter::Keep(_)));
        if swallows || loses {
            return self.bracketed(|printer| printer.bare_events(events));
        }
        self.bare_events(events)
    }

    fn bare_events(&mut self, events: &Events) -> String {
        let mut text = self.source(&events.from);
        let last = events.filters.len().saturating_sub(1);
        for (at, filter) in events.filters.iter().enumerate() {
            text.push(' ');
            let follow = if at == last { Follow::Nothing } else { Follow::Something };
            text.push_str(&self.filter(filter, follow));
        }
        text
    }

    fn source(&mut self, source: &EventSource) -> String {
        match source {
            EventSource::Recorded { kind, concepts, matching } => {
                let matching = match matching {
                    Match::Standard => "",
                    Match::Source => " source",
                    Match::Either => " either",
                };
                let word = if *kind == EventKind::Answer { "to" } else { "in" };
                let concepts = concepts
                    .as_ref()
                    .map_or_else(String::new, |concepts| format!(" {word} {}", concept_ref(concepts)));
                format!("{}{matching}{concepts}", kind.words())
            }
            EventSource::Cohort(cohort) => format!("cohort {}", name(cohort.as_str())),
            EventSource::Named(events) => {
                let text = events.as_str();
                let plain = self.definition.events.contains_key(events) && !is_reserved(text);
                if plain { text.to_owned() } else { format!("`{text}`") }
            }
            EventSource::Union(members) => {
                let members = self.braced(members, |printer, member| printer.events(member, Follow::Nothing));
                format!("union {members}")
            }
        }
    }

    fn filter(&mut self, filter: &Filter, follow: Follow) -> String {
        match filter {
            Filter::Where(predicate) if follow == Follow::Something && is_open(predicate) => {
                let inner =
                    self.bracketed(|printer| printer.predicate(predicate, Style::Joined, Follow::Nothing));
                format!("where {inner}")
            }
            Filter::Where(predicate) => format!("where {}", self.predicate(predicate, Style::Joined, follow)),
            Filter::During { test, window, of, ignoring_observation } => {
                let test = match test {
                    WindowTest::Start => "during",
                    WindowTest::End => "ending during",
                    WindowTest::AnyDay => "overlapping",
                };
                let ignoring = if *ignoring_observation { " ignoring observation" } else { "" };
                format!("{test} {}{ignoring} of {}", self.window(window), self.anchor(of))
            }
            Filter::SameVisit { or, as_anchor } => {
                let or = match or {
                    SameVisit::Visit => "",
                    SameVisit::VisitOrDay => " or day",
                    SameVisit::VisitAndDay => " and day",
                };
                format!("same visit{or} as {}", self.visit_anchor(as_anchor))
            }
            Filter::Keep(pick) => format!("keep {}", self::pick(*pick)),
            Filter::Interval { start, end } => {
                format!("as interval [{}, {}]", date_source(*start), date_source(*end))
            }
        }
    }

    /// A visit is that of the entry event rather than that of its day.
    fn visit_anchor(&mut self, anchor: &Anchor) -> String {
        match (&anchor.on, anchor.endpoint) {
            (AnchorBase::Index, Endpoint::Start) => "entry".to_owned(),
            (AnchorBase::Index, Endpoint::End) => "entry end".to_owned(),
            _ => self.anchor(anchor),
        }
    }
}

pub(super) fn pick(pick: Pick) -> String {
    match pick {
        Pick::All => "all".to_owned(),
        Pick::First => "first".to_owned(),
        Pick::Last => "last".to_owned(),
        Pick::Nth(n) => format!("nth {n}"),
    }
}

fn date_source(source: DateSource) -> String {
    match source {
        DateSource::Start(days) => format!("start{}", shift(days)),
        DateSource::End(days) => format!("end{}", shift(days)),
        DateSource::Date(day) => date(day),
    }
}
