use std::collections::BTreeMap;

use super::clinical::ClinicalTable;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    rows: BTreeMap<&'static str, u64>,
}

impl Summary {
    pub(super) fn new(rows: BTreeMap<&'static str, u64>) -> Self {
        Self { rows }
    }

    /// How many people there are.
    #[must_use]
    pub fn persons(&self) -> u64 {
        self.rows(ClinicalTable::Person.name())
    }

    /// How many visits, conditions, drug exposures, procedures, measurements, observations and
    /// deaths were recorded.
    #[must_use]
    pub fn events(&self) -> u64 {
        ClinicalTable::ALL
            .into_iter()
            .filter(|table| table.holds_events())
            .map(|table| self.rows(table.name()))
            .sum()
    }

    /// How many rows a table has; 0 if it was not written.
    #[must_use]
    pub fn rows(&self, table: &str) -> u64 {
        self.rows.get(table).copied().unwrap_or(0)
    }

    /// Every table that was written and its number of rows, by name.
    pub fn tables(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        self.rows.iter().map(|(&table, &rows)| (table, rows))
    }
}
