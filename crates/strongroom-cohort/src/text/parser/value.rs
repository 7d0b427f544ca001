use super::predicate::{Expression, comparison_sign};
use super::{Failed, Parse, Parser};
use crate::ParameterName;
use crate::ast::{
    AggregateFunction, Anchor, ArithmeticOperator, Column, EventKind, Literal, Moment, PersonColumn, Value,
};
use crate::text::errors::{TextError, TextErrorCode as Code};
use crate::text::places::{Place, Placed};
use crate::text::suggest::nearest;
use crate::text::token::{Sign, Span, TokenKind};
use crate::text::words::{self, STATEMENTS, UNITS};

impl<'s> Parser<'s> {
    /// A value: parts put together by `+`, `-`, `*` and `/`.
    pub(super) fn value(&mut self) -> Parse<Placed<Value>> {
        let read = self.deeper(Self::sum)?;
        self.needs_value(read)
    }

    pub(super) fn sum(&mut self) -> Parse<Placed<Expression>> {
        self.arithmetic(false)
    }

    /// Products joined by `+` and `-`, or terms joined by `*` and `/`; from left to right.
    fn arithmetic(&mut self, product: bool) -> Parse<Placed<Expression>> {
        let start = self.next;
        let part = |parser: &mut Self| if product { parser.term() } else { parser.arithmetic(true) };
        let mut left = part(self)?;
        let mut joined = 0;
        loop {
            let op = match (self.peek_kind(), product) {
                (TokenKind::Sign(Sign::Plus), false) => ArithmeticOperator::Add,
                (TokenKind::Sign(Sign::Minus), false) => ArithmeticOperator::Subtract,
                (TokenKind::Sign(Sign::Star), true) => ArithmeticOperator::Multiply,
                (TokenKind::Sign(Sign::Slash), true) => ArithmeticOperator::Divide,
                _ => return Ok(left),
            };
            // Each sign makes the tree one level deeper, without the grammar getting deeper.
            joined += 1;
            if self.depth + joined > self.deepest {
                return Err(self.too_deep());
            }
            let before = self.needs_value(left)?;
            self.take();
            let right = part(self)?;
            let right = self.needs_value(right)?;
            let place = self.place_since(start).with("left", before.place).with("right", right.place);
            let value = Value::Arithmetic { left: Box::new(before.node), op, right: Box::new(right.node) };
            left = Expression::value(Placed::new(value, place.under("arithmetic")));
        }
    }

    fn term(&mut self) -> Parse<Placed<Expression>> {
        if let Some(statement) = self.statement() {
            return statement.map(Expression::predicate);
        }
        let start = self.next;
        if self.is_sign(Sign::LeftRound) {
            self.take();
            let inner = self.inside_brackets(Self::expression)?;
            self.close(start, Sign::RightRound)?;
            let span = self.since(start);
            return Ok(Placed::new(inner.node, inner.place.spanning(span)));
        }
        let value = self.simple_value()?;
        let place = self.place_since(start);
        Ok(match value {
            Simple::Value(value) => Placed::new(Expression::Value(value), place),
            Simple::Placed(placed) => Expression::value(placed),
        })
    }

    fn simple_value(&mut self) -> Parse<Simple> {
        if self.at_date() {
            return self.date().map(|date| Simple::Value(Value::Date(date)));
        }
        match self.peek_kind() {
            TokenKind::Number | TokenKind::Sign(Sign::Minus | Sign::Plus) => {
                return self.number_or_quantity().map(|literal| match literal {
                    Literal::Quantity(quantity) => Simple::Value(Value::Quantity(quantity)),
                    Literal::Number(number) => Simple::Value(Value::Number(number)),
                    _ => Simple::Value(Value::integer(0)),
                });
            }
            TokenKind::Text => return self.text("a text").map(|text| Simple::Value(Value::Text(text))),
            TokenKind::Name => {
                let name = self.name("a parameter", ParameterName::new)?;
                return Ok(Simple::Value(Value::Parameter(name)));
            }
            TokenKind::Measure => return Err(self.measure_as_value()),
            TokenKind::Word => {}
            _ => return Err(self.unexpected("a statement or a value", &[])),
        }
        let next = self.word_at(self.next + 1);
        let bracket = self.is_sign_at(self.next + 1, Sign::LeftRound);
        match self.word() {
            "age" => self.age().map(Simple::Placed),
            "date" if next == "of" => self.date_of().map(Simple::Placed),
            "count" if UNITS.contains(&next) => self.count_of().map(Simple::Placed),
            "band" if bracket => self.band().map(Simple::Placed),
            "person" if self.is_sign_at(self.next + 1, Sign::Dot) => {
                self.next += 2;
                self.person_column().map(|column| Simple::Value(Value::Person(column)))
            }
            word => match aggregate(word) {
                Some(function) if bracket => self.aggregate(function).map(Simple::Placed),
                _ => self.named_value(),
            },
        }
    }

    fn measure_as_value(&mut self) -> Failed {
        let span = self.peek().span;
        let text = self.text_of(span);
        let message = "a length of time is no value here; the difference of two days is a number";
        let error = TextError::new(Code::ValueNeeded, span, message, "a length of time");
        let days = text.trim_end_matches('d');
        if days.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.fail(error.suggest(span, days, "the number of days"));
        }
        self.fail(error)
    }

    /// A column, a parameter, or, by mistake, events.
    fn named_value(&mut self) -> Parse<Simple> {
        let word = self.word();
        if word == "kind" && matches!(self.row_kind, Some(EventKind::Visit | EventKind::VisitDetail)) {
            // The concept of a visit is its kind.
            self.take();
            return Ok(Simple::Value(Value::Column(Column::Concept)));
        }
        if self.is_sign_at(self.next + 1, Sign::Dot) || words::column(word).is_some() {
            return self.column().map(|column| Simple::Value(Value::Column(column.node)));
        }
        if self.parameters.contains(word) && !words::is_reserved(word) {
            let name = self.name("a parameter", ParameterName::new)?;
            return Ok(Simple::Value(Value::Parameter(name)));
        }
        let kind = words::kinds().any(|kind| kind == word);
        if kind || word == "union" || word == "cohort" || self.events.contains(word) {
            return Err(self.many_rows());
        }
        if let Some(failed) = self.reserved_word() {
            return Err(failed);
        }
        let span = self.peek().span;
        let message = "no column, parameter or statement has this name";
        let mut error = TextError::new(Code::UnknownWord, span, message, "not known");
        let columns = Column::ALL.iter().map(|column| column.name());
        let known = columns
            .chain(self.parameters.iter().copied())
            .chain(STATEMENTS.iter().copied())
            .chain(["age", "count", "band", "date"]);
        if let Some(meant) = nearest(word, known) {
            error.label = format!("did you mean `{meant}`?");
            error = error.suggest(span, meant, format!("`{meant}`"));
        }
        Err(self.fail(error))
    }

    /// Events where a statement or one value is needed.
    fn many_rows(&mut self) -> Failed {
        let start = self.next;
        if let Err(failed) = self.events() {
            return failed;
        }
        let span = self.since(start);
        let events = self.text_of(span).to_owned();
        let label = "a person can have many of these";
        if self.is_sign(Sign::Dot) {
            self.take();
            let column = self.word().to_owned();
            if self.column().is_err() {
                return Failed;
            }
            let whole = self.since(start);
            let message = "many rows where one value is needed";
            let error = TextError::new(Code::ManyRows, span, message, label)
                .suggest(whole, format!("last({events}).{column}"), "that of the last one")
                .suggest(whole, format!("first({events}).{column}"), "that of the first one");
            return self.fail(error);
        }
        if comparison_sign(self.peek_kind()).is_some() {
            let message = "many rows where one value is needed";
            let error = TextError::new(Code::ManyRows, span, message, label)
                .suggest(span, format!("count rows of ({events})"), "how many records there are")
                .suggest(span, format!("last({events}).value"), "the value of the last one");
            return self.fail(error);
        }
        let message = "events alone state nothing; say that there are some, or none";
        let error = TextError::new(Code::StatementNeeded, span, message, label)
            .suggest(span, format!("any {events}"), "there is one")
            .suggest(span, format!("no {events}"), "there is none");
        self.fail(error)
    }

    // ---- values that begin with a word of their own ------------------------------------------

    fn age(&mut self) -> Parse<Placed<Value>> {
        let start = self.next;
        self.take();
        if !self.is_word("at") || matches!(self.word_at(self.next + 1), "least" | "most") {
            let place = self.place_since(start);
            let anchor = place.clone().with("anchor", place.clone());
            return Ok(Placed::new(Value::Age(Moment::Anchor(Anchor::this())), place.with("age", anchor)));
        }
        self.take();
        let at = self.next;
        let (moment, inner) = if self.at_date() {
            (Moment::Date(self.date()?), self.place_since(at).under("date"))
        } else if self.eat_word("param") {
            let name = self.name("the name of a parameter", ParameterName::new)?;
            (Moment::Parameter(name), self.place_since(at).under("parameter"))
        } else {
            let anchor = self.anchor()?;
            (Moment::Anchor(anchor.node), anchor.place.under("anchor"))
        };
        Ok(Placed::new(Value::Age(moment), self.place_since(start).with("age", inner)))
    }

    fn date_of(&mut self) -> Parse<Placed<Value>> {
        let start = self.next;
        self.next += 2;
        let anchor = self.anchor()?;
        Ok(Placed::new(Value::DateOf(anchor.node), self.place_since(start).with("date_of", anchor.place)))
    }

    fn count_of(&mut self) -> Parse<Placed<Value>> {
        let start = self.next;
        self.take();
        let unit = match self.count_unit() {
            Some(unit) => unit?,
            None => return Err(self.unexpected("what to count", UNITS)),
        };
        self.expect_word("of")?;
        let of = self.events()?;
        let place = self.place_since(start).with("of", of.place).under("count_of");
        Ok(Placed::new(Value::CountOf { unit, of: Box::new(of.node) }, place))
    }

    fn band(&mut self) -> Parse<Placed<Value>> {
        let start = self.next;
        self.take();
        let opened = self.next;
        self.mark(|mark| mark.tight_before = true);
        self.expect_sign(Sign::LeftRound)?;
        let value = self.inside_brackets(Self::value)?;
        self.expect_sign(Sign::Comma)?;
        let at = self.next;
        let width = self.number()?;
        let width_at = self.place_since(at);
        self.close(opened, Sign::RightRound)?;
        let place = self.place_since(start).with("value", value.place).with("width", width_at).under("band");
        Ok(Placed::new(Value::Band { value: Box::new(value.node), width }, place))
    }

    /// `last(events).column as 'unit'`
    fn aggregate(&mut self, function: AggregateFunction) -> Parse<Placed<Value>> {
        let start = self.next;
        self.take();
        self.mark(|mark| mark.tight_before = true);
        let of = self.bracketed_events()?;
        let column = if self.eat_sign(Sign::Dot) { self.column()?.node } else { Column::Value };
        let mut inside = Place::default().with("of", of.place);
        let mut unit = None;
        if self.is_word("as") && self.token_at(self.next + 1).kind == TokenKind::Unit {
            self.take();
            let at = self.next;
            unit = Some(self.unit()?);
            inside = inside.with("unit", self.place_since(at));
        }
        let place = inside.spanning(self.since(start)).under("aggregate");
        Ok(Placed::new(Value::Aggregate { function, of: Box::new(of.node), column, unit }, place))
    }

    /// The column of an event, such as `value` or `visit.kind`.
    pub(super) fn column(&mut self) -> Parse<Placed<Column>> {
        let start = self.next;
        let word = self.word();
        if word.is_empty() {
            return Err(self.unexpected("a column", &[]));
        }
        let span = self.take().span;
        let dotted = self.is_sign(Sign::Dot) && !self.word_at(self.next + 1).is_empty();
        let (name, span) = if dotted {
            self.take();
            let second = self.take().span;
            (format!("{word}.{}", self.text_of(second)), span.to(second))
        } else {
            (word.to_owned(), span)
        };
        match words::column(&name) {
            Some(column) => Ok(Placed::new(column, self.place_since(start))),
            None => Err(self.unknown_column(&name, span, Column::ALL.iter().map(|column| column.name()))),
        }
    }

    /// The column of a person, such as `race`.
    pub(super) fn person_column(&mut self) -> Parse<PersonColumn> {
        let word = self.word();
        let known = PersonColumn::ALL.iter().copied().find(|column| column.name() == word);
        match known {
            Some(column) => {
                self.take();
                Ok(column)
            }
            None if word.is_empty() => Err(self.unexpected("a column of the person", &[])),
            None => {
                let span = self.peek().span;
                let columns = PersonColumn::ALL.iter().map(|column| column.name()).chain(["has"]);
                Err(self.unknown_column(word, span, columns))
            }
        }
    }

    fn unknown_column(
        &mut self,
        name: &str,
        span: Span,
        known: impl Iterator<Item = &'static str> + Clone,
    ) -> Failed {
        let mut error = TextError::new(Code::UnknownWord, span, "no column has this name", "not a column");
        if let Some(meant) = nearest(name, known) {
            error.label = format!("did you mean `{meant}`?");
            error = error.suggest(span, meant, format!("`{meant}`"));
        }
        self.fail(error)
    }
}

enum Simple {
    Value(Value),
    Placed(Placed<Value>),
}

fn aggregate(word: &str) -> Option<AggregateFunction> {
    Some(match word {
        "first" => AggregateFunction::First,
        "last" => AggregateFunction::Last,
        "nearest" => AggregateFunction::Nearest,
        "min" => AggregateFunction::Min,
        "max" => AggregateFunction::Max,
        "mean" => AggregateFunction::Mean,
        "sum" => AggregateFunction::Sum,
        _ => return None,
    })
}
