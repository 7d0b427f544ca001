use super::{Failed, Parse, Parser};
use crate::CohortName;
use crate::ast::{MatchTolerance, Matching, PersonColumn};
use crate::text::errors::{TextError, TextErrorCode as Code};
use crate::text::places::{Place, Placed};
use crate::text::token::Sign;

const LINES: &[&str] = &["ratio", "exact", "within", "require", "exclude", "keep", "seed"];

impl Parser<'_> {
    /// `match name from cohort to cohort { ratio 4 … seed 1 }`, after the first word.
    pub(super) fn matching(&mut self, start: usize) -> Parse<Placed<Matching>> {
        let name_at = self.next;
        let name = self.name("the name of the cohort of controls", CohortName::new)?;
        let mut place = Place::default().with("name", self.place_since(name_at));
        self.expect_word("from")?;
        let at = self.next;
        let from = self.name("the name of a cohort", CohortName::new)?;
        place = place.with("from", self.place_since(at));
        self.expect_word("to")?;
        let at = self.next;
        let to = self.name("the name of a cohort", CohortName::new)?;
        place = place.with("to", self.place_since(at));
        let mut matching = Matching::new(name, from, to, 0);
        let opened = self.next;
        self.mark(|mark| mark.opens_block = true);
        self.expect_sign(Sign::LeftBrace)?;
        let (mut failed, mut ratio, mut seed) = (false, false, false);
        while !self.is_sign(Sign::RightBrace) {
            if self.at_item() || self.at_wrong_closing() {
                return Err(self.unclosed(opened, Sign::RightBrace));
            }
            self.mark_line();
            let (at, word, span) = (self.next, self.word(), self.peek().span);
            let said = match word {
                "ratio" => std::mem::replace(&mut ratio, true),
                "seed" => std::mem::replace(&mut seed, true),
                _ => false,
            };
            let read = if said {
                Err(self.said_twice(span, "a match says this once"))
            } else {
                self.matching_line(&mut matching, &mut place)
            };
            if read.is_err() {
                failed = true;
                if self.next == at {
                    self.take();
                }
                self.keep_is_step = true;
                self.skip_to_line(|parser| LINES.contains(&parser.word()));
                self.keep_is_step = false;
            }
        }
        self.close(opened, Sign::RightBrace)?;
        if failed {
            return Err(Failed);
        }
        let header = self.token_at(name_at).span;
        for (said, what, line) in [
            (ratio, "how many controls each case gets is not said", "ratio 1"),
            (seed, "a match is reproducible only with a seed", "seed 1"),
        ] {
            if !said {
                let error = TextError::new(Code::Unsaid, header, what, "missing").suggest(
                    crate::text::Span::before(self.token_at(opened).span.end),
                    format!("\n  {line}"),
                    "such as this",
                );
                return Err(self.fail(error));
            }
        }
        Ok(Placed::new(matching, place.spanning(self.since(start))))
    }

    fn matching_line(&mut self, matching: &mut Matching, place: &mut Place) -> Parse<()> {
        match self.word() {
            "ratio" => {
                self.take();
                matching.ratio = self.whole("a number of controls")?;
                matching.without_replacement = self.eat_words(&["without", "replacement"]);
            }
            "exact" => {
                self.take();
                loop {
                    matching.exact.push(self.matched_column()?);
                    if !self.eat_sign(Sign::Comma) {
                        break;
                    }
                }
            }
            "within" => {
                self.take();
                let tolerance = if self.at_duration() {
                    MatchTolerance::Duration(self.duration()?)
                } else {
                    MatchTolerance::Number(self.number()?)
                };
                self.expect_word("of")?;
                matching.near.push((self.matched_column()?, tolerance));
            }
            "require" | "exclude" | "keep" => {
                let step = self.step()?;
                place.push_into("steps", None, step.place);
                matching.steps.push(step.node);
            }
            "seed" => {
                self.take();
                matching.seed = self.whole("a seed")?;
            }
            _ => return Err(self.unexpected("a line such as `ratio 4` or `seed 1`", LINES)),
        }
        Ok(())
    }

    /// A column of the person, with `person.` or without.
    fn matched_column(&mut self) -> Parse<PersonColumn> {
        if self.is_word("person") && self.is_sign_at(self.next + 1, Sign::Dot) {
            self.next += 2;
        }
        self.person_column()
    }
}
