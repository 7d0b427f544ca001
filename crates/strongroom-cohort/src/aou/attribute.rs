use strongroom_omop::ConceptId;

use super::Mode;
use super::build::{Builder, any_of};
use super::compare::{compared, concepts, inverted, numbers};
use super::events::{Sets, recorded};
use super::problem::AouProblemKind as Kind;
use super::request::{Attribute, Parameter};
use super::words::{AttributeName, EventDomain, Operator};
use crate::ast::{
    Code, Column, ConceptItem, ConceptRef, ConceptSet, Events, Filter, Match, Predicate, Value,
};

const SYSTOLIC: ConceptId = ConceptId::new(903_118);
const DIASTOLIC: ConceptId = ConceptId::new(903_115);

/// The part of a search parameter with attributes: its concepts, as they are and not expanded, with
/// what the attributes ask of the values.
pub(super) fn part(
    builder: &mut Builder<'_>,
    parameter: &Parameter,
    domain: EventDomain,
    sets: &Sets,
    name: &str,
) -> Option<Events> {
    let matching = if parameter.standard { Match::Standard } else { Match::Source };
    let mut base: Vec<_> = parameter.attributes.iter().filter_map(|attribute| attribute.concept).collect();
    if base.is_empty() {
        base.extend(parameter.concept);
    }
    if base.is_empty() {
        builder.problems.add(Kind::NoConcept, &parameter.path);
        return None;
    }
    let mut items: Vec<ConceptItem> = Vec::new();
    for concept in base {
        if items.iter().all(|item| item.concept != Code::Id(concept)) {
            items.push(ConceptItem::only(concept));
        }
    }
    if let [only] = items.as_mut_slice() {
        only.label.clone_from(&parameter.name);
    }
    let mut set = ConceptSet::including(items);
    set.title.clone_from(&parameter.name);
    let concepts = sets.add(builder, name, set)?;
    let mut events = recorded(builder.mode, domain, matching, concepts);
    let pressure = parameter
        .attributes
        .iter()
        .any(|attribute| attribute.name == AttributeName::Num && attribute.concept.is_some());
    let asked =
        if pressure { blood_pressure(builder, parameter)? } else { values(builder, parameter, domain)? };
    events.filters.extend(asked.into_iter().map(Filter::Where));
    Some(events)
}

/// Number or category, and survey version: the first attribute of each name.
fn values(builder: &mut Builder<'_>, parameter: &Parameter, domain: EventDomain) -> Option<Vec<Predicate>> {
    let survey = match parameter.domain.as_deref() {
        Some(word) => word == "SURVEY",
        None => domain == EventDomain::Survey,
    };
    let mut seen = Vec::new();
    let (mut either, mut also) = (Vec::new(), Vec::new());
    for attribute in &parameter.attributes {
        // `ANY` may stand there for several concepts: it asks the same of all.
        if seen.contains(&attribute.name) {
            if attribute.name != AttributeName::Any {
                builder.problems.add(Kind::OnlyTheFirst, &attribute.path);
            }
            continue;
        }
        seen.push(attribute.name);
        match attribute.name {
            AttributeName::Any if survey => {
                also.push(Predicate::Missing(Value::Column(Column::Value)).negated());
            }
            // Of the family history, the survey is kept for the screen alone.
            AttributeName::Any | AttributeName::FamilyHistory => {}
            AttributeName::Num => either.push(number(builder, attribute, Column::Value)?),
            AttributeName::Cat => {
                let column = if survey { Column::ValueSourceConcept } else { Column::ValueConcept };
                either.push(category(builder, attribute, column)?);
            }
            AttributeName::SurveyVersion => also.push(category(builder, attribute, Column::Version)?),
            AttributeName::Age | AttributeName::AgeAtConsent | AttributeName::AgeAtCdr => {
                builder.problems.add(Kind::AttributeWithoutMeaning, &attribute.path);
                return None;
            }
        }
    }
    let mut asked = Vec::new();
    if !either.is_empty() {
        asked.push(any_of(either));
    }
    asked.extend(also);
    Some(asked)
}

/// The pressures, by the order of the attributes for the Workbench, otherwise by their concepts.
fn blood_pressure(builder: &mut Builder<'_>, parameter: &Parameter) -> Option<Vec<Predicate>> {
    let mut asked = Vec::new();
    let mut columns = Vec::new();
    for attribute in &parameter.attributes {
        match attribute.name {
            AttributeName::Any => continue,
            AttributeName::Num => {}
            _ => {
                builder.problems.add(Kind::AttributeWithoutMeaning, &attribute.path);
                return None;
            }
        }
        let meant = match attribute.concept {
            Some(SYSTOLIC) => Some(Column::Systolic),
            Some(DIASTOLIC) => Some(Column::Diastolic),
            _ => None,
        };
        let column = match (builder.mode, asked.len()) {
            (Mode::Workbench, 0) => Column::Systolic,
            (Mode::Workbench, 1) => Column::Diastolic,
            (Mode::Workbench, _) => {
                builder.problems.add(Kind::BloodPressureHasTwoValues, &attribute.path);
                return None;
            }
            (Mode::Strict, _) => match meant {
                Some(column) if !columns.contains(&column) => column,
                _ => {
                    builder.problems.add(Kind::NotABloodPressure, &attribute.path);
                    return None;
                }
            },
        };
        if meant != Some(column) {
            builder.problems.add(Kind::BloodPressureByOrder, &attribute.path);
        }
        columns.push(column);
        asked.push(number(builder, attribute, column)?);
    }
    Some(asked)
}

fn number(builder: &mut Builder<'_>, attribute: &Attribute, column: Column) -> Option<Predicate> {
    let (operator, operands) = attribute.test.as_ref()?;
    if inverted(*operator, operands) {
        builder.problems.add(Kind::NeverTrue, &attribute.path);
    }
    let asked = compared(&Value::Column(column), *operator, numbers(operands));
    if asked.is_none() {
        builder.problems.add(Kind::OperatorWithoutMeaning, &attribute.path);
    }
    asked
}

fn category(builder: &mut Builder<'_>, attribute: &Attribute, column: Column) -> Option<Predicate> {
    let (operator, operands) = attribute.test.as_ref()?;
    if !matches!(operator, Operator::In | Operator::Equal) {
        builder.problems.add(Kind::OperatorWithoutMeaning, &attribute.path);
        return None;
    }
    let Some(concepts) = concepts(operands) else {
        builder.problems.add(Kind::NotAnInteger, &attribute.path.field("operands"));
        return None;
    };
    let concepts = ConceptRef::Codes(concepts.into_iter().map(Code::Id).collect());
    Some(Predicate::In { value: Value::Column(column), concepts })
}
