use std::collections::BTreeSet;

use strongroom_cohort::reference::{Birth, PersonRecord};
use strongroom_omop::{ConceptId, SubjectId};

use super::error::CdmError;
use super::source::Source;
use super::table_data::{Row, TableData, Wanted};

/// The people of a folder, by id.
#[derive(Debug)]
pub(super) struct People {
    records: Vec<PersonRecord>,
}

const PERSON: usize = 0;
const YEAR: usize = 1;
const MONTH: usize = 2;
const DAY: usize = 3;
const GENDER: usize = 4;
const SEX_AT_BIRTH: usize = 5;
const RACE: usize = 6;
const ETHNICITY: usize = 7;
const SELF_REPORTED_CATEGORY: usize = 8;

impl People {
    pub(super) fn read(source: &Source) -> Result<Self, CdmError> {
        // Two of these columns are no part of the CDM; some releases add them.
        let wanted = [
            "person_id",
            "year_of_birth",
            "month_of_birth",
            "day_of_birth",
            "gender_concept_id",
            "sex_at_birth_concept_id",
            "race_concept_id",
            "ethnicity_concept_id",
            "self_reported_category_concept_id",
        ];
        let mut records = Vec::new();
        if let Some(data) = TableData::read(source, "person", wanted.map(Wanted::integer).to_vec())? {
            records.reserve_exact(data.len());
            for row in data.rows() {
                records.push(person(&row)?);
            }
        }
        records.sort_by_key(|person| person.subject);
        let twins = |(_, pair): &(usize, &[PersonRecord])| match pair {
            [one, other] => one.subject == other.subject,
            _ => false,
        };
        match records.windows(2).enumerate().find(twins) {
            Some((position, _)) => Err(CdmError::PersonTwice { row: position + 2 }),
            None => Ok(Self { records }),
        }
    }

    /// Where the person stands. Rows of one person mostly follow each other, so the position of the
    /// row before is tried first.
    pub(super) fn position(&self, person: i64, before: usize) -> Option<usize> {
        let subject = SubjectId::new(person);
        match self.records.get(before) {
            Some(record) if record.subject == subject => Some(before),
            _ => self.records.binary_search_by_key(&subject, |record| record.subject).ok(),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.records.len()
    }

    /// Adds people of whom only events are known.
    pub(super) fn add_unknown(&mut self, people: &BTreeSet<i64>) {
        self.records.extend(people.iter().map(|person| PersonRecord::new(SubjectId::new(*person))));
        self.records.sort_by_key(|person| person.subject);
    }

    pub(super) fn records_mut(&mut self) -> &mut [PersonRecord] {
        &mut self.records
    }

    pub(super) fn into_records(self) -> Vec<PersonRecord> {
        self.records
    }
}

fn person(row: &Row<'_>) -> Result<PersonRecord, CdmError> {
    let concept = |column| row.integer(column).map(ConceptId::new);
    let part = |column| row.integer(column).and_then(|part| u32::try_from(part).ok());
    let year = row.integer(YEAR).and_then(|year| i32::try_from(year).ok());
    let mut person = PersonRecord::new(SubjectId::new(row.key(PERSON)?));
    person.birth = Birth::from_parts(year, part(MONTH), part(DAY));
    person.gender = concept(GENDER);
    let has_sex_at_birth = row.data.has(SEX_AT_BIRTH);
    person.sex_at_birth = concept(if has_sex_at_birth { SEX_AT_BIRTH } else { GENDER });
    person.race = concept(RACE);
    person.ethnicity = concept(ETHNICITY);
    person.self_reported_category = concept(SELF_REPORTED_CATEGORY);
    Ok(person)
}
