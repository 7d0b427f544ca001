use super::{Parse, Parser};
use crate::ast::{
    Column, Comparison, ConceptRef, DateSource, EventKind, EventSource, Events, Filter, Match, Pick,
    Predicate, SameVisit, Value, WindowTest,
};
use crate::text::errors::{TextError, TextErrorCode as Code};
use crate::text::places::{Place, Placed};
use crate::text::suggest::nearest;
use crate::text::token::{Sign, TokenKind};
use crate::text::words::{self, WEARABLES, is_reserved, kinds};
use crate::{CohortName, EventsName};

impl<'s> Parser<'s> {
    /// Events: a source and its filters.
    pub(super) fn events(&mut self) -> Parse<Placed<Events>> {
        self.deeper(Self::events_here)
    }

    fn events_here(&mut self) -> Parse<Placed<Events>> {
        let start = self.next;
        let Placed { node: mut events, mut place } = self.source()?;
        let kind = match &events.from {
            EventSource::Recorded { kind, .. } => Some(*kind),
            _ => None,
        };
        while let Some(filter) = self.filter(kind)? {
            place.push_into("filters", None, filter.place);
            events.filters.push(filter.node);
        }
        Ok(Placed::new(events, place.spanning(self.since(start))))
    }

    /// `( events )`
    pub(super) fn bracketed_events(&mut self) -> Parse<Placed<Events>> {
        let opened = self.next;
        self.expect_sign(Sign::LeftRound)?;
        let events = self.inside_brackets(Self::events)?;
        self.close(opened, Sign::RightRound)?;
        let span = self.since(opened);
        Ok(Placed::new(events.node, events.place.spanning(span)))
    }

    fn source(&mut self) -> Parse<Placed<Events>> {
        let start = self.next;
        let placed = |parser: &Self, from| {
            let place = parser.place_since(start).with("from", parser.place_since(start));
            Placed::new(Events { from, filters: Vec::new() }, place)
        };
        if self.is_sign(Sign::LeftRound) {
            return self.bracketed_events();
        }
        match self.word() {
            "union" => {
                self.take();
                let (members, span) = self.members(false, Self::events)?;
                let (members, places): (Vec<_>, Vec<_>) =
                    members.into_iter().map(|member| (member.node, member.place)).unzip();
                let list = Place::list(span, places).under("union");
                let place = self.place_since(start).with("from", list);
                Ok(Placed::new(Events::union(members), place))
            }
            "cohort" => {
                self.take();
                let at = self.next;
                let name = self.name("the name of a cohort", CohortName::new)?;
                let place = self.place_since(start).with("cohort", self.place_since(at));
                let place = self.place_since(start).with("from", place);
                Ok(Placed::new(Events { from: EventSource::Cohort(name), filters: Vec::new() }, place))
            }
            "wearables" => {
                self.take();
                match words::wearable(self.word()) {
                    Some(kind) => {
                        self.take();
                        self.recorded(start, kind)
                    }
                    None => Err(self.unexpected("`steps`, `heart_rate`, `sleep` or `activity`", WEARABLES)),
                }
            }
            word => match words::kind(word) {
                Some(kind) => {
                    self.take();
                    self.recorded(start, kind)
                }
                None if word.is_empty() && self.peek_kind() != TokenKind::Name => {
                    Err(self.unexpected("events, such as `conditions in …`", &[]))
                }
                None if !word.is_empty() && (is_reserved(word) || !self.events.contains(word)) => {
                    Err(self.unknown_events())
                }
                None => {
                    let name = self.name("events", EventsName::new)?;
                    Ok(placed(self, EventSource::Named(name)))
                }
            },
        }
    }

    /// A word that is neither a kind of event nor the name of some.
    fn unknown_events(&mut self) -> super::Failed {
        if let Some(failed) = self.reserved_word() {
            return failed;
        }
        let span = self.peek().span;
        let word = self.word();
        let known = kinds()
            .map(|kind| -> &str { kind })
            .chain(["union", "cohort"])
            .chain(self.events.iter().copied());
        let error = match nearest(word, known) {
            Some(meant) => TextError::new(
                Code::UnknownWord,
                span,
                "no kind of event and no `let` has this name",
                format!("did you mean `{meant}`?"),
            )
            .suggest(span, meant, format!("`{meant}`")),
            None => TextError::new(
                Code::UnknownWord,
                span,
                "no kind of event and no `let` has this name",
                "no events of this name",
            )
            .with_note("events are `conditions in …`, `drugs in …` and so on, or a name given by `let`"),
        };
        self.fail(error)
    }

    fn recorded(&mut self, start: usize, kind: EventKind) -> Parse<Placed<Events>> {
        let matching = match self.word() {
            "source" => Match::Source,
            "either" => Match::Either,
            _ => Match::Standard,
        };
        if matching != Match::Standard {
            self.take();
        }
        // `variants in gene "BRCA1"` is short for a filter.
        if kind == EventKind::Variant
            && self.is_words(&["in", "gene"])
            && self.token_at(self.next + 2).kind == TokenKind::Text
        {
            self.next += 2;
            let at = self.next;
            let gene = self.text("a gene")?;
            let gene = Predicate::compare(Value::Column(Column::Gene), Comparison::Equal, Value::Text(gene));
            let mut place = self.place_since(start).with("from", self.place_since(start).under("recorded"));
            let filter = self.place_since(at);
            let compare = filter.clone().with("left", filter.clone()).with("right", filter);
            place.push_into("filters", None, compare.under("compare").under("where"));
            let from = EventSource::Recorded { kind, concepts: None, matching };
            return Ok(Placed::new(Events { from, filters: vec![Filter::Where(gene)] }, place));
        }
        let asks = self.is_word("in") || (kind == EventKind::Answer && self.is_word("to"));
        let mut recorded = self.place_since(start);
        let mut concepts: Option<ConceptRef> = None;
        if asks {
            self.take();
            let read = self.concept_ref()?;
            recorded = self.place_since(start).with("concepts", read.place);
            concepts = Some(read.node);
        }
        let place = self.place_since(start).with("from", recorded.under("recorded"));
        let from = EventSource::Recorded { kind, concepts, matching };
        Ok(Placed::new(Events { from, filters: Vec::new() }, place))
    }

    // ---- filters -----------------------------------------------------------------------------

    fn filter(&mut self, kind: Option<EventKind>) -> Parse<Option<Placed<Filter>>> {
        let start = self.next;
        let soft = start;
        let read = match self.word() {
            "where" => {
                self.take();
                let outer = std::mem::replace(&mut self.row_kind, kind);
                let read = self.predicate();
                self.row_kind = outer;
                let read = read?;
                Placed::new(Filter::Where(read.node), read.place.under("where"))
            }
            "during" => {
                self.take();
                self.during(start, WindowTest::Start)?
            }
            "overlapping" => {
                self.take();
                self.during(start, WindowTest::AnyDay)?
            }
            "ending" => {
                self.take();
                self.expect_word("during")?;
                self.during(start, WindowTest::End)?
            }
            "same" if self.word_at(self.next + 1) == "visit" => {
                self.next += 2;
                let or = if self.eat_words(&["or", "day"]) {
                    SameVisit::VisitOrDay
                } else if self.eat_words(&["and", "day"]) {
                    SameVisit::VisitAndDay
                } else {
                    SameVisit::Visit
                };
                self.expect_word("as")?;
                let anchor = self.anchor()?;
                let place = self.place_since(start).with("as", anchor.place).under("same_visit");
                Placed::new(Filter::SameVisit { or, as_anchor: anchor.node }, place)
            }
            "keep" if !self.keep_is_step => {
                self.take();
                let pick = self.pick()?;
                Placed::new(Filter::Keep(pick), self.place_since(start).under("keep"))
            }
            "as" if self.word_at(self.next + 1) == "interval" => {
                self.next += 2;
                let (first, last) = self.interval()?;
                let place = self.place_since(start).under("interval");
                Placed::new(Filter::Interval { start: first, end: last }, place)
            }
            "within" if self.word_at(self.next + 2).is_empty() => return Ok(None),
            "within" if ["before", "after", "of"].contains(&self.word_at(self.next + 2)) => {
                return Err(self.anchor_day_unsaid());
            }
            "before" | "after" => return Err(self.anchor_day_unsaid()),
            "as" if self.word_at(self.next + 1) == "of" => return Err(self.unexpected("a filter", &[])),
            _ => return Ok(None),
        };
        if let Some(mark) = self.marks.get_mut(soft) {
            mark.soft = true;
        }
        Ok(Some(read))
    }

    fn during(&mut self, start: usize, test: WindowTest) -> Parse<Placed<Filter>> {
        let window = self.window()?;
        let before = self.eat_words(&["ignoring", "observation"]);
        let anchor = self.optional_anchor()?;
        let ignoring_observation = before || self.eat_words(&["ignoring", "observation"]);
        let place = self.place_since(start).with("window", window.place).with("of", anchor.place);
        let filter = Filter::During { test, window: window.node, of: anchor.node, ignoring_observation };
        Ok(Placed::new(filter, place.under("during")))
    }

    /// `within 365d before index`: whether the index day itself counts is not said.
    fn anchor_day_unsaid(&mut self) -> super::Failed {
        let start = self.next;
        let mut distance = None;
        if self.eat_word("within") {
            let at = self.next;
            if let Err(failed) = self.duration() {
                return failed;
            }
            distance = Some(self.text_of(self.since(at)).trim_start_matches(['-', '+']));
        }
        let relation = self.word();
        self.take();
        let at = self.next;
        if let Err(failed) = self.anchor() {
            return failed;
        }
        let anchor = self.text_of(self.since(at));
        let span = self.since(start);
        let day = if anchor == "index" { "index day" } else { "anchor's own day" };
        let (without, with) = match (relation, distance) {
            ("after", Some(distance)) => (format!("[1d, {distance}]"), format!("[0d, {distance}]")),
            ("after", None) => ("[1d, inf]".to_owned(), "[0d, inf]".to_owned()),
            ("before", Some(distance)) => (format!("[-{distance}, -1d]"), format!("[-{distance}, 0d]")),
            (_, None) => ("[-inf, -1d]".to_owned(), "[-inf, 0d]".to_owned()),
            (_, Some(distance)) => {
                let message = "before, after, or both?";
                let error = TextError::new(Code::AnchorDayUnsaid, span, message, "write a window")
                    .suggest(span, format!("during [-{distance}, {distance}] of {anchor}"), "on both sides")
                    .suggest(span, format!("during [-{distance}, -1d] of {anchor}"), "before alone")
                    .suggest(span, format!("during [1d, {distance}] of {anchor}"), "after alone");
                return self.fail(error);
            }
        };
        let error = TextError::new(
            Code::AnchorDayUnsaid,
            span,
            format!("does the {day} count?"),
            "write a window with both of its edges",
        )
        .suggest(span, format!("during {without} of {anchor}"), format!("without the {day}"))
        .suggest(span, format!("during {with} of {anchor}"), format!("with the {day}"));
        self.fail(error)
    }

    /// `first`, `last`, `all` or `nth n`.
    pub(super) fn pick(&mut self) -> Parse<Pick> {
        let pick = match self.word() {
            "first" => Pick::First,
            "last" => Pick::Last,
            "all" => Pick::All,
            "nth" => {
                self.take();
                return self.whole("a position from 1").map(Pick::Nth);
            }
            _ => {
                let words = ["first", "last", "all", "nth"];
                return Err(self.unexpected("`first`, `last`, `all` or `nth` and a number", &words));
            }
        };
        self.take();
        Ok(pick)
    }

    /// `[start -3d, end +5d]`
    fn interval(&mut self) -> Parse<(DateSource, DateSource)> {
        let opened = self.next;
        self.expect_sign(Sign::LeftSquare)?;
        let first = self.date_source()?;
        self.expect_sign(Sign::Comma)?;
        let last = self.date_source()?;
        self.close(opened, Sign::RightSquare)?;
        Ok((first, last))
    }

    fn date_source(&mut self) -> Parse<DateSource> {
        let make: fn(i32) -> DateSource = match self.word() {
            "start" => DateSource::Start,
            "end" => DateSource::End,
            _ if self.at_date() => return self.date().map(DateSource::Date),
            _ => return Err(self.unexpected("`start`, `end` or a day", &["start", "end"])),
        };
        self.take();
        let days = if self.at_duration() { self.signed_days()? } else { 0 };
        Ok(make(days))
    }
}
