use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// How columns with the wording of the source are called in the OMOP CDM.
const SOURCE_VALUE: &str = "_source_value";

/// What a tier does not show of the Common Data Model: whole tables, single columns, and the
/// wording of the source.
///
/// Tables and columns are named as in the CDM, in lower case. What is hidden does not exist for
/// whoever works in the tier: not as a column of a data set, not as a condition of a cohort.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Hidden {
    tables: BTreeSet<String>,
    source_values: bool,
    columns: BTreeMap<String, BTreeSet<String>>,
}

impl Hidden {
    /// Nothing is hidden.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// The same, and this table with all its columns.
    #[must_use]
    pub fn with_table(mut self, table: impl Into<String>) -> Self {
        self.tables.insert(table.into());
        self
    }

    /// The same, and this column of this table.
    #[must_use]
    pub fn with_column(mut self, table: impl Into<String>, column: impl Into<String>) -> Self {
        self.columns.entry(table.into()).or_default().insert(column.into());
        self
    }

    /// The same, and every column with the wording of the source (`…_source_value`).
    #[must_use]
    pub fn with_source_values(mut self) -> Self {
        self.source_values = true;
        self
    }

    /// Whether nothing of this table is shown.
    #[must_use]
    pub fn hides_table(&self, table: &str) -> bool {
        self.tables.contains(table)
    }

    /// Whether this column is not shown, be it by its own name, with its table, or as a source
    /// value.
    #[must_use]
    pub fn hides_column(&self, table: &str, column: &str) -> bool {
        self.hides_table(table)
            || (self.source_values && column.ends_with(SOURCE_VALUE))
            || self.columns.get(table).is_some_and(|columns| columns.contains(column))
    }

    /// The hidden tables, by name.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().map(String::as_str)
    }

    /// The columns hidden by name, as (table, column), by name.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &str)> {
        self.columns
            .iter()
            .flat_map(|(table, columns)| columns.iter().map(|column| (table.as_str(), column.as_str())))
    }

    /// Whether columns with the wording of the source are hidden.
    #[must_use]
    pub fn source_values(&self) -> bool {
        self.source_values
    }

    /// Whether everything that `other` hides is hidden here too.
    #[must_use]
    pub fn includes(&self, other: &Self) -> bool {
        (self.source_values || !other.source_values)
            && other.tables.is_subset(&self.tables)
            && other.columns().all(|(table, column)| self.hides_column(table, column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_hidden_by_name_with_its_table_or_as_source_value() {
        let hidden =
            Hidden::nothing().with_table("note").with_column("person", "day_of_birth").with_source_values();
        for (table, column, expected) in [
            ("note", "note_text", true),
            ("person", "day_of_birth", true),
            ("person", "year_of_birth", false),
            ("visit_occurrence", "day_of_birth", false),
            ("condition_occurrence", "condition_source_value", true),
            ("condition_occurrence", "condition_source_concept_id", false),
        ] {
            assert_eq!(hidden.hides_column(table, column), expected, "{table}.{column}");
        }
        assert!(!Hidden::nothing().hides_column("person", "person_source_value"));
    }

    #[test]
    fn hiding_more_includes_hiding_less() {
        let column = Hidden::nothing().with_column("person", "gender_source_value");
        for (more, less, expected) in [
            (Hidden::nothing(), Hidden::nothing(), true),
            (Hidden::nothing().with_table("person"), column.clone(), true),
            (Hidden::nothing().with_source_values(), column.clone(), true),
            (column.clone(), Hidden::nothing().with_source_values(), false),
            (column.clone(), Hidden::nothing().with_table("person"), false),
            (Hidden::nothing(), column, false),
        ] {
            assert_eq!(more.includes(&less), expected, "{more:?} over {less:?}");
        }
    }
}
