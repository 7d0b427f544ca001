use std::fmt;

use serde::{Deserialize, Serialize};

use crate::table::Table;

/// A kind of event that a cohort can speak of, and the table that records it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "an engine must handle every domain")]
pub enum Domain {
    /// `condition_occurrence`
    Condition,
    /// `drug_exposure`
    Drug,
    /// `procedure_occurrence`
    Procedure,
    /// `measurement`
    Measurement,
    /// `observation`; survey answers are recorded here
    Observation,
    /// `device_exposure`
    Device,
    /// `visit_occurrence`
    Visit,
    /// `visit_detail`
    VisitDetail,
    /// `specimen`
    Specimen,
    /// `death`, at most one record per person; its concept is the cause
    Death,
    /// `condition_era`
    ConditionEra,
    /// `drug_era`
    DrugEra,
}

/// The columns in which a table keeps what every event has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventColumns {
    /// The table.
    pub table: &'static str,
    /// The primary key. `death` has none of its own and uses `person_id`.
    pub record_id: &'static str,
    /// The standard concept.
    pub concept: &'static str,
    /// The source concept, where the table has one.
    pub source_concept: Option<&'static str>,
    /// The first day.
    pub start: &'static str,
    /// The last day, where the table has one; never before CDM 5.4 for procedures.
    pub end: Option<&'static str>,
}

impl Domain {
    /// Every domain.
    pub const ALL: [Self; 12] = [
        Self::Condition,
        Self::Drug,
        Self::Procedure,
        Self::Measurement,
        Self::Observation,
        Self::Device,
        Self::Visit,
        Self::VisitDetail,
        Self::Specimen,
        Self::Death,
        Self::ConditionEra,
        Self::DrugEra,
    ];

    /// Where the domain's events stand.
    #[must_use]
    pub const fn columns(self) -> EventColumns {
        let (table, record_id, concept, source_concept, start, end) = match self {
            Self::Condition => (
                "condition_occurrence",
                "condition_occurrence_id",
                "condition_concept_id",
                Some("condition_source_concept_id"),
                "condition_start_date",
                Some("condition_end_date"),
            ),
            Self::Drug => (
                "drug_exposure",
                "drug_exposure_id",
                "drug_concept_id",
                Some("drug_source_concept_id"),
                "drug_exposure_start_date",
                Some("drug_exposure_end_date"),
            ),
            Self::Procedure => (
                "procedure_occurrence",
                "procedure_occurrence_id",
                "procedure_concept_id",
                Some("procedure_source_concept_id"),
                "procedure_date",
                Some("procedure_end_date"),
            ),
            Self::Measurement => (
                "measurement",
                "measurement_id",
                "measurement_concept_id",
                Some("measurement_source_concept_id"),
                "measurement_date",
                None,
            ),
            Self::Observation => (
                "observation",
                "observation_id",
                "observation_concept_id",
                Some("observation_source_concept_id"),
                "observation_date",
                None,
            ),
            Self::Device => (
                "device_exposure",
                "device_exposure_id",
                "device_concept_id",
                Some("device_source_concept_id"),
                "device_exposure_start_date",
                Some("device_exposure_end_date"),
            ),
            Self::Visit => (
                "visit_occurrence",
                "visit_occurrence_id",
                "visit_concept_id",
                Some("visit_source_concept_id"),
                "visit_start_date",
                Some("visit_end_date"),
            ),
            Self::VisitDetail => (
                "visit_detail",
                "visit_detail_id",
                "visit_detail_concept_id",
                Some("visit_detail_source_concept_id"),
                "visit_detail_start_date",
                Some("visit_detail_end_date"),
            ),
            Self::Specimen => ("specimen", "specimen_id", "specimen_concept_id", None, "specimen_date", None),
            Self::Death => (
                "death",
                "person_id",
                "cause_concept_id",
                Some("cause_source_concept_id"),
                "death_date",
                None,
            ),
            Self::ConditionEra => (
                "condition_era",
                "condition_era_id",
                "condition_concept_id",
                None,
                "condition_era_start_date",
                Some("condition_era_end_date"),
            ),
            Self::DrugEra => (
                "drug_era",
                "drug_era_id",
                "drug_concept_id",
                None,
                "drug_era_start_date",
                Some("drug_era_end_date"),
            ),
        };
        EventColumns { table, record_id, concept, source_concept, start, end }
    }

    /// The domain's table.
    #[must_use]
    pub fn table(self) -> Option<&'static Table> {
        Table::named(self.columns().table)
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Condition => "condition",
            Self::Drug => "drug",
            Self::Procedure => "procedure",
            Self::Measurement => "measurement",
            Self::Observation => "observation",
            Self::Device => "device",
            Self::Visit => "visit",
            Self::VisitDetail => "visit_detail",
            Self::Specimen => "specimen",
            Self::Death => "death",
            Self::ConditionEra => "condition_era",
            Self::DrugEra => "drug_era",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::ColumnType;

    #[test]
    fn every_domain_names_columns_that_exist() {
        for domain in Domain::ALL {
            let columns = domain.columns();
            let table = domain.table().unwrap();
            let check = |name: &str, expected: ColumnType| {
                let column =
                    table.column(name).unwrap_or_else(|| panic!("{}.{name} is unknown", table.name()));
                assert_eq!(column.column_type(), expected, "{}.{name}", table.name());
            };
            check(columns.record_id, ColumnType::Integer);
            check(columns.concept, ColumnType::Integer);
            check(columns.start, ColumnType::Date);
            columns.source_concept.into_iter().for_each(|name| check(name, ColumnType::Integer));
            columns.end.into_iter().for_each(|name| check(name, ColumnType::Date));
        }
    }

    #[test]
    fn the_written_form_is_the_stored_form() {
        for domain in Domain::ALL {
            assert_eq!(serde_json::to_string(&domain).unwrap(), format!("\"{domain}\""));
        }
    }
}
