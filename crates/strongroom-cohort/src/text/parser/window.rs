use super::{Parse, Parser};
use crate::ast::{Anchor, AnchorBase, AnchorPick, Edge, Endpoint, EventSource, Events, Offset, Window};
use crate::text::errors::{TextError, TextErrorCode as Code};
use crate::text::places::{Place, Placed};
use crate::text::suggest::nearest;
use crate::text::token::{Sign, TokenKind};
use crate::text::words::is_reserved;
use crate::{CohortName, EventsName, ParameterName};

impl Parser<'_> {
    /// A window, such as `[-365d, 0d)`.
    pub(super) fn window(&mut self) -> Parse<Placed<Window>> {
        let start = self.next;
        let open = self.is_sign(Sign::LeftRound);
        if !open && !self.is_sign(Sign::LeftSquare) {
            let begun = self.at_duration()
                || matches!(
                    self.peek_kind(),
                    TokenKind::Number | TokenKind::Sign(Sign::LeftBrace | Sign::Minus)
                )
                || self.is_word("inf");
            if begun {
                return Err(self.bracket_needed(Sign::LeftSquare));
            }
            return Err(self.unexpected("a window such as `[-365d, 0d]`", &[]));
        }
        self.take();
        let from = self.edge()?;
        self.expect_sign(Sign::Comma)?;
        let to = self.edge()?;
        let closed_open = self.is_sign(Sign::RightRound);
        if closed_open {
            self.take();
        } else {
            self.close(start, Sign::RightSquare)?;
        }
        let place =
            self.place_since(start).with("from", from.place.under("at")).with("to", to.place.under("at"));
        let from = Edge { at: from.node, open };
        Ok(Placed::new(Window { from, to: Edge { at: to.node, open: closed_open } }, place))
    }

    fn edge(&mut self) -> Parse<Placed<Offset>> {
        let start = self.next;
        if self.at_duration() || self.peek_kind() == TokenKind::Number {
            let duration = self.duration()?;
            return Ok(Placed::new(duration.into(), self.place_since(start)));
        }
        let minus = self.leading_sign();
        if self.eat_word("inf") {
            let offset = if minus { Offset::InfinitelyBefore } else { Offset::InfinitelyAfter };
            return Ok(Placed::new(offset, self.place_since(start)));
        }
        if !matches!(self.peek_kind(), TokenKind::Word | TokenKind::Name) {
            return Err(self.unexpected("days such as `-365d`, `inf` or a parameter", &[]));
        }
        let name = self.parameter_reference()?;
        let offset = if minus { Offset::MinusParameter(name) } else { Offset::Parameter(name) };
        Ok(Placed::new(offset, self.place_since(start)))
    }

    /// A parameter by its name alone: one that the text declares, or a name in backquotes.
    pub(super) fn parameter_reference(&mut self) -> Parse<ParameterName> {
        let word = self.word();
        if !word.is_empty() && !self.parameters.contains(word) {
            let span = self.peek().span;
            let mut error =
                TextError::new(Code::UnknownWord, span, "no parameter has this name", "not declared");
            if let Some(meant) = nearest(word, self.parameters.iter().copied().chain(["inf"])) {
                error = error.suggest(span, meant, format!("`{meant}`"));
            }
            return Err(self.fail(error));
        }
        self.name("a parameter", ParameterName::new)
    }

    /// `of anchor`, or the index day where it is not written.
    pub(super) fn optional_anchor(&mut self) -> Parse<Placed<Anchor>> {
        if self.eat_word("of") {
            self.anchor()
        } else {
            Ok(Placed::new(Anchor::index(), Place::at(self.after_last())))
        }
    }

    /// What a window is counted from: `index`, `this end`, `first (events)`, a name …
    pub(super) fn anchor(&mut self) -> Parse<Placed<Anchor>> {
        self.deeper(Self::anchor_here)
    }

    fn anchor_here(&mut self) -> Parse<Placed<Anchor>> {
        let start = self.next;
        let (on, place) = match self.word() {
            "index" | "entry" => {
                self.take();
                (AnchorBase::Index, Place::at(self.since(start)))
            }
            "this" => {
                self.take();
                (AnchorBase::This, Place::at(self.since(start)))
            }
            _ => {
                let pick = self.anchor_pick();
                let of = self.anchor_events()?;
                let place = self.place_since(start).with("of", of.place).under("events");
                (AnchorBase::Events { pick, of: Box::new(of.node) }, place)
            }
        };
        let endpoint = if self.eat_word("end") { Endpoint::End } else { Endpoint::Start };
        let place = self.place_since(start).with("on", place);
        Ok(Placed::new(Anchor { on, endpoint }, place))
    }

    fn anchor_pick(&mut self) -> AnchorPick {
        let pick = match self.word() {
            "any" => AnchorPick::Any,
            "first" => AnchorPick::First,
            "last" => AnchorPick::Last,
            "each" => AnchorPick::Each,
            _ => return AnchorPick::Any,
        };
        self.take();
        pick
    }

    /// Events by name, the entries of a cohort, or any events in brackets.
    fn anchor_events(&mut self) -> Parse<Placed<Events>> {
        let start = self.next;
        if self.is_sign(Sign::LeftRound) {
            return self.bracketed_events();
        }
        let mut source = Place::default();
        let from = match self.word() {
            "cohort" => {
                self.take();
                let at = self.next;
                let name = self.name("the name of a cohort", CohortName::new)?;
                source = source.with("cohort", self.place_since(at));
                EventSource::Cohort(name)
            }
            word if is_reserved(word)
                && !self.events.contains(word)
                && crate::text::words::kinds().any(|k| k == word) =>
            {
                return Err(self.anchor_needs_brackets());
            }
            word if !word.is_empty() && (is_reserved(word) || !self.events.contains(word)) => {
                return Err(self.unknown_anchor());
            }
            _ => EventSource::Named(self.name("`index`, events in brackets or a name", EventsName::new)?),
        };
        let place = self.place_since(start).with("from", source.spanning(self.since(start)));
        Ok(Placed::new(Events { from, filters: Vec::new() }, place))
    }

    fn unknown_anchor(&mut self) -> super::Failed {
        let span = self.peek().span;
        let message = "an anchor is `index`, `this`, the name of events, or events in brackets";
        let mut error = TextError::new(Code::UnknownWord, span, message, "nothing has this name");
        let known = ["index", "this", "entry"].into_iter().chain(self.events.iter().copied());
        if let Some(meant) = nearest(self.word(), known) {
            error = error.suggest(span, meant, format!("`{meant}`"));
        }
        self.fail(error)
    }

    /// Events without brackets as an anchor: whose the filters after them are could not be told.
    fn anchor_needs_brackets(&mut self) -> super::Failed {
        let start = self.next;
        let outer = std::mem::replace(&mut self.keep_is_step, true);
        let events = self.events();
        self.keep_is_step = outer;
        if let Err(failed) = events {
            return failed;
        }
        let span = self.since(start);
        let bracketed = format!("({})", self.text_of(span));
        let message = "events that something is counted from stand in brackets or have a name";
        let error = TextError::new(Code::Unexpected, span, message, "put these in brackets");
        self.fail(error.suggest(span, bracketed, "in brackets"))
    }
}
