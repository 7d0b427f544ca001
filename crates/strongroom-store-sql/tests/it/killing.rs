//! Writers that are killed, and servers that are stopped, at whatever moment; and what must be there
//! afterwards: every commit whose success was told, once, in a trail that verifies.
//!
//! The writer is this program again, with its orders on the standard input.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use sqlx::{Connection, PgConnection};
use strongroom_access::{EmailAddress, Person};
use strongroom_audit::{Action, Actor, AuditEvent, verify};
use strongroom_primitives::{Id, Label, NonEmpty, Timestamp};
use strongroom_store::{AuditLog, Commit, PersonRecord, PersonStore, ProvableLog, StoreErrorKind, Version};
use strongroom_store_sql::{Settings, SqlStore};

use crate::server::Server;

const WRITERS: u128 = 8;

/// Where the store is: a path, or the address of a database.
pub(crate) async fn open(place: &str) -> SqlStore {
    let settings = Settings::new();
    let opened = if place.contains("://") {
        SqlStore::open_postgres(place, &settings).await
    } else {
        SqlStore::open_sqlite(Path::new(place), &settings).await
    };
    opened.unwrap()
}

/// Commits for ever with eight writers at once, each to a person of its own, and tells every success
/// in a line: `done PERSON VERSION`.
pub(crate) async fn write_for_ever(place: &str) {
    let store = Arc::new(open(place).await);
    let writers = (1..=WRITERS).map(|person| tokio::spawn(write(Arc::clone(&store), person)));
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
}

async fn write(store: Arc<SqlStore>, person: u128) {
    loop {
        let version = match PersonStore::load(&*store, Id::from_u128(person)).await {
            Ok(stored) => stored.version(),
            Err(error) if error.kind() == StoreErrorKind::NotFound => Version::ABSENT,
            Err(error) => {
                assert!(error.is_retryable(), "{error}");
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        match PersonStore::commit(&*store, commit(person, version)).await {
            Ok(version) => {
                let mut out = std::io::stdout().lock();
                writeln!(out, "\ndone {person} {version}").unwrap();
                out.flush().unwrap();
            }
            Err(error) => {
                let expected = error.is_retryable() || error.kind() == StoreErrorKind::Conflict;
                assert!(expected, "{error}");
            }
        }
    }
}

/// The commit that makes the next version; its event bears both numbers.
pub(crate) fn commit(person: u128, version: Version) -> Commit<PersonRecord> {
    let name = Label::new(format!("Version {}", version.next())).unwrap();
    let email = EmailAddress::new(&format!("person{person}@example.org")).unwrap();
    let record = PersonRecord::new(Person::new(Id::from_u128(person), name, email));
    Commit::new(record, version, NonEmpty::new(event(person << 64 | u128::from(version.next().number()))))
}

pub(crate) fn event(request: u128) -> AuditEvent {
    let action = Action::WorkspaceUnshared { with: Id::from_u128(1) };
    let at = Timestamp::parse("2026-03-01T09:00:00Z").unwrap();
    AuditEvent::new(at, Id::from_u128(request), Actor::System, action)
}

/// What was told to be done: the latest version of each person.
pub(crate) type Told = BTreeMap<u128, u64>;

/// A writer at work in another process.
pub(crate) struct Worker {
    process: Child,
    lines: std::sync::mpsc::Receiver<(u128, u64)>,
    reader: std::thread::JoinHandle<()>,
}

impl Worker {
    pub(crate) fn start(mut program: Command, place: &str) -> Self {
        let mut process =
            program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        process.stdin.take().unwrap().write_all(place.as_bytes()).unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || {
            // A line that was cut by the end of the process tells nothing.
            for line in output.split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                let Some(told) = line.strip_prefix("done ") else { continue };
                let Some((person, version)) = told.split_once(' ') else { continue };
                if let (Ok(person), Ok(version)) = (person.parse(), version.parse()) {
                    sender.send((person, version)).unwrap();
                }
            }
        });
        Self { process, lines, reader }
    }

    /// Waits until so many commits were told to be done.
    pub(crate) fn wait_for(&self, commits: usize, told: &mut Told) {
        for _ in 0..commits {
            let (person, version) =
                self.lines.recv_timeout(Duration::from_secs(60)).expect("the writer goes on");
            note(told, person, version);
        }
    }

    /// Kills it, and takes note of the last it told.
    pub(crate) fn kill(mut self, told: &mut Told) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.reader.join().unwrap();
        self.lines.try_iter().for_each(|(person, version)| note(told, person, version));
    }
}

fn note(told: &mut Told, person: u128, version: u64) {
    let latest = told.entry(person).or_default();
    *latest = version.max(*latest);
}

/// Waits until PostgreSQL has noticed that a client is dead: what it had asked for last is carried out to
/// its end, also when nobody waits for the answer any more.
async fn wait_for_the_dead(address: &str) {
    let mut connection = PgConnection::connect(address).await.unwrap();
    let others = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'strongroom'";
    while sqlx::query_scalar::<_, i64>(others).fetch_one(&mut connection).await.unwrap() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    connection.close().await.unwrap();
}

/// Checks that all is there that was told to be done, that nothing is there twice or in part, and
/// that trail and tree verify. Gives the length of the trail.
pub(crate) async fn check(place: &str, told: &Told) -> u64 {
    if place.contains("://") {
        wait_for_the_dead(place).await;
    }
    let store = open(place).await;
    let head = store.head().await.unwrap();
    let entries = store.read(0, usize::MAX).await.unwrap();
    assert_eq!(verify(&entries, Some(&head)), Ok(head), "the trail verifies");
    let tree = store.tree_head().await.unwrap();
    let mut compact = strongroom_audit::CompactTree::new();
    entries.iter().for_each(|entry| compact.push(entry.leaf_hash()));
    assert_eq!(compact.head(), tree, "the tree is that of the trail");
    if let Some(last) = entries.last() {
        let proof = store.prove_inclusion(last.sequence(), tree.size()).await.unwrap();
        proof.verify(last.leaf_hash(), &tree).unwrap();
    }
    let requests: BTreeSet<u128> = entries.iter().map(|entry| entry.event().request().as_u128()).collect();
    assert_eq!(requests.len(), entries.len(), "each commit has one event");
    for person in 1..=WRITERS {
        let version = match PersonStore::load(&store, Id::from_u128(person)).await {
            Ok(stored) => {
                let name = format!("Version {}", stored.version());
                assert_eq!(
                    stored.value().person().name().as_str(),
                    name,
                    "state and version belong together"
                );
                stored.version().number()
            }
            Err(error) => {
                assert_eq!(error.kind(), StoreErrorKind::NotFound, "{error}");
                0
            }
        };
        assert!(
            version >= told.get(&person).copied().unwrap_or(0),
            "a commit that was told to be done is lost"
        );
        let events = requests.range(person << 64..(person + 1) << 64).count() as u64;
        assert_eq!(events, version, "as many events as versions");
    }
    store.close().await;
    head.length()
}

/// Kills a writer so many times, each after some commits and at another moment; gives the length of
/// the trail in the end.
pub(crate) async fn kill_writers(place: &str, kills: u64, program: impl Fn() -> Command) -> u64 {
    let (mut told, mut length) = (Told::new(), 0);
    for kill in 0..kills {
        let worker = Worker::start(program(), place);
        worker.wait_for(8, &mut told);
        tokio::time::sleep(Duration::from_micros(kill * 7919 % 30_000)).await;
        worker.kill(&mut told);
        let now = check(place, &told).await;
        assert!(now > length, "the writer has written");
        length = now;
    }
    length
}

/// Stops the server at once so many times, while a writer writes that goes on as soon as it can.
pub(crate) async fn stop_servers(
    server: &mut Server,
    place: &str,
    stops: u64,
    program: impl Fn() -> Command,
) -> u64 {
    let mut told = Told::new();
    let worker = Worker::start(program(), place);
    for stop in 0..stops {
        worker.wait_for(20, &mut told);
        tokio::time::sleep(Duration::from_micros(stop * 7919 % 30_000)).await;
        server.stop_immediately();
        server.resume();
    }
    worker.wait_for(20, &mut told);
    worker.kill(&mut told);
    check(place, &told).await
}

/// The orders of a worker.
pub(crate) fn orders() -> String {
    let mut place = String::new();
    std::io::stdin().lock().read_to_string(&mut place).unwrap();
    place
}
