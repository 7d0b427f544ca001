//! Strongroom's stores in a database: SQLite, one file for one program, and PostgreSQL, one server
//! for many.
//!
//! ```text
//!   commit ─┐                             one transaction
//!   append ─┼─► what waits together ─►  ┌──────────────────────────────────────────────┐
//!   commit ─┘   shares a flush          │ lock the trail's end (audit_head)            │
//!                                       │ person · workspace   where the version is as │
//!                                       │                      expected, or Conflict   │
//!                                       │ audit_entry          lines, numbered         │
//!                                       │ audit_tile           the Merkle tree         │
//!                                       │ audit_head           length, digest, root    │
//!                                       └──────────────────────────────────────────────┘
//!   load · find · list_for · read · head · proofs ──► rows, checked against their digests
//! ```
//!
//! Everything that writes holds the trail's end: `BEGIN IMMEDIATE` in SQLite, `SELECT … FOR UPDATE`
//! of its row in PostgreSQL. So entries have no gaps, the chain no forks, and no transaction fails
//! because of another. What it costs is paid once for all commits that arrive at the same time.
//!
//! Documents are stored as JSON text with their format, as everywhere; the columns beside them are
//! for finding them. Tiles hold the tree of the trail level by level, so that a proof reads some
//! ten rows however long the trail is.
//!
//! ```
//! use strongroom_audit::{Action, Actor, AuditEvent};
//! use strongroom_primitives::{Id, NonEmpty, Timestamp};
//! use strongroom_store::{AuditLog, ProvableLog};
//! use strongroom_store_sql::{Settings, SqlStore};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("strongroom.sqlite");
//! let store = SqlStore::create_sqlite(&path, &Settings::new()).await?;
//! let at = Timestamp::parse("2026-03-01T09:00:00Z")?;
//! let event = AuditEvent::new(at, Id::from_u128(7), Actor::System, Action::WorkspaceViewed);
//! store.append(NonEmpty::new(event)).await?; // on stable storage
//!
//! let head = store.tree_head().await?; // to be signed, and kept elsewhere
//! let entry = store.read(0, 1).await?.remove(0);
//! store.prove_inclusion(0, head.size()).await?.verify(entry.leaf_hash(), &head)?;
//! # Ok(())
//! # }
//! ```
//!
//! # What this crate does not do
//!
//! * It keeps no second copy: [`SqlStore::copy_out`] writes one as text, for either database to be
//!   filled from, and checkpoints tell whether what was restored is the trail of then.
//! * It encrypts nothing, neither in the file nor on the way to a server: give PostgreSQL a local
//!   socket or a tunnel. Who may connect is the database's affair.
//! * It is no proof against somebody who can write the tables: for that, keep checkpoints with a
//!   [`Witness`](strongroom_store::Witness).
//! * SQLite is for one program at a time on a local disk; a second one waits for its turn, and on a
//!   network file system its locks cannot be relied on.
//! * It goes forward only: no migration is ever undone.

mod appender;
mod backend;
mod batch;
mod copy;
mod failure;
mod migrations;
mod postgres;
mod rows;
mod settings;
mod sqlite;
mod statements;
mod store;

pub use copy::COPY_FORMAT;
pub use settings::Settings;
pub use store::SqlStore;
