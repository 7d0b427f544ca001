use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use strongroom_omop::{SubjectId, Table};

/// What a session may see of a release: the tier's hidden tables and columns, and the people who
/// withdrew after the release was built.
#[derive(Debug, Clone, Default)]
pub(crate) struct Visibility {
    hidden_tables: BTreeSet<String>,
    hidden_columns: BTreeMap<String, BTreeSet<String>>,
    hide_source_values: bool,
    /// Ascending.
    withdrawn: Arc<[i64]>,
}

impl Visibility {
    pub(crate) fn new(
        hidden_tables: BTreeSet<String>,
        hidden_columns: BTreeMap<String, BTreeSet<String>>,
        hide_source_values: bool,
        withdrawn: &BTreeSet<SubjectId>,
    ) -> Self {
        let withdrawn = withdrawn.iter().map(|subject| subject.value()).collect();
        Self { hidden_tables, hidden_columns, hide_source_values, withdrawn }
    }

    /// What may be seen of this table; `None` if it is hidden altogether.
    pub(crate) fn of(&self, table: &'static Table) -> Option<TableVisibility> {
        if self.hidden_tables.contains(table.name()) {
            return None;
        }
        let mut hidden_columns = self.hidden_columns.get(table.name()).cloned().unwrap_or_default();
        if self.hide_source_values {
            let source_values = table.columns().iter().filter(|column| column.is_source_value());
            hidden_columns.extend(source_values.map(|column| column.name().to_owned()));
        }
        let hidden_rows = table
            .person_column()
            .filter(|_| !self.withdrawn.is_empty())
            .map(|column| (column.name(), Arc::clone(&self.withdrawn)));
        Some(TableVisibility { hidden_columns, hidden_rows })
    }
}

/// What a session may see of one table.
#[derive(Debug, Clone, Default)]
pub(crate) struct TableVisibility {
    pub(super) hidden_columns: BTreeSet<String>,
    pub(super) hidden_rows: Option<(&'static str, Arc<[i64]>)>,
}

impl TableVisibility {
    pub(super) fn shows_column(&self, name: &str) -> bool {
        !self.hidden_columns.contains(name)
    }

    /// The integer column, and the values of it whose rows do not exist for this session.
    pub(super) fn hidden_rows(&self) -> Option<(&'static str, Arc<[i64]>)> {
        self.hidden_rows.as_ref().map(|(column, values)| (*column, Arc::clone(values)))
    }
}
