//! The OMOP Common Data Model as data: which tables there are, which columns they have, and in
//! which of them an event keeps its concept and its days.
//!
//! ```text
//!   Domain::Condition ──columns()──► condition_occurrence: id · concept · source concept · start · end
//!                     ──table()────► Table ──columns()──► Column: name · former name · type · required
//! ```
//!
//! The lists follow the CDM 5.4 data definition published by OHDSI (`OHDSI/CommonDataModel`);
//! where the CDM 5.3 called a column differently, [`Column::former_name`] says how, so a source
//! of either version is read by the same code.
//!
//! ```
//! use strongroom_omop::{ColumnType, Domain, Table};
//!
//! let visits = Table::named("visit_occurrence").ok_or("no such table")?;
//! // CDM 5.3 spelling, upper case, as an export may have it:
//! let column = visits.column_for_header("ADMITTING_SOURCE_CONCEPT_ID").ok_or("no such column")?;
//! assert_eq!(column.name(), "admitted_from_concept_id");
//! assert_eq!(column.column_type(), ColumnType::Integer);
//!
//! assert_eq!(Domain::Drug.columns().start, "drug_exposure_start_date");
//! # Ok::<(), &str>(())
//! ```
//!
//! # What this crate does not do
//!
//! It reads no files and holds no rows: building a repository is the work of `strongroom-cdr`,
//! and what a definition may say about events is that of `strongroom-cohort`.

mod column;
mod domain;
mod ids;
mod table;
mod tables;

pub use column::{Column, ColumnType};
pub use domain::{Domain, EventColumns};
pub use ids::{ConceptId, RecordId, SubjectId};
pub use table::Table;
