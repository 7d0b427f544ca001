use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use strongroom_cohort::ast::{Column, ColumnType};
use strongroom_cohort::reference::{Datum, EventRecord};
use strongroom_omop::{ConceptId, RecordId};

use super::error::CdmError;
use super::joins::Joins;
use super::layout::{KINDS, Layout, Slots};
use super::people::People;
use super::source::Source;
use super::table_data::{Row, TableData};

/// One table of events, read and not yet taken apart.
#[derive(Debug)]
struct EventTable {
    layout: Layout,
    slots: Slots,
    data: TableData,
}

/// Gives every person their events: kind by kind, within a kind in the order of the table.
///
/// Whoever has events and is not in `person` becomes a person of whom nothing else is known, as
/// somebody who joins the tables without `person` would find them.
pub(super) fn read(source: &Source, people: &mut People) -> Result<(), CdmError> {
    let joins = Joins::read(source)?;
    let mut tables = Vec::new();
    let mut unknown = BTreeSet::new();
    for layout in KINDS.iter().filter_map(|kind| Layout::of(*kind)) {
        let mut slots = layout.slots();
        let wanted = std::mem::take(&mut slots.wanted);
        if let Some(data) = TableData::read(source, layout.table, wanted)? {
            let table = EventTable { layout, slots, data };
            let mut before = 0;
            for row in table.data.rows() {
                let person = row.key(table.slots.person)?;
                match people.position(person, before) {
                    Some(position) => before = position,
                    None => drop(unknown.insert(person)),
                }
            }
            tables.push(table);
        }
    }
    people.add_unknown(&unknown);
    reserve(people, &tables)?;
    for table in tables {
        table.distribute(&joins, people)?;
    }
    Ok(())
}

/// Makes room for exactly the events that come.
fn reserve(people: &mut People, tables: &[EventTable]) -> Result<(), CdmError> {
    let mut counts = vec![0_usize; people.len()];
    for table in tables {
        let mut position = 0;
        for row in table.data.rows() {
            let found = people.position(row.key(table.slots.person)?, position);
            position = found.unwrap_or(position);
            if let Some(count) = found.and_then(|found| counts.get_mut(found)) {
                *count += 1;
            }
        }
    }
    for (person, count) in people.records_mut().iter_mut().zip(counts) {
        person.events.reserve_exact(count);
    }
    Ok(())
}

impl EventTable {
    fn distribute(&self, joins: &Joins, people: &mut People) -> Result<(), CdmError> {
        let mut texts = HashSet::new();
        let mut scratch = Vec::new();
        let mut position = 0;
        for row in self.data.rows() {
            let person = row.key(self.slots.person)?;
            let event = self.event(&row, person, joins, &mut texts, &mut scratch)?;
            let found = people.position(person, position);
            position = found.unwrap_or(position);
            if let Some(person) = found.and_then(|found| people.records_mut().get_mut(found)) {
                person.events.push(event);
            }
        }
        Ok(())
    }

    fn event(
        &self,
        row: &Row<'_>,
        person: i64,
        joins: &Joins,
        texts: &mut HashSet<Arc<str>>,
        scratch: &mut Vec<(Column, Datum)>,
    ) -> Result<EventRecord, CdmError> {
        let slots = &self.slots;
        let concept = |slot: Option<usize>| row.integer(slot?).map(ConceptId::new);
        let record = RecordId::new(row.key(slots.record)?);
        let mut event =
            EventRecord::new(self.layout.kind, record, ConceptId::NO_MATCHING_CONCEPT, NaiveDate::default());
        event.concept = concept(slots.concept);
        event.source_concept = concept(slots.source_concept);
        event.start = row.date(slots.start);
        event.end = slots.end.and_then(|slot| row.date(slot));
        event.visit = slots.visit.and_then(|slot| row.integer(slot));

        for (column, slot) in &slots.values {
            let datum = match column.holds() {
                ColumnType::Number => row.float(*slot).map(Datum::Number),
                ColumnType::Concept | ColumnType::Id => concept(Some(*slot)).map(Datum::Concept),
                ColumnType::Text => row.text(*slot).map(|text| Datum::Text(shared(texts, text))),
                ColumnType::Date => None,
            };
            scratch.extend(datum.map(|datum| (*column, datum)));
        }
        let visit = event.visit.and_then(|visit| joins.visit(visit, person));
        let place = match slots.care_site {
            Some(slot) => row.integer(slot).and_then(|site| joins.place(site)),
            None => visit.and_then(|visit| visit.place),
        };
        let specialty = slots.provider.and_then(|slot| joins.specialty(row.integer(slot)?));
        let joined = [
            (Column::VisitKind, visit.and_then(|visit| visit.kind)),
            (Column::VisitPlace, place),
            (Column::ProviderSpecialty, specialty),
        ];
        let joined = joined.into_iter().filter_map(|(column, concept)| Some((column, concept?)));
        scratch.extend(joined.map(|(column, concept)| (column, Datum::Concept(concept))));
        event.values.reserve_exact(scratch.len());
        event.values.append(scratch);
        Ok(event)
    }
}

/// Equal texts are kept once: most text columns hold few different ones.
fn shared(texts: &mut HashSet<Arc<str>>, text: &str) -> Arc<str> {
    match texts.get(text) {
        Some(known) => Arc::clone(known),
        None => {
            let new: Arc<str> = Arc::from(text);
            texts.insert(Arc::clone(&new));
            new
        }
    }
}
