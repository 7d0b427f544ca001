//! What goes wrong around a store: each is an error of a kind, with a remedy, and what was told to
//! be done stays.

use std::io::Write;
use std::path::Path;
use std::pin::Pin;
use std::process::{Command, Stdio};
use std::time::Duration;

use sqlx::{Connection, SqliteConnection};
use strongroom_audit::{Action, Actor, AuditEvent};
use strongroom_primitives::{Id, NonEmpty, Timestamp};
use strongroom_store::{
    AuditLog, Commit, PersonStore, ProvableLog, StoreError, StoreErrorKind, UsageRecord, UsageStore, Version,
};
use strongroom_store_sql::{Settings, SqlStore};

use crate::killing::{Told, check, commit, event, open, orders};
use crate::server::Server;
use crate::sqlite::Folder;

/// Of the error: its kind, and a word of its remedy.
#[track_caller]
fn assert_refused<T: std::fmt::Debug>(outcome: Result<T, StoreError>, kind: StoreErrorKind, remedy: &str) {
    let error = outcome.expect_err("a fault");
    assert_eq!(error.kind(), kind, "{error}: {:?}", std::error::Error::source(&error));
    assert!(error.to_string().contains(remedy), "{error}: {:?}", std::error::Error::source(&error));
}

/// A person at version 1, and two more events.
async fn fill(store: &SqlStore) {
    PersonStore::commit(store, commit(1, Version::ABSENT)).await.unwrap();
    store.append(NonEmpty::new(event(7))).await.unwrap();
    store.append(NonEmpty::new(event(8))).await.unwrap();
}

/// Damage as a statement, and what the store then says when the person, the trail, a proof is read
/// or something is written.
type Reading = fn(&SqlStore) -> Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + '_>>;

const PERSON: Reading =
    |store| Box::pin(async move { PersonStore::load(store, Id::from_u128(1)).await.map(drop) });
const TRAIL: Reading = |store| Box::pin(async move { store.read(0, 10).await.map(drop) });
const PROOF: Reading = |store| Box::pin(async move { store.prove_inclusion(0, 3).await.map(drop) });
const WRITE: Reading = |store| Box::pin(async move { store.append(NonEmpty::new(event(9))).await.map(drop) });

const DAMAGE: &[(&str, Reading, StoreErrorKind, &str)] = &[
    (
        "UPDATE person SET body = replace(body, 'Version 1', 'Version 2')",
        PERSON,
        StoreErrorKind::Corrupt,
        "copy",
    ),
    ("UPDATE person SET version = 2", PERSON, StoreErrorKind::Corrupt, "copy"),
    ("UPDATE person SET body = 'x'", PERSON, StoreErrorKind::Corrupt, "copy"),
    ("UPDATE audit_entry SET line = 'x' WHERE sequence = 1", TRAIL, StoreErrorKind::Corrupt, "copy"),
    ("DELETE FROM audit_entry WHERE sequence = 1", TRAIL, StoreErrorKind::Corrupt, "copy"),
    (
        "UPDATE audit_entry SET line = replace(line, 'strongroom-audit/1', 'strongroom-audit/9')",
        TRAIL,
        StoreErrorKind::NewerFormat,
        "later version",
    ),
    ("DELETE FROM audit_tile", PROOF, StoreErrorKind::Corrupt, "copy"),
    ("UPDATE audit_head SET length = 2", WRITE, StoreErrorKind::Corrupt, "copy"),
    ("UPDATE audit_head SET root = 'x'", WRITE, StoreErrorKind::Corrupt, "copy"),
    ("DELETE FROM audit_tile", WRITE, StoreErrorKind::Corrupt, "copy"),
    ("DELETE FROM audit_head", WRITE, StoreErrorKind::Corrupt, "copy"),
];

const NEWER_SCHEMA: &str = "INSERT INTO strongroom_migration (number, name, digest) VALUES (99, 'x', 'x')";
const OTHER_SCHEMA: &str = "UPDATE strongroom_migration SET digest = 'x'";

async fn execute(path: &Path, statement: &'static str) {
    let mut connection = SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
    sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// A store from before there was a record of what people use.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_schema_is_brought_forward() {
    let folder = Folder::new();
    let path = folder.path();
    let store = folder.store_at(&path).await;
    PersonStore::commit(&store, commit(1, Version::ABSENT)).await.unwrap();
    store.close().await;
    execute(&path, "DROP TABLE usage_record; DELETE FROM strongroom_migration WHERE number = 2").await;
    let store = SqlStore::open_sqlite(&path, &Settings::new()).await.unwrap();
    let usage = UsageRecord::new(Id::from_u128(1));
    let used = Commit::new(usage.clone(), Version::ABSENT, NonEmpty::new(event(9)));
    UsageStore::commit(&store, used).await.unwrap();
    let stored = UsageStore::load(&store, Id::from_u128(1)).await.unwrap();
    assert_eq!(stored.into_value(), usage);
    assert_eq!(PersonStore::load(&store, Id::from_u128(1)).await.unwrap().version(), Version::from_number(1));
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_in_sqlite_is_reported() {
    let folder = Folder::new();
    for (statement, reading, kind, remedy) in DAMAGE {
        let path = folder.path();
        let store = folder.store_at(&path).await;
        fill(&store).await;
        store.close().await;
        execute(&path, statement).await;
        let store = open(path.to_str().unwrap()).await;
        assert_refused(reading(&store).await, *kind, remedy);
    }
    for (statement, kind, remedy) in [
        (NEWER_SCHEMA, StoreErrorKind::NewerFormat, "later version"),
        (OTHER_SCHEMA, StoreErrorKind::Corrupt, "copy"),
    ] {
        let path = folder.path();
        folder.store_at(&path).await.close().await;
        execute(&path, statement).await;
        assert_refused(SqlStore::open_sqlite(&path, &Settings::new()).await, kind, remedy);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_in_postgres_is_reported() {
    let server = Server::start();
    for (statement, reading, kind, remedy) in DAMAGE {
        let (schema, address) = server.new_schema();
        let store = open(&address).await;
        fill(&store).await;
        store.close().await;
        server.execute(&format!("SET search_path = {schema}; {statement}"));
        let store = open(&address).await;
        assert_refused(reading(&store).await, *kind, remedy);
    }
    for (statement, kind, remedy) in [
        (NEWER_SCHEMA, StoreErrorKind::NewerFormat, "later version"),
        (OTHER_SCHEMA, StoreErrorKind::Corrupt, "copy"),
    ] {
        let (schema, address) = server.new_schema();
        open(&address).await.close().await;
        server.execute(&format!("SET search_path = {schema}; {statement}"));
        assert_refused(SqlStore::open_postgres(&address, &Settings::new()).await, kind, remedy);
    }

    a_lock_that_is_held_and_a_connection_that_is_lost_leave_no_trace(&server).await;
}

/// Somebody holds the trail's end: the store waits, and not for ever. Whoever ends its connection
/// meanwhile ends the transaction, of which nothing is left.
async fn a_lock_that_is_held_and_a_connection_that_is_lost_leave_no_trace(server: &Server) {
    let (schema, address) = server.new_schema();
    let settings = Settings::new().with_patience(Duration::from_secs(2));
    let store = SqlStore::open_postgres(&address, &settings).await.unwrap();
    fill(&store).await;
    let before = store.head().await.unwrap();

    let hold = format!(
        "SET search_path = {schema}; BEGIN; SELECT * FROM audit_head FOR UPDATE; SELECT pg_sleep(10)"
    );
    std::thread::scope(|scope| {
        let holder = scope.spawn(|| server.execute(&hold));
        tokio::task::block_in_place(|| {
            let runtime = tokio::runtime::Handle::current();
            runtime.block_on(async {
                tokio::time::sleep(Duration::from_secs(2)).await;
                let append = store.append(NonEmpty::new(event(9)));
                let terminate = async {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                    let waiting = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                                   WHERE application_name = 'strongroom' AND wait_event_type = 'Lock'";
                    server.execute(waiting);
                };
                let (lost, ()) = tokio::join!(append, terminate);
                assert_refused(lost, StoreErrorKind::Unavailable, "repeat");
                // The connection is made anew; the lock is still held.
                let kept_waiting = store.append(NonEmpty::new(event(10))).await;
                assert_refused(kept_waiting, StoreErrorKind::Unavailable, "another program holds the store");
            });
        });
        holder.join().unwrap();
    });
    assert_eq!(store.head().await.unwrap(), before, "nothing was changed");
    store.append(NonEmpty::new(event(11))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_another_program_writes_is_waited_for_and_not_for_ever() {
    let folder = Folder::new();
    let path = folder.path();
    folder.store_at(&path).await.close().await;
    let settings = Settings::new().with_patience(Duration::from_millis(100));
    let store = SqlStore::open_sqlite(&path, &settings).await.unwrap();
    let mut other = SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let kept_waiting = store.append(NonEmpty::new(event(1))).await;
    assert_refused(kept_waiting, StoreErrorKind::Unavailable, "another program holds the store");
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    store.append(NonEmpty::new(event(2))).await.unwrap();
    assert_eq!(store.head().await.unwrap().length(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_store_is_told_apart() {
    let folder = Folder::new();
    let path = folder.path();
    let settings = Settings::new();
    assert_refused(
        SqlStore::open_sqlite(&path, &settings).await,
        StoreErrorKind::NotFound,
        "create the store",
    );
    std::fs::write(&path, "name,age\nAda,36\n".repeat(200)).unwrap();
    assert_refused(SqlStore::open_sqlite(&path, &settings).await, StoreErrorKind::Corrupt, "copy");
    assert_refused(
        SqlStore::create_sqlite(&path, &settings).await,
        StoreErrorKind::Conflict,
        "choose another path",
    );
    let nowhere = "postgres://strongroom@%2Fnonexistent/postgres";
    let quick = Settings::new().with_patience(Duration::from_millis(200));
    assert_refused(
        SqlStore::open_postgres(nowhere, &quick).await,
        StoreErrorKind::Unavailable,
        "cannot be reached",
    );
    assert_refused(SqlStore::open_postgres("nonsense", &quick).await, StoreErrorKind::Unavailable, "address");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_set_back_is_refused() {
    let folder = Folder::new();
    let store = folder.store().await;
    fill(&store).await;
    let start = Timestamp::parse("2026-03-01T09:00:00Z").unwrap();
    let at =
        |at| NonEmpty::new(AuditEvent::new(at, Id::from_u128(3), Actor::System, Action::WorkspaceViewed));
    store.append(at(start.plus_minutes(60))).await.unwrap();
    // Clocks of several machines differ a little.
    store.append(at(start.plus_minutes(56))).await.unwrap();
    let before = store.head().await.unwrap();
    let refused = store.append(at(start.plus_minutes(54))).await;
    assert_refused(refused, StoreErrorKind::ClockSetBack, "set the clock right");
    let refused = PersonStore::commit(&store, commit(2, Version::ABSENT)).await;
    assert_refused(refused, StoreErrorKind::ClockSetBack, "set the clock right");
    assert_eq!(store.head().await.unwrap(), before);
    let absent = PersonStore::load(&store, Id::from_u128(2)).await;
    assert_refused(absent, StoreErrorKind::NotFound, "check the id");
    store.append(at(start.plus_minutes(60))).await.unwrap();
}

/// Not a test: what the tests below start. Appends until it cannot, and says why.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by other tests, in a process of its own"]
async fn worker() {
    let place = orders();
    if place.is_empty() {
        return;
    }
    let mut out = std::io::stdout();
    let store = match SqlStore::open_sqlite(Path::new(&place), &Settings::new()).await {
        Ok(store) => store,
        Err(error) => return writeln!(out, "\nfailed {:?}: {error}", error.kind()).unwrap(),
    };
    let mut version = Version::ABSENT;
    loop {
        match PersonStore::commit(&store, commit(1, version)).await {
            Ok(next) => version = next,
            Err(error) => {
                return writeln!(out, "\ndone {version}\nfailed {:?}: {error}", error.kind()).unwrap();
            }
        }
    }
}

/// Runs the worker under a shell command that ends with `exec "$@"`; gives the version it told last,
/// and its error.
fn run_worker(shell: &str, path: &Path) -> (u64, String) {
    let mut command = Command::new("bash");
    command.args(["-c", shell, "worker"]).arg(std::env::current_exe().unwrap());
    command.args(["--exact", "faults::worker", "--ignored", "--nocapture"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(path.to_str().unwrap().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let line =
        |start: &str| output.lines().find_map(|line| line.strip_prefix(start)).unwrap_or("").to_owned();
    (line("done ").parse().unwrap_or(0), line("failed "))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_and_loses_nothing() {
    let folder = Folder::new();
    let path = folder.path();
    folder.store_at(&path).await.close().await;
    // No file may grow beyond 400 KiB: the write fails, as on a full disk.
    let (version, error) = run_worker("trap '' XFSZ; ulimit -f 400; exec \"$@\"", &path);
    assert!(version > 0 && error.starts_with("Unavailable"), "{version}: {error}");
    let told = Told::from([(1, version)]);
    assert_eq!(check(path.to_str().unwrap(), &told).await, version);
    // With room again it goes on.
    let store = open(path.to_str().unwrap()).await;
    PersonStore::commit(&store, commit(1, Version::from_number(version))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_may_not_be_written_is_refused() {
    let folder = Folder::new();
    let path = folder.path();
    let store = folder.store_at(&path).await;
    fill(&store).await;
    store.close().await;
    let mut rights = std::fs::metadata(&path).unwrap().permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(&path, rights).unwrap();
    // Root may write everything, unless it gives that up.
    let shell = "if [ \"$(id -u)\" = 0 ]; then exec setpriv --bounding-set=-all --inh-caps=-all -- \"$@\"; fi; exec \"$@\"";
    let (version, error) = run_worker(shell, &path);
    assert_eq!(version, 0);
    assert!(error.starts_with("Unavailable") && error.contains("right to write"), "{error}");
}
