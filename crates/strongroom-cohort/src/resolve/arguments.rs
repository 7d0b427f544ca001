use std::collections::BTreeMap;

use crate::ParameterName;
use crate::ast::{Definition, Literal, ParameterKind};
use crate::path::JsonPath;
use crate::problem::{Problem, ProblemKind};

/// The values given for a definition's parameters.
pub type Arguments = BTreeMap<ParameterName, Literal>;

/// What parameters stand for: what was given, else their default.
pub(super) struct Bound<'a> {
    values: BTreeMap<&'a ParameterName, Option<&'a Literal>>,
}

impl<'a> Bound<'a> {
    /// Binds every parameter. A value of the wrong kind, and one that no parameter takes, is
    /// reported; a missing one only where it is used.
    pub(super) fn new(
        definition: &'a Definition,
        arguments: &'a Arguments,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let at = JsonPath::default().field("parameters");
        for name in arguments.keys() {
            if !definition.parameters.contains_key(name) {
                problems.push(Problem::new(ProblemKind::UnknownParameter, at.named(name.as_str())));
            }
        }
        let mut values = BTreeMap::new();
        for (name, parameter) in &definition.parameters {
            let value = arguments.get(name).or(parameter.default.as_ref());
            if value.is_some_and(|value| !fits(parameter.kind, value)) {
                problems.push(Problem::new(ProblemKind::ParameterOfOtherKind, at.named(name.as_str())));
            }
            values.insert(name, value);
        }
        Self { values }
    }

    /// The value of a parameter.
    pub(super) fn get(&self, name: &ParameterName) -> Result<&'a Literal, ProblemKind> {
        match self.values.get(name) {
            None => Err(ProblemKind::UnknownParameter),
            Some(None) => Err(ProblemKind::ParameterMissing),
            Some(Some(value)) => Ok(value),
        }
    }
}

fn fits(kind: ParameterKind, value: &Literal) -> bool {
    match (kind, value) {
        (ParameterKind::Int, Literal::Number(number)) => number.value().fract() == 0.0,
        (ParameterKind::Quantity, Literal::Quantity(_))
        | (ParameterKind::Duration, Literal::Duration(_))
        | (ParameterKind::Date, Literal::Date(_))
        | (ParameterKind::Concepts, Literal::Concepts(_)) => true,
        _ => false,
    }
}
