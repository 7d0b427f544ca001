//! Workspaces: a purpose, a release of data, the people who work on it together, what they make there, what
//! it costs, and what the public is told of it.
//!
//! ```text
//!                       Actor · Command · Circumstances
//!                                    │
//!   Workspace ──────────────────► decide ──► Event* ──► apply ──► Workspace
//!     │                              └──► WorkspaceError
//!     ├─ id · creator · created · release · tier · origin       fixed at the creation
//!     ├─ title · Purpose · Review                               public; the Resource Access Board
//!     ├─ Members   person → Role, at least one Owner            Reader < Writer < Owner, ACTION_TABLE
//!     ├─ Lock · Publication · Deletion · Billing                its life
//!     └─ Content   cohorts · concept sets · data sets · reviews · notebooks
//!
//!   DirectoryEntry ──► Directory     outlives the workspace, is searched and handed on
//!   CreditAccount ◄── LedgerEntry    of the creator, who pays; stops at the limit
//! ```
//!
//! Everything is a pure function of its arguments. What a command comes to depends on the state it is
//! given for: a permit says who somebody is and what they were let through for, and role, lock, deletion
//! and tag are looked at again here, so that nothing that happened since is overlooked.
//!
//! ```
//! use strongroom_primitives::{Id, Label, Paragraph, ReleaseName, RowTier, Timestamp};
//! use strongroom_workspaces::{
//!     Action, Actor, Change, Circumstances, Command, Purpose, PurposeCategory, Role, Workspace, WorkspaceError,
//! };
//!
//! let purpose = Purpose::new(
//!     PurposeCategory::DiseaseFocused { disease: Label::new("Type 2 diabetes")? },
//!     Paragraph::new("Do statins raise the risk of diabetes?")?,
//!     Paragraph::new("New users of statins against new users of other drugs.")?,
//!     Paragraph::new("A bound on the risk.")?,
//! );
//! let (ada, bo) = (Id::from_u128(1), Id::from_u128(2));
//! let now = Timestamp::parse("2026-03-01T09:00:00Z")?;
//! let mut workspace = Workspace::new(
//!     Id::from_u128(10),
//!     Label::new("Statins and diabetes")?,
//!     purpose,
//!     ada,
//!     ReleaseName::new("R2024Q3")?,
//!     RowTier::Registered,
//!     now,
//! );
//!
//! let permit = Actor::member(ada, workspace.id(), Action::Share, now.plus_minutes(15));
//! let share = Command::change(workspace.etag(), Change::Share { with: bo, role: Role::Writer });
//! let events = workspace.decide(&permit, &share, &Circumstances::at(now))?;
//! workspace.apply_all(&events);
//! assert!(workspace.role_of(bo).is_some_and(|role| role.may(Action::Export)));
//!
//! // Whoever has not seen that change cannot make the next one.
//! let again = workspace.decide(&permit, &share, &Circumstances::at(now));
//! assert!(matches!(again, Err(WorkspaceError::StaleVersion { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What this crate does not do
//!
//! It does not find out whether somebody has access to a tier: `strongroom-gate` decides, and an
//! [`Actor`] says what its permit proves. It stores nothing (`strongroom-store`), and holds no bodies of
//! cohorts, data sets and notebooks, only their digests. It sends no mail and stops no machine; it says
//! when either is due.

mod action;
mod actor;
mod circumstances;
mod command;
mod content;
mod credits;
mod decide;
mod directory;
mod error;
mod etag;
mod event;
mod life_cycle;
mod members;
mod purpose;
mod review;
mod role;
mod stored;
mod workspace;

pub use action::{ACTION_TABLE, Action, ActionRow, action_table_markdown};
pub use actor::{Actor, Authority, Permitted};
pub use circumstances::{Circumstances, Obstacle, Ownership};
pub use command::{Change, Command};
pub use content::{
    AboutTab, AnalysisTab, Content, ContentCommand, DataTab, Item, ItemKind, ItemSummary, Tabs, copy_item,
};
pub use credits::{
    Amount, ComputeSuspension, CostModel, CreditAccount, CreditError, CreditPolicy, LedgerEntry,
    LedgerEntryKind, LedgerEvent, Threshold, compute_suspension,
};
pub use directory::{
    Directory, DirectoryDocument, DirectoryEntry, DirectoryHit, DirectoryQuery, ProjectKind, ProjectStatus,
};
pub use error::WorkspaceError;
pub use etag::Etag;
pub use event::{Event, EventKind, cost_bearers_changed};
pub use life_cycle::{
    Billing, Category, CreateGrant, Deletion, DuplicateRequest, Duplication, LackingConcepts, Lock,
    LockReason, NewWorkspace, Origin, Publication, Recents, choose_release, create, duplicate,
};
pub use members::{
    Candidate, FoundPeople, FoundPerson, LastOwner, Members, PeopleQuery, RateLimit, RateWindow,
    ShareOutcome, TooOften, search_people,
};
pub use purpose::{
    AmericanIndianAlaskaNative, AmericanIndianAlaskaNativeResearch, Choices, Dissemination, IntendedOutcomes,
    InvalidChoices, Outcome, Population, PopulationsOfInterest, Purpose, PurposeCategory, PurposeQuestion,
};
pub use review::{
    Review, ReviewCommand, ReviewError, ReviewEvent, ReviewParty, ReviewPolicy, ReviewState, ReviewStep,
    review_matrix_markdown,
};
pub use role::Role;
pub use workspace::Workspace;
