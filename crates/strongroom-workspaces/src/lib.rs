//! Workspaces: a purpose, a release of data, and the people who work on it together.
//!
//! ```text
//!   Workspace ─┬─ id · creator · created · release · tier      fixed at the creation
//!              ├─ title · Purpose                              public
//!              ├─ Members   person → Role, at least one Owner
//!              └─ version   every change names the one it was made from
//!
//!   Role  Reader < Writer < Owner      may(Action), one table
//! ```
//!
//! ```
//! use strongroom_primitives::{Id, Label, Paragraph, ReleaseName, RowTier, Timestamp};
//! use strongroom_workspaces::{Action, Purpose, PurposeCategory, Role, Workspace, WorkspaceError};
//!
//! let purpose = Purpose::new(
//!     PurposeCategory::DiseaseFocused { disease: Label::new("Type 2 diabetes")? },
//!     Paragraph::new("Do statins raise the risk of diabetes?")?,
//!     Paragraph::new("New users of statins against new users of other drugs.")?,
//!     Paragraph::new("A bound on the risk.")?,
//! );
//! let (ada, bo) = (Id::from_u128(1), Id::from_u128(2));
//! let mut workspace = Workspace::new(
//!     Id::from_u128(10),
//!     Label::new("Statins and diabetes")?,
//!     purpose,
//!     ada,
//!     ReleaseName::new("R2024Q3")?,
//!     RowTier::Registered,
//!     Timestamp::parse("2026-03-01T09:00:00Z")?,
//! );
//!
//! workspace.share(1, bo, Role::Writer)?;
//! assert!(workspace.members().role_of(bo).is_some_and(|role| role.may(Action::Export)));
//!
//! // Somebody who has not seen that change cannot make the next one.
//! assert!(matches!(workspace.remove_member(1, bo), Err(WorkspaceError::StaleVersion { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What this crate does not do
//!
//! It does not ask whether the person who makes a change may make it: `strongroom-gate` decides,
//! and a use case carries its permit. It stores nothing (`strongroom-store`), holds no cohorts and
//! no data sets, and counts no credits.

mod members;
mod purpose;
mod role;
mod workspace;

pub use members::{LastOwner, Members};
pub use purpose::{Purpose, PurposeCategory};
pub use role::{Action, Role};
pub use workspace::{Workspace, WorkspaceError};
