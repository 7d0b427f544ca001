//! How good the data of a release are, counted while it is built.
//!
//! The categories are those of Kahn et al., "A Harmonized Data Quality Assessment Terminology and
//! Framework for the Secondary Use of Electronic Health Record Data", eGEMs 4(1), 2016; the checks
//! follow the OHDSI Data Quality Dashboard (`plausibleTemporalAfter`, `plausibleDuringLife`,
//! `isForeignKey`, `measureValueCompleteness`, `plausibleUnitConceptIds`).

mod page;
mod report;
#[cfg(test)]
mod tests;

pub use report::{
    ColumnQuality, Finding, FindingCount, PeopleQuality, QualityFormat, QualityReport, TableQuality, UnitMix,
    UnitRows,
};
