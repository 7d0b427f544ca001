//! What the stores do in a second, on this machine: SQLite, and PostgreSQL beside it.
//!
//! ```sh
//! cargo run --release -p strongroom-store-sql --example measure_stores
//! cargo run --release -p strongroom-store-sql --example measure_stores -- soak 30    # minutes
//! ```
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a measurement reads the clock, and ends where it fails"
)]

#[path = "../tests/it/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::{Connection, QueryBuilder, Sqlite, SqliteConnection};
use strongroom_access::{EmailAddress, Person};
use strongroom_audit::{Action, Actor as By, Answer, AuditEvent, TreeEdge, leaf_hash, verify};
use strongroom_primitives::{Id, Label, NonEmpty, Paragraph, ReleaseName, RowTier, Sha256Digest, Timestamp};
use strongroom_store::{
    AuditLog, Commit, PersonRecord, PersonStore, ProvableLog, StoreError, StoreErrorKind, Version,
    WorkspaceStore,
};
use strongroom_store_sql::{Settings, SqlStore};
use strongroom_workspaces::{
    self as workspaces, Actor, Change, Circumstances, Command, Purpose, PurposeCategory, Workspace,
};

use crate::server::Server;

const LEAVES: u64 = 10_000_000;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = tempfile::Builder::new().prefix("strongroom-measure-").tempdir().unwrap();
    let server = Server::start();
    let file = folder.path().join("store.sqlite");
    let sqlite = SqlStore::create_sqlite(&file, &SETTINGS).await.unwrap();
    if let [soak, minutes] = &arguments[..] {
        assert_eq!(soak, "soak", "`soak MINUTES`, or nothing");
        let minutes = minutes.parse().expect("a number of minutes");
        let postgres = SqlStore::open_postgres(&server.empty_schema(), &SETTINGS).await.unwrap();
        return soak_both(sqlite, postgres, minutes).await;
    }
    let stores = [sqlite, SqlStore::open_postgres(&server.empty_schema(), &SETTINGS).await.unwrap()];
    for store in stores {
        let store = Arc::new(store);
        println!("{}", store.server_version().await.unwrap());
        for callers in [1, 16, 64, 256] {
            println!("  append, {callers:>3} callers: {:>7.0} events/s", appends(&store, callers).await);
        }
        let [p50, p99] = changes(&store).await;
        println!("  load, decide, commit: p50 {p50:.2} ms, p99 {p99:.2} ms");
    }
    let [p50, p99, largest] = proofs(&folder.path().join("tree.sqlite")).await;
    println!(
        "SQLite, inclusion proof among {LEAVES} entries: p50 {p50:.3} ms, p99 {p99:.3} ms, largest {largest:.3} ms"
    );
}

const SETTINGS: Settings = Settings::new();

fn event(request: u128) -> AuditEvent {
    let action =
        Action::CohortCounted { definition: Sha256Digest::from_bytes([7; 32]), persons: Answer::Exact };
    let at = Timestamp::parse("2026-03-01T09:00:00Z").unwrap();
    AuditEvent::new(at, Id::from_u128(request), By::Person(Id::from_u128(1)), action)
        .in_workspace(Id::from_u128(1))
        .on_release(ReleaseName::new("C2026Q1").unwrap())
}

/// Events that were appended and acknowledged in a second, each in a call of its own.
async fn appends(store: &Arc<SqlStore>, callers: u32) -> f64 {
    let (done, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let tasks = (0..callers).map(|caller| {
        let (store, done, over) = (Arc::clone(store), Arc::clone(&done), Arc::clone(&over));
        tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                store.append(NonEmpty::new(event(caller.into()))).await.unwrap();
                done.fetch_add(1, Ordering::Relaxed);
            }
        })
    });
    let tasks: Vec<_> = tasks.collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (start, before) = (Instant::now(), done.load(Ordering::Relaxed));
    tokio::time::sleep(Duration::from_secs(4)).await;
    let rate = f64::from(u32::try_from(done.load(Ordering::Relaxed) - before).unwrap())
        / start.elapsed().as_secs_f64();
    over.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    rate
}

fn person(number: u128, name: &str) -> PersonRecord {
    let email = EmailAddress::new(&format!("person{number}@example.org")).unwrap();
    PersonRecord::new(Person::new(Id::from_u128(number), Label::new(name).unwrap(), email))
}

/// A workspace is loaded, its owner renames it, and what that comes to is committed with its record.
async fn changes(store: &SqlStore) -> [f64; 2] {
    let (owner, text) = (Id::from_u128(1), Paragraph::new("Why?").unwrap());
    let workspace = Workspace::new(
        Id::from_u128(1),
        Label::new("Study").unwrap(),
        Purpose::new(PurposeCategory::PopulationHealth, text.clone(), text.clone(), text),
        owner,
        ReleaseName::new("C2026Q1").unwrap(),
        RowTier::Registered,
        event(1).at(),
    );
    let create = Commit::new(workspace, Version::ABSENT, NonEmpty::new(event(1)));
    WorkspaceStore::commit(store, create).await.unwrap();
    let mut times = Vec::new();
    for number in 0..1_000 {
        let start = Instant::now();
        let stored = WorkspaceStore::load(store, Id::from_u128(1)).await.unwrap();
        let version = stored.version();
        let mut workspace = stored.into_value();
        let actor = Actor::member(owner, workspace.id(), workspaces::Action::EditPurpose, Timestamp::LAST);
        let rename = Change::Rename(Label::new(format!("Study {number}")).unwrap());
        let command = Command::change(workspace.etag(), rename);
        let decided = workspace.decide(&actor, &command, &Circumstances::at(event(1).at())).unwrap();
        workspace.apply_all(&decided);
        WorkspaceStore::commit(store, Commit::new(workspace, version, NonEmpty::new(event(2))))
            .await
            .unwrap();
        times.push(start.elapsed());
    }
    let [p50, p99, _] = quantiles(times);
    [p50, p99]
}

/// The median, the 99th percentile and the largest, in milliseconds.
fn quantiles(mut times: Vec<Duration>) -> [f64; 3] {
    times.sort_unstable();
    [times.len() / 2, times.len() * 99 / 100, times.len() - 1].map(|at| times[at].as_secs_f64() * 1_000.0)
}

/// On a tree whose tiles are written directly, as ten million appends take long.
async fn proofs(path: &Path) -> [f64; 3] {
    SqlStore::create_sqlite(path, &SETTINGS).await.unwrap().close().await;
    let mut connection = SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
    let mut edge = TreeEdge::new();
    for portion in 0..LEAVES / 100_000 {
        let leaves = (0..100_000).map(|leaf| leaf_hash(&(portion * 100_000 + leaf).to_be_bytes()));
        let mut tiles = BTreeMap::new();
        edge.extend(leaves, &mut tiles);
        let mut transaction = connection.begin().await.unwrap();
        for tiles in tiles.into_iter().collect::<Vec<_>>().chunks(500) {
            let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO audit_tile (id, hashes) ");
            query.push_values(tiles, |mut row, (id, tile)| {
                let key = i64::from(id.level()) << 56 | i64::try_from(id.number()).unwrap();
                row.push_bind(key).push_bind(tile.to_bytes());
            });
            query.push(" ON CONFLICT (id) DO UPDATE SET hashes = excluded.hashes");
            query.build().execute(&mut *transaction).await.unwrap();
        }
        transaction.commit().await.unwrap();
    }
    let head = edge.head();
    sqlx::query("UPDATE audit_head SET length = $1, root = $2")
        .bind(i64::try_from(head.size()).unwrap())
        .bind(head.root().to_string())
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();

    let store = SqlStore::open_sqlite(path, &SETTINGS).await.unwrap();
    let mut times = Vec::new();
    for number in 0..2_000_u64 {
        let leaf = number * 7_919_317 % LEAVES;
        let start = Instant::now();
        let proof = store.prove_inclusion(leaf, LEAVES).await.unwrap();
        times.push(start.elapsed());
        proof.verify(leaf_hash(&leaf.to_be_bytes()), &head).unwrap();
    }
    quantiles(times)
}

/// Mixed load on both, and what of the memory is resident, every minute. Whoever finds a store
/// unavailable, as on a machine that is busy for longer than the patience, loads again and goes on.
async fn soak_both(sqlite: SqlStore, postgres: SqlStore, minutes: u32) {
    let over = Arc::new(AtomicBool::new(false));
    let (calls, refused) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let stores = [Arc::new(sqlite), Arc::new(postgres)];
    let mut tasks = Vec::new();
    for (store, caller) in stores.iter().flat_map(|store| (1..=16_u128).map(move |caller| (store, caller))) {
        let (store, over) = (Arc::clone(store), Arc::clone(&over));
        let (calls, refused) = (Arc::clone(&calls), Arc::clone(&refused));
        tasks.push(tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                match five_calls(&store, caller).await {
                    Ok(()) => calls.fetch_add(5, Ordering::Relaxed),
                    Err(error) => {
                        let expected = error.is_retryable() || error.kind() == StoreErrorKind::Conflict;
                        assert!(expected, "{error}");
                        refused.fetch_add(1, Ordering::Relaxed)
                    }
                };
            }
        }));
    }
    for minute in 0..=minutes {
        let (calls, refused) = (calls.load(Ordering::Relaxed), refused.load(Ordering::Relaxed));
        println!("minute {minute}: {} KiB resident, {calls} calls, {refused} to be repeated", resident());
        tokio::time::sleep(Duration::from_secs(if minute < minutes { 60 } else { 0 })).await;
    }
    over.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    for store in &stores {
        let entries = store.read(0, usize::MAX).await.unwrap();
        let head = verify(&entries, Some(&store.head().await.unwrap())).unwrap();
        println!("{}: {} entries, the trail verifies", store.server_version().await.unwrap(), head.length());
    }
}

async fn five_calls(store: &SqlStore, caller: u128) -> Result<(), StoreError> {
    let version = match PersonStore::load(store, Id::from_u128(caller)).await {
        Ok(stored) => stored.version(),
        Err(error) if error.kind() == StoreErrorKind::NotFound => Version::ABSENT,
        Err(error) => return Err(error),
    };
    let commit = Commit::new(person(caller, "Ada"), version, NonEmpty::new(event(caller)));
    PersonStore::commit(store, commit).await?;
    let head = store.append(NonEmpty::new(event(caller))).await?;
    store.read(head.length().saturating_sub(20), 20).await?;
    store.prove_inclusion(head.length() / 2, head.length()).await?;
    Ok(())
}

/// Of this process, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
