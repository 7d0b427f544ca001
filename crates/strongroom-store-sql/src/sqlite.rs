use std::path::Path;

use sqlx::Sqlite;
use sqlx::pool::PoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use strongroom_store::StoreError;

use crate::failure::Failure;
use crate::migrations::{self, Migration};
use crate::settings::Settings;

crate::statements::implement!(
    Sqlite,
    SqliteBackend,
    SqliteTransaction,
    SqliteSnapshot,
    "BEGIN IMMEDIATE",
    "BEGIN",
    sql::HEAD,
    "SELECT 'SQLite ' || sqlite_version()"
);

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "people, workspaces, audit trail",
        statements: include_str!("../migrations/0001_sqlite.sql"),
    },
    Migration {
        number: 2,
        name: "what people use",
        statements: include_str!("../migrations/0002_sqlite.sql"),
    },
];

impl SqliteBackend {
    /// Opens the file, or makes it; what it holds is brought to the newest schema.
    pub(crate) async fn open(path: &Path, create: bool, settings: &Settings) -> Result<Self, StoreError> {
        // In WAL mode readers see the last commit and never wait; with FULL, a commit that has
        // returned is on stable storage.
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(create)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(settings.patience);
        let pool = || PoolOptions::new().acquire_timeout(settings.patience).test_before_acquire(false);
        let writer = pool().max_connections(1).connect_with(options.clone()).await.map_err(Failure::from)?;
        migrations::bring_forward_sqlite(&writer, MIGRATIONS).await?;
        let reading = options.pragma("query_only", "ON").create_if_missing(false);
        let readers = pool().max_connections(settings.readers).connect_with(reading).await;
        Ok(Self { readers: readers.map_err(Failure::from)?, writer })
    }
}
