//! How long commands take in a large workspace, and searches in a large directory.
//!
//! ```sh
//! cargo run --release -p strongroom-workspaces --example measure_workspaces
//! ```

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example that measures prints what it measured, with the clock of the machine"
)]

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use strongroom_primitives::{Id, Label, Paragraph, ReleaseName, RowTier, Sha256Digest, Timestamp};
use strongroom_workspaces::{
    Action, Actor, Change, Circumstances, Command, ContentCommand, Directory, DirectoryEntry, DirectoryQuery,
    Etag, Item, ItemKind, ProjectKind, Purpose, PurposeCategory, Role, Workspace,
};

const MEMBERS: u128 = 1_000;
const ITEMS: u128 = 10_000;
const PROJECTS: u32 = 100_000;
const ROUNDS: usize = 200;

fn main() -> Result<(), Box<dyn Error>> {
    println!(
        "a command in a workspace with {MEMBERS} members and {ITEMS} items; decide and apply, of {ROUNDS}"
    );
    let workspace = large()?;
    let owner = Id::from_u128(1);
    let around = Circumstances::at(Timestamp::from_unix_microseconds(0));
    let item = Id::from_u128(77);
    let etag = workspace.content().get(item).map_or(Etag::FIRST, Item::etag);
    let change = |change| Command::change(workspace.etag(), change);
    for (name, command) in [
        ("rename the workspace", change(Change::Rename(Label::new("Another title")?))),
        ("share with somebody new", change(Change::Share { with: Id::from_u128(0), role: Role::Reader })),
        ("remove a member", change(Change::Unshare(Id::from_u128(500)))),
        (
            "create a cohort",
            Command::Content(ContentCommand::Create {
                id: Id::from_u128(0),
                kind: ItemKind::Cohort,
                name: Label::new("A new cohort")?,
                body: Sha256Digest::from_bytes([1; 32]),
                references: vec![item],
            }),
        ),
        (
            "rename an item",
            Command::Content(ContentCommand::Rename { item, expected: etag, name: Label::new("Renamed")? }),
        ),
    ] {
        let action = match &command {
            Command::Change { change, .. } => change.action(),
            Command::Content(ContentCommand::Create { kind, .. }) => Some(kind.edit()),
            Command::Content(_) => Some(ItemKind::ConceptSet.edit()),
        };
        let action = action.ok_or("a command for members")?;
        let actor = Actor::member(owner, workspace.id(), action, Timestamp::LAST);
        let mut times = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let mut workspace = workspace.clone();
            let start = Instant::now();
            let events = workspace.decide(&actor, &command, &around)?;
            workspace.apply_all(&events);
            times.push(start.elapsed());
            black_box(workspace);
        }
        report(name, times);
    }

    println!("\na search over {PROJECTS} projects, first page of 20, of {ROUNDS}");
    let start = Instant::now();
    let entries: Vec<DirectoryEntry> = (0..PROJECTS).map(project).collect::<Result<_, _>>()?;
    println!("{:<40} {:>10.1?}", "make up the projects", start.elapsed());
    let start = Instant::now();
    let mut directory: Directory = entries.into_iter().collect();
    println!("{:<40} {:>10.1?}", "make the index", start.elapsed());
    let start = Instant::now();
    directory.put(project(PROJECTS / 2)?);
    println!("{:<40} {:>10.1?}", "put one of them in again", start.elapsed());
    for query in
        ["diabetes", "statins diabetes young", "stat", "s", "", "word17 word171 the", "nothing at all"]
    {
        let mut times = Vec::with_capacity(ROUNDS);
        let mut found = 0;
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let (number, hits) = directory.search(&DirectoryQuery::new(query), 0, 20);
            times.push(start.elapsed());
            found = number;
            black_box(hits);
        }
        report(&format!("{query:?}, {found} found"), times);
    }
    Ok(())
}

fn report(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
    println!("{name:<40} {:>10.1?} median, {:>10.1?} at 95 %", at(50), at(95));
}

fn large() -> Result<Workspace, Box<dyn Error>> {
    let text = Paragraph::new("What is asked.")?;
    let purpose = Purpose::new(PurposeCategory::MethodsDevelopment, text.clone(), text.clone(), text);
    let (id, owner) = (Id::from_u128(10), Id::from_u128(1));
    let now = Timestamp::from_unix_microseconds(0);
    let release = ReleaseName::new("R1")?;
    let title = Label::new("A large workspace")?;
    let mut workspace = Workspace::new(id, title, purpose, owner, release, RowTier::Registered, now);
    for number in 2..=MEMBERS {
        let role = if number % 2 == 0 { Role::Writer } else { Role::Reader };
        let command = Command::change(workspace.etag(), Change::Share { with: Id::from_u128(number), role });
        let actor = Actor::member(owner, id, Action::Share, Timestamp::LAST);
        workspace.apply_all(&workspace.decide(&actor, &command, &Circumstances::at(now))?);
    }
    let around = Circumstances::at(now);
    for number in 1..=ITEMS {
        let (kind, references) = match number % 4 {
            1 => (ItemKind::ConceptSet, vec![]),
            2 => (ItemKind::Cohort, vec![Id::from_u128(number - 1)]),
            3 => (ItemKind::Dataset, vec![Id::from_u128(number - 1), Id::from_u128(number - 2)]),
            _ => (ItemKind::Notebook, vec![]),
        };
        let command = Command::Content(ContentCommand::Create {
            id: Id::from_u128(number),
            kind,
            name: Label::new(format!("Item {number}"))?,
            body: Sha256Digest::from_bytes([7; 32]),
            references,
        });
        let actor = Actor::member(owner, id, kind.edit(), Timestamp::LAST);
        workspace.apply_all(&workspace.decide(&actor, &command, &around)?);
    }
    Ok(workspace)
}

/// A project of about 120 words, most of them rare and some common.
fn project(number: u32) -> Result<DirectoryEntry, Box<dyn Error>> {
    let mut state = number.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    let mut words = |count: usize| {
        let mut text = Vec::with_capacity(count);
        for _ in 0..count {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let drawn = state >> 8;
            text.push(match drawn % 16 {
                0 => "the".to_owned(),
                1 => "study".to_owned(),
                2 if drawn.is_multiple_of(5) => "diabetes".to_owned(),
                3 if drawn.is_multiple_of(7) => "statins".to_owned(),
                4 if drawn.is_multiple_of(11) => "young".to_owned(),
                // Few words are frequent and many are rare, as in any language.
                _ => format!("word{}", (drawn % 1_000) * (drawn % 97) / 4),
            });
        }
        text.join(" ")
    };
    let purpose = Purpose::new(
        PurposeCategory::PopulationHealth,
        Paragraph::new(words(40))?,
        Paragraph::new(words(40))?,
        Paragraph::new(words(34))?,
    );
    let title = Label::new(words(6))?;
    let tier = if number.is_multiple_of(3) { RowTier::Controlled } else { RowTier::Registered };
    let now = Timestamp::from_unix_microseconds(i64::from(number));
    let workspace = Workspace::new(
        Id::from_u128(u128::from(number)),
        title,
        purpose,
        Id::from_u128(1),
        ReleaseName::new("R1")?,
        tier,
        now,
    );
    let institution = Some(Label::new(format!("University {}", number % 300))?);
    DirectoryEntry::of(&workspace, institution, ProjectKind::Research)
        .ok_or_else(|| "research is listed".into())
}
