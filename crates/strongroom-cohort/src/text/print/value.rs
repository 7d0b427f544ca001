use super::literal::{date, quantity, quoted};
use super::{Follow, Printer, name};
use crate::ParameterName;
use crate::ast::{
    AggregateFunction, Anchor, AnchorBase, AnchorPick, ArithmeticOperator, CountUnit, Endpoint, EventSource,
    Events, Moment, Value,
};
use crate::text::words::is_reserved;

/// What a value is a part of, by how strongly that binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    Loose,
    Product,
    Term,
}

impl Printer<'_> {
    pub(super) fn value(&mut self, value: &Value, binding: Binding, follow: Follow) -> String {
        match value {
            Value::Number(number) => number.to_string(),
            Value::Quantity(these) => quantity(these),
            Value::Date(day) => date(*day),
            Value::Text(text) => quoted(text),
            Value::Parameter(parameter) => self.parameter(parameter),
            Value::Column(column) => column.name().to_owned(),
            Value::Person(column) => format!("person.{}", column.name()),
            Value::Age(moment) => self.age(moment),
            Value::DateOf(anchor) => format!("date of {}", self.anchor(anchor)),
            Value::Aggregate { function, of, column, unit } => {
                let of = self.bracketed(|printer| printer.events(of, Follow::Nothing));
                let unit = unit.as_ref().map_or_else(String::new, |unit| format!(" as '{unit}'"));
                format!("{}{of}.{}{unit}", aggregate(*function), column.name())
            }
            Value::CountOf { unit, of } => {
                // Of `count rows of drugs in {}` the end could be a test of the count.
                let open = matches!(of.from, EventSource::Recorded { concepts: None, .. });
                let ambiguous = follow == Follow::Something && (open || !of.filters.is_empty());
                let of = if ambiguous {
                    self.bracketed(|printer| printer.events(of, Follow::Nothing))
                } else {
                    self.events(of, follow)
                };
                format!("count {} of {of}", count_unit(*unit))
            }
            Value::Arithmetic { left, op, right } => self.arithmetic(left, *op, right, binding, follow),
            Value::Band { value, width } => {
                let inner = self.bracketed(|printer| {
                    format!("{}, {width}", printer.value(value, Binding::Loose, Follow::Something))
                });
                format!("band{inner}")
            }
        }
    }

    fn arithmetic(
        &mut self,
        left: &Value,
        op: ArithmeticOperator,
        right: &Value,
        binding: Binding,
        follow: Follow,
    ) -> String {
        let (own, inner) = match op {
            ArithmeticOperator::Add | ArithmeticOperator::Subtract => (Binding::Loose, Binding::Product),
            ArithmeticOperator::Multiply | ArithmeticOperator::Divide => (Binding::Product, Binding::Term),
        };
        let brackets = binding > own;
        let follow = if brackets { Follow::Nothing } else { follow };
        let write = |printer: &mut Self| {
            let left = printer.value(left, own, Follow::Something);
            let right = printer.value(right, inner, follow);
            format!("{left} {} {right}", op.sign())
        };
        if brackets { self.bracketed(write) } else { write(self) }
    }

    fn age(&mut self, moment: &Moment) -> String {
        match moment {
            Moment::Anchor(anchor) if *anchor == Anchor::this() => "age".to_owned(),
            Moment::Anchor(anchor) => format!("age at {}", self.anchor(anchor)),
            Moment::Date(day) => format!("age at {}", date(*day)),
            Moment::Parameter(parameter) => format!("age at param {}", name(parameter.as_str())),
        }
    }

    /// A parameter by its name alone, in backquotes unless the document declares it.
    pub(super) fn parameter(&self, parameter: &ParameterName) -> String {
        let text = parameter.as_str();
        let plain = self.definition.parameters.contains_key(parameter) && !is_reserved(text);
        if plain { text.to_owned() } else { format!("`{text}`") }
    }

    pub(super) fn anchor(&mut self, anchor: &Anchor) -> String {
        let on = match &anchor.on {
            AnchorBase::Index => "index".to_owned(),
            AnchorBase::This => "this".to_owned(),
            AnchorBase::Events { pick, of } => {
                let pick = match pick {
                    AnchorPick::Any => "",
                    AnchorPick::First => "first ",
                    AnchorPick::Last => "last ",
                    AnchorPick::Each => "each ",
                };
                format!("{pick}{}", self.anchor_events(of))
            }
        };
        match anchor.endpoint {
            Endpoint::Start => on,
            Endpoint::End => format!("{on} end"),
        }
    }

    /// Events by name or of a cohort stand alone, all others in brackets.
    fn anchor_events(&mut self, of: &Events) -> String {
        match (&of.from, of.filters.is_empty()) {
            (EventSource::Named(_) | EventSource::Cohort(_), true) => self.events(of, Follow::Nothing),
            _ => self.bracketed(|printer| printer.events(of, Follow::Nothing)),
        }
    }
}

const fn aggregate(function: AggregateFunction) -> &'static str {
    match function {
        AggregateFunction::First => "first",
        AggregateFunction::Last => "last",
        AggregateFunction::Nearest => "nearest",
        AggregateFunction::Min => "min",
        AggregateFunction::Max => "max",
        AggregateFunction::Mean => "mean",
        AggregateFunction::Sum => "sum",
    }
}

pub(super) fn count_unit(unit: CountUnit) -> String {
    match unit {
        CountUnit::Rows => "rows".to_owned(),
        CountUnit::Dates => "dates".to_owned(),
        CountUnit::Visits => "visits".to_owned(),
        CountUnit::Concepts => "concepts".to_owned(),
        CountUnit::Distinct(column) => format!("distinct {}", column.name()),
    }
}

/// Whether a value ends with events, so that a filter after it would be theirs.
pub(super) fn ends_with_events(value: &Value) -> bool {
    match value {
        Value::CountOf { .. } => true,
        Value::Arithmetic { right, .. } => ends_with_events(right),
        _ => false,
    }
}
