use serde_json::{Map, Value as Json, json};

use super::Export;
use crate::ast::{AnchorBase, Code, Column, ConceptRef, Predicate, Value};
use crate::circe::attributes::{Attribute, Criterion, Subject, Test};
use crate::circe::filters::{Scope, abnormal};
use crate::circe::ranges::{self, Scale};
use crate::circe::tables::DEMOGRAPHIC;

/// The properties that say a predicate.
type Properties = Vec<(&'static str, Json)>;

impl Export<'_> {
    /// Adds a row filter to a criterion; whether Circe has it.
    pub(super) fn attribute(
        &self,
        criterion: &Criterion,
        properties: &mut Map<String, Json>,
        predicate: &Predicate,
    ) -> bool {
        let free = |attribute: &&Attribute| !properties.contains_key(attribute.property);
        let found = criterion
            .attributes
            .iter()
            .filter(free)
            .find_map(|attribute| self.said_by(attribute, predicate, Scope::Row));
        let Some(found) = found else {
            return false;
        };
        properties.extend(found.into_iter().map(|(name, json)| (name.to_owned(), json)));
        true
    }

    /// The demographic criterion that a predicate is.
    ///
    /// In a row filter an unknown comparison stays unknown, where Circe takes it for false. That
    /// makes a difference within what must not be true: there it has to be excluded.
    pub(super) fn demographic(&self, predicate: &Predicate, scope: Scope) -> Option<Json> {
        if let Some((_, said)) = self.demographic_part(predicate, scope) {
            return Some(Json::Object(
                said.into_iter().map(|(name, json)| (name.to_owned(), json)).collect(),
            ));
        }
        let Predicate::All(parts) = predicate else {
            return None;
        };
        let mut properties = Map::new();
        let mut last = None;
        for part in parts {
            // In the order in which they are read, so that they are read as they were.
            let free = last.map_or(0, |last| last + 1);
            let (position, said) =
                DEMOGRAPHIC.iter().enumerate().skip(free).find_map(|(position, attribute)| {
                    Some((position, self.definitely(attribute, part, scope)?))
                })?;
            last = Some(position);
            properties.extend(said.into_iter().map(|(name, json)| (name.to_owned(), json)));
        }
        (parts.len() > 1).then_some(Json::Object(properties))
    }

    fn demographic_part(&self, predicate: &Predicate, scope: Scope) -> Option<(usize, Properties)> {
        DEMOGRAPHIC
            .iter()
            .enumerate()
            .find_map(|(position, attribute)| Some((position, self.definitely(attribute, predicate, scope)?)))
    }

    fn definitely(&self, attribute: &Attribute, predicate: &Predicate, scope: Scope) -> Option<Properties> {
        if let Predicate::All(parts) = predicate
            && let [Predicate::Not(missing), inner] = parts.as_slice()
            && let Predicate::Missing(value) = missing.as_ref()
            && about(inner) == Some(value)
        {
            return self.said_by(attribute, inner, scope);
        }
        let unknowable = matches!(predicate, Predicate::Missing(_))
            || matches!(predicate, Predicate::Not(inner) if matches!(**inner, Predicate::Missing(_)));
        let turned = matches!(predicate, Predicate::Not(_));
        if !unknowable && (scope == Scope::NestedAtMost || (turned && scope == Scope::Entry)) {
            return None;
        }
        self.said_by(attribute, predicate, scope)
    }

    fn said_by(&self, attribute: &Attribute, predicate: &Predicate, scope: Scope) -> Option<Properties> {
        let anchor = &scope.anchor();
        let one = |json| vec![(attribute.property, json)];
        match attribute.test {
            Test::Numeric(subject, scale) => {
                ranges::write_numeric(predicate, &subject.value(anchor), scale).map(one)
            }
            Test::Days(subject) => ranges::write_days(predicate, &subject.value(anchor)).map(one),
            Test::Text(column) => ranges::write_text(predicate, &Value::Column(column)).map(one),
            Test::Concepts(subject, exclude) => {
                let (listed, turned) = unturned(predicate);
                let Predicate::In { value, concepts: ConceptRef::Codes(codes) } = listed else {
                    return None;
                };
                let exclude = if turned { Some(exclude?) } else { None };
                if *value != subject.value(anchor) || codes.is_empty() {
                    return None;
                }
                let concept = |code: &Code| match code {
                    Code::Id(id) => Some(json!({ "CONCEPT_ID": id })),
                    Code::Code(_) => None,
                };
                let list = codes.iter().map(concept).collect::<Option<Vec<_>>>()?;
                let mut said = one(Json::Array(list));
                said.extend(exclude.map(|exclude| (exclude, Json::Bool(true))));
                Some(said)
            }
            Test::Selection(subject) => self.selection(predicate, subject, anchor).map(one),
            Test::Set(column) => match predicate {
                Predicate::In { value: Value::Column(tested), concepts: ConceptRef::Set(name) }
                    if *tested == column =>
                {
                    self.ids.get(name).map(|id| one(json!(id)))
                }
                _ => None,
            },
            Test::Abnormal => (*predicate == abnormal()).then(|| one(Json::Bool(true))),
            Test::GapOfEraLength => {
                ranges::write_numeric(predicate, &Value::Column(Column::GapDays), Scale::Whole).map(one)
            }
            Test::NoEffect | Test::Unsupported(_) => None,
        }
    }

    fn selection(&self, predicate: &Predicate, subject: Subject, anchor: &AnchorBase) -> Option<Json> {
        let value = subject.value(anchor);
        let (positive, turned) = unturned(predicate);
        match positive {
            Predicate::In { value: tested, concepts: ConceptRef::Set(name) } if *tested == value => {
                self.ids.get(name).map(|id| json!({ "CodesetId": id, "IsExclusion": turned }))
            }
            Predicate::Missing(tested) if *tested == value && turned => Some(json!({ "IsExclusion": false })),
            Predicate::Missing(tested) if *tested == value => {
                let joined = [Column::VisitKind, Column::VisitPlace].map(Subject::Column).contains(&subject);
                (!joined).then(|| json!({ "IsExclusion": true }))
            }
            Predicate::All(parts) if subject == Subject::Column(Column::VisitKind) && !turned => {
                let visit = Predicate::Missing(Value::Column(Column::Visit)).negated();
                (*parts == [visit, Predicate::Missing(value)]).then(|| json!({ "IsExclusion": true }))
            }
            _ => None,
        }
    }
}

fn unturned(predicate: &Predicate) -> (&Predicate, bool) {
    match predicate {
        Predicate::Not(inner) => (inner, true),
        other => (other, false),
    }
}

/// The value that a comparison or its opposite is about.
fn about(predicate: &Predicate) -> Option<&Value> {
    match unturned(predicate).0 {
        Predicate::Compare { left: value, .. }
        | Predicate::Between { value, .. }
        | Predicate::In { value, .. }
        | Predicate::Like { value, .. } => Some(value),
        _ => None,
    }
}
