//! The use cases of a researcher workbench, one file each: what a web page, a command or a
//! notebook server calls.
//!
//! ```text
//!   request ─► load facts ─► gate::admit ─► recorded ─► TierSession ─► Cdr::authorize
//!              (stores)      (pure)         (audit)                     │
//!   answer ◄─ recorded ◄─ released under the tier's rule ◄─ run ◄─ resolve
//! ```
//!
//! A workspace is changed in one way: what somebody asks for is a command, the gate lets them in or not,
//! the workspace decides on the state that was loaded, and state and record are committed together if
//! that is the state still.
//!
//! ```text
//!   Command ─► load ─► gate::admit ─► permit ─► Workspace::decide ─► Commit { state, expected, events }
//!                                    (Actor)    role · lock · tag    or a conflict, and all is as before
//! ```
//!
//! Each use case decides, acts and records, in this order and nothing left out: a decision is
//! recorded before it is acted on, an answer before it is given, an export before its files can
//! be read. If something cannot be recorded, it does not happen.
//!
//! ```
//! use std::sync::Arc;
//! use strongroom_gate::Edition;
//! use strongroom_primitives::{Label, RandomIds, SystemClock};
//! use strongroom_store::MemoryStore;
//! use strongroom_tiers::Policy;
//! use strongroom_workbench::Workbench;
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let workbench = Workbench::new(
//!     Arc::new(MemoryStore::default()),
//!     Edition::new(Policy::all_of_us()?)?,
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
mod answer_review;
mod appeal_review;
mod appoint_owner;
mod approve_purpose;
mod assign_reviewer;
mod change_billing;
mod change_credit_limit;
mod change_role;
mod changing;
mod comment_as_reviewer;
mod copy_item;
mod count_cohort;
mod create_item;
mod create_workspace;
mod credits;
mod decline_purpose;
mod delete_item;
mod delete_workspace;
mod directory;
mod duplicate_workspace;
mod edit_purpose;
mod error;
mod estimate_cohort;
mod export_dataset;
mod extend_credits;
mod feature_workspace;
mod find_people;
mod grant_bypass;
mod join_institution;
mod leave_workspace;
mod list_featured_workspaces;
mod list_recents;
mod list_workspaces;
mod lock_workspace;
mod missing_steps;
mod open_item;
mod open_workspace;
mod pages;
mod post_cost;
mod publish_workspace;
mod record_evidence;
mod register_person;
mod rehearse_policy;
mod remove_member;
mod rename_item;
mod rename_workspace;
mod replace_item;
mod request_review;
mod return_purpose;
mod share_workspace;
#[cfg(test)]
mod tests;
mod unfeature_workspace;
mod unlock_workspace;
mod usage;
mod view_costs;
mod withdraw_evidence;
mod withdraw_workspace;
mod workbench;
mod workspace_request;

pub use count_cohort::CohortAnswer;
pub use duplicate_workspace::{Copied, CopyRequest};
pub use error::WorkbenchError;
pub use grant_bypass::BypassRequest;
pub use list_recents::RecentWork;
pub use list_workspaces::WorkspaceSummary;
pub use open_workspace::OpenedWorkspace;
pub use rehearse_policy::{PolicyRehearsal, ReplayedDecisions};
pub use share_workspace::{Invitee, Shared};
pub use view_costs::WorkspaceCosts;
pub use workbench::{Stores, Workbench};
pub use workspace_request::WorkspaceRequest;
