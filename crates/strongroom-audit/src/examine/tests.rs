//! Everything that can be done to a trail of 10,000 entries, at every entry, and that each is
//! reported with its place.

mod proofs;

use std::sync::LazyLock;

use strongroom_primitives::{Id, Timestamp};

use super::*;
use crate::{Action, Actor, Answer, AuditEvent, Chain};

const LENGTH: usize = 10_000;
/// Every so many entries a head was kept.
const KEPT_EVERY: usize = 8;

fn event(sequence: usize, persons: Answer) -> AuditEvent {
    let at = Timestamp::from_unix_microseconds(1_772_355_600_000_000 + i64::try_from(sequence).unwrap());
    let action = Action::CohortCounted { definition: Sha256Digest::from_bytes([7; 32]), persons };
    AuditEvent::new(at, Id::from_u128(sequence as u128), Actor::System, action)
}

struct Trail {
    lines: Vec<String>,
    /// Before each entry, and after the last.
    chains: Vec<Chain>,
    kept: Vec<TreeHead>,
}

fn trail(answer: Answer) -> Trail {
    let (mut chain, mut tree) = (Chain::new(), CompactTree::new());
    let (mut lines, mut chains, mut kept) = (Vec::new(), vec![chain.clone()], Vec::new());
    for sequence in 0..LENGTH {
        let entry = chain.append(event(sequence, answer)).unwrap();
        tree.push(entry.leaf_hash());
        lines.push(entry.to_line());
        chains.push(chain.clone());
        if (sequence + 1) % KEPT_EVERY == 0 {
            kept.push(tree.head());
        }
    }
    Trail { lines, chains, kept }
}

static TRAIL: LazyLock<Trail> = LazyLock::new(|| trail(Answer::Exact));
static FOREIGN: LazyLock<Trail> = LazyLock::new(|| trail(Answer::Withheld));

/// Hands the places of the first so many entries to `tamper`, each with an examiner that has seen all
/// before it, and checks that the lines which `tamper` continues with are reported as expected. What an
/// examiner has reported it never takes back, so the rest of the trail need not be read.
fn check<'a>(
    places: usize,
    tamper: impl Fn(usize) -> Vec<Option<&'a str>>,
    expected: impl Fn(u64) -> Vec<Difference>,
) {
    let mut sound = Examiner::new(std::iter::empty());
    for at in 0..places {
        let mut examiner = sound.clone();
        tamper(at).into_iter().flatten().for_each(|line| examiner.line(line));
        assert_eq!(examiner.differences, expected(at as u64), "at entry {at}");
        sound.line(&TRAIL.lines[at]);
    }
    assert!(sound.finish().is_sound());
}

fn line(at: usize) -> Option<&'static str> {
    TRAIL.lines.get(at).map(String::as_str)
}

fn foreign(at: usize) -> Option<&'static str> {
    FOREIGN.lines.get(at).map(String::as_str)
}

/// The line with one bit flipped, at positions and of bits that run through the whole line in the course
/// of the trail; of seven bits, so that it stays text.
fn flipped(at: usize) -> String {
    let mut bytes = TRAIL.lines[at].as_bytes().to_vec();
    let position = at * 37 % bytes.len();
    bytes[position] ^= 1 << (at % 7);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_sound_trail_is_sound_with_every_head_that_was_kept() {
    let found = Examiner::examine(&TRAIL.lines, TRAIL.kept.iter().copied());
    assert_eq!(found.differences(), []);
    assert_eq!(found.head(), TRAIL.kept.last().unwrap());
}

#[test]
fn dropping_an_entry_is_reported() {
    // Dropping the last one is cutting off.
    check(
        LENGTH - 1,
        |at| vec![line(at + 1), line(at + 2)],
        |at| vec![Difference::Missing { line: at, first: at, last: at }],
    );
}

#[test]
fn exchanging_two_entries_is_reported() {
    check(
        LENGTH - 1,
        |at| vec![line(at + 1), line(at), line(at + 2)],
        |at| {
            vec![
                Difference::Missing { line: at, first: at, last: at },
                Difference::Misplaced { line: at + 1, sequence: at },
            ]
        },
    );
}

#[test]
fn repeating_an_entry_is_reported() {
    check(
        LENGTH,
        |at| vec![line(at), line(at), line(at + 1)],
        |at| vec![Difference::Misplaced { line: at + 1, sequence: at }],
    );
}

#[test]
fn splicing_another_trail_in_is_reported() {
    // Another trail from its first entry on is a fork.
    check(
        LENGTH - 1,
        |at| vec![line(at), foreign(at + 1), foreign(at + 2)],
        |at| vec![Difference::NotLinked { line: at + 1, sequence: at + 1 }],
    );
}

#[test]
fn putting_something_else_in_between_is_reported() {
    check(
        LENGTH,
        |at| vec![line(at), Some("nonsense"), line(at + 1)],
        |at| {
            let source = LineError::NotAnEntry { column: 2 };
            vec![Difference::Unreadable { line: at + 1, source }]
        },
    );
}

#[test]
fn flipping_a_bit_of_any_entry_is_reported() {
    let mut sound = Examiner::new(std::iter::empty());
    for at in 0..LENGTH {
        let flipped = flipped(at);
        let mut examiner = sound.clone();
        examiner.line(&flipped);
        line(at + 1).into_iter().for_each(|next| examiner.line(next));
        let at = at as u64;
        let [found] = *examiner.differences else { panic!("{flipped}: {:?}", examiner.differences) };
        match found {
            Difference::Altered { line, sequence } => assert_eq!((line, sequence), (at, at)),
            Difference::Unreadable { line, .. } => assert_eq!(line, at),
            other => panic!("{flipped}: {other}"),
        }
        sound.line(&TRAIL.lines[usize::try_from(at).unwrap()]);
    }
}

#[test]
fn cutting_off_at_any_entry_is_reported() {
    let mut sound = Examiner::new(TRAIL.kept.iter().copied());
    for at in 0..LENGTH {
        let found = sound.clone().finish();
        let expected = Difference::Truncated { present: at as u64, expected: LENGTH as u64 };
        assert_eq!(found.differences(), [expected]);
        sound.line(&TRAIL.lines[at]);
    }
    assert!(sound.finish().is_sound());
}

/// The trail is written anew from an entry on, so that everything in it follows from the entry
/// before: only a head that was kept elsewhere tells.
#[test]
fn forking_at_any_entry_is_reported_between_the_heads_that_were_kept() {
    let mut sound = Examiner::new(TRAIL.kept.iter().copied());
    for at in 0..LENGTH {
        let mut forked = sound.clone();
        let mut chain = TRAIL.chains[at].clone();
        let next_kept = (at / KEPT_EVERY + 1) * KEPT_EVERY;
        for sequence in at..next_kept {
            let answer = if sequence == at { Answer::Suppressed } else { Answer::Exact };
            forked.line(&chain.append(event(sequence, answer)).unwrap().to_line());
        }
        let (agreed, size) = ((next_kept - KEPT_EVERY) as u64, next_kept as u64);
        assert_eq!(forked.differences, [Difference::Diverged { agreed, size }], "at entry {at}");
        sound.line(&TRAIL.lines[at]);
    }
}

#[test]
fn every_difference_of_many_is_reported() {
    let mut lines: Vec<String> = TRAIL.lines[..100].to_vec();
    lines[10] = lines[10].replace("exact", "withheld");
    lines[20] = "nonsense".to_owned();
    lines.remove(30);
    lines.swap(49, 50);
    lines[69] = FOREIGN.lines[70].clone();
    let found = Examiner::examine(&lines, [TRAIL.kept[1], TRAIL.kept[11]]);
    let source = LineError::NotAnEntry { column: 2 };
    assert_eq!(
        found.differences(),
        [
            Difference::Altered { line: 10, sequence: 10 },
            Difference::Diverged { agreed: 0, size: 16 },
            Difference::Unreadable { line: 20, source },
            Difference::Missing { line: 30, first: 30, last: 30 },
            Difference::Missing { line: 49, first: 50, last: 50 },
            Difference::Misplaced { line: 50, sequence: 50 },
            Difference::NotLinked { line: 69, sequence: 70 },
            Difference::NotLinked { line: 70, sequence: 71 },
        ]
    );
}
