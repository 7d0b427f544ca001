use super::Findings;
use crate::ast::{
    Column, ConceptRef, Definition, EventSource, Events, Filter, Literal, Predicate, Profile, Quantity, Unit,
    Value,
};
use crate::hashing::HashMap;
use crate::path::JsonPath;
use crate::problem::{Fix, Problem, ProblemKind};
use crate::text::{Piece, piece};
use crate::ucum::{Dimension, meant, measured};
use crate::walk::{Node, Part};

/// Units that are none, and units that cannot be those of the same concepts (R15).
pub(super) fn check<'a>(definition: &'a Definition, nodes: &[Node<'a>], findings: &mut Findings) {
    let mut units = Units { definition, findings, uses: Vec::new(), known: HashMap::default() };
    units.literals();
    for node in nodes {
        match node.part {
            Part::Value(Value::Quantity(quantity)) => units.quantity(quantity, &node.path),
            Part::Value(Value::Aggregate { of, unit: Some(unit), column, .. }) => {
                let at = node.path.field("aggregate").field("unit");
                units.known(unit, &at, |meant| format!("'{meant}'"));
                if has_unit(*column) {
                    units.meet(of, unit, at, None);
                }
            }
            Part::Predicate(predicate) => units.aggregates(predicate, &node.path),
            Part::Events(events) => units.rows(events, &node.path),
            Part::Set(_) | Part::Value(_) | Part::Anchor(_) => {}
        }
    }
    units.compare();
}

struct Units<'a, 'f> {
    definition: &'a Definition,
    findings: &'f mut Findings,
    /// The units in which the values of the same concepts are compared, concepts by concepts.
    uses: Vec<Vec<Use<'a>>>,
    /// Where the uses of these concepts are.
    known: HashMap<&'a ConceptRef, usize>,
}

struct Use<'a> {
    unit: &'a Unit,
    dimension: Dimension,
    at: JsonPath,
    quantity: Option<&'a Quantity>,
}

impl<'a> Units<'a, '_> {
    /// Quantities outside of expressions.
    fn literals(&mut self) {
        let root = JsonPath::default();
        for (name, parameter) in &self.definition.parameters {
            if let Some(Literal::Quantity(quantity)) = &parameter.default {
                self.quantity(quantity, &root.field("parameters").named(name.as_str()).field("default"));
            }
        }
        for (position, test) in self.definition.tests.iter().enumerate() {
            let at = root.field("tests").position(position).field("people");
            for (position, person) in test.people.iter().enumerate() {
                let at = at.position(position).field("rows");
                for (position, row) in person.rows.iter().enumerate() {
                    if let Some(Literal::Quantity(quantity)) = &row.value {
                        self.quantity(quantity, &at.position(position).field("value"));
                    }
                }
            }
        }
    }

    fn quantity(&mut self, quantity: &Quantity, at: &JsonPath) {
        let number = quantity.number;
        self.known(&quantity.unit, at, |meant| format!("{number} '{meant}'"));
    }

    fn known(&mut self, unit: &Unit, at: &JsonPath, written: impl Fn(&str) -> String) {
        // The units of other tools' definitions are concepts.
        if measured(unit.as_str()).is_some() || self.definition.profile != Profile::Native1 {
            return;
        }
        let mut problem = Problem::new(ProblemKind::UnknownUnit, at.clone()).about(format!("'{unit}'"));
        for meant in meant(unit.as_str()) {
            problem = problem.fixed_by(Fix::new(format!("did you mean '{meant}'?"), written(&meant)));
        }
        self.findings.add(problem);
    }

    /// Comparisons in the row filters of some events.
    fn rows(&mut self, events: &'a Events, at: &JsonPath) {
        for (position, filter) in events.filters.iter().enumerate() {
            let Filter::Where(predicate) = filter else { continue };
            let mut pending = vec![(predicate, at.field("filters").position(position).field("where"))];
            while let Some((predicate, at)) = pending.pop() {
                for (value, other, path) in comparisons(predicate, &at) {
                    match value {
                        Value::Column(column) if has_unit(*column) => self.value(events, other, path),
                        value => self.bare(value, other, path),
                    }
                }
                pending.extend(super::members(predicate, &at));
            }
        }
    }

    /// Comparisons of an aggregate, and of values that never have a unit.
    fn aggregates(&mut self, predicate: &'a Predicate, at: &JsonPath) {
        for (value, other, path) in comparisons(predicate, at) {
            match value {
                Value::Aggregate { of, column, .. } if has_unit(*column) => self.value(of, other, path),
                Value::Column(_) => {}
                value => self.bare(value, other, path),
            }
        }
    }

    /// A number with a unit meets a value that has none.
    fn bare(&mut self, value: &Value, other: &Value, at: JsonPath) {
        let words = match value {
            Value::Age(_) => "an age, which is a number of years",
            Value::CountOf { .. } => "a count",
            Value::Person(_) => "a number without unit",
            Value::Column(Column::Duration) => "a number of days",
            Value::Column(column) if !has_unit(*column) => "a column without unit",
            _ => return,
        };
        if let Value::Quantity(quantity) = other {
            let detail = format!("'{}' and {words}", quantity.unit);
            let fix = Fix::new("without the unit", quantity.number.to_string());
            self.findings.add(Problem::new(ProblemKind::UnitsDoNotAgree, at).about(detail).fixed_by(fix));
        }
    }

    fn value(&mut self, of: &'a Events, other: &'a Value, at: JsonPath) {
        match other {
            Value::Quantity(quantity) => self.meet(of, &quantity.unit, at, Some(quantity)),
            Value::Parameter(name) => {
                let default = self.definition.parameters.get(name).and_then(|found| found.default.as_ref());
                if let Some(Literal::Quantity(quantity)) = default {
                    self.meet(of, &quantity.unit, at, None);
                }
            }
            _ => {}
        }
    }

    /// The values of these events are compared in this unit.
    fn meet(&mut self, of: &'a Events, unit: &'a Unit, at: JsonPath, quantity: Option<&'a Quantity>) {
        let Some(concepts) = self.concepts(of) else { return };
        let Some(dimension) = measured(unit.as_str()) else { return };
        let position = *self.known.entry(concepts).or_insert_with(|| {
            self.uses.push(Vec::new());
            self.uses.len() - 1
        });
        if let Some(uses) = self.uses.get_mut(position) {
            uses.push(Use { unit, dimension, at, quantity });
        }
    }

    /// Whatever disagrees with the most frequent unit; all of them where none is more frequent.
    fn compare(&mut self) {
        for uses in std::mem::take(&mut self.uses) {
            let mut counts: HashMap<Dimension, usize> = HashMap::default();
            for used in &uses {
                *counts.entry(used.dimension).or_default() += 1;
            }
            let most = counts.values().copied().max();
            let frequent = |used: &&Use<'_>| counts.get(&used.dimension).copied() == most;
            // The first of the most frequent, and the first that measures something else: whatever
            // disagrees, disagrees with one of them.
            let first = uses.iter().find(frequent);
            let unlike = |used: &&Use<'_>| first.is_some_and(|first| first.dimension != used.dimension);
            let second = uses.iter().filter(frequent).find(unlike);
            for this in &uses {
                let differs = |other: &&Use<'_>| other.dimension != this.dimension;
                if let Some(other) = first.filter(differs).or_else(|| second.filter(differs)) {
                    self.disagrees(this, other);
                }
            }
        }
    }

    fn disagrees(&mut self, this: &Use<'_>, other: &Use<'_>) {
        let words = |used: &Use<'_>| format!("'{}' is {}", used.unit, used.dimension.words());
        let detail = format!("{}; elsewhere these concepts are compared in '{}'", words(this), other.unit);
        let mut problem = Problem::new(ProblemKind::UnitsDoNotAgree, this.at.clone()).about(detail);
        let replacement = match this.quantity {
            Some(quantity) => {
                let other = Quantity { number: quantity.number, unit: other.unit.clone() };
                piece(self.definition, &Piece::Quantity(&other))
            }
            None => format!("'{}'", other.unit),
        };
        // A parameter's unit stands elsewhere.
        if this.quantity.is_some() || this.at.to_string().ends_with(".unit") {
            problem =
                problem.fixed_by(Fix::new("in the other unit; look at the number as well", replacement));
        }
        self.findings.add(problem);
    }

    /// The concepts of which these events are records.
    fn concepts(&self, events: &'a Events) -> Option<&'a ConceptRef> {
        match &events.from {
            EventSource::Recorded { concepts, .. } => concepts.as_ref(),
            EventSource::Named(name) => match &self.definition.events.get(name)?.from {
                EventSource::Recorded { concepts, .. } => concepts.as_ref(),
                _ => None,
            },
            EventSource::Cohort(_) | EventSource::Union(_) => None,
        }
    }
}

/// What is compared with what, and where the second stands: each comparison from both sides.
fn comparisons<'a>(predicate: &'a Predicate, at: &JsonPath) -> Vec<(&'a Value, &'a Value, JsonPath)> {
    match predicate {
        Predicate::Compare { left, right, .. } => {
            let at = at.field("compare");
            vec![(left, right, at.field("right")), (right, left, at.field("left"))]
        }
        Predicate::Between { value, low, high } => {
            let at = at.field("between");
            vec![(value, low, at.field("low")), (value, high, at.field("high"))]
        }
        _ => Vec::new(),
    }
}

/// Whether numbers in the column have the unit of their record.
const fn has_unit(column: Column) -> bool {
    matches!(column, Column::Value | Column::RangeLow | Column::RangeHigh)
}
