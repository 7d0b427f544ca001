use std::str::FromStr;

use sqlx::Postgres;
use sqlx::pool::PoolOptions;
use sqlx::postgres::PgConnectOptions;
use strongroom_store::StoreError;

use crate::failure::Failure;
use crate::migrations::{self, Migration};
use crate::settings::Settings;

crate::statements::implement!(
    Postgres,
    PostgresBackend,
    PostgresTransaction,
    PostgresSnapshot,
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SELECT length, digest, root, latest FROM audit_head WHERE one = 1 FOR UPDATE",
    "SELECT 'PostgreSQL ' || current_setting('server_version')"
);

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "people, workspaces, audit trail",
        statements: include_str!("../migrations/0001_postgres.sql"),
    },
    Migration {
        number: 2,
        name: "what people use",
        statements: include_str!("../migrations/0002_postgres.sql"),
    },
];

impl PostgresBackend {
    /// Connects; what the schema holds is brought to the newest form.
    pub(crate) async fn connect(url: &str, settings: &Settings) -> Result<Self, StoreError> {
        let patience = settings.patience.as_millis().to_string();
        let options = PgConnectOptions::from_str(url).map_err(Failure::from)?.application_name("strongroom");
        // Whatever the server's defaults are: a commit that has returned is on stable storage, and
        // nobody waits, or holds the trail's end, for longer than the patience.
        let options = options.options([
            ("synchronous_commit", "on"),
            ("lock_timeout", &patience),
            ("statement_timeout", &patience),
            ("idle_in_transaction_session_timeout", &patience),
        ]);
        let pool = || PoolOptions::new().acquire_timeout(settings.patience);
        let writer = pool().max_connections(1).connect_with(options.clone()).await.map_err(Failure::from)?;
        migrations::bring_forward_postgres(&writer, MIGRATIONS).await?;
        let readers = pool().max_connections(settings.readers).connect_with(options).await;
        Ok(Self { readers: readers.map_err(Failure::from)?, writer })
    }
}
