use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use strongroom_cohort::ast::{Column, ColumnType, EventKind, PersonColumn};
use strongroom_cohort::reference::{Datum, EventRecord, PersonRecord};
use strongroom_omop::ConceptId;
use strongroom_timeline::{Day, PersonSet};

use super::{ColumnData, Directory, People, Shard, ShardColumn, Texts, UNKNOWN_ID};
use crate::error::ShardError;

/// A shard in memory, made of what the reference evaluator runs on.
#[derive(Debug, Clone, Default)]
pub struct MemoryShard {
    people: Arc<People>,
    tables: BTreeMap<EventKind, Table>,
}

#[derive(Debug, Clone, Default)]
struct Table {
    directory: Arc<Directory>,
    columns: BTreeMap<ShardColumn, ColumnData>,
}

impl MemoryShard {
    /// The shard of these people, given in any order. Of two with the same subject id, both are
    /// kept.
    #[must_use]
    pub fn new(people: &[PersonRecord]) -> Self {
        let mut records: Vec<&PersonRecord> = people.iter().collect();
        records.sort_by_key(|person| person.subject);
        let mut rows: BTreeMap<EventKind, Vec<(u32, &EventRecord)>> = BTreeMap::new();
        for (person, record) in (0..).zip(&records) {
            for event in &record.events {
                rows.entry(event.kind).or_default().push((person, event));
            }
        }
        Self {
            people: Arc::new(people_of(&records)),
            tables: rows.into_iter().map(|(kind, rows)| (kind, Table::new(rows))).collect(),
        }
    }
}

impl Shard for MemoryShard {
    fn people(&self) -> Result<Arc<People>, ShardError> {
        Ok(Arc::clone(&self.people))
    }

    fn directory(&self, kind: EventKind) -> Result<Arc<Directory>, ShardError> {
        Ok(self.tables.get(&kind).map(|table| Arc::clone(&table.directory)).unwrap_or_default())
    }

    fn column(&self, kind: EventKind, column: ShardColumn) -> Result<Option<ColumnData>, ShardError> {
        Ok(self.tables.get(&kind).and_then(|table| table.columns.get(&column)).cloned())
    }

    fn add_people_with(
        &self,
        kind: EventKind,
        positions: &[usize],
        people: &mut PersonSet,
    ) -> Result<(), ShardError> {
        let Some(table) = self.tables.get(&kind) else { return Ok(()) };
        if let Some(ColumnData::Ordinals(persons)) = table.columns.get(&ShardColumn::Person) {
            for position in positions {
                for person in persons.get(table.directory.run(*position)).unwrap_or_default() {
                    people.insert(*person);
                }
            }
        }
        Ok(())
    }
}

impl Table {
    fn new(mut rows: Vec<(u32, &EventRecord)>) -> Self {
        rows.sort_by_key(|(person, event)| (event.concept, *person, event.start, event.record));
        let mut columns = BTreeMap::new();
        let persons: Arc<[u32]> = rows.iter().map(|(person, _)| *person).collect();
        columns.insert(ShardColumn::Person, ColumnData::Ordinals(persons));
        columns.insert(ShardColumn::Record, ids(&rows, |event| Some(event.record.value())));
        for column in Column::ALL {
            if let Some(data) = column_of(*column, &rows) {
                columns.insert(ShardColumn::Of(*column), data);
            }
        }
        Self { directory: Arc::new(directory_of(&rows)), columns }
    }
}

fn directory_of(rows: &[(u32, &EventRecord)]) -> Directory {
    let (mut concepts, mut begins) = (Vec::new(), Vec::new());
    for (row, (_, event)) in (0_u32..).zip(rows) {
        if let Some(concept) = event.concept
            && concepts.last() != Some(&concept)
        {
            concepts.push(concept);
            begins.push(row);
        }
    }
    begins.push(u32::try_from(rows.len()).unwrap_or(u32::MAX));
    Directory::new(concepts, begins).unwrap_or_default()
}

/// A column of a table; nothing where no row has a value.
fn column_of(column: Column, rows: &[(u32, &EventRecord)]) -> Option<ColumnData> {
    let data = match column {
        Column::Start => ColumnData::Days(rows.iter().map(|(_, event)| Day::from(event.start)).collect()),
        Column::End => ColumnData::Days(rows.iter().map(|(_, event)| Day::from(event.end)).collect()),
        Column::Visit => ids(rows, |event| event.visit),
        Column::Concept => ids(rows, |event| event.concept.map(ConceptId::value)),
        Column::SourceConcept => ids(rows, |event| event.source_concept.map(ConceptId::value)),
        Column::Duration => return None,
        _ => {
            if rows.iter().all(|(_, event)| event.value(column).is_none()) {
                return None;
            }
            let value = |event: &EventRecord| event.value(column).cloned();
            match column.holds() {
                ColumnType::Number => ColumnData::Numbers(
                    rows.iter()
                        .map(|(_, event)| match value(event) {
                            Some(Datum::Number(number)) => number,
                            _ => f64::NAN,
                        })
                        .collect(),
                ),
                ColumnType::Text => ColumnData::Texts(Arc::new(texts_of(rows, value))),
                ColumnType::Concept | ColumnType::Id | ColumnType::Date => {
                    ids(rows, |event| match value(event) {
                        Some(Datum::Concept(concept)) => Some(concept.value()),
                        _ => None,
                    })
                }
            }
        }
    };
    Some(data)
}

fn ids(rows: &[(u32, &EventRecord)], id: impl Fn(&EventRecord) -> Option<i64>) -> ColumnData {
    ColumnData::Ids(rows.iter().map(|(_, event)| id(event).unwrap_or(UNKNOWN_ID)).collect())
}

fn texts_of(rows: &[(u32, &EventRecord)], value: impl Fn(&EventRecord) -> Option<Datum>) -> Texts {
    let mut distinct: Vec<Arc<str>> = Vec::new();
    let mut places: HashMap<Arc<str>, u32> = HashMap::new();
    let mut place_of = |text: Arc<str>| {
        *places.entry(Arc::clone(&text)).or_insert_with(|| {
            distinct.push(text);
            u32::try_from(distinct.len() - 1).unwrap_or(u32::MAX)
        })
    };
    let rows = rows.iter().map(|(_, event)| match value(event) {
        Some(Datum::Text(text)) => place_of(text),
        _ => u32::MAX,
    });
    let rows = rows.collect();
    Texts::new(distinct, rows)
}

fn people_of(records: &[&PersonRecord]) -> People {
    let concepts = |of: fn(&PersonRecord) -> Option<ConceptId>| -> Vec<i64> {
        records.iter().map(|person| of(person).map_or(UNKNOWN_ID, ConceptId::value)).collect()
    };
    let mut has: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for (person, record) in (0..).zip(records) {
        for kind in &record.has {
            has.entry(kind.clone()).or_default().insert(person);
        }
    }
    People {
        subjects: records.iter().map(|person| person.subject).collect(),
        births: records.iter().map(|person| person.birth).collect(),
        concepts: [
            (PersonColumn::Gender, concepts(|person| person.gender)),
            (PersonColumn::SexAtBirth, concepts(|person| person.sex_at_birth)),
            (PersonColumn::Race, concepts(|person| person.race)),
            (PersonColumn::Ethnicity, concepts(|person| person.ethnicity)),
            (PersonColumn::SelfReportedCategory, concepts(|person| person.self_reported_category)),
        ]
        .into(),
        ages: [
            (PersonColumn::AgeAtConsent, records.iter().map(|person| person.age_at_consent).collect()),
            (PersonColumn::AgeAtRelease, records.iter().map(|person| person.age_at_release).collect()),
        ]
        .into(),
        absent: BTreeSet::new(),
        has,
    }
}
