//! A deployment of Strongroom in a folder: what it is run by, where it keeps things, and the key that
//! signs for its audit trail.
//!
//! ```text
//!   Deployment::create ─► DIR/ deployment.json   origin, store, institutions, releases
//!                              policy.toml       the policy in force
//!                              store.sqlite      people, workspaces, trail (or a PostgreSQL server)
//!                              checkpoint.key    signs the trail's checkpoints; for its owner alone
//!                              checkpoints       every checkpoint that was signed
//!        │
//!        ├─► workbench ─► the use cases, under the gate as everywhere
//!        ├─► add_institution · add_release · change_policy ─► recorded first, then written
//!        ├─► verify_trail · prove · export · who_saw · between
//!        ├─► back_up ─► one file ─► restore, which verifies all of it
//!        └─► doctor: everything that can be checked, with what to do
//! ```
//!
//! What a deployment is run by changes in one way: the digest of the new document is recorded in the
//! trail, and only then the document takes the place of the old one. So the trail says which institutions,
//! releases and policy were in force when, and [`doctor()`] finds a file that somebody has edited by hand.
//!
//! ```
//! use std::sync::Arc;
//!
//! use strongroom_deployment::{Deployment, Operator, StorePlace, doctor};
//! use strongroom_primitives::{Label, RandomIds, SystemClock};
//! use strongroom_tiers::Policy;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let place = tempfile::tempdir()?;
//! let folder = place.path().join("deployment");
//! let grace = Operator::new(Label::new("Grace Hopper")?, Arc::new(SystemClock), Arc::new(RandomIds));
//! let deployment =
//!     Deployment::create(&folder, StorePlace::Sqlite, &Policy::small_hospital()?, grace.clone()).await?;
//!
//! let workbench = deployment.enrolment()?;
//! workbench.register_person(Label::new("Ada Lovelace")?, "ada@uni.edu".parse()?, None).await?;
//! deployment.sign_checkpoint().await?;
//! assert!(deployment.verify_trail().await?.is_sound());
//! deployment.close().await;
//!
//! assert!(doctor(&folder, &grace).await.iter().all(|check| !check.is_bad()));
//! # Ok(())
//! # }
//! ```
//!
//! # What this crate does not do
//!
//! * It logs nobody in: whoever can read the folder runs the deployment, under the name they give. Keep
//!   the folder to those who may.
//! * It keeps its checkpoints beside the trail, which shows damage and not a thief of the whole folder:
//!   hand them to a [`Witness`](strongroom_store::Witness) elsewhere too.
//! * A backup holds people's records and the key, and no release: those are built or fetched again.
//! * It deletes nothing, and schedules nothing.

mod acts;
mod backup;
mod checkpoints;
mod deployment;
mod doctor;
mod document;
mod error;
mod files;
mod key;
mod place;
mod proof;
#[cfg(test)]
mod tests;
mod trail;

pub use backup::restore;
pub use deployment::{Deployment, Operator};
pub use doctor::{Check, Outcome, doctor};
pub use document::ReleasePlace;
pub use error::DeploymentError;
pub use place::StorePlace;
pub use proof::{EntryProof, ProofRejected};
pub use trail::TrailReport;
