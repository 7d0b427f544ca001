//! The opaque leaves: the only way from a release's files into a query.
//!
//! ```text
//!   Parquet file ──► SecureScan ─────────────────────────► DataFusion's plan
//!                    1. hidden columns do not exist        (filters, joins, functions:
//!                    2. hidden rows are dropped             they see what is left)
//!                    3. vetted predicates
//!                    4. the lease is checked, batch by batch
//!   cohort engine ─► CohortScan ─────────────────────────► the same plan
//!                    entries of people who are seen, a partition for each shard
//! ```
//!
//! A filter that the optimiser can see is no boundary: DataFusion merges it with the query's own
//! predicates and may evaluate those first, on rows that should not have been seen, and an error
//! message then prints a value of one. These leaves report no children and no expressions, and take no
//! filter of a physical plan; there is nothing to merge with.
//!
//! Of a query's filters the leaf of tables is given those that compare a visible column with a
//! constant of its own type. It evaluates them behind what hides rows, with code of its own that cannot
//! fail, and the filter stays in the plan: what is given to the leaf changes how many rows leave it, and
//! no answer.
//!
//! The leaf of tables has no statistics. That of a cohort says exactly how many entries it has, which
//! is no secret to whoever has it: it is made for the holder of an export permit, who may read them all,
//! and for nobody else. A session that only counts gets its numbers from `strongroom-disclosure`.

mod cohort_entries;
mod cohort_scan;
mod cohort_table;
mod concept_runs;
mod scan;
mod shard;
mod stored_table;
mod table;
mod vet;
mod visibility;

#[cfg(test)]
mod probes;

pub(crate) use cohort_entries::{COHORT_COLUMNS, CohortEntries, next_part};
pub(crate) use cohort_scan::CohortScan;
pub(crate) use cohort_table::CohortTable;
pub(crate) use concept_runs::ConceptRuns;
pub(crate) use scan::{Cut, SecureScan};
pub(crate) use shard::SecureShard;
pub(crate) use stored_table::StoredTable;
pub(crate) use table::SecureTable;
pub(crate) use visibility::Visibility;
