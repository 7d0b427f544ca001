//! Datasets: the rows of a cohort's people, on their way into a notebook.
//!
//! ```text
//!   CohortResult ─┐
//!   DatasetDefinition ─┼─ prepare (ExportPermit) ─► PreparedDataset ─ publish ─► folder
//!   AuthorizedCdr ─┘                                 │ recorded in     cohort.parquet
//!                                                    ▼ the audit trail  measurement.parquet …
//!                                                  first                definition.json
//!                                                                       dataset.ipynb
//!                                                                       dataset.json
//! ```
//!
//! A dataset is written beside its target and appears there by one rename: it is whole or absent.
//! Between the two steps the caller records it, so no row can be read of which the audit trail
//! does not know.
//!
//! ```
//! use strongroom_cohort::SetName;
//! use strongroom_datasets::DatasetDefinition;
//! use strongroom_omop::Domain;
//! use strongroom_primitives::Label;
//!
//! let dataset = DatasetDefinition::new(Label::new("Type 2 diabetes: laboratory values")?)
//!     .with_table(Domain::Measurement, Some(SetName::new("hba1c")?))
//!     .with_table(Domain::Drug, None);
//! assert_eq!(dataset.tables.len(), 2);
//! # Ok::<(), strongroom_primitives::InvalidValue>(())
//! ```
//!
//! # What this crate does not do
//!
//! It decides nothing: without an [`ExportPermit`](strongroom_gate::ExportPermit), which only the
//! gate gives, and only to writers and owners, there are no rows. It hides nothing either: the
//! columns and people that a session may not see never leave `strongroom-cdr`.

mod definition;
mod error;
mod export;
mod manifest;
mod notebook;
mod reading_notebook;

pub use definition::{DatasetDefinition, DatasetTable};
pub use error::ExportError;
pub use export::{DatasetRequest, PreparedDataset, prepare};
pub use manifest::{ExportManifest, ExportedFile};
