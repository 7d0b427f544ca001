use super::{Failed, Parse, Parser};
use crate::CohortName;
use crate::ast::{
    Cohort, DateRange, Endpoint, Entry, EventEntry, Events, Exit, Merge, Observed, ObservedBy, Pick,
    Predicate, Run, Sample, Step, Supply,
};
use crate::text::errors::{TextError, TextErrorCode as Code};
use crate::text::places::{Place, Placed};
use crate::text::token::{Sign, Span, TokenKind};
use crate::text::words::CLAUSES;

/// What the clauses of a cohort have said so far.
#[derive(Default)]
struct Clauses {
    said: Vec<&'static str>,
    observed: Option<Observed>,
    people: Option<Placed<Predicate>>,
    entry: Option<(Placed<Events>, Pick)>,
    index: Option<Endpoint>,
    steps: Vec<Step>,
    exit: Option<Exit>,
    censor: Vec<Events>,
    merge: Option<Merge>,
    clip: Option<DateRange>,
    sample: Option<Sample>,
    failed: bool,
}

impl Parser<'_> {
    /// `cohort name "title" { … }`, after the first word.
    pub(super) fn cohort(&mut self, start: usize) -> Parse<Placed<Cohort>> {
        let name_at = self.next;
        let name = self.name("the name of the cohort", CohortName::new)?;
        let mut place = Place::default();
        place = place.with("name", self.place_since(name_at));
        let title = self.optional_title()?;
        let opened = self.next;
        self.mark(|mark| mark.opens_block = true);
        self.expect_sign(Sign::LeftBrace)?;
        let mut clauses = Clauses::default();
        while !self.is_sign(Sign::RightBrace) {
            if self.at_item() || self.at_wrong_closing() {
                self.unclosed(opened, Sign::RightBrace);
                return Err(Failed);
            }
            self.mark_line();
            let (at, depth) = (self.next, self.depth);
            if self.clause(&mut clauses, &mut place).is_err() {
                clauses.failed = true;
                self.depth = depth;
                self.row_kind = None;
                if self.next == at && !self.is_sign(Sign::RightBrace) {
                    self.take();
                }
                self.keep_is_step = true;
                self.skip_to_line(|parser| CLAUSES.contains(&parser.word()));
            }
            self.keep_is_step = false;
        }
        self.close(opened, Sign::RightBrace)?;
        let header = self.token_at(name_at).span;
        let cohort = self.finish_cohort(name, clauses, header, opened, &mut place)?;
        let cohort = Cohort { title, ..cohort };
        Ok(Placed::new(cohort, place.spanning(self.since(start))))
    }

    fn finish_cohort(
        &mut self,
        name: CohortName,
        clauses: Clauses,
        header: Span,
        opened: usize,
        place: &mut Place,
    ) -> Parse<Cohort> {
        // What a broken clause would have said is unknown, so that nothing is missed because of it.
        if clauses.failed {
            return Err(Failed);
        }
        let after = Span::before(self.token_at(opened).span.end);
        let entry = match (clauses.people, clauses.entry) {
            (Some(people), None) => {
                *place = std::mem::take(place).with("entry", people.place.under("people"));
                Entry::People(people.node)
            }
            (None, Some((of, pick))) => {
                let index = clauses.index.unwrap_or_default();
                let events = Place::at(of.span()).with("of", of.place).under("events");
                *place = std::mem::take(place).with("entry", events);
                Entry::Events(EventEntry { of: of.node, pick, index })
            }
            (Some(_), Some(_)) => {
                let message =
                    "people enter by a statement (`people where`) or by events (`entry`), not by both";
                return Err(self.fail(TextError::new(Code::SaidTwice, header, message, "enters twice")));
            }
            (None, None) => {
                let message = "who enters is not said";
                let error = TextError::new(Code::Unsaid, header, message, "nobody enters this cohort")
                    .suggest(after, "\n  people where all {}", "everybody enters")
                    .with_note("people enter by `people where …` or by `entry: events, first`");
                return Err(self.fail(error));
            }
        };
        let Some(observed) = clauses.observed else {
            let message = "which time counts as observed is not said";
            let error = TextError::new(Code::Unsaid, header, message, "no `observed` line")
                .suggest(
                    after,
                    "\n  observed by observation_period",
                    "the observation periods of the release",
                )
                .suggest(after, "\n  observed unbounded", "all time, whenever something happened");
            return Err(self.fail(error));
        };
        if clauses.index.is_some() && matches!(entry, Entry::People(_)) {
            let message = "people who enter by a statement have no index day";
            let error = TextError::new(Code::Unexpected, header, message, "has an `index` line");
            return Err(self.fail(error));
        }
        Ok(Cohort {
            steps: clauses.steps,
            exit: clauses.exit.unwrap_or_default(),
            censor: clauses.censor,
            merge: clauses.merge,
            clip: clauses.clip,
            sample: clauses.sample,
            ..Cohort::new(name, entry).observed(observed)
        })
    }

    fn clause(&mut self, clauses: &mut Clauses, place: &mut Place) -> Parse<()> {
        let start = self.next;
        let Some(word) = CLAUSES.iter().copied().find(|clause| self.is_word(clause)) else {
            return Err(self.no_clause());
        };
        let once = !matches!(word, "require" | "exclude" | "keep" | "censor");
        if once && clauses.said.contains(&word) {
            let span = self.peek().span;
            return Err(self.said_twice(span, "a cohort says this once"));
        }
        clauses.said.push(word);
        match word {
            "require" | "exclude" | "keep" => {
                let step = self.step()?;
                place.push_into("steps", None, step.place);
                clauses.steps.push(step.node);
                return self.end_of_clause();
            }
            _ => self.take(),
        };
        match word {
            "observed" => clauses.observed = Some(self.observed_by()?),
            "people" => {
                self.expect_word("where")?;
                self.keep_is_step = true;
                clauses.people = Some(self.predicate()?);
            }
            "entry" => {
                self.expect_sign(Sign::Colon)?;
                let of = self.events()?;
                if !self.is_sign(Sign::Comma) {
                    return Err(self.entry_pick_unsaid());
                }
                self.take();
                let pick = self.pick()?;
                clauses.entry = Some((of, pick));
            }
            "index" => {
                self.expect_sign(Sign::Colon)?;
                clauses.index = Some(self.endpoint()?);
            }
            "exit" => {
                self.expect_sign(Sign::Colon)?;
                let exit = self.exit()?;
                *place = std::mem::take(place).with("exit", exit.place.spanning(self.since(start)));
                clauses.exit = Some(exit.node);
            }
            "censor" => {
                self.expect_sign(Sign::Colon)?;
                self.keep_is_step = true;
                loop {
                    let events = self.events()?;
                    place.push_into("censor", None, events.place);
                    clauses.censor.push(events.node);
                    if !self.eat_sign(Sign::Comma) {
                        break;
                    }
                }
            }
            "merge" => {
                self.expect_word("gap")?;
                clauses.merge = Some(Merge { gap: self.days_count()? });
            }
            "clip" => {
                let from = if self.at_date() { Some(self.date()?) } else { None };
                self.expect_sign(Sign::DotDot)?;
                let to = if self.at_date() { Some(self.date()?) } else { None };
                clauses.clip = Some(DateRange { from, to });
            }
            _ => {
                let n = self.whole("a number of people")?;
                self.expect_word("seed")?;
                clauses.sample = Some(Sample { n, seed: self.whole("a seed")? });
            }
        }
        if let Some(field) = ["observed", "merge", "clip", "sample"].into_iter().find(|field| *field == word)
        {
            *place = std::mem::take(place).with(field, self.place_since(start));
        }
        self.end_of_clause()
    }

    fn no_clause(&mut self) -> Failed {
        let words: Vec<&'static str> =
            CLAUSES.iter().chain(crate::text::words::FILTERS).chain(&["and", "or"]).copied().collect();
        self.unexpected("a line such as `require …` or `exclude …`", &words)
    }

    /// A clause ends with its line or with the cohort.
    fn end_of_clause(&mut self) -> Parse<()> {
        let known = CLAUSES.contains(&self.word());
        if self.peek_kind() == TokenKind::Sign(Sign::RightBrace) || known || self.at_item() {
            return Ok(());
        }
        if self.peek().begins_line { Ok(()) } else { Err(self.no_clause()) }
    }

    /// `require statement as "label"`, `exclude …` or `keep first`.
    pub(super) fn step(&mut self) -> Parse<Placed<Step>> {
        let start = self.next;
        let word = self.word();
        self.take();
        if word == "keep" {
            let step = Step::keep(self.pick()?);
            let place = self.place_since(start);
            let label = self.optional_label()?;
            return Ok(Placed::new(Step { label, ..step }, place.clone().with("keep", place)));
        }
        let outer = std::mem::replace(&mut self.keep_is_step, true);
        let predicate = self.predicate();
        self.keep_is_step = outer;
        let predicate = predicate?;
        let label = self.optional_label()?;
        let (step, field) = if word == "require" {
            (Step::require(predicate.node), "require")
        } else {
            (Step::exclude(predicate.node), "exclude")
        };
        let place = self.place_since(start).with(field, predicate.place);
        Ok(Placed::new(Step { label, ..step }, place))
    }

    fn observed_by(&mut self) -> Parse<Observed> {
        if self.eat_word("unbounded") {
            return Ok(Observed::Unbounded);
        }
        self.expect_word("by")?;
        let by = match self.word() {
            "observation_period" => ObservedBy::ObservationPeriod,
            "payer_plan_period" => ObservedBy::PayerPlanPeriod,
            "event_span" => ObservedBy::EventSpan,
            _ => {
                let words = ["observation_period", "payer_plan_period", "event_span"];
                let expected = "`observation_period`, `payer_plan_period` or `event_span`";
                return Err(self.unexpected(expected, &words));
            }
        };
        self.take();
        Ok(Observed::By(by))
    }

    fn entry_pick_unsaid(&mut self) -> Failed {
        let clause = CLAUSES.contains(&self.word());
        if self.peek_kind() == TokenKind::Word && !self.peek().begins_line && !clause {
            return self.no_clause();
        }
        let here = self.after_last();
        let message = "which of a person's entries are taken is not said";
        let error = TextError::new(Code::Unsaid, here, message, "first, last or all?")
            .suggest(here, ", first", "each person's first")
            .suggest(here, ", all", "all of them");
        self.fail(error)
    }

    fn endpoint(&mut self) -> Parse<Endpoint> {
        let endpoint = match self.word() {
            "start" => Endpoint::Start,
            "end" => Endpoint::End,
            _ => return Err(self.unexpected("`start` or `end`", &["start", "end"])),
        };
        self.take();
        Ok(endpoint)
    }

    fn exit(&mut self) -> Parse<Placed<Exit>> {
        let start = self.next;
        if self.eat_words(&["end", "of", "observation"]) {
            return Ok(Placed::new(Exit::EndOfObservation, self.place_since(start)));
        }
        if self.eat_words(&["end", "of", "run", "of"]) {
            return self.run(start);
        }
        if self.is_words(&["end", "of"]) {
            self.next += 2;
            return Err(self.unexpected("`observation` or `run of`", &["observation", "run"]));
        }
        let endpoint = self.endpoint()?;
        let days = if self.at_duration() { self.signed_days()? } else { 0 };
        Ok(Placed::new(Exit::After { endpoint, days }, self.place_since(start)))
    }

    fn run(&mut self, start: usize) -> Parse<Placed<Exit>> {
        let of = self.events()?;
        self.mark_soft();
        self.expect_word("gap")?;
        let mut run = Run::new(of.node, self.days_count()?);
        if self.eat_word("offset") {
            run.offset = self.signed_days()?;
        }
        if self.eat_word("supply") {
            run.supply = Some(if self.eat_word("days_supply") {
                self.expect_word("else")?;
                Supply::DaysSupplyElse(self.days_count()?)
            } else {
                Supply::Always(self.days_count()?)
            });
        }
        let place = self.place_since(start).with("of", of.place).under("end_of_run");
        Ok(Placed::new(Exit::EndOfRun(run), place))
    }
}
