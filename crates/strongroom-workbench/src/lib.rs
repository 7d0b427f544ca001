//! The use cases of a researcher workbench, one file each: what a web page, a command or a
//! notebook server calls.
//!
//! ```text
//!   request ─► load facts ─► gate::admit ─► recorded ─► TierSession ─► Cdr::authorize
//!              (stores)      (pure)         (audit)                     │
//!   answer ◄─ recorded ◄─ released under the tier's rule ◄─ run ◄─ resolve
//! ```
//!
//! Each use case decides, acts and records, in this order and nothing left out: a decision is
//! recorded before it is acted on, an answer before it is given, an export before its files can
//! be read. If something cannot be recorded, it does not happen.
//!
//! ```
//! use std::sync::Arc;
//! use strongroom_access::Requirement;
//! use strongroom_primitives::{Label, RandomIds, SystemClock};
//! use strongroom_store::MemoryStore;
//! use strongroom_tiers::Policy;
//! use strongroom_workbench::Workbench;
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let workbench = Workbench::new(
//!     Arc::new(MemoryStore::default()),
//!     Policy::all_of_us()?,
//!     Requirement::all_of_us()?,
//!     Arc::new(SystemClock),
//!     Arc::new(RandomIds),
//! );
//! let ada = workbench.register_person(Label::new("Ada Lovelace")?, "ada@uni.edu".parse()?, None).await?;
//! # let _ = ada;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What this crate does not do
//!
//! It logs nobody in, listens on no port and draws no page. It keeps nothing between two requests:
//! every request loads the facts and is decided anew.

mod admission;
mod count_cohort;
mod create_workspace;
mod error;
mod export_dataset;
mod grant_bypass;
mod join_institution;
mod missing_steps;
mod record_evidence;
mod register_person;
mod share_workspace;
#[cfg(test)]
mod tests;
mod withdraw_evidence;
mod workbench;

pub use count_cohort::CohortAnswer;
pub use error::WorkbenchError;
pub use grant_bypass::BypassRequest;
pub use workbench::{Stores, Workbench};
