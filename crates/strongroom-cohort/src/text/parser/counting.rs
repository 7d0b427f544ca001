use super::{Parse, Parser};
use crate::ast::{CountTest, CountUnit, Counted, Predicate};
use crate::text::errors::{TextError, TextErrorCode as Code};
use crate::text::places::{Place, Placed};
use crate::text::suggest::nearest;
use crate::text::token::{Sign, TokenKind};
use crate::text::words::UNITS;

impl Parser<'_> {
    /// Whether `at least n`, `exactly n`, `between n and m` or `not n` of something stands next.
    pub(super) fn at_count(&self) -> bool {
        let number = |ahead: usize| self.token_at(self.next + ahead).kind == TokenKind::Number;
        let unit = |ahead: usize| {
            let word = self.word_at(self.next + ahead);
            word == "of" || UNITS.contains(&word)
        };
        match self.word() {
            "at" => matches!(self.word_at(self.next + 1), "least" | "most"),
            "exactly" => true,
            "not" => number(1) && unit(2),
            "between" => number(1) && self.word_at(self.next + 2) == "and" && number(3),
            _ => false,
        }
    }

    /// A count of events, or of statements in braces.
    pub(super) fn count(&mut self) -> Parse<Placed<Predicate>> {
        let start = self.next;
        let (test, number) = self.count_test()?;
        let asked = self.place_since(start);
        if self.is_word("of") && self.is_sign_at(self.next + 1, Sign::LeftBrace) {
            self.take();
            let (members, list) = self.group()?;
            let place = self.place_since(start).with("test", asked).with("of", list).under("number_of");
            return Ok(Placed::new(Predicate::NumberOf { test, of: members }, place));
        }
        let unit = match self.count_unit() {
            Some(unit) => unit?,
            None => return Err(self.count_unsaid(number)),
        };
        let per_concept = self.eat_words(&["per", "concept"]);
        self.expect_word("of")?;
        let of = self.events()?;
        let mut within = None;
        if self.is_word("within") {
            self.mark_soft();
            self.take();
            within = Some(self.duration()?);
        }
        let place = self.place_since(start).with("test", asked).with("of", of.place).under("count");
        let counted = Counted { test, unit, per_concept, of: of.node, within };
        Ok(Placed::new(Predicate::Count(Box::new(counted)), place))
    }

    /// What is asked, and the position of its last number.
    fn count_test(&mut self) -> Parse<(CountTest, usize)> {
        let what = "a whole number";
        let test = match self.word() {
            "at" => {
                self.take();
                let least = self.is_word("least");
                self.take();
                let n = self.whole(what)?;
                if least { CountTest::AtLeast(n) } else { CountTest::AtMost(n) }
            }
            "exactly" => {
                self.take();
                CountTest::Exactly(self.whole(what)?)
            }
            "not" => {
                self.take();
                CountTest::Not(self.whole(what)?)
            }
            _ => {
                self.expect_word("between")?;
                let least = self.whole(what)?;
                self.expect_word("and")?;
                CountTest::Between(least, self.whole(what)?)
            }
        };
        Ok((test, self.next.saturating_sub(1)))
    }

    /// What is counted, if it is said.
    pub(super) fn count_unit(&mut self) -> Option<Parse<CountUnit>> {
        let unit = match self.word() {
            "rows" => CountUnit::Rows,
            "dates" => CountUnit::Dates,
            "visits" if self.word_at(self.next + 1) != "in" => CountUnit::Visits,
            "concepts" => CountUnit::Concepts,
            "distinct" => {
                self.take();
                return Some(self.column().map(|column| CountUnit::Distinct(column.node)));
            }
            _ => return None,
        };
        self.take();
        Some(Ok(unit))
    }

    /// `at least 2 dx`: rows, dates or visits?
    fn count_unsaid(&mut self, number: usize) -> super::Failed {
        let word = self.word();
        if self.word_at(self.next + 1) == "of" && !word.is_empty() && word != "of" {
            let span = self.peek().span;
            if let Some(meant) = nearest(word, UNITS.iter().copied()) {
                let error = self.misspelt(span, meant);
                return self.fail(error);
            }
            let message =
                "what is counted is `rows`, `dates`, `visits`, `concepts` or `distinct` and a column";
            return self.fail(TextError::new(Code::UnknownWord, span, message, "nothing that is counted"));
        }
        let span = self.token_at(number).span;
        let n = self.text_of(span).to_owned();
        let spare = if self.is_word("of") { "" } else { " of" };
        let mut error =
            TextError::new(Code::CountUnsaid, span, "say what to count", format!("`{n}` of what?"))
                .with_note("three records on one day count as 3 rows and as 1 date");
        for (unit, meaning) in [
            ("dates", "distinct days"),
            ("rows", "records, however many of one day"),
            ("visits", "distinct visits"),
        ] {
            error = error.suggest(span, format!("{n} {unit}{spare}"), meaning);
        }
        let failed = self.fail(error);
        // What follows is read all the same, for its own errors.
        self.eat_word("of");
        let read = self.events();
        if read.is_ok() && self.eat_word("within") {
            return self.duration().err().unwrap_or(failed);
        }
        failed
    }

    /// Statements in braces.
    pub(super) fn group(&mut self) -> Parse<(Vec<Predicate>, Place)> {
        let (members, span) = self.members(false, Self::predicate)?;
        let (members, places): (Vec<_>, Vec<_>) =
            members.into_iter().map(|member| (member.node, member.place)).unzip();
        Ok((members, Place::list(span, places)))
    }
}
