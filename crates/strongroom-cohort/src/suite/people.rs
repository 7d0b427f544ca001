use std::collections::BTreeMap;
use std::sync::Arc;

use strongroom_omop::{ConceptId, RecordId};

use crate::ast::{
    Code, Column, Definition, EventKind, ExamplePerson, ExampleRow, ExampleTest, Literal, Observed,
    ObservedBy,
};
use crate::reference::{Birth, Datum, EventRecord, PersonRecord};
use crate::vocabulary::Vocabulary;
use crate::{ColumnName, ast::Unit};

/// Makes records of the people that are written in a test.
pub(super) struct People<'a> {
    pub(super) definition: &'a Definition,
    pub(super) vocabulary: &'a Vocabulary,
}

impl People<'_> {
    /// The people of a test, in the order written.
    ///
    /// # Errors
    /// If the vocabulary does not have a code or unit of theirs.
    pub(super) fn of(&self, test: &ExampleTest) -> Result<Vec<PersonRecord>, String> {
        let people = test.people.iter().enumerate();
        people.map(|(position, person)| self.person(position, person)).collect()
    }

    fn person(&self, position: usize, person: &ExamplePerson) -> Result<PersonRecord, String> {
        let mut record = PersonRecord::new(Self::subject(position));
        record.birth = person.born.map_or(Birth::Unknown, Birth::Day);
        let sex = person.sex.as_ref().map(|code| self.concept(code)).transpose()?;
        (record.gender, record.sex_at_birth) = (sex, sex);
        let mut ids = (1..).map(RecordId::new);
        for kind in self.period_kinds() {
            for ((from, to), id) in person.observed.iter().zip(&mut ids) {
                let mut period = EventRecord::new(kind, id, ConceptId::NO_MATCHING_CONCEPT, *from);
                period.end = Some(*to);
                record.events.push(period);
            }
        }
        let visits = Visits::of(self, person)?;
        for (row, id) in person.rows.iter().zip(&mut ids) {
            record.events.push(self.row(row, id, &visits)?);
        }
        Ok(record)
    }

    /// The tables in which the observed intervals stand: payer plans where cohorts are observed by
    /// them.
    fn period_kinds(&self) -> impl Iterator<Item = EventKind> {
        let by = Observed::By(ObservedBy::PayerPlanPeriod);
        let plans = self.definition.cohorts.iter().any(|cohort| cohort.observed == by);
        [EventKind::ObservationPeriod].into_iter().chain(plans.then_some(EventKind::PayerPlanPeriod))
    }

    fn row(&self, row: &ExampleRow, id: RecordId, visits: &Visits<'_>) -> Result<EventRecord, String> {
        let concept = self.concept(&row.concept)?;
        let mut event = EventRecord::new(row.kind, id, concept, row.start);
        event.source_concept = Some(concept);
        event.end = row.end;
        match &row.visit {
            Some(name) => {
                event.visit = visits.ids.get(name).copied();
                if let Some(kind) = visits.kinds.get(name) {
                    event = event.with(Column::VisitKind, Datum::Concept(*kind));
                }
            }
            // A visit without a name is still one of its own.
            None if row.kind == EventKind::Visit => {
                event.visit = Some(-id.value());
                event = event.with(Column::VisitKind, Datum::Concept(concept));
            }
            None => {}
        }
        match &row.value {
            None => Ok(event),
            Some(value) => self.valued(event, value),
        }
    }

    fn valued(&self, event: EventRecord, value: &Literal) -> Result<EventRecord, String> {
        Ok(match value {
            Literal::Number(number) => event.with(Column::Value, Datum::Number(number.value())),
            Literal::Quantity(quantity) => {
                let unit = self.unit(&quantity.unit)?;
                event
                    .with(Column::Value, Datum::Number(quantity.number.value()))
                    .with(Column::Unit, Datum::Concept(unit))
            }
            // Of a drug: how long the supply lasts.
            Literal::Duration(duration) => {
                event.with(Column::DaysSupply, Datum::Number(f64::from(duration.count())))
            }
            Literal::Date(day) => event.with(Column::ValueText, Datum::Text(Arc::from(day.to_string()))),
            Literal::Text(text) => event.with(Column::ValueText, Datum::Text(Arc::from(text.as_str()))),
            Literal::Concepts(codes) => {
                let mut event = event;
                for code in codes {
                    let answer = Datum::Concept(self.concept(code)?);
                    for column in [Column::ValueConcept, Column::ValueSourceConcept, Column::Answer] {
                        event = event.with(column, answer.clone());
                    }
                }
                event
            }
        })
    }

    fn concept(&self, code: &Code) -> Result<ConceptId, String> {
        self.vocabulary
            .find(code)
            .ok_or_else(|| "the vocabulary does not have a code of this person".to_owned())
    }

    fn unit(&self, unit: &Unit) -> Result<ConceptId, String> {
        let units = self.vocabulary.units();
        let ucum = self.vocabulary.find(&Code::of("UCUM", unit.as_str()));
        let known = ucum.filter(|id| units.unit(*id) == Some(unit));
        known.ok_or_else(|| format!("the vocabulary does not have the unit '{unit}'"))
    }
}

/// The visits that the rows of one person name.
struct Visits<'a> {
    ids: BTreeMap<&'a ColumnName, i64>,
    kinds: BTreeMap<&'a ColumnName, ConceptId>,
}

impl<'a> Visits<'a> {
    fn of(people: &People<'_>, person: &'a ExamplePerson) -> Result<Self, String> {
        let mut visits = Self { ids: BTreeMap::new(), kinds: BTreeMap::new() };
        for row in &person.rows {
            let Some(name) = &row.visit else { continue };
            let next = i64::try_from(visits.ids.len()).unwrap_or(i64::MAX);
            visits.ids.entry(name).or_insert(next);
            if row.kind == EventKind::Visit {
                visits.kinds.insert(name, people.concept(&row.concept)?);
            }
        }
        Ok(visits)
    }
}
