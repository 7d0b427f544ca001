use super::build::any_of;
use super::words::Operator;
use crate::ast::{Code, Comparison, ConceptRef, CountTest, Number, Predicate, Value};
use strongroom_omop::ConceptId;

/// What an operator asks of a value; nothing for `LIKE`, which means nothing for numbers and days.
pub(super) fn compared(value: &Value, operator: Operator, operands: Vec<Value>) -> Option<Predicate> {
    let sign = match operator {
        Operator::Equal | Operator::In => Comparison::Equal,
        Operator::NotEqual => Comparison::NotEqual,
        Operator::LessThan => Comparison::Less,
        Operator::GreaterThan => Comparison::Greater,
        Operator::AtMost => Comparison::AtMost,
        Operator::AtLeast => Comparison::AtLeast,
        Operator::Like => return None,
        Operator::Between => {
            let mut ends = operands.into_iter();
            let (low, high) = (ends.next()?, ends.next()?);
            return Some(Predicate::Between { value: value.clone(), low, high });
        }
    };
    let each = operands.into_iter().map(|operand| Predicate::compare(value.clone(), sign, operand));
    Some(any_of(each.collect()))
}

/// What an operator asks of a concept; nothing where concepts have no order.
pub(super) fn concept(value: Value, operator: Operator, concepts: Vec<ConceptId>) -> Option<Predicate> {
    let missing = Predicate::Missing(value.clone());
    let among =
        Predicate::In { value, concepts: ConceptRef::Codes(concepts.into_iter().map(Code::Id).collect()) };
    match operator {
        Operator::Equal | Operator::In => Some(among),
        // A missing concept is not unequal to anything.
        Operator::NotEqual => Some(Predicate::NoneOf(vec![missing, among])),
        _ => None,
    }
}

/// The tests of which a count has to pass one. Nothing for `LIKE`, an empty list where no count
/// passes. What is counted occurs, so no test lets 0 pass.
pub(super) fn counts(operator: Operator, operands: &[i64]) -> Option<Vec<CountTest>> {
    let first = operands.first().copied().unwrap_or_default();
    let second = operands.get(1).copied().unwrap_or(first);
    Some(match operator {
        Operator::Equal | Operator::In => operands.iter().flat_map(|&n| from_to(n, n)).collect(),
        Operator::NotEqual => [from_to(1, first.saturating_sub(1)), at_least(first.saturating_add(1))]
            .into_iter()
            .flatten()
            .collect(),
        Operator::LessThan => from_to(1, first.saturating_sub(1)).into_iter().collect(),
        Operator::AtMost => from_to(1, first).into_iter().collect(),
        Operator::GreaterThan => at_least(first.saturating_add(1)).into_iter().collect(),
        Operator::AtLeast => at_least(first).into_iter().collect(),
        Operator::Between => from_to(first, second).into_iter().collect(),
        Operator::Like => return None,
    })
}

fn at_least(n: i64) -> Option<CountTest> {
    u32::try_from(n.max(1)).ok().map(CountTest::AtLeast)
}

fn from_to(low: i64, high: i64) -> Option<CountTest> {
    let low = u32::try_from(low.max(1)).ok()?;
    let high = u32::try_from(high.min(u32::MAX.into())).ok()?;
    match low.cmp(&high) {
        std::cmp::Ordering::Less => Some(CountTest::Between(low, high)),
        std::cmp::Ordering::Equal => Some(CountTest::Exactly(low)),
        std::cmp::Ordering::Greater => None,
    }
}

/// Whether `BETWEEN` has its ends exchanged.
pub(super) fn inverted<T: PartialOrd>(operator: Operator, operands: &[T]) -> bool {
    operator == Operator::Between && matches!(operands, [low, high] if low > high)
}

/// Numbers as values; finite as they were read.
pub(super) fn numbers(operands: &[f64]) -> Vec<Value> {
    operands.iter().filter_map(|&number| Number::new(number).ok().map(Value::Number)).collect()
}

/// Whole numbers as values.
#[expect(clippy::cast_precision_loss, reason = "ages and counts; beyond 2^53 no value is compared")]
pub(super) fn integers(operands: &[i64]) -> Vec<Value> {
    numbers(&operands.iter().map(|&number| number as f64).collect::<Vec<_>>())
}

/// The concept ids among whole numbers read as decimals.
pub(super) fn concepts(operands: &[f64]) -> Option<Vec<ConceptId>> {
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small before")]
    let concept =
        |number: &f64| (number.fract() == 0.0 && number.abs() < 9e15).then(|| ConceptId::new(*number as i64));
    operands.iter().map(concept).collect()
}

#[cfg(test)]
mod tests {
    use CountTest::{AtLeast, Between, Exactly};

    use super::*;

    #[test]
    fn what_occurs_occurs_at_least_once() {
        for (operator, operands, expected) in [
            (Operator::Equal, &[2][..], &[Exactly(2)][..]),
            (Operator::Equal, &[0], &[]),
            (Operator::In, &[1, 3], &[Exactly(1), Exactly(3)]),
            (Operator::NotEqual, &[2], &[Exactly(1), AtLeast(3)]),
            (Operator::NotEqual, &[1], &[AtLeast(2)]),
            (Operator::NotEqual, &[0], &[AtLeast(1)]),
            (Operator::LessThan, &[3], &[Between(1, 2)]),
            (Operator::LessThan, &[1], &[]),
            (Operator::AtMost, &[1], &[Exactly(1)]),
            (Operator::AtMost, &[-1], &[]),
            (Operator::GreaterThan, &[0], &[AtLeast(1)]),
            (Operator::AtLeast, &[-5], &[AtLeast(1)]),
            (Operator::AtLeast, &[i64::MAX], &[]),
            (Operator::Between, &[0, i64::MAX], &[Between(1, u32::MAX)]),
            (Operator::Between, &[3, 2], &[]),
        ] {
            assert_eq!(counts(operator, operands).unwrap(), expected, "{operator:?} {operands:?}");
        }
        assert_eq!(counts(Operator::Like, &[1]), None);
    }
}
