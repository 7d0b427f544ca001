use super::{Parse, Parser};
use crate::ast::{Comparison, Events, Predicate, Value};
use crate::text::errors::{TextError, TextErrorCode as Code};
use crate::text::places::{Place, Placed};
use crate::text::token::{Sign, TokenKind};
use crate::{CohortName, ColumnName};

/// A statement or a value; which one only its end says.
#[derive(Debug, Clone)]
pub(super) enum Expression {
    Predicate(Predicate),
    Value(Value),
}

impl Expression {
    pub(super) fn predicate(placed: Placed<Predicate>) -> Placed<Self> {
        Placed { node: Self::Predicate(placed.node), place: placed.place }
    }

    pub(super) fn value(placed: Placed<Value>) -> Placed<Self> {
        Placed { node: Self::Value(placed.node), place: placed.place }
    }
}

impl Parser<'_> {
    /// A statement: statements joined by `or`, of statements joined by `and`.
    pub(super) fn predicate(&mut self) -> Parse<Placed<Predicate>> {
        let read = self.expression()?;
        self.needs_predicate(read)
    }

    /// A statement or a value.
    pub(super) fn expression(&mut self) -> Parse<Placed<Expression>> {
        self.deeper(|parser| parser.joined("or"))
    }

    /// Parts joined by `or` or by `and`; a part alone is itself.
    fn joined(&mut self, word: &'static str) -> Parse<Placed<Expression>> {
        let start = self.next;
        let part = |parser: &mut Self| if word == "or" { parser.joined("and") } else { parser.negation() };
        let first = part(self)?;
        if !self.is_word(word) {
            return Ok(first);
        }
        let first = self.needs_predicate(first)?;
        let (mut members, mut places) = (vec![first.node], vec![first.place]);
        while self.is_word(word) {
            self.mark_soft();
            self.take();
            let next = part(self)?;
            let next = self.needs_predicate(next)?;
            members.push(next.node);
            places.push(next.place);
        }
        let list = Place::list(self.since(start), places);
        let joined = if word == "or" {
            Placed::new(Predicate::AnyOf(members), list.under("any_of"))
        } else {
            Placed::new(Predicate::All(members), list.under("all"))
        };
        Ok(Expression::predicate(joined))
    }

    fn negation(&mut self) -> Parse<Placed<Expression>> {
        if !self.is_word("not") || self.at_count() {
            return self.comparison();
        }
        let start = self.next;
        self.take();
        let inner = self.deeper(Self::negation)?;
        let inner = self.needs_predicate(inner)?;
        let place = self.place_since(start).with("not", inner.place);
        Ok(Expression::predicate(Placed::new(inner.node.negated(), place)))
    }

    fn comparison(&mut self) -> Parse<Placed<Expression>> {
        let start = self.next;
        let left = self.sum()?;
        // `between 1 and 2 rows of …` may be the next statement of a list.
        if matches!(left.node, Expression::Predicate(_)) && comparison_sign(self.peek_kind()).is_none() {
            return Ok(left);
        }
        let negated = self.is_word("not") && matches!(self.word_at(self.next + 1), "in" | "like" | "between");
        let op = comparison_sign(self.peek_kind());
        if !negated && op.is_none() && !matches!(self.word(), "between" | "in" | "like" | "is") {
            return Ok(left);
        }
        let left = self.needs_value(left)?;
        if negated {
            self.take();
        }
        let compared = match op {
            Some(op) => self.compared(start, left, op)?,
            None => self.tested(start, left)?,
        };
        Ok(Expression::predicate(if negated { negate(compared) } else { compared }))
    }

    fn compared(&mut self, start: usize, left: Placed<Value>, op: Comparison) -> Parse<Placed<Predicate>> {
        self.take();
        let right = self.value()?;
        let place = self.place_since(start).with("left", left.place).with("right", right.place);
        let compare = Predicate::Compare { left: left.node, op, right: right.node };
        if comparison_sign(self.peek_kind()).is_some() {
            let message = "comparisons cannot be chained; write two of them with `and`, or `between`";
            let error = TextError::new(Code::Unexpected, self.peek().span, message, "a second comparison");
            return Err(self.fail(error));
        }
        Ok(Placed::new(compare, place.under("compare")))
    }

    fn tested(&mut self, start: usize, value: Placed<Value>) -> Parse<Placed<Predicate>> {
        let Placed { node: value, place } = value;
        if self.eat_word("between") {
            let low = self.value()?;
            self.expect_word("and")?;
            let high = self.value()?;
            let place =
                self.place_since(start).with("value", place).with("low", low.place).with("high", high.place);
            let between = Predicate::Between { value, low: low.node, high: high.node };
            return Ok(Placed::new(between, place.under("between")));
        }
        if self.eat_word("in") {
            let concepts = self.concept_ref()?;
            let place = self.place_since(start).with("value", place).with("concepts", concepts.place);
            return Ok(Placed::new(Predicate::In { value, concepts: concepts.node }, place.under("in")));
        }
        if self.eat_word("like") {
            let pattern = self.text("a pattern in double quotes, such as `\"E11%\"`")?;
            let place = self.place_since(start).with("value", place);
            return Ok(Placed::new(Predicate::Like { value, pattern }, place.under("like")));
        }
        self.expect_word("is")?;
        let negated = self.eat_word("not");
        self.expect_word("missing")?;
        let missing = Placed::new(Predicate::Missing(value), self.place_since(start).with("missing", place));
        Ok(if negated { negate(missing) } else { missing })
    }

    // ---- statements that begin with a word of their own --------------------------------------

    /// A statement that is no comparison, if one stands next.
    pub(super) fn statement(&mut self) -> Option<Parse<Placed<Predicate>>> {
        if self.at_count() {
            return Some(self.count());
        }
        let next = self.word_at(self.next + 1);
        let statement: fn(&mut Self) -> Parse<Placed<Predicate>> = match self.word() {
            "any" if next == "of" && self.is_sign_at(self.next + 2, Sign::LeftBrace) => {
                |parser| parser.braces(2, "any_of", Predicate::AnyOf)
            }
            "none" if next == "of" => |parser| parser.braces(2, "none_of", Predicate::NoneOf),
            "all" => |parser| parser.braces(1, "all", Predicate::All),
            "any" => |parser| parser.of_events("any", Predicate::Any),
            "no" => |parser| parser.of_events("no", Predicate::No),
            "observed" => Self::observed,
            "member" => Self::member,
            "person" if self.word_at(self.next + 2) == "has" => Self::person_has,
            "at" => |parser| {
                parser.take();
                Err(parser.unexpected("`least` or `most`", &["least", "most"]))
            },
            "none" => |parser| {
                parser.take();
                Err(parser.unexpected("`of`", &["of"]))
            },
            _ => return None,
        };
        Some(statement(self))
    }

    fn braces(
        &mut self,
        words: usize,
        field: &'static str,
        make: fn(Vec<Predicate>) -> Predicate,
    ) -> Parse<Placed<Predicate>> {
        let start = self.next;
        self.next += words;
        let (members, list) = self.group()?;
        Ok(Placed::new(make(members), self.place_since(start).with(field, list)))
    }

    fn of_events(&mut self, field: &'static str, make: fn(Events) -> Predicate) -> Parse<Placed<Predicate>> {
        let start = self.next;
        self.take();
        let events = self.events()?;
        Ok(Placed::new(make(events.node), self.place_since(start).with(field, events.place)))
    }

    fn observed(&mut self) -> Parse<Placed<Predicate>> {
        let start = self.next;
        self.take();
        let window = self.window()?;
        let of = self.optional_anchor()?;
        let place = self.place_since(start).with("window", window.place).with("of", of.place);
        Ok(Placed::new(Predicate::Observed { window: window.node, of: of.node }, place.under("observed")))
    }

    fn member(&mut self) -> Parse<Placed<Predicate>> {
        let start = self.next;
        self.take();
        self.expect_word("of")?;
        let named = self.next;
        let cohort = self.name("the name of a cohort", CohortName::new)?;
        let named = self.place_since(named);
        let (mut during, mut list) = (None, None);
        if self.is_word("during") {
            self.mark_soft();
            let at = self.next;
            self.take();
            let window = self.window()?;
            let of = self.optional_anchor()?;
            list = Some(Place::list(self.since(at), [window.place, of.place]));
            during = Some((window.node, of.node));
        }
        let mut place = self.place_since(start).with("cohort", named);
        if let Some(list) = list {
            place = place.with("during", list);
        }
        Ok(Placed::new(Predicate::MemberOf { cohort, during }, place.under("member_of")))
    }

    fn person_has(&mut self) -> Parse<Placed<Predicate>> {
        let start = self.next;
        self.take();
        self.expect_sign(Sign::Dot)?;
        self.take();
        let what = if self.peek_kind() == TokenKind::Text {
            self.text("a kind of data")?
        } else {
            self.name("a kind of data, such as `ehr`", ColumnName::new)?.as_str().to_owned()
        };
        Ok(Placed::new(Predicate::PersonHas(what), self.place_since(start).with_only("person_has")))
    }

    // ---- which of the two it is --------------------------------------------------------------

    pub(super) fn needs_predicate(&mut self, read: Placed<Expression>) -> Parse<Placed<Predicate>> {
        let span = read.span();
        match read.node {
            Expression::Predicate(predicate) => Ok(Placed::new(predicate, read.place)),
            Expression::Value(value) => {
                let message = "a statement is needed, which is true or false";
                let mut error = TextError::new(Code::StatementNeeded, span, message, "this is a value");
                if !matches!(value, Value::Text(_) | Value::Date(_)) {
                    let written = self.text_of(span);
                    error = error.suggest(span, format!("{written} >= 1"), "compare it with something");
                }
                error = error.suggest(
                    span,
                    format!("{} is not missing", self.text_of(span)),
                    "ask whether it is known",
                );
                Err(self.fail(error))
            }
        }
    }

    pub(super) fn needs_value(&mut self, read: Placed<Expression>) -> Parse<Placed<Value>> {
        let span = read.span();
        match read.node {
            Expression::Value(value) => Ok(Placed::new(value, read.place)),
            Expression::Predicate(predicate) => {
                let message = "a value is needed, such as a number or a column";
                let mut error = TextError::new(Code::ValueNeeded, span, message, "this is a statement");
                if let Predicate::Any(_) = predicate {
                    let events = self.text_of(span).trim_start_matches("any").trim_start();
                    error = error.suggest(span, format!("count rows of ({events})"), "how many there are");
                }
                Err(self.fail(error))
            }
        }
    }
}

impl Place {
    /// An object whose only field is as large as itself.
    fn with_only(self, field: &'static str) -> Self {
        Self::at(self.span()).under(field)
    }
}

fn negate(inner: Placed<Predicate>) -> Placed<Predicate> {
    Placed::new(inner.node.negated(), inner.place.under("not"))
}

pub(super) const fn comparison_sign(kind: TokenKind) -> Option<Comparison> {
    Some(match kind {
        TokenKind::Sign(Sign::Less) => Comparison::Less,
        TokenKind::Sign(Sign::AtMost) => Comparison::AtMost,
        TokenKind::Sign(Sign::Equal) => Comparison::Equal,
        TokenKind::Sign(Sign::NotEqual) => Comparison::NotEqual,
        TokenKind::Sign(Sign::AtLeast) => Comparison::AtLeast,
        TokenKind::Sign(Sign::Greater) => Comparison::Greater,
        _ => return None,
    })
}
