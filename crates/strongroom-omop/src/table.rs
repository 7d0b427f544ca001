use crate::column::Column;
use crate::tables;

/// One table of the CDM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    name: &'static str,
    columns: &'static [Column],
    required: bool,
}

impl Table {
    pub(crate) const fn required(name: &'static str, columns: &'static [Column]) -> Self {
        Self { name, columns, required: true }
    }

    pub(crate) const fn optional(name: &'static str, columns: &'static [Column]) -> Self {
        Self { name, columns, required: false }
    }

    /// Every table, clinical tables first; vocabularies last.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        tables::ALL
    }

    /// The table with this name, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        tables::ALL.iter().find(|table| table.name.eq_ignore_ascii_case(name))
    }

    /// The name in lower case, which is also the stem of its file.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The columns in the order of the published data definition.
    #[must_use]
    pub const fn columns(&self) -> &'static [Column] {
        self.columns
    }

    /// Whether no repository can be built without this table: `person`, `observation_period` and
    /// `concept`.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.required
    }

    /// The column with this name of the CDM 5.4.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name() == name)
    }

    /// The column that a header cell names, by its present or former name, in any case.
    #[must_use]
    pub fn column_for_header(&self, header: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.is_named(header))
    }

    /// The column that says whose row it is: `person_id`, in `cohort` `subject_id`; none in tables
    /// that are not about people.
    #[must_use]
    pub fn person_column(&self) -> Option<&'static Column> {
        match self.name {
            "cohort" => self.column("subject_id"),
            _ => self.column("person_id"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_lower_case() {
        let mut tables = BTreeSet::new();
        for table in Table::all() {
            assert!(tables.insert(table.name()), "{} stands twice", table.name());
            let mut columns = BTreeSet::new();
            for column in table.columns() {
                for name in std::iter::once(column.name()).chain(column.former_name()) {
                    assert_eq!(name, name.to_ascii_lowercase());
                    assert!(columns.insert(name), "{}.{name} stands twice", table.name());
                }
            }
            assert!(table.columns().iter().any(Column::is_required), "{} requires nothing", table.name());
        }
    }

    #[test]
    fn required_tables_are_those_no_cohort_can_do_without() {
        let required: Vec<_> =
            Table::all().iter().filter(|table| table.is_required()).map(Table::name).collect();
        assert_eq!(required, ["person", "observation_period", "concept"]);
    }

    #[test]
    fn headers_are_found_by_either_name_in_any_case() {
        let visits = Table::named("VISIT_OCCURRENCE").unwrap();
        let column = visits.column("admitted_from_concept_id");
        for header in
            ["admitted_from_concept_id", "ADMITTED_FROM_CONCEPT_ID", " Admitting_Source_Concept_Id "]
        {
            assert_eq!(visits.column_for_header(header), column, "{header:?}");
        }
        assert_eq!(visits.column_for_header("admitted"), None);
    }
}
