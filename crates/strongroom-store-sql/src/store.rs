use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use strongroom_access::EmailAddress;
use strongroom_audit::{
    AuditEvent, Checkpoint, ConsistencyProof, Entry, InclusionProof, NoSuchProof, Tile, TileId, TreeHead,
};
use strongroom_primitives::{Id, IdKind, NonEmpty, kind};
use strongroom_store::{
    AuditLog, Commit, Document, PersonRecord, PersonStore, ProvableLog, StoreError, Stored, UsageRecord,
    UsageStore, Version, WorkspaceStore,
};
use strongroom_workspaces::Workspace;

use crate::appender::Appender;
use crate::backend::{Backend, Table};
use crate::batch::{Act, Change};
use crate::failure::Failure;
use crate::postgres::PostgresBackend;
use crate::rows::{self, Ends};
use crate::settings::Settings;
use crate::sqlite::SqliteBackend;

/// A store in a database: SQLite for a deployment of one program, PostgreSQL for several.
///
/// State and audit entries are written in one transaction, which is on stable storage when a commit
/// returns. Commits that arrive at the same time share a transaction.
///
/// Must be opened within a tokio runtime, which it uses until it is dropped.
pub struct SqlStore {
    pub(crate) backend: Arc<dyn Backend>,
    appender: Appender,
}

impl SqlStore {
    /// Makes a store in a new SQLite file.
    ///
    /// # Errors
    /// [`Conflict`](strongroom_store::StoreErrorKind::Conflict) if there is a file already,
    /// [`Unavailable`](strongroom_store::StoreErrorKind::Unavailable) if it cannot be made.
    pub async fn create_sqlite(path: &Path, settings: &Settings) -> Result<Self, StoreError> {
        use strongroom_store::StoreErrorKind::Conflict;
        match std::fs::File::create_new(path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                let message = "there is a file at the store's path already; open it, or choose another path";
                return Err(StoreError::of_kind(Conflict, message).because(error));
            }
            made => drop(made.map_err(StoreError::unavailable)?),
        }
        Self::open_sqlite(path, settings).await
    }

    /// Opens the store in a SQLite file, and brings its schema to the newest form.
    ///
    /// # Errors
    /// [`NotFound`](strongroom_store::StoreErrorKind::NotFound) if there is no file,
    /// [`Unavailable`](strongroom_store::StoreErrorKind::Unavailable) if it cannot be opened or
    /// written, [`NewerFormat`](strongroom_store::StoreErrorKind::NewerFormat) if a later version of
    /// the program has changed its schema, [`Corrupt`](strongroom_store::StoreErrorKind::Corrupt) if
    /// it is no store.
    pub async fn open_sqlite(path: &Path, settings: &Settings) -> Result<Self, StoreError> {
        use strongroom_store::StoreErrorKind::NotFound;
        if !path.try_exists().map_err(StoreError::unavailable)? {
            let message = "there is no store at this path; check the path, or create the store";
            return Err(StoreError::of_kind(NotFound, message));
        }
        let backend = SqliteBackend::open(path, false, settings).await?;
        Ok(Self::on(Arc::new(backend), settings))
    }

    /// Opens the store in a PostgreSQL database, by an address such as
    /// `postgres://strongroom@db.example.org/strongroom`, and brings its schema to the newest form;
    /// an empty one is filled with tables.
    ///
    /// # Errors
    /// As for [`open_sqlite`](Self::open_sqlite), but that no database is
    /// [`Unavailable`](strongroom_store::StoreErrorKind::Unavailable).
    pub async fn open_postgres(address: &str, settings: &Settings) -> Result<Self, StoreError> {
        let backend = PostgresBackend::connect(address, settings).await?;
        Ok(Self::on(Arc::new(backend), settings))
    }

    fn on(backend: Arc<dyn Backend>, settings: &Settings) -> Self {
        let appender = Appender::start(Arc::clone(&backend), settings);
        Self { backend, appender }
    }

    /// What the database calls itself, with its version.
    ///
    /// # Errors
    /// If it cannot be reached.
    pub async fn server_version(&self) -> Result<String, StoreError> {
        Ok(self.backend.server_version().await.map_err(Failure::from)?)
    }

    /// Closes all connections, after what is under way.
    pub async fn close(self) {
        let Self { backend, appender } = self;
        drop(appender);
        backend.close().await;
    }

    /// The lines of the trail as they are stored, with their numbers, from number `from` on, at most `limit`
    /// of them: for an [`Examiner`](strongroom_audit::Examiner), which tells everything that is wrong with
    /// them. Nothing is checked here; to read entries, [`read`](AuditLog::read) them.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn stored_lines(&self, from: u64, limit: usize) -> Result<Vec<(u64, String)>, StoreError> {
        let Ok(from) = i64::try_from(from) else { return Ok(Vec::new()) };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.backend.lines(from, limit).await.map_err(Failure::from)?;
        Ok(rows.into_iter().map(|(number, line)| (number.unsigned_abs(), line)).collect())
    }

    async fn ends(&self) -> Result<Ends, StoreError> {
        Ends::read(&self.backend.head().await.map_err(Failure::from)?)
    }

    async fn carry_out(
        &self,
        change: Change,
        expected: Version,
        events: NonEmpty<AuditEvent>,
    ) -> Result<Version, StoreError> {
        self.appender.carry_out(Act { change: Some(change), events }).await?;
        Ok(expected.next())
    }

    async fn after<T: Document, K: IdKind>(
        &self,
        table: Table,
        after: Option<Id<K>>,
        limit: usize,
    ) -> Result<Vec<Stored<T>>, StoreError> {
        // Ids are ordered as their texts are, and every text is after the empty one.
        let after = after.map_or_else(String::new, |id| id.to_string());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.backend.bodies_after(table, &after, limit).await.map_err(Failure::from)?;
        rows.iter().map(|row| rows::stored(table, row)).collect()
    }

    async fn tiles(&self, ids: &[TileId]) -> Result<BTreeMap<TileId, Tile>, StoreError> {
        let keys = ids.iter().map(|id| rows::tile_key(*id)).collect::<Result<Vec<_>, _>>()?;
        rows::tiles(ids, &self.backend.tiles(&keys).await.map_err(Failure::from)?)
    }

    async fn reaches(&self, size: u64) -> Result<(), StoreError> {
        let present = self.ends().await?.tree.size();
        if size <= present {
            Ok(())
        } else {
            Err(NoSuchProof::NoSuchEntry { index: size, size: present }.into())
        }
    }
}

#[async_trait]
impl PersonStore for SqlStore {
    async fn load(&self, id: Id<kind::Person>) -> Result<Stored<PersonRecord>, StoreError> {
        let row = self.backend.body(Table::Person, &id.to_string()).await.map_err(Failure::from)?;
        rows::stored(Table::Person, &row.ok_or_else(StoreError::not_found)?)
    }

    async fn find(&self, email: &EmailAddress) -> Result<Option<Stored<PersonRecord>>, StoreError> {
        let row = self.backend.person_at(&email.to_string()).await.map_err(Failure::from)?;
        row.map(|row| rows::stored(Table::Person, &row)).transpose()
    }

    async fn list(
        &self,
        after: Option<Id<kind::Person>>,
        limit: usize,
    ) -> Result<Vec<Stored<PersonRecord>>, StoreError> {
        self.after(Table::Person, after, limit).await
    }

    async fn commit(&self, commit: Commit<PersonRecord>) -> Result<Version, StoreError> {
        let (record, expected, events) = commit.into_parts();
        self.carry_out(Change::of_person(&record, expected)?, expected, events).await
    }
}

#[async_trait]
impl WorkspaceStore for SqlStore {
    async fn load(&self, id: Id<kind::Workspace>) -> Result<Stored<Workspace>, StoreError> {
        let row = self.backend.body(Table::Workspace, &id.to_string()).await.map_err(Failure::from)?;
        rows::stored(Table::Workspace, &row.ok_or_else(StoreError::not_found)?)
    }

    async fn list_for(&self, person: Id<kind::Person>) -> Result<Vec<Stored<Workspace>>, StoreError> {
        let rows = self.backend.workspaces_of(&person.to_string()).await.map_err(Failure::from)?;
        rows.iter().map(|row| rows::stored(Table::Workspace, row)).collect()
    }

    async fn list(
        &self,
        after: Option<Id<kind::Workspace>>,
        limit: usize,
    ) -> Result<Vec<Stored<Workspace>>, StoreError> {
        self.after(Table::Workspace, after, limit).await
    }

    async fn commit(&self, commit: Commit<Workspace>) -> Result<Version, StoreError> {
        let (workspace, expected, events) = commit.into_parts();
        self.carry_out(Change::of_workspace(&workspace, expected)?, expected, events).await
    }
}

#[async_trait]
impl UsageStore for SqlStore {
    async fn load(&self, person: Id<kind::Person>) -> Result<Stored<UsageRecord>, StoreError> {
        let row = self.backend.body(Table::Usage, &person.to_string()).await.map_err(Failure::from)?;
        rows::stored(Table::Usage, &row.ok_or_else(StoreError::not_found)?)
    }

    async fn commit(&self, commit: Commit<UsageRecord>) -> Result<Version, StoreError> {
        let (record, expected, events) = commit.into_parts();
        self.carry_out(Change::of_usage(&record, expected)?, expected, events).await
    }
}

#[async_trait]
impl AuditLog for SqlStore {
    async fn append(&self, events: NonEmpty<AuditEvent>) -> Result<Checkpoint, StoreError> {
        self.appender.carry_out(Act { change: None, events }).await
    }

    async fn read(&self, from: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        // What does not fit a column is past the end.
        let Ok(from) = i64::try_from(from) else { return Ok(Vec::new()) };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.backend.lines(from, limit).await.map_err(Failure::from)?;
        rows::entries(from, rows)
    }

    async fn head(&self) -> Result<Checkpoint, StoreError> {
        Ok(self.ends().await?.chain)
    }
}

#[async_trait]
impl ProvableLog for SqlStore {
    async fn tree_head(&self) -> Result<TreeHead, StoreError> {
        Ok(self.ends().await?.tree)
    }

    async fn prove_inclusion(&self, sequence: u64, size: u64) -> Result<InclusionProof, StoreError> {
        self.reaches(size).await?;
        let tiles = self.tiles(&InclusionProof::tiles(sequence, size)?).await?;
        Ok(InclusionProof::prove(sequence, size, &tiles)?)
    }

    async fn prove_consistency(&self, old_size: u64, new_size: u64) -> Result<ConsistencyProof, StoreError> {
        self.reaches(new_size).await?;
        let tiles = self.tiles(&ConsistencyProof::tiles(old_size, new_size)?).await?;
        Ok(ConsistencyProof::prove(old_size, new_size, &tiles)?)
    }
}

impl fmt::Debug for SqlStore {
    /// Without what is stored: there are people in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlStore").finish_non_exhaustive()
    }
}
