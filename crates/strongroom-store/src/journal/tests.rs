//! What survives a crash, and that nothing else passes for it.

mod bed;

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::conformance;
use crate::state::tests::{Attempt, any_attempts, events};

/// A folder for journals that are gone after the test.
struct Folder {
    folder: TempDir,
    made: AtomicU32,
}

impl Folder {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), made: AtomicU32::new(0) }
    }

    /// A path where there is nothing yet.
    fn path(&self) -> PathBuf {
        self.folder.path().join(format!("{}.journal", self.made.fetch_add(1, Ordering::Relaxed)))
    }
}

/// The bytes of a journal, and the state after the header and after each line, with its length.
struct Written {
    bytes: Vec<u8>,
    states: Vec<(usize, State)>,
}

fn written(attempts: &[Attempt]) -> Written {
    let (mut state, mut last) = (State::default(), line::START);
    let mut bytes = replay::HEADER.to_vec();
    let mut states = vec![(bytes.len(), state.clone())];
    for attempt in attempts {
        let Ok(step) = attempt.prepare(&state) else { continue };
        let (line, digest) = line::encode(last, &step).unwrap();
        state.apply(step);
        last = digest;
        bytes.extend(line);
        states.push((bytes.len(), state.clone()));
    }
    Written { bytes, states }
}

/// One line of each kind.
fn short_history() -> Written {
    written(&[
        Attempt::Person { id: 1, address: 1, expected: 0 },
        Attempt::Workspace { id: 1, expected: 0 },
        Attempt::Events { number: 2 },
        Attempt::Person { id: 1, address: 2, expected: 1 },
    ])
}

fn append(store: &JournalStore) -> Result<Checkpoint, StoreError> {
    store.inner.write(|state| state.prepare_events(&events(1)))
}

fn state_of(store: &JournalStore) -> State {
    store.read().unwrap().clone()
}

#[track_caller]
fn check_corrupt(bytes: &[u8], line: usize) {
    let error = replay(bytes).map(|replayed| replayed.state).expect_err("what was changed is found");
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
    assert!(error.to_string().contains(&format!("at line {line}:")), "{error}, not at {line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_keeps_every_promise() {
    let folder = Folder::new();
    conformance::check_all(async || JournalStore::create(&folder.path()).unwrap()).await;
    conformance::check_provable_log(async || JournalStore::create(&folder.path()).unwrap()).await;
    conformance::check_harms(&bed::JournalBed::new()).await;
}

#[tokio::test]
async fn it_survives_its_process() {
    let folder = Folder::new();
    let path = folder.path();
    conformance::check_durability(
        async || JournalStore::create(&path).unwrap(),
        async |store| {
            drop(store);
            JournalStore::open(&path).unwrap()
        },
    )
    .await;
}

/// What a journal cut at this byte should be: cut in the header, its creation was interrupted, and
/// nobody has used it.
fn before(states: &[(usize, State)], cut: usize) -> &(usize, State) {
    states.iter().rev().find(|(end, _)| *end <= cut).unwrap_or(&states[0])
}

#[test]
fn a_journal_cut_anywhere_is_as_after_its_last_complete_line_and_goes_on() {
    let Written { bytes, states } = short_history();
    for cut in 0..=bytes.len() {
        let (length, expected) = before(&states, cut);
        let Replayed { mut state, last, sound } = replay(&bytes[..cut]).unwrap();
        assert_eq!((sound, &state), (&bytes[..*length], expected), "cut at byte {cut}");

        let step = state.prepare_events(&events(1)).unwrap();
        let (line, _) = line::encode(last, &step).unwrap();
        state.apply(step);
        assert_eq!(replay(&[sound, &line].concat()).unwrap().state, state, "written to at byte {cut}");
    }
}

/// The same with files, at fewer bytes, as each is flushed to the disk three times.
#[test]
fn a_file_cut_by_a_crash_is_repaired_and_written_to() {
    let Written { bytes, states } = short_history();
    let folder = Folder::new();
    let path = folder.path();
    let ends = states.iter().flat_map(|(end, _)| [end - 1, *end, end + 1]);
    for cut in ends.chain((0..bytes.len()).step_by(61)).filter(|cut| *cut <= bytes.len()) {
        let (length, expected) = before(&states, cut);
        fs::write(&path, &bytes[..cut]).unwrap();
        let store = JournalStore::open(&path).unwrap();
        assert_eq!(state_of(&store), *expected, "cut at byte {cut}");
        assert_eq!(fs::read(&path).unwrap(), bytes[..*length], "cut at byte {cut}");

        append(&store).unwrap();
        let grown = state_of(&store);
        drop(store);
        assert_eq!(state_of(&JournalStore::open(&path).unwrap()), grown, "cut at byte {cut}, and written to");
    }
}

/// The bytes with one of them changed: by one bit, of which all eight come in turn, and to a line
/// feed.
fn changed(bytes: &[u8], position: usize) -> impl Iterator<Item = Vec<u8>> {
    [bytes[position] ^ (1 << (position % 8)), b'\n']
        .into_iter()
        .filter(move |byte| *byte != bytes[position])
        .map(move |byte| [&bytes[..position], &[byte], &bytes[position + 1..]].concat())
}

#[test]
fn a_changed_byte_anywhere_is_found() {
    let Written { bytes, states } = short_history();
    for position in 0..bytes.len() {
        let line = states.iter().position(|(end, _)| position < *end).unwrap() + 1;
        for changed in changed(&bytes, position) {
            check_corrupt(&changed, line);
        }
    }
}

#[test]
fn a_changed_byte_in_a_cut_line_changes_nothing_before_it() {
    let Written { bytes, states } = short_history();
    let (sound, expected) = &states[states.len() - 2];
    let cut = &bytes[..bytes.len() - 1];
    for position in *sound..cut.len() {
        for changed in changed(cut, position) {
            match replay(&changed) {
                Ok(replayed) => assert_eq!(replayed.state, *expected),
                Err(error) => assert_eq!(error.kind(), StoreErrorKind::Corrupt),
            }
        }
    }
}

#[test]
fn lines_dropped_repeated_or_exchanged_are_found() {
    let Written { bytes, states } = short_history();
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    for at in 1..lines.len() - 1 {
        let mut dropped = lines.clone();
        dropped.remove(at);
        check_corrupt(&dropped.concat(), at + 1);
        let mut repeated = lines.clone();
        repeated.insert(at, lines[at]);
        check_corrupt(&repeated.concat(), at + 2);
        let mut exchanged = lines.clone();
        exchanged.swap(at, at + 1);
        check_corrupt(&exchanged.concat(), at + 1);
    }
    assert_eq!(states.len(), lines.len());
}

/// Whoever can calculate digests can still not write what no store would have written.
#[test]
fn a_sealed_line_that_does_not_follow_is_found() {
    let first = Attempt::Person { id: 1, address: 1, expected: 0 }.prepare(&State::default()).unwrap();
    let (line, digest) = line::encode(line::START, &first).unwrap();
    let mut state = State::default();
    state.apply(first.clone());
    let next = Attempt::Events { number: 1 }.prepare(&state).unwrap();

    for (step, expected) in [
        (first.clone(), "audit entries do not follow"),
        (Step { change: first.change, ..next }, "state does not follow"),
    ] {
        let (second, _) = line::encode(digest, &step).unwrap();
        let error = replay(&[replay::HEADER, &line, &second].concat()).map(drop).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn what_is_corrupt_or_no_journal_is_left_as_it_is() {
    let folder = Folder::new();
    let mut damaged = short_history().bytes;
    damaged[100] ^= 1;
    for (bytes, kind) in [
        (&damaged[..], StoreErrorKind::Corrupt),
        (b"name,age\nAda,36", StoreErrorKind::Corrupt),
        (b"{\"format\":\"strongroom-journal/2\"}\n", StoreErrorKind::NewerFormat),
        (b"{\"format\":\"strongroom-workspace/1\"}\n", StoreErrorKind::Corrupt),
    ] {
        let path = folder.path();
        fs::write(&path, bytes).unwrap();
        assert_eq!(JournalStore::open(&path).unwrap_err().kind(), kind);
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}

#[test]
fn creating_needs_a_free_path_and_opening_a_journal() {
    let folder = Folder::new();
    let path = folder.path();
    assert_eq!(JournalStore::open(&path).unwrap_err().kind(), StoreErrorKind::NotFound);
    drop(JournalStore::create(&path).unwrap());
    assert_eq!(JournalStore::create(&path).unwrap_err().kind(), StoreErrorKind::Conflict);
    assert_eq!(state_of(&JournalStore::open(&path).unwrap()), State::default());
}

#[test]
fn only_one_has_it_open() {
    let folder = Folder::new();
    let path = folder.path();
    let store = JournalStore::create(&path).unwrap();
    let refused = JournalStore::open(&path).unwrap_err();
    assert_eq!((refused.kind(), refused.is_retryable()), (StoreErrorKind::Unavailable, true));
    drop(store);
    assert!(JournalStore::open(&path).is_ok());
}

#[test]
fn after_a_failed_write_nothing_more_is_written_and_reading_goes_on() {
    let folder = Folder::new();
    let path = folder.path();
    let store = JournalStore::create(&path).unwrap();
    append(&store).unwrap();
    let (state, bytes) = (state_of(&store), fs::read(&path).unwrap());

    let writable = std::mem::replace(&mut store.inner.file.lock().unwrap().file, File::open(&path).unwrap());
    assert_eq!(append(&store).unwrap_err().kind(), StoreErrorKind::Unavailable);
    store.inner.file.lock().unwrap().file = writable;
    assert_eq!(append(&store).unwrap_err().kind(), StoreErrorKind::Unavailable);
    assert_eq!((state_of(&store), fs::read(&path).unwrap()), (state, bytes));

    drop(store);
    append(&JournalStore::open(&path).unwrap()).unwrap();
}

/// A journal with one person as it is written, with the digests of its one commit and its entry, if
/// records of people and audit entries are in these formats.
fn journal_with(records: u32, entries: u32, digest: &str, entry_digest: &str) -> String {
    let entry = concat!(
        r#"{\"format\":\"strongroom-audit/ENTRIES\",\"sequence\":0,"#,
        r#"\"previous\":\"0000000000000000000000000000000000000000000000000000000000000000\","#,
        r#"\"event\":{\"at\":\"2026-03-01T09:00:00Z\","#,
        r#"\"request\":\"request-00000000-0000-0000-0000-000000000007\",\"actor\":\"system\","#,
        r#"\"action\":{\"kind\":\"workspace_created\",\"tier\":\"registered\"}},"#,
        r#"\"digest\":\"DIGEST\"}"#,
    );
    let entry = entry.replace("ENTRIES", &entries.to_string()).replace("DIGEST", entry_digest);
    let person = concat!(
        r#""person":{"format":"strongroom-person/1","id":"person-00000000-0000-0000-0000-000000000001","#,
        r#""name":"Zoë \"Z\"","email":"zoe-1@uni.edu","institution":null,"account":"active"},"#,
        r#""evidence":[]}},"version":1}"#,
    );
    let change = format!(r#"{{"record":{{"person":{{"format":"strongroom-person-record/{records}",{person}"#);
    format!(
        "{}\n{}\n",
        r#"{"format":"strongroom-journal/1"}"#,
        format_args!(r#"{{"digest":"{digest}","commit":{{"entries":["{entry}"],"change":{change}}}}}"#)
    )
}

/// Written journals must be readable for ever: if this changes, so must the format's version.
#[test]
fn the_written_form_is_fixed() {
    let Written { bytes, .. } = written(&[Attempt::Person { id: 1, address: 1, expected: 0 }]);
    let digest = "f62a10f541839ff6c6d6f08e6e27623dc7e4de0f06f85c03ca609d5898ec2243";
    let entry = "dd3b2ffb26ad9932de9b03ca38d3890009dc618d70229fba2325fb07cdc70014";
    assert_eq!(String::from_utf8(bytes).unwrap(), journal_with(2, 1, digest, entry));
}

#[test]
fn a_journal_with_records_of_the_first_format_is_read_and_continued() {
    let digest = "36be96eb78ea0706ec2718406bcaa0f96cc6efb72cece4828900364bfa20fd6b";
    let entry = "080f3ccaa4e0405f11868a50e16b1e67d86818202aa7ec09742f2df88b0ec31b";
    let first = journal_with(1, 0, digest, entry);
    let folder = Folder::new();
    let path = folder.path();
    fs::write(&path, &first).unwrap();
    let store = JournalStore::open(&path).unwrap();
    let record = state_of(&store).person(Id::from_u128(1)).unwrap().into_value();
    let Written { bytes, states } = written(&[Attempt::Person { id: 1, address: 1, expected: 0 }]);
    assert_eq!(record, states.last().unwrap().1.person(Id::from_u128(1)).unwrap().into_value());
    store.inner.write(|state| Attempt::Person { id: 1, address: 2, expected: 1 }.prepare(state)).unwrap();
    drop(store);
    // What was written stays as it was.
    let continued = fs::read_to_string(&path).unwrap();
    assert!(continued.starts_with(&first) && continued.contains("strongroom-person-record/2"), "{continued}");
    assert_ne!(first.into_bytes(), bytes);
    drop(JournalStore::open(&path).unwrap());
}

#[test]
fn nothing_stored_is_printed() {
    let folder = Folder::new();
    let store = JournalStore::create(&folder.path()).unwrap();
    store.inner.write(|state| Attempt::Person { id: 1, address: 1, expected: 0 }.prepare(state)).unwrap();
    assert_eq!(format!("{store:?}"), "JournalStore { .. }");
}

proptest! {
    #[test]
    fn any_history_comes_back(attempts in any_attempts()) {
        let Written { bytes, states } = written(&attempts);
        let replayed = replay(&bytes).unwrap();
        prop_assert_eq!(replayed.sound, &bytes);
        prop_assert_eq!(Some(&replayed.state), states.last().map(|(_, state)| state));
    }

    #[test]
    fn reading_any_bytes_never_panics(bytes: Vec<u8>, line: Vec<u8>) {
        drop(replay(&bytes));
        let tail = replay(&[replay::HEADER, &bytes].concat()).map(|replayed| replayed.state);
        prop_assert!(bytes.contains(&b'\n') || tail.unwrap() == State::default());
        drop(line::decode(line::START, &line));
    }
}
