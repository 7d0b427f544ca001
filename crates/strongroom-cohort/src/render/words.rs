use std::borrow::Cow;

use crate::ast::{
    Anchor, AnchorBase, AnchorPick, Code, Column, Comparison, ConceptRef, CountTest, CountUnit, Definition,
    Edge, Endpoint, EventKind, Moment, Offset, PersonColumn, Pick, Value, Window,
};

/// Names and the small phrases that sentences are made of.
pub(super) struct Words<'a> {
    pub(super) definition: &'a Definition,
}

impl Words<'_> {
    /// What a set or list of concepts is called: its title, else its name, else its codes.
    pub(super) fn concepts(&self, concepts: &ConceptRef) -> String {
        match concepts {
            ConceptRef::Set(name) => {
                let title = self.definition.concept_sets.get(name).and_then(|set| set.title.as_ref());
                title.map_or_else(|| readable(name.as_str()), |title| format!("“{}”", escape(title.as_str())))
            }
            ConceptRef::Codes(codes) => list(codes.iter().map(code).collect(), "or"),
            ConceptRef::Parameter(name) => format!("the given {}", readable(name.as_str())),
        }
    }

    pub(super) fn anchor(&self, anchor: &Anchor, events: impl Fn(&crate::ast::Events) -> String) -> String {
        let end = anchor.endpoint == Endpoint::End;
        match &anchor.on {
            AnchorBase::Index if end => "the end of the entry event".to_owned(),
            AnchorBase::Index => "the index day".to_owned(),
            AnchorBase::This if end => "its end".to_owned(),
            AnchorBase::This => "its start".to_owned(),
            AnchorBase::Events { pick, of } => {
                let which = match pick {
                    AnchorPick::Any => "any of",
                    AnchorPick::First => "the first of",
                    AnchorPick::Last => "the last of",
                    AnchorPick::Each => "each of",
                };
                let end = if end { "the end of " } else { "" };
                format!("{end}{which} the {}", events(of))
            }
        }
    }

    /// Where a window lies, seen from an anchor: “from 365 days to 1 day before the index day”.
    pub(super) fn window(window: &Window, anchor: &str) -> String {
        let Window { from, to } = window;
        let open = |edge: &Edge| if edge.open { " (that day not included)" } else { "" };
        match (&from.at, &to.at) {
            (Offset::Days(0), Offset::Days(0)) if !from.open && !to.open => format!("on the day of {anchor}"),
            (Offset::InfinitelyBefore, Offset::InfinitelyAfter) => "at any time".to_owned(),
            (Offset::InfinitelyBefore, to_at) => {
                format!("at any time up to {}{}", offset(to_at, anchor), open(to))
            }
            (from_at, Offset::InfinitelyAfter) => {
                format!("at any time from {} on{}", offset(from_at, anchor), open(from))
            }
            (from_at, to_at) => {
                format!(
                    "from {}{} to {}{}",
                    offset(from_at, anchor),
                    open(from),
                    offset(to_at, anchor),
                    open(to)
                )
            }
        }
    }

    pub(super) fn value(
        &self,
        value: &Value,
        events: impl Fn(&crate::ast::Events) -> String + Copy,
    ) -> String {
        match value {
            Value::Number(number) => number.to_string(),
            Value::Quantity(quantity) => format!("{} {}", quantity.number, quantity.unit),
            Value::Date(day) => day.to_string(),
            Value::Text(text) => format!("“{}”", escape(text)),
            Value::Parameter(name) => format!("the given {}", readable(name.as_str())),
            Value::Column(column) => column_name(*column),
            Value::Person(column) => person_column(*column).to_owned(),
            Value::Age(Moment::Anchor(anchor)) => format!("age on {}", self.anchor(anchor, events)),
            Value::Age(Moment::Date(day)) => format!("age on {day}"),
            Value::Age(Moment::Parameter(name)) => format!("age on the given {}", readable(name.as_str())),
            Value::DateOf(anchor) => self.anchor(anchor, events),
            Value::Aggregate { function, of, column, unit } => {
                let unit = unit.as_ref().map_or_else(String::new, |unit| format!(" in {unit}"));
                let which = match function {
                    crate::ast::AggregateFunction::First => "first",
                    crate::ast::AggregateFunction::Last => "last",
                    crate::ast::AggregateFunction::Nearest => "nearest",
                    crate::ast::AggregateFunction::Min => "least",
                    crate::ast::AggregateFunction::Max => "greatest",
                    crate::ast::AggregateFunction::Mean => "mean",
                    crate::ast::AggregateFunction::Sum => "total",
                };
                format!("the {which} {}{unit} of the {}", column_name(*column), events(of))
            }
            Value::CountOf { unit, of } => {
                format!("the number of {} of the {}", count_unit(*unit), events(of))
            }
            Value::Arithmetic { left, op, right } => {
                format!("({} {} {})", self.value(left, events), op.sign(), self.value(right, events))
            }
            Value::Band { value, width } => format!("{} in bands of {width}", self.value(value, events)),
        }
    }
}

fn offset(offset: &Offset, anchor: &str) -> String {
    let from_anchor = |count: i32, unit: &str| {
        let units = if count.abs() == 1 { unit.to_owned() } else { format!("{unit}s") };
        match count {
            0 => anchor.to_owned(),
            _ if count < 0 => format!("{} {units} before {anchor}", count.unsigned_abs()),
            _ => format!("{count} {units} after {anchor}"),
        }
    };
    match offset {
        Offset::Days(days) => from_anchor(*days, "day"),
        Offset::Months(months) if *months != 0 && months % 12 == 0 => from_anchor(months / 12, "year"),
        Offset::Months(months) => from_anchor(*months, "month"),
        Offset::InfinitelyBefore => "the beginning of observation".to_owned(),
        Offset::InfinitelyAfter => "the end of observation".to_owned(),
        Offset::Parameter(name) => format!("the given {} after {anchor}", readable(name.as_str())),
        Offset::MinusParameter(name) => format!("the given {} before {anchor}", readable(name.as_str())),
    }
}

/// The plural noun of a kind of event.
pub(super) const fn events_noun(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Condition => "condition records",
        EventKind::Drug => "drug exposures",
        EventKind::Procedure => "procedures",
        EventKind::Measurement => "measurements",
        EventKind::Observation => "observations",
        EventKind::Device => "device exposures",
        EventKind::Visit => "visits",
        EventKind::VisitDetail => "visit details",
        EventKind::Specimen => "specimens",
        EventKind::Death => "deaths",
        EventKind::ConditionEra => "condition eras",
        EventKind::DrugEra => "drug eras",
        EventKind::DoseEra => "dose eras",
        EventKind::ObservationPeriod => "observation periods",
        EventKind::PayerPlanPeriod => "payer plan periods",
        EventKind::Answer => "survey answers",
        EventKind::Variant => "genomic variants",
        EventKind::WearableSteps => "wearable step counts",
        EventKind::WearableHeartRate => "wearable heart rates",
        EventKind::WearableSleep => "wearable sleep records",
        EventKind::WearableActivity => "wearable activity records",
        EventKind::Any => "records of any kind",
    }
}

pub(super) fn count_test(test: CountTest) -> String {
    match test {
        CountTest::AtLeast(n) => format!("at least {n}"),
        CountTest::AtMost(n) => format!("at most {n}"),
        CountTest::Exactly(n) => format!("exactly {n}"),
        CountTest::Not(n) => format!("any number but {n}"),
        CountTest::Between(least, most) => format!("between {least} and {most}"),
    }
}

pub(super) fn count_unit(unit: CountUnit) -> String {
    match unit {
        CountUnit::Rows => "records".to_owned(),
        CountUnit::Dates => "distinct start days".to_owned(),
        CountUnit::Visits => "distinct visits".to_owned(),
        CountUnit::Concepts => "distinct concepts".to_owned(),
        CountUnit::Distinct(column) => format!("distinct values of {}", column_name(column)),
    }
}

pub(super) const fn comparison(op: Comparison) -> &'static str {
    match op {
        Comparison::Less => "below",
        Comparison::AtMost => "at most",
        Comparison::Equal => "equal to",
        Comparison::NotEqual => "other than",
        Comparison::AtLeast => "at least",
        Comparison::Greater => "above",
    }
}

pub(super) fn pick(pick: Pick) -> String {
    match pick {
        Pick::All => "each".to_owned(),
        Pick::First => "the first".to_owned(),
        Pick::Last => "the last".to_owned(),
        Pick::Nth(n) => format!("number {n}"),
    }
}

pub(super) fn column_name(column: Column) -> String {
    column.name().replace(['_', '.'], " ")
}

const fn person_column(column: PersonColumn) -> &'static str {
    match column {
        PersonColumn::Gender => "recorded gender",
        PersonColumn::SexAtBirth => "sex at birth",
        PersonColumn::Race => "race",
        PersonColumn::Ethnicity => "ethnicity",
        PersonColumn::SelfReportedCategory => "self-reported category",
        PersonColumn::BirthDate => "date of birth",
        PersonColumn::BirthYear => "year of birth",
        PersonColumn::AgeAtConsent => "age at consent",
        PersonColumn::AgeAtRelease => "age at the release's cut-off date",
    }
}

fn code(code: &Code) -> String {
    match code {
        Code::Id(id) => format!("concept {id}"),
        Code::Code(code) => format!("{} {}", escape(&code.vocabulary), escape(&code.code)),
    }
}

/// A name as words: `t2dm_dx` as `t2dm dx`.
pub(super) fn readable(name: &str) -> String {
    name.replace('_', " ")
}

/// Foreign text in a sentence: quotes that would end it, and characters that would start a markup
/// or a control sequence, are replaced.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    let is_special = |byte: u8| !matches!(byte, b' '..=b'~');
    // All bytes at once, without a branch for each: most text has nothing special.
    if !text.bytes().fold(false, |found, byte| found | is_special(byte)) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((ordinary, from)) =
        rest.bytes().position(is_special).and_then(|at| rest.split_at_checked(at))
    {
        let mut behind = from.chars();
        written.push_str(ordinary);
        written.extend(behind.next().map(|one| match one {
            '“' | '”' => '"',
            one if one.is_control() || is_deceptive(one) => ' ',
            one => one,
        }));
        rest = behind.as_str();
    }
    written.push_str(rest);
    Cow::Owned(written)
}

/// What reorders or hides text (Unicode Standard Annex 9, section 2), breaks lines, or is no
/// character of XML.
const fn is_deceptive(one: char) -> bool {
    matches!(one, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// “a, b and c”.
pub(super) fn list(mut members: Vec<String>, and: &str) -> String {
    let last = members.pop();
    match (last, members.is_empty()) {
        (None, _) => "nothing".to_owned(),
        (Some(last), true) => last,
        (Some(last), false) => format!("{} {and} {last}", members.join(", ")),
    }
}
