use std::sync::Arc;

use strongroom_cohort::ast::EventKind;
use strongroom_cohort::reference::Birth;
use strongroom_engine::{ColumnData, Directory, People, Shard, ShardColumn, ShardError};
use strongroom_omop::SubjectId;
use strongroom_release::{ReleaseShard, column_of_event, table_of_events};
use strongroom_timeline::PersonSet;

use crate::secure::Visibility;

/// A shard as one session may see it: the opaque leaf of the cohort engine.
///
/// Hidden tables are empty, hidden columns are not there, and people who withdrew are not to be
/// found, nor any event of theirs. That holds for whatever is asked; a cohort that would ask for
/// something hidden is refused before it runs, so that the refusal does not depend on the data.
#[derive(Debug)]
pub(crate) struct SecureShard {
    shard: ReleaseShard,
    visibility: Visibility,
}

/// Nobody of any shard.
const NOBODY: u32 = u32::MAX;

impl SecureShard {
    pub(crate) const fn new(shard: ReleaseShard, visibility: Visibility) -> Self {
        Self { shard, visibility }
    }

    fn hides(&self, kind: EventKind, column: ShardColumn) -> bool {
        let ShardColumn::Of(column) = column else { return false };
        column_of_event(kind, column).is_some_and(|(table, column)| self.visibility.hides(table, column))
    }

    fn is_absent(&self, subject: SubjectId) -> bool {
        self.visibility.withdrawn().binary_search(&subject.value()).is_ok()
    }
}

impl Shard for SecureShard {
    fn people(&self) -> Result<Arc<People>, ShardError> {
        let people = self.shard.people()?;
        let mut seen = People::clone(&people);
        seen.absent = (0..)
            .zip(&seen.subjects)
            .filter(|(_, subject)| self.is_absent(**subject))
            .map(|(person, _)| person)
            .collect();
        let hides = |column: &str| self.visibility.hides("person", column);
        if hides("year_of_birth") {
            seen.births.clear();
        } else if hides("month_of_birth") || hides("day_of_birth") || hides("birth_datetime") {
            for birth in &mut seen.births {
                *birth = birth.year().map_or(Birth::Unknown, Birth::Year);
            }
        }
        seen.concepts.retain(|column, _| !hides(&format!("{}_concept_id", column.name())));
        Ok(Arc::new(seen))
    }

    fn directory(&self, kind: EventKind) -> Result<Arc<Directory>, ShardError> {
        match table_of_events(kind) {
            Some(table) if self.visibility.hides_table(table) => Ok(Arc::default()),
            _ => self.shard.directory(kind),
        }
    }

    fn column(&self, kind: EventKind, column: ShardColumn) -> Result<Option<ColumnData>, ShardError> {
        if table_of_events(kind).is_some_and(|table| self.visibility.hides_table(table))
            || self.hides(kind, column)
        {
            return Ok(None);
        }
        let data = self.shard.column(kind, column)?;
        match data {
            Some(ColumnData::Ordinals(persons)) if !self.visibility.withdrawn().is_empty() => {
                let absent = self.people()?.absent.clone();
                let seen =
                    persons.iter().map(|person| if absent.contains(person) { NOBODY } else { *person });
                Ok(Some(ColumnData::Ordinals(seen.collect())))
            }
            data => Ok(data),
        }
    }

    fn add_people_with(
        &self,
        kind: EventKind,
        positions: &[usize],
        people: &mut PersonSet,
    ) -> Result<(), ShardError> {
        if table_of_events(kind).is_some_and(|table| self.visibility.hides_table(table)) {
            return Ok(());
        }
        self.shard.add_people_with(kind, positions, people)?;
        if !self.visibility.withdrawn().is_empty() {
            for absent in &self.people()?.absent {
                people.remove(*absent);
            }
        }
        Ok(())
    }
}
