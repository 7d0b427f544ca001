use super::Mode;
use super::build::{Builder, any_of};
use super::compare::{compared, inverted, numbers};
use super::flags::kind_of_data;
use super::problem::AouProblemKind as Kind;
use super::request::{Item, Parameter};
use super::words::{AttributeName, Demographic};
use crate::ParameterName;
use crate::ast::{
    Code, ConceptRef, EventKind, Events, Moment, Parameter as Given, ParameterKind, PersonColumn, Predicate,
    Value,
};

/// What a `PERSON` item asks. For the Workbench the first search parameter says of what type all of
/// them are.
pub(super) fn item(builder: &mut Builder<'_>, item: &Item) -> Option<Predicate> {
    let kinds: Vec<_> = item
        .parameters
        .iter()
        .map(|parameter| parameter.kind.as_deref().and_then(Demographic::read))
        .collect();
    let mut groups: Vec<(Demographic, Vec<&Parameter>)> = Vec::new();
    let mut complete = true;
    for (position, (parameter, kind)) in item.parameters.iter().zip(&kinds).enumerate() {
        let first = kinds.first().copied().flatten();
        let decides = builder.mode == Mode::Workbench && position > 0;
        if decides && *kind != first && first.is_some() {
            builder.problems.add(Kind::FirstTypeDecides, &parameter.path.field("type"));
        }
        let Some(kind) = (if decides { first } else { *kind }) else {
            // One complaint is enough where the first decides.
            if !decides {
                builder.problems.add(Kind::UnsupportedDemographic, &parameter.path.field("type"));
            }
            complete = false;
            continue;
        };
        match groups.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, members)) => members.push(parameter),
            None => groups.push((kind, vec![parameter])),
        }
    }
    let asked: Vec<_> = groups.into_iter().map(|(kind, members)| asked(builder, kind, &members)).collect();
    let asked: Option<Vec<_>> = asked.into_iter().collect();
    asked.filter(|_| complete).map(any_of)
}

fn asked(builder: &mut Builder<'_>, kind: Demographic, parameters: &[&Parameter]) -> Option<Predicate> {
    let column = match kind {
        Demographic::Age => {
            let ages: Vec<_> = parameters.iter().map(|parameter| age(builder, parameter)).collect();
            return ages.into_iter().collect::<Option<Vec<_>>>().map(any_of);
        }
        Demographic::Deceased => return Some(Predicate::Any(Events::of(EventKind::Death))),
        Demographic::HasEhrData => {
            return kind_of_data("has_ehr_data").map(|kind| Predicate::PersonHas(kind.to_owned()));
        }
        Demographic::Gender => PersonColumn::Gender,
        Demographic::Sex => PersonColumn::SexAtBirth,
        Demographic::Race => PersonColumn::Race,
        Demographic::Ethnicity => PersonColumn::Ethnicity,
        Demographic::SelfReportedCategory => PersonColumn::SelfReportedCategory,
    };
    let mut codes = Vec::with_capacity(parameters.len());
    for parameter in parameters {
        match parameter.concept {
            Some(concept) => codes.push(Code::Id(concept)),
            None => builder.problems.add(Kind::NoConcept, &parameter.path),
        }
    }
    (codes.len() == parameters.len())
        .then_some(Predicate::In { value: Value::Person(column), concepts: ConceptRef::Codes(codes) })
}

/// The age that the first attribute names. Who has died has no age today nor at the release's
/// cut-off date.
fn age(builder: &mut Builder<'_>, parameter: &Parameter) -> Option<Predicate> {
    let attribute = parameter.attributes.first();
    let Some((attribute, (operator, operands))) =
        attribute.and_then(|attribute| attribute.test.as_ref().map(|test| (attribute, test)))
    else {
        builder.problems.add(Kind::NoAge, &parameter.path);
        return None;
    };
    for other in parameter.attributes.iter().skip(1) {
        builder.problems.add(Kind::OnlyTheFirst, &other.path);
    }
    let (age, alive) = match attribute.name {
        AttributeName::Age => (today(builder, parameter)?, true),
        AttributeName::AgeAtCdr => (Value::Person(PersonColumn::AgeAtRelease), true),
        AttributeName::AgeAtConsent => (Value::Person(PersonColumn::AgeAtConsent), false),
        _ => {
            builder.problems.add(Kind::NoAge, &attribute.path);
            return None;
        }
    };
    if inverted(*operator, operands) {
        builder.problems.add(Kind::NeverTrue, &attribute.path);
    }
    let Some(asked) = compared(&age, *operator, numbers(operands)) else {
        builder.problems.add(Kind::OperatorWithoutMeaning, &attribute.path);
        return None;
    };
    if !alive {
        return Some(asked);
    }
    Some(Predicate::All(vec![asked, Predicate::No(Events::of(EventKind::Death))]))
}

/// The Workbench reads its server's clock; here the day is given.
fn today(builder: &mut Builder<'_>, parameter: &Parameter) -> Option<Value> {
    if builder.mode == Mode::Strict {
        return Some(Value::Person(PersonColumn::AgeAtRelease));
    }
    builder.problems.add(Kind::AgeToday, &parameter.path);
    let name = ParameterName::new("today").ok()?;
    let given = Given { kind: ParameterKind::Date, default: None };
    builder.definition.parameters.insert(name.clone(), given);
    Some(Value::Age(Moment::Parameter(name)))
}
