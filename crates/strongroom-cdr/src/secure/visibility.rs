use std::collections::BTreeSet;
use std::sync::Arc;

use strongroom_omop::{SubjectId, Table};
use strongroom_tiers::Hidden;

/// What a session may see of a release: all but the tables and columns that its tier hides, and
/// the people who withdrew after the release was built.
#[derive(Debug, Clone)]
pub(crate) struct Visibility {
    hidden: Hidden,
    /// In ascending order.
    withdrawn: Arc<[i64]>,
}

impl Visibility {
    pub(crate) fn new(hidden: Hidden, withdrawn: &BTreeSet<SubjectId>) -> Self {
        Self { hidden, withdrawn: withdrawn.iter().map(|subject| subject.value()).collect() }
    }

    /// Whether nothing of this table is shown.
    pub(crate) fn hides_table(&self, table: &str) -> bool {
        self.hidden.hides_table(table)
    }

    /// Whether this column is not shown.
    pub(crate) fn hides(&self, table: &str, column: &str) -> bool {
        self.hidden.hides_column(table, column)
    }

    /// The people who withdrew, in ascending order.
    pub(crate) fn withdrawn(&self) -> &[i64] {
        &self.withdrawn
    }

    /// What may be seen of this table; `None` if it is hidden altogether.
    pub(crate) fn of(&self, table: &'static Table) -> Option<TableVisibility> {
        if self.hidden.hides_table(table.name()) {
            return None;
        }
        let columns = table.columns().iter().map(|column| column.name());
        let hidden_columns =
            columns.filter(|column| self.hidden.hides_column(table.name(), column)).collect();
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
    pub(super) hidden_columns: BTreeSet<&'static str>,
    /// An integer column, and the values of it whose rows do not exist for this session, in
    /// ascending order.
    pub(super) hidden_rows: Option<(&'static str, Arc<[i64]>)>,
}

impl TableVisibility {
    pub(super) fn shows_column(&self, name: &str) -> bool {
        !self.hidden_columns.contains(name)
    }
}
