//! Databases in which the kit does harm.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};
use sqlx::{Connection, Row, SqliteConnection};
use strongroom_store::StoreError;
use strongroom_store::conformance::{Harm, TestBed};
use strongroom_store_sql::{Settings, SqlStore};
use tokio::sync::Mutex;

use crate::server::Server;
use crate::sqlite::Folder;

/// The harm as a statement; of a person of a later format, the document alone.
const fn statement(harm: Harm) -> &'static str {
    match harm {
        Harm::PersonChanged => "UPDATE person SET body = replace(body, 'Revision 0', 'Revision 9')",
        // It stays an entry: another request is said to have led to it.
        Harm::EntryChanged => {
            "UPDATE audit_entry SET line = replace(line, '\"request-00000000-0000-0000-0000-000000000001\"', \
             '\"request-00000000-0000-0000-0000-000000000009\"') WHERE sequence = 1"
        }
        Harm::EntryRemoved => "DELETE FROM audit_entry WHERE sequence = 1",
        Harm::LaterPerson => "UPDATE person SET body = replace(body, 'person-record/2', 'person-record/9')",
        Harm::LaterEntries => {
            "UPDATE audit_entry SET line = replace(line, 'strongroom-audit/1', 'strongroom-audit/9')"
        }
        _ => "INSERT INTO strongroom_migration (number, name, digest) VALUES (99, 'x', 'x')",
    }
}

fn settings() -> Settings {
    Settings::new().with_patience(Duration::from_millis(300))
}

pub(crate) struct SqliteBed {
    folder: Folder,
    /// Of the file that was made last.
    path: Mutex<PathBuf>,
    /// Whoever holds the lock of the writers.
    holder: Mutex<Option<SqliteConnection>>,
}

impl SqliteBed {
    pub(crate) fn new() -> Self {
        Self { folder: Folder::new(), path: Mutex::default(), holder: Mutex::default() }
    }
}

async fn connect(path: &Path) -> SqliteConnection {
    SqliteConnection::connect(path.to_str().unwrap()).await.unwrap()
}

/// Makes the digests beside the people's documents what they are for what is there now.
async fn seal_people(connection: &mut SqliteConnection) {
    let rows = sqlx::query("SELECT id, version, body FROM person").fetch_all(&mut *connection).await.unwrap();
    for row in rows {
        let (id, version, body): (String, i64, String) = (row.get(0), row.get(1), row.get(2));
        let digest = Sha256::new()
            .chain_update(format!("strongroom-store-sql/1 person\n{id}\n"))
            .chain_update(version.to_be_bytes())
            .chain_update(body)
            .finalize();
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let update = sqlx::query("UPDATE person SET digest = $1 WHERE id = $2").bind(digest).bind(id);
        update.execute(&mut *connection).await.unwrap();
    }
}

impl TestBed for SqliteBed {
    type Store = SqlStore;

    async fn make(&self) -> SqlStore {
        let path = self.folder.path();
        *self.path.lock().await = path.clone();
        SqlStore::create_sqlite(&path, &settings()).await.unwrap()
    }

    async fn harm(&self, store: SqlStore, harm: Harm) -> Result<SqlStore, StoreError> {
        store.close().await;
        let path = self.path.lock().await;
        let mut connection = connect(&path).await;
        let changed = sqlx::query(statement(harm)).execute(&mut connection).await.unwrap();
        assert!(changed.rows_affected() > 0, "{harm:?}");
        if harm == Harm::LaterPerson {
            seal_people(&mut connection).await;
        }
        connection.close().await.unwrap();
        SqlStore::open_sqlite(&path, &settings()).await
    }

    async fn cut_off(&self, _: &SqlStore) {
        let mut other = connect(&self.path.lock().await).await;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
        *self.holder.lock().await = Some(other);
    }

    async fn restore(&self, store: SqlStore) -> SqlStore {
        self.holder.lock().await.take().unwrap().close().await.unwrap();
        store
    }
}

/// The same digests, calculated by the server.
const SEAL_PEOPLE: &str = "UPDATE person SET digest = encode(sha256(\
     convert_to(E'strongroom-store-sql/1 person\\n' || id || E'\\n', 'UTF8') \
     || int8send(version) || convert_to(body, 'UTF8')), 'hex')";

pub(crate) struct PostgresBed {
    server: Mutex<Server>,
    /// The schema that was made last, and its address.
    schema: Mutex<(String, String)>,
}

impl PostgresBed {
    pub(crate) fn new() -> Self {
        Self { server: Mutex::new(Server::start()), schema: Mutex::default() }
    }
}

impl TestBed for PostgresBed {
    type Store = SqlStore;

    async fn make(&self) -> SqlStore {
        let made = self.server.lock().await.new_schema();
        let store = SqlStore::open_postgres(&made.1, &settings()).await.unwrap();
        *self.schema.lock().await = made;
        store
    }

    async fn harm(&self, store: SqlStore, harm: Harm) -> Result<SqlStore, StoreError> {
        store.close().await;
        let (schema, address) = &*self.schema.lock().await;
        let server = self.server.lock().await;
        server.execute(&format!("SET search_path = {schema}; {}", statement(harm)));
        if harm == Harm::LaterPerson {
            server.execute(&format!("SET search_path = {schema}; {SEAL_PEOPLE}"));
        }
        SqlStore::open_postgres(address, &settings()).await
    }

    async fn cut_off(&self, _: &SqlStore) {
        self.server.lock().await.stop_immediately();
    }

    async fn restore(&self, store: SqlStore) -> SqlStore {
        self.server.lock().await.resume();
        store
    }
}
