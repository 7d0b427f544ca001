//! The opaque leaf: the only way from a release's files into a query.
//!
//! ```text
//!   Parquet file ──► SecureScan ─────────────────────────► DataFusion's plan
//!                    1. hidden columns do not exist        (filters, joins, functions:
//!                    2. hidden rows are dropped             they see what is left)
//!                    3. vetted predicate (concept in set)
//!                    4. the lease is checked, batch by batch
//! ```
//!
//! A filter that the optimiser can see is no boundary: DataFusion merges it with the query's own
//! predicates and may evaluate those first, on rows that should not have been seen, and an error
//! message then prints a value of one. This leaf reports no children, no expressions, no
//! statistics, and refuses every pushed-down filter; there is nothing to merge with.

mod scan;
mod shard;
mod stored_table;
mod table;
mod visibility;

#[cfg(test)]
mod probes;

pub(crate) use shard::SecureShard;
pub(crate) use stored_table::StoredTable;
pub(crate) use table::SecureTable;
pub(crate) use visibility::Visibility;
