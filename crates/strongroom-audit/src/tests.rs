//! The trail as a whole: everything that can be done to it, and that each is reported.

use std::sync::LazyLock;

use proptest::prelude::*;
use strongroom_primitives::{
    Id, Label, NonEmpty, Paragraph, ReleaseName, RequirementName, RowTier, Sha256Digest, Tier, Timestamp,
};

use crate::*;

const LENGTH: u64 = 1_000;

/// A sound trail, the head after each of its entries, and the same as lines.
struct Trail {
    entries: Vec<Entry>,
    heads: Vec<Checkpoint>,
    lines: Vec<String>,
}

static TRAIL: LazyLock<Trail> = LazyLock::new(|| trail(LENGTH, |_| Answer::Exact));
/// Another sound trail, of the same length.
static FOREIGN: LazyLock<Trail> = LazyLock::new(|| trail(LENGTH, |_| Answer::Withheld));

fn trail(length: u64, answer: impl Fn(u64) -> Answer) -> Trail {
    let mut chain = Chain::new();
    let mut heads = Vec::new();
    let entries: Vec<Entry> = (0..length)
        .map(|sequence| {
            let entry = chain.append(event(sequence, answer(sequence))).unwrap();
            heads.push(chain.head());
            entry
        })
        .collect();
    let lines = entries.iter().map(Entry::to_line).collect();
    Trail { entries, heads, lines }
}

fn event(sequence: u64, persons: Answer) -> AuditEvent {
    let at = Timestamp::from_unix_microseconds(1_772_355_600_000_000 + i64::try_from(sequence).unwrap());
    let action = Action::CohortCounted { definition: Sha256Digest::from_bytes([7; 32]), persons };
    AuditEvent::new(at, Id::from_u128(u128::from(sequence)), Actor::System, action)
        .in_workspace(Id::from_u128(1))
        .on_release(ReleaseName::new("C2026Q1").unwrap())
}

/// Does something to the trail at every position, and checks what is reported.
fn check(tamper: impl Fn(&mut Vec<&Entry>, usize), expected: impl Fn(u64) -> ChainError) {
    // The last two positions have no neighbours to be exchanged with.
    for sequence in 0..LENGTH - 2 {
        let at = usize::try_from(sequence).unwrap();
        let mut entries: Vec<&Entry> = TRAIL.entries.iter().collect();
        tamper(&mut entries, at);
        let reported = Err(expected(sequence));

        // What comes before is untouched, and so is accepted as it is in the sound trail.
        let mut chain = Chain::resume(before(at));
        let outcome = entries[at..].iter().try_for_each(|entry| chain.accept(entry));
        assert_eq!(outcome, reported, "at entry {sequence}");
        if sequence % 100 == 50 {
            assert_eq!(verify(entries, None).map(drop), reported, "at entry {sequence}");
        }
    }
}

/// The head of the sound trail before an entry.
fn before(at: usize) -> Checkpoint {
    at.checked_sub(1).map_or(Checkpoint::START, |last| TRAIL.heads[last])
}

fn head() -> Checkpoint {
    *TRAIL.heads.last().unwrap()
}

#[test]
fn a_sound_trail_is_accepted() {
    assert_eq!(verify(&TRAIL.entries, None), Ok(head()));
    assert_eq!(verify_lines(&TRAIL.lines, Some(&head())), Ok(head()));
    assert_eq!(verify(std::iter::empty::<Entry>(), Some(&Checkpoint::START)), Ok(Checkpoint::START));
}

#[test]
fn a_trail_that_has_grown_agrees_with_its_earlier_checkpoints() {
    for earlier in TRAIL.heads.iter().step_by(50) {
        assert_eq!(verify(&TRAIL.entries, Some(earlier)), Ok(head()));
    }
}

#[test]
fn dropping_an_entry_is_reported() {
    check(
        |entries, at| {
            entries.remove(at);
        },
        |sequence| ChainError::OutOfOrder { sequence, found: sequence + 1 },
    );
}

#[test]
fn repeating_an_entry_is_reported() {
    check(
        |entries, at| entries.insert(at, entries[at]),
        |sequence| ChainError::OutOfOrder { sequence: sequence + 1, found: sequence },
    );
}

#[test]
fn exchanging_two_entries_is_reported() {
    check(
        |entries, at| entries.swap(at, at + 1),
        |sequence| ChainError::OutOfOrder { sequence, found: sequence + 1 },
    );
}

#[test]
fn inserting_an_entry_is_reported() {
    check(
        |entries, at| entries.insert(at + 1, &FOREIGN.entries[at + 1]),
        |sequence| ChainError::NotLinked { sequence: sequence + 1 },
    );
}

#[test]
fn splicing_two_trails_is_reported() {
    check(
        |entries, at| entries.splice(at + 1.., &FOREIGN.entries[at + 1..]).for_each(drop),
        |sequence| ChainError::NotLinked { sequence: sequence + 1 },
    );
}

#[test]
fn cutting_the_end_off_is_reported_if_there_is_a_checkpoint() {
    // Every length up to 200, and from there on every 25th.
    for length in (0..200).chain((200..TRAIL.entries.len()).step_by(25)) {
        assert_eq!(
            verify(&TRAIL.entries[..length], Some(&head())),
            Err(ChainError::Truncated { sequence: u64::try_from(length).unwrap(), expected: LENGTH })
        );
    }
    assert_eq!(verify(&TRAIL.entries[..7], None), Ok(TRAIL.heads[6]));
}

#[test]
fn writing_the_trail_anew_is_reported_if_there_is_a_checkpoint() {
    for changed in (0..LENGTH).step_by(50) {
        let anew =
            trail(LENGTH, |sequence| if sequence == changed { Answer::Suppressed } else { Answer::Exact });
        assert!(verify(&anew.entries, None).is_ok(), "it is sound in itself");
        assert_eq!(verify(&anew.entries, Some(&head())), Err(ChainError::Diverged { length: LENGTH }));
    }
}

/// The line with one bit of one byte flipped; of seven bits, so that it stays text.
fn flipped(line: &str, position: usize, bit: usize) -> String {
    let mut bytes = line.as_bytes().to_vec();
    bytes[position] ^= 1 << bit;
    String::from_utf8(bytes).unwrap()
}

#[test]
fn flipping_a_bit_of_any_line_is_reported() {
    for (at, line) in TRAIL.lines.iter().enumerate() {
        // Steps that visit every position of a line in the course of the trail.
        for step in 0..8 {
            let changed = flipped(line, (at * 8 + step) * 37 % line.len(), (at + step) % 7);
            let mut chain = Chain::resume(before(at));
            let outcome = Entry::from_line(&changed).map(|entry| chain.accept(&entry));
            assert!(!matches!(outcome, Ok(Ok(()))), "{changed} was accepted");
        }
    }
}

#[test]
fn flipping_any_bit_of_one_line_is_reported_with_its_number() {
    let line = &TRAIL.lines[1];
    for position in 0..line.len() {
        for bit in 0..7 {
            let changed = flipped(line, position, bit);
            let error = verify_lines([&TRAIL.lines[0], &changed], None).expect_err(&changed);
            assert_eq!(error.sequence(), 1, "{changed}");
        }
    }
}

#[test]
fn a_line_has_one_spelling() {
    let line = &TRAIL.lines[3];
    for (good, odd) in [
        (",", ", "),
        ("cohort_counted", "\\u0063ohort_counted"),
        ("\"sequence\":3", "\"sequence\":3.0"),
        ("\"sequence\":3", "\"sequence\":03"),
        ("\"digest\"", "\"note\":1,\"digest\""),
        ("strongroom-audit/1", "strongroom-audit/2"),
        ("}", "}\n"),
    ] {
        let odd = line.replace(good, odd);
        assert_ne!(&odd, line);
        assert!(Entry::from_line(&odd).is_err(), "{odd} was read as an entry");
    }
}

/// Written trails must be readable for ever: if this changes, so must the format's version.
#[test]
fn the_written_form_is_fixed() {
    assert_eq!(
        TRAIL.lines[1],
        concat!(
            r#"{"format":"strongroom-audit/1","sequence":1,"#,
            r#""previous":"78c8e153ee021c0542aedea93affc70936dcc982d54a84a345983bcfba2c808e","#,
            r#""event":{"at":"2026-03-01T09:00:00.000001Z","#,
            r#""request":"request-00000000-0000-0000-0000-000000000001","actor":"system","#,
            r#""workspace":"workspace-00000000-0000-0000-0000-000000000001","release":"C2026Q1","#,
            r#""action":{"kind":"cohort_counted","#,
            r#""definition":"0707070707070707070707070707070707070707070707070707070707070707","#,
            r#""persons":"exact"}},"#,
            r#""digest":"5c403b8edcfd3e069f043d7532190b6cd87a0cebd2bc4ffd15d25d198a6c58c2"}"#,
        )
    );
    assert_eq!(
        serde_json::to_string(&TRAIL.heads[0]).unwrap(),
        concat!(
            r#"{"format":"strongroom-audit-checkpoint/0","length":1,"#,
            r#""digest":"78c8e153ee021c0542aedea93affc70936dcc982d54a84a345983bcfba2c808e"}"#,
        )
    );
}

/// A line as the first format had it: it is read, and is never written otherwise.
#[test]
fn the_first_format_is_read_and_continued() {
    let line = concat!(
        r#"{"format":"strongroom-audit/0","sequence":1,"#,
        r#""previous":"d5f452d430f4a194e8e6724a34e4927dfa597a6357b2966b44f028f25b08c4ad","#,
        r#""event":{"at":"2026-03-01T09:00:00.000001Z","#,
        r#""request":"request-00000000-0000-0000-0000-000000000001","actor":"system","#,
        r#""workspace":"workspace-00000000-0000-0000-0000-000000000001","release":"C2026Q1","#,
        r#""action":{"kind":"cohort_counted","#,
        r#""definition":"0707070707070707070707070707070707070707070707070707070707070707","#,
        r#""persons":"exact"}},"#,
        r#""digest":"afcae7a8cce639dca82ff211b0e0c50b2519c868f42ffd75d3359f25144af949"}"#,
    );
    let entry = Entry::from_line(line).unwrap();
    assert_eq!(entry.to_line(), line);
    let mut chain = Chain::resume(Checkpoint::new(1, entry.previous()));
    chain.accept(&entry).unwrap();
    let next = chain.append(event(2, Answer::Exact)).unwrap();
    assert!(next.to_line().starts_with(r#"{"format":"strongroom-audit/1""#));

    // The format is part of what the digest covers.
    let raised = Entry::from_line(&line.replace("audit/0", "audit/1")).unwrap();
    let mut chain = Chain::resume(Checkpoint::new(1, entry.previous()));
    assert_eq!(chain.accept(&raised), Err(ChainError::Altered { sequence: 1 }));
    assert_eq!(Entry::from_line(&line.replace("audit/0", "audit/2")), Err(LineError::NewerFormat));
}

#[test]
fn an_event_that_is_too_large_leaves_the_chain_unchanged() {
    let mut chain = Chain::new();
    let digests = vec![Sha256Digest::from_bytes([1; 32]); MAX_EVENT_BYTES / 67 + 1];
    let action = Action::DatasetExported {
        definition: Sha256Digest::from_bytes([2; 32]),
        rows: 1,
        bytes: 1,
        files: NonEmpty::from_vec(digests).unwrap(),
    };
    let event = AuditEvent::new(Timestamp::LAST, Id::from_u128(1), Actor::System, action);
    assert_eq!(chain.append(event), Err(EventTooLarge));
    assert_eq!(chain.head(), Checkpoint::START);
    assert_eq!(Entry::from_line(&" ".repeat(2 * MAX_EVENT_BYTES)), Err(LineError::TooLong));
}

fn any_paragraph() -> impl Strategy<Value = Paragraph> {
    "(?s).{1,200}".prop_filter_map("not a paragraph", |text| Paragraph::new(text).ok())
}

fn any_code() -> impl Strategy<Value = Code> {
    "(?s).{1,64}".prop_filter_map("not a code", |text| Code::new(text).ok())
}

fn any_digest() -> impl Strategy<Value = Sha256Digest> {
    any::<[u8; 32]>().prop_map(Sha256Digest::from_bytes)
}

fn any_instant() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp::from_unix_microseconds)
}

fn any_action() -> impl Strategy<Value = Action> {
    let requirement = || RequirementName::new("code-of-conduct").unwrap();
    prop_oneof![
        (any::<u128>(), any::<Option<u128>>()).prop_map(|(person, institution)| {
            Action::AccountRegistered {
                person: Id::from_u128(person),
                institution: institution.map(Id::from_u128),
            }
        }),
        (any::<u128>(), prop::option::of(any_instant())).prop_map(move |(person, valid_until)| {
            Action::EvidenceRecorded {
                person: Id::from_u128(person),
                requirement: requirement(),
                valid_until,
            }
        }),
        (any::<u128>(), any_paragraph(), any_instant()).prop_map(move |(person, reason, not_after)| {
            Action::BypassGranted {
                person: Id::from_u128(person),
                requirement: requirement(),
                reason,
                not_after,
            }
        }),
        any::<u128>().prop_map(move |person| Action::BypassConfirmed {
            person: Id::from_u128(person),
            requirement: requirement(),
        }),
        (any::<u128>(), any_instant(), any_paragraph()).prop_map(move |(person, since, reason)| {
            Action::EvidenceWithdrawn {
                person: Id::from_u128(person),
                requirement: requirement(),
                since,
                reason,
            }
        }),
        (any_code(), any_code(), any_instant()).prop_map(|(asked, role, not_after)| Action::Admitted {
            tier: RowTier::Controlled,
            asked,
            role,
            not_after,
        }),
        any_digest().prop_map(|policy| Action::PolicyRehearsed { policy }),
        (any_code(), prop::collection::vec(any_code(), 1..5)).prop_map(|(asked, objections)| {
            Action::Refused {
                tier: RowTier::Registered,
                asked,
                objections: NonEmpty::from_vec(objections).unwrap(),
            }
        }),
        (any::<u128>(), any_code())
            .prop_map(|(with, role)| Action::WorkspaceShared { with: Id::from_u128(with), role }),
        (any_digest(), any_code(), any::<u32>(), any::<u32>()).prop_map(
            |(definition, by, cells, cells_shown)| Action::BreakdownReleased {
                definition,
                by,
                cells,
                cells_shown,
            }
        ),
        (any_digest(), any::<u64>(), any::<u64>(), prop::collection::vec(any_digest(), 1..4)).prop_map(
            |(definition, rows, bytes, files)| Action::DatasetExported {
                definition,
                rows,
                bytes,
                files: NonEmpty::from_vec(files).unwrap(),
            }
        ),
        any_digest().prop_map(|manifest| Action::ReleaseBuilt { tier: Tier::Public, manifest }),
    ]
}

fn any_actor() -> impl Strategy<Value = Actor> {
    prop_oneof![
        any::<u128>().prop_map(|bits| Actor::Person(Id::from_u128(bits))),
        "(?s).{1,80}".prop_filter_map("not a label", |text| Label::new(text).ok().map(Actor::Steward)),
        Just(Actor::System),
    ]
}

proptest! {
    #[test]
    fn every_entry_comes_back_from_its_line(
        at in any_instant(),
        request: u128,
        actor in any_actor(),
        workspace: Option<u128>,
        action in any_action(),
        length: u64,
        digest in any_digest(),
    ) {
        let event = AuditEvent::new(at, Id::from_u128(request), actor, action);
        let event = match workspace {
            Some(workspace) => event.in_workspace(Id::from_u128(workspace)),
            None => event,
        };
        let entry = Chain::resume(Checkpoint::new(length, digest)).append(event).unwrap();
        let line = entry.to_line();
        prop_assert!(line.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        prop_assert_eq!(Entry::from_line(&line).unwrap(), entry);
    }

    #[test]
    fn reading_any_line_never_panics_and_never_repeats_it(line in "(?s).{0,200}") {
        let error = Entry::from_line(&line).unwrap_err().to_string();
        prop_assert!(line.len() < 20 || !error.contains(&line));
    }

    #[test]
    fn a_checkpoint_comes_back_from_its_text(length: u64, digest in any_digest()) {
        let checkpoint = Checkpoint::new(length, digest);
        let json = serde_json::to_string(&checkpoint).unwrap();
        prop_assert_eq!(serde_json::from_str::<Checkpoint>(&json).unwrap(), checkpoint);
    }
}
