use strongroom_omop::ConceptId;

use super::{Failed, Parse, Parser};
use crate::ast::{Code, EventKind, ExamplePerson, ExampleRow, ExampleTest, Expectation};
use crate::text::places::{Place, Placed};
use crate::text::token::Sign;
use crate::{CohortName, ColumnName};

impl Parser<'_> {
    /// `test cohort { person … expect … }`, after the first word.
    pub(super) fn example_test(&mut self, start: usize) -> Parse<Placed<ExampleTest>> {
        let at = self.next;
        let of = self.name("the name of a cohort", CohortName::new)?;
        let mut test = ExampleTest { of, people: Vec::new(), expect: Vec::new() };
        let mut place = Place::default().with("of", self.place_since(at));
        let opened = self.next;
        self.mark(|mark| mark.opens_block = true);
        self.expect_sign(Sign::LeftBrace)?;
        let mut failed = false;
        while !self.is_sign(Sign::RightBrace) {
            if self.at_item() || self.at_wrong_closing() {
                return Err(self.unclosed(opened, Sign::RightBrace));
            }
            self.mark_line();
            let at = self.next;
            if self.example_part(&mut test, &mut place).is_err() {
                failed = true;
                if self.next == at {
                    self.take();
                }
                self.skip_to_line(|parser| matches!(parser.word(), "person" | "expect"));
            }
        }
        self.close(opened, Sign::RightBrace)?;
        if failed { Err(Failed) } else { Ok(Placed::new(test, place.spanning(self.since(start)))) }
    }

    fn example_part(&mut self, test: &mut ExampleTest, place: &mut Place) -> Parse<()> {
        let start = self.next;
        if self.eat_word("person") {
            let person = self.example_person(start)?;
            place.push_into("people", None, person.place);
            test.people.push(person.node);
            return Ok(());
        }
        if !self.eat_word("expect") {
            return Err(self.unexpected("`person` or `expect`", &["person", "expect"]));
        }
        let at = self.next;
        let person = self.name("the name of a person", ColumnName::new)?;
        let mut inside = Place::default().with("person", self.place_since(at));
        let (expectation, word) = if self.eat_word("in") {
            let days = if self.at_date() { Some(self.days()?) } else { None };
            (Expectation::In { person, days }, "in")
        } else if self.eat_word("out") {
            let mut label = None;
            if self.eat_word("at") {
                let at = self.next;
                label = Some(self.title("the label of a step")?);
                inside = inside.with("at", self.place_since(at));
            }
            (Expectation::Out { person, at: label }, "out")
        } else {
            return Err(self.unexpected("`in` or `out`", &["in", "out"]));
        };
        let span = self.since(start);
        place.push_into("expect", None, Place::at(span).with(word, inside.spanning(span)));
        test.expect.push(expectation);
        Ok(())
    }

    fn example_person(&mut self, start: usize) -> Parse<Placed<ExamplePerson>> {
        let mut person = ExamplePerson::new(self.name("the name of the person", ColumnName::new)?);
        let mut place = Place::default();
        if self.eat_word("female") {
            person.sex = Some(Code::Id(ConceptId::FEMALE));
        } else if self.eat_word("male") {
            person.sex = Some(Code::Id(ConceptId::MALE));
        } else if self.eat_word("sex") {
            person.sex = Some(self.code()?);
        }
        if self.eat_word("born") {
            person.born = Some(self.date()?);
        }
        while self.is_word("observed") {
            self.mark_soft();
            self.take();
            loop {
                let at = self.next;
                person.observed.push(self.days()?);
                place.push_into("observed", None, self.place_since(at));
                if !self.eat_sign(Sign::Comma) {
                    break;
                }
            }
        }
        let opened = self.next;
        self.mark(|mark| mark.opens_block = true);
        if !self.is_sign(Sign::LeftBrace) {
            let words = ["female", "male", "sex", "born", "observed"];
            return Err(self.unexpected("`born`, `observed` or `{`", &words));
        }
        self.take();
        let mut failed = false;
        while !self.is_sign(Sign::RightBrace) {
            if self.at_item() || self.at_wrong_closing() || matches!(self.word(), "person" | "expect") {
                return Err(self.unclosed(opened, Sign::RightBrace));
            }
            self.mark_line();
            let at = self.next;
            match self.example_row() {
                Ok(row) => {
                    place.push_into("rows", None, row.place);
                    person.rows.push(row.node);
                }
                Err(Failed) => {
                    failed = true;
                    if self.next == at {
                        self.take();
                    }
                    self.skip_to_line(Self::at_date);
                }
            }
        }
        self.close(opened, Sign::RightBrace)?;
        if failed { Err(Failed) } else { Ok(Placed::new(person, place.spanning(self.since(start)))) }
    }

    /// `2015-03-01 .. 2015-03-05 measurement LOINC:4548-4 = 7.1 '%' visit v1`
    fn example_row(&mut self) -> Parse<Placed<ExampleRow>> {
        let start = self.next;
        let first = self.date()?;
        let end = if self.eat_sign(Sign::DotDot) { Some(self.date()?) } else { None };
        let word = self.word();
        let Some(kind) =
            EventKind::ALL.iter().copied().find(|kind| kind.name() == word || kind.words() == word)
        else {
            let words: Vec<&'static str> = EventKind::ALL.iter().map(|kind| kind.name()).collect();
            return Err(self.unexpected("a kind of record, such as `condition`", &words));
        };
        self.take();
        let mut row = ExampleRow::new(first, kind, self.code()?);
        row.end = end;
        let mut place = Place::default();
        if self.eat_sign(Sign::Equal) {
            let at = self.next;
            row.value = Some(self.literal()?);
            place = place.with("value", self.place_since(at));
        }
        if self.eat_word("visit") {
            row.visit = Some(self.name("a name for the visit", ColumnName::new)?);
        }
        Ok(Placed::new(row, place.spanning(self.since(start))))
    }
}
