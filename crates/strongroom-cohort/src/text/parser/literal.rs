use chrono::NaiveDate;
use strongroom_primitives::InvalidValue;

use super::{Failed, Parse, Parser};
use crate::ast::{Duration, Literal, Number, Quantity, Title, Unit};
use crate::text::errors::{TextError, TextErrorCode as Code};
use crate::text::token::{Sign, Span, TokenKind};

impl Parser<'_> {
    /// A name, in backquotes or not.
    pub(super) fn name<T>(
        &mut self,
        what: &'static str,
        make: impl FnOnce(String) -> Result<T, InvalidValue>,
    ) -> Parse<T> {
        let text = self.name_at(self.next);
        if !matches!(self.peek_kind(), TokenKind::Word | TokenKind::Name) {
            return Err(self.unexpected(what, &[]));
        }
        let span = self.take().span;
        make(text.to_owned()).map_err(|_| {
            let message = "a name has 1 to 64 letters, digits or `_` and begins with a letter";
            self.fail(TextError::new(Code::BadName, span, message, "not a name"))
        })
    }

    /// A text in double quotes.
    pub(super) fn text(&mut self, what: &'static str) -> Parse<String> {
        if self.peek_kind() != TokenKind::Text {
            return Err(self.unexpected(what, &[]));
        }
        let span = self.take().span;
        self.unescape(span)
    }

    /// What a text between two quotation marks says.
    pub(super) fn unescape(&mut self, span: Span) -> Parse<String> {
        let quoted = self.text_of(span);
        let mut characters = quoted.chars();
        characters.next();
        characters.next_back();
        let inner = characters.as_str();
        let mut text = String::with_capacity(inner.len());
        let mut rest = inner;
        while let Some(c) = rest.chars().next() {
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            if c != '\\' {
                text.push(c);
                continue;
            }
            match escape(rest) {
                Some((meant, length)) => {
                    text.push(meant);
                    rest = rest.get(length..).unwrap_or_default();
                }
                None => {
                    let message = "after `\\` stands one of `\"`, `\\`, `n`, `t`, `r` and `u{…}`";
                    return Err(self.fail(TextError::new(
                        Code::UnknownEscape,
                        span,
                        message,
                        "an unknown escape",
                    )));
                }
            }
        }
        Ok(text)
    }

    /// A title or label in double quotes.
    pub(super) fn title(&mut self, what: &'static str) -> Parse<Title> {
        let span = self.peek().span;
        let text = self.text(what)?;
        Title::new(text).map_err(|_| {
            let message = "a title has 1 to 1,000 characters, none of them control characters, and no \
                           blanks at its ends";
            self.fail(TextError::new(Code::BadLiteral, span, message, "not a title"))
        })
    }

    pub(super) fn optional_title(&mut self) -> Parse<Option<Title>> {
        if self.peek_kind() == TokenKind::Text { self.title("a title").map(Some) } else { Ok(None) }
    }

    /// `as "label"`, if it stands next.
    pub(super) fn optional_label(&mut self) -> Parse<Option<Title>> {
        if self.is_word("as") && self.token_at(self.next + 1).kind == TokenKind::Text {
            self.mark_soft();
            self.take();
            self.title("a label").map(Some)
        } else {
            Ok(None)
        }
    }

    /// Takes a `-` or `+` before a number: whether it is a minus.
    pub(super) fn leading_sign(&mut self) -> bool {
        let minus = self.is_sign(Sign::Minus);
        if minus || self.is_sign(Sign::Plus) {
            self.mark(|mark| mark.tight_after = true);
            self.take();
        }
        minus
    }

    /// A number with or without a sign.
    pub(super) fn number(&mut self) -> Parse<Number> {
        let start = self.next;
        let minus = self.leading_sign();
        if self.peek_kind() != TokenKind::Number {
            return Err(self.unexpected("a number", &[]));
        }
        let digits = self.take().span;
        let value: f64 = self.text_of(digits).parse().unwrap_or(f64::INFINITY);
        Number::new(if minus { -value } else { value }).map_err(|_| self.bad_number(self.since(start)))
    }

    fn bad_number(&mut self, span: Span) -> Failed {
        self.fail(TextError::new(Code::BadNumber, span, "the number is out of range", "too large"))
    }

    /// A whole number without a sign.
    pub(super) fn whole<T: std::str::FromStr>(&mut self, what: &'static str) -> Parse<T> {
        if self.peek_kind() != TokenKind::Number {
            return Err(self.unexpected(what, &[]));
        }
        let span = self.take().span;
        self.text_of(span).parse().map_err(|_| {
            let message = if self.text_of(span).contains('.') {
                "a whole number is needed"
            } else {
                "the number is out of range"
            };
            self.fail(TextError::new(Code::BadNumber, span, message, format!("not {what}")))
        })
    }

    /// Whether a date stands next, with a sign of its year or without.
    pub(super) fn at_date(&self) -> bool {
        let signed = self.is_sign(Sign::Minus) || self.is_sign(Sign::Plus);
        self.token_at(self.next + usize::from(signed)).kind == TokenKind::Date
    }

    /// A calendar day.
    pub(super) fn date(&mut self) -> Parse<NaiveDate> {
        let start = self.next;
        if !self.at_date() {
            return Err(self.unexpected("a day such as `2015-03-01`", &[]));
        }
        let minus = self.leading_sign();
        let span = self.take().span;
        let written = self.text_of(span);
        let mut parts = written.split('-');
        let mut part = || parts.next().and_then(|part| part.parse::<i32>().ok()).unwrap_or(0);
        let (year, month, day) = (part(), part(), part());
        let year = if minus { -year } else { year };
        let [month, day] = [month, day].map(i32::unsigned_abs);
        let date = NaiveDate::from_ymd_opt(year, month, day);
        let span = self.since(start);
        let full = format!("{year:04}-{month:02}-{day:02}");
        match date {
            Some(date) if minus || written == full || written == format!("{year}-{month:02}-{day:02}") => {
                Ok(date)
            }
            Some(_) => Err(self.fail(
                TextError::new(
                    Code::BadDate,
                    span,
                    "days are written `year-month-day`",
                    "digits are missing",
                )
                .suggest(span, full, "with all digits"),
            )),
            None => Err(self.fail(TextError::new(
                Code::BadDate,
                span,
                "the calendar has no such day; days are written `year-month-day`",
                "no such day",
            ))),
        }
    }

    /// `date .. date`
    pub(super) fn days(&mut self) -> Parse<(NaiveDate, NaiveDate)> {
        let first = self.date()?;
        self.expect_sign(Sign::DotDot)?;
        Ok((first, self.date()?))
    }

    /// Whether a length of time stands next, with a sign or without.
    pub(super) fn at_duration(&self) -> bool {
        let signed = self.is_sign(Sign::Minus) || self.is_sign(Sign::Plus);
        self.token_at(self.next + usize::from(signed)).kind == TokenKind::Measure
    }

    /// A length of time, such as `-30d`, `2wk`, `6mo` or `1y`.
    pub(super) fn duration(&mut self) -> Parse<Duration> {
        let start = self.next;
        let minus = self.leading_sign();
        let (count, unit) = self.measure(true)?;
        let span = self.since(start);
        let count = if minus { -count } else { count };
        let (count, make): (_, fn(i32) -> Duration) = match unit {
            TimeUnit::Days => (Some(count), Duration::Days),
            TimeUnit::Weeks => (count.checked_mul(7), Duration::Days),
            TimeUnit::Months => (Some(count), Duration::Months),
            TimeUnit::Years => (count.checked_mul(12), Duration::Months),
        };
        match count.and_then(|count| i32::try_from(count).ok()) {
            Some(count) => Ok(make(count)),
            None => Err(self.bad_number(span)),
        }
    }

    /// A number of days, such as `30d` or `2wk`; with a sign or without.
    pub(super) fn signed_days(&mut self) -> Parse<i32> {
        let start = self.next;
        match self.duration()? {
            Duration::Days(days) => Ok(days),
            Duration::Months(_) => {
                let span = self.since(start);
                Err(self.not_days(span))
            }
        }
    }

    /// A number of days that is not negative.
    pub(super) fn days_count(&mut self) -> Parse<u32> {
        let start = self.next;
        let (count, unit) = self.measure(false)?;
        let span = self.since(start);
        let days = match unit {
            TimeUnit::Days => Some(count),
            TimeUnit::Weeks => count.checked_mul(7),
            TimeUnit::Months | TimeUnit::Years => return Err(self.not_days(span)),
        };
        match days.and_then(|days| u32::try_from(days).ok()) {
            Some(days) => Ok(days),
            None => Err(self.bad_number(span)),
        }
    }

    fn not_days(&mut self, span: Span) -> Failed {
        let message = "only days (`d`) and weeks (`wk`) are possible here";
        self.fail(TextError::new(Code::BadDuration, span, message, "months and years differ in length"))
    }

    fn measure(&mut self, calendar: bool) -> Parse<(i64, TimeUnit)> {
        let token = self.peek();
        if token.kind == TokenKind::Number {
            let text = self.text_of(token.span);
            let mut error =
                TextError::new(Code::BadDuration, token.span, "a length of time has a unit", "of what?")
                    .suggest(token.span, format!("{text}d"), "days");
            if calendar {
                error = error.suggest(token.span, format!("{text}mo"), "calendar months");
            }
            return Err(self.fail(error));
        }
        if token.kind != TokenKind::Measure {
            return Err(self.unexpected("a length of time such as `30d`", &[]));
        }
        self.take();
        let text = self.text_of(token.span);
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (count, unit) = text.split_at(digits);
        let unit = match unit {
            "d" => TimeUnit::Days,
            "wk" => TimeUnit::Weeks,
            "mo" => TimeUnit::Months,
            "y" => TimeUnit::Years,
            "h" | "min" => {
                let message = "hours and minutes are reserved for language 2; the unit of time is the day";
                let error = TextError::new(Code::Reserved, token.span, message, "shorter than a day");
                return Err(self.fail(error));
            }
            other => {
                let meant = match other {
                    "day" | "days" | "D" => Some("d"),
                    "w" | "week" | "weeks" | "wks" => Some("wk"),
                    "m" | "month" | "months" | "mon" | "mos" => Some("mo"),
                    "yr" | "yrs" | "year" | "years" | "a" | "Y" => Some("y"),
                    _ => None,
                };
                let message = "lengths of time are whole numbers of `d`, `wk`, `mo` or `y`";
                let mut error =
                    TextError::new(Code::BadDuration, token.span, message, "not a length of time");
                if let Some(meant) = meant {
                    error = error.suggest(token.span, format!("{count}{meant}"), "as the language writes it");
                }
                return Err(self.fail(error));
            }
        };
        // A sign and u32 both fit.
        match count.parse::<u32>() {
            Ok(count) => Ok((i64::from(count), unit)),
            Err(_) => Err(self.bad_number(token.span)),
        }
    }

    /// A unit in single quotes.
    pub(super) fn unit(&mut self) -> Parse<Unit> {
        if self.peek_kind() != TokenKind::Unit {
            return Err(self.unexpected("a unit in single quotes, such as `'mg/dL'`", &[]));
        }
        let span = self.take().span;
        let text = self.text_of(span).trim_matches('\'').to_owned();
        Unit::new(text).map_err(|_| {
            let message = "a unit has 1 to 64 printable ASCII characters without blanks and quotes";
            self.fail(TextError::new(Code::BadLiteral, span, message, "not a unit"))
        })
    }

    /// A number, with its unit where it has one.
    pub(super) fn number_or_quantity(&mut self) -> Parse<Literal> {
        let number = self.number()?;
        if self.peek_kind() == TokenKind::Unit {
            let unit = self.unit()?;
            return Ok(Literal::Quantity(Quantity { number, unit }));
        }
        Ok(Literal::Number(number))
    }

    /// A value written down.
    pub(super) fn literal(&mut self) -> Parse<Literal> {
        if self.at_date() {
            return self.date().map(Literal::Date);
        }
        if self.at_duration() {
            return self.duration().map(Literal::Duration);
        }
        match self.peek_kind() {
            TokenKind::Text => self.text("a text").map(Literal::Text),
            TokenKind::Code => Ok(Literal::Concepts(vec![self.code()?])),
            TokenKind::Sign(Sign::LeftBrace) => Ok(Literal::Concepts(self.codes()?.0)),
            TokenKind::Number | TokenKind::Sign(Sign::Minus | Sign::Plus) => self.number_or_quantity(),
            _ => Err(self.unexpected("a number, a date, a length of time, a text or a code", &[])),
        }
    }
}

#[derive(Clone, Copy)]
enum TimeUnit {
    Days,
    Weeks,
    Months,
    Years,
}

/// The character that an escape means, and how many bytes stand after the backslash.
fn escape(rest: &str) -> Option<(char, usize)> {
    let plain = |c| Some((c, 1));
    match rest.chars().next()? {
        '"' => plain('"'),
        '\\' => plain('\\'),
        'n' => plain('\n'),
        't' => plain('\t'),
        'r' => plain('\r'),
        'u' => {
            let digits = rest.strip_prefix("u{")?.split_once('}')?.0;
            let plain = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
            let meant = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
            plain.then_some((meant, digits.len() + 3))
        }
        _ => None,
    }
}
