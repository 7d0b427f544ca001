use strongroom_cohort::Definition;
use strongroom_cohort::ast::{Column, EventKind, PersonColumn};
use strongroom_engine::Reads;
use strongroom_release::{column_of_event, table_of_events};

use crate::query::{QueryError, SessionTables};

/// Refuses a cohort that reads a table or column that the session may not see, or that the release
/// does not have; which of the two is not said. It depends on the definition alone, never on data.
pub(crate) fn check(reads: &Reads, tables: &SessionTables) -> Result<(), QueryError> {
    for (kind, columns) in &reads.events {
        let Some(table) = table_of_events(*kind) else {
            return Err(QueryError::NoTable { table: kind.name() });
        };
        tables.check_column(table, "person_id")?;
        for column in columns {
            // Columns that a kind does not have at all are missing for everybody.
            if let Some((table, name)) = column_of_event(*kind, *column) {
                check_column(tables, *kind, *column, table, name)?;
            }
        }
    }
    // Who they are, and what every breakdown tells of them.
    for column in ["person_id", "gender_concept_id", "year_of_birth"] {
        tables.check_column("person", column)?;
    }
    for column in &reads.people {
        match column {
            PersonColumn::Race => tables.check_column("person", "race_concept_id")?,
            PersonColumn::Ethnicity => tables.check_column("person", "ethnicity_concept_id")?,
            // A tier may hide the month and day of birth: then only the year is known (rule R13).
            PersonColumn::BirthDate
            | PersonColumn::BirthYear
            | PersonColumn::Gender
            | PersonColumn::SexAtBirth
            | PersonColumn::SelfReportedCategory
            | PersonColumn::AgeAtConsent
            | PersonColumn::AgeAtRelease => {}
        }
    }
    Ok(())
}

/// Refuses a definition whose concepts cannot be looked up because the session may not see a part of
/// the vocabulary.
pub(crate) fn check_vocabulary(definition: &Definition, tables: &SessionTables) -> Result<(), QueryError> {
    let named = !definition.named_concepts().is_empty() || !definition.named_codes().is_empty();
    let (below, mapped) = (definition.named_ancestors(), definition.named_mapped());
    let needed: [(bool, &'static str, &[&'static str]); 3] = [
        (named, "concept", &["concept_id", "standard_concept", "invalid_reason"]),
        (!below.is_empty(), "concept_ancestor", &["ancestor_concept_id", "descendant_concept_id"]),
        (!mapped.is_empty(), "concept_relationship", &["concept_id_1", "concept_id_2", "relationship_id"]),
    ];
    for (_, table, columns) in needed.into_iter().filter(|(needed, ..)| *needed) {
        // A release may have no hierarchy: nothing is below any concept then.
        if table != "concept" && !tables.has(table) {
            continue;
        }
        for column in columns {
            tables.check_column(table, column)?;
        }
    }
    Ok(())
}

fn check_column(
    tables: &SessionTables,
    kind: EventKind,
    column: Column,
    table: &'static str,
    name: &'static str,
) -> Result<(), QueryError> {
    // What a record says by reference is missing where the release lacks the table that it names.
    let by_reference = matches!(column, Column::VisitKind | Column::VisitPlace | Column::ProviderSpecialty);
    if by_reference && table_of_events(kind) != Some(table) && !tables.has(table) {
        return Ok(());
    }
    tables.check_table(table)?;
    tables.check_column(table, name)
}
