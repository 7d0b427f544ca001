use std::fmt::Write as _;

use chrono::{Datelike, NaiveDate};

use crate::ast::{Code, ConceptRef, Duration, Edge, Literal, Offset, Quantity, Window};
use crate::text::lexer::{is_plain_code, is_plain_vocabulary};

use super::{Printer, name};

/// A text in double quotes, with everything escaped that could deceive a reader.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if is_invisible(c) => {
                // Writing to a string does not fail.
                let _written = write!(quoted, "\\u{{{:x}}}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Control characters, line separators, and what reorders text (Unicode Standard Annex 9, section 2).
const fn is_invisible(c: char) -> bool {
    c.is_ascii_control()
        || matches!(c, '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

pub(super) fn date(date: NaiveDate) -> String {
    let year = date.year();
    let sign = if year < 0 { "-" } else { "" };
    format!("{sign}{:04}-{:02}-{:02}", year.unsigned_abs(), date.month(), date.day())
}

pub(super) fn days(days: (NaiveDate, NaiveDate)) -> String {
    format!("{} .. {}", date(days.0), date(days.1))
}

pub(super) fn quantity(quantity: &Quantity) -> String {
    format!("{} '{}'", quantity.number, quantity.unit)
}

/// A number of days with its sign; nothing for none.
pub(super) fn shift(days: i32) -> String {
    if days == 0 { String::new() } else { format!(" {days:+}d") }
}

pub(super) fn code(code: &Code) -> String {
    match code {
        Code::Id(id) => format!("OMOP:{id}"),
        Code::Code(code) => {
            let vocabulary = if is_plain_vocabulary(&code.vocabulary) {
                code.vocabulary.clone()
            } else {
                quoted(&code.vocabulary)
            };
            let code = if is_plain_code(&code.code) { code.code.clone() } else { quoted(&code.code) };
            format!("{vocabulary}:{code}")
        }
    }
}

pub(super) fn codes(codes: &[Code]) -> String {
    if codes.is_empty() {
        return "{}".to_owned();
    }
    let codes: Vec<String> = codes.iter().map(code).collect();
    format!("{{ {} }}", codes.join(", "))
}

pub(super) fn concept_ref(concepts: &ConceptRef) -> String {
    match concepts {
        ConceptRef::Set(set) => name(set.as_str()),
        ConceptRef::Codes(these) => codes(these),
        ConceptRef::Parameter(parameter) => format!("param {}", name(parameter.as_str())),
    }
}

pub(super) fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Number(number) => number.to_string(),
        Literal::Quantity(these) => quantity(these),
        Literal::Duration(duration) => duration.to_string(),
        Literal::Date(day) => date(*day),
        Literal::Text(text) => quoted(text),
        Literal::Concepts(these) => codes(these),
    }
}

impl Printer<'_> {
    pub(super) fn window(&self, window: &Window) -> String {
        let Window { from, to } = window;
        let (open, close) = (if from.open { '(' } else { '[' }, if to.open { ')' } else { ']' });
        format!("{open}{}, {}{close}", self.edge(from), self.edge(to))
    }

    fn edge(&self, edge: &Edge) -> String {
        match &edge.at {
            Offset::Days(days) => Duration::Days(*days).to_string(),
            Offset::Months(months) => Duration::Months(*months).to_string(),
            Offset::InfinitelyBefore => "-inf".to_owned(),
            Offset::InfinitelyAfter => "inf".to_owned(),
            Offset::Parameter(parameter) => self.parameter(parameter),
            Offset::MinusParameter(parameter) => format!("-{}", self.parameter(parameter)),
        }
    }
}
