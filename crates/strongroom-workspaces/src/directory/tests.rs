use proptest::prelude::*;
use strongroom_primitives::{BoundedText, Id, Label, ReleaseName, RowTier, Timestamp};

use super::*;
use crate::purpose::tests::{any_purpose, text};
use crate::{Actor, Change, Circumstances, Command, Purpose, PurposeCategory, Workspace};

fn now() -> Timestamp {
    Timestamp::parse("2026-03-01T09:00:00Z").unwrap()
}

fn workspace(number: u128, title: &str, question: &str) -> Workspace {
    let disease = PurposeCategory::DiseaseFocused { disease: text("Asthma") };
    let purpose = Purpose::new(disease, text(question), text("Regression."), text("A bound."));
    let release = ReleaseName::new("R1").unwrap();
    let (id, tier) = (Id::from_u128(number), RowTier::ALL[number as usize % 2]);
    Workspace::new(id, text(title), purpose, Id::from_u128(1), release, tier, now())
}

fn entry(number: u128, title: &str, question: &str) -> DirectoryEntry {
    let institution = Some(Label::new("University of Nowhere").unwrap());
    DirectoryEntry::of(&workspace(number, title, question), institution, ProjectKind::Research).unwrap()
}

fn directory() -> Directory {
    [
        entry(1, "Statins and diabetes", "Do statins raise the risk?"),
        entry(2, "Diabetes in the young", "Who gets it?"),
        entry(3, "Sleep", "Is sleep shorter with diabetes?"),
        entry(4, "A cohort of nurses", "How are they?"),
    ]
    .into_iter()
    .collect()
}

#[test]
fn projects_are_found_by_their_words() {
    let directory = directory();
    for (query, expected) in [
        ("", vec![4, 3, 2, 1]),
        ("diabetes", vec![2, 1, 3]),
        ("DIABETES statins", vec![1]),
        ("statins diabetes", vec![1]),
        ("diab", vec![2, 1, 3]),
        ("d", vec![]),
        ("a", vec![4, 3, 2, 1]),
        ("diab young", vec![]),
        ("young diab", vec![2]),
        ("sleep", vec![3]),
        ("asthma", vec![4, 3, 2, 1]),
        ("nowhere", vec![4, 3, 2, 1]),
        ("nothing", vec![]),
        ("diabetes nothing", vec![]),
        ("?!", vec![4, 3, 2, 1]),
    ] {
        let (number, hits) = directory.search(&DirectoryQuery::new(query), 0, 10);
        let found: Vec<u128> = hits.iter().map(|hit| hit.entry.workspace().as_u128()).collect();
        assert_eq!((number, found), (expected.len(), expected), "{query:?}");
    }
    let (number, hits) = directory.search(&DirectoryQuery::new("asthma"), 1, 2);
    assert_eq!((number, hits.len()), (4, 2));
    let in_tier = DirectoryQuery::new("").with_tier(RowTier::Controlled);
    assert_eq!(directory.search(&in_tier, 0, 10).0, 2);
    let of_category = |code: &str| directory.search(&DirectoryQuery::new("").with_category(code), 0, 9).0;
    assert_eq!((of_category("disease-focused"), of_category("genetic")), (4, 0));
}

#[test]
fn what_a_project_was_for_stays_public_when_its_workspace_is_deleted() {
    let mut directory = directory();
    let mut workspace = workspace(1, "Statins and diabetes", "Do statins raise the risk?");
    let delete = Command::change(workspace.etag(), Change::Delete);
    let creator = Actor::Creator(workspace.creator());
    let events = workspace.decide(&creator, &delete, &Circumstances::at(now())).unwrap();
    workspace.apply_all(&events);
    directory.put(DirectoryEntry::of(&workspace, None, ProjectKind::Research).unwrap());

    let found = directory.search(&DirectoryQuery::new("statins"), 0, 9).1;
    assert_eq!(found[0].entry.status(), ProjectStatus::Deleted);
    assert_eq!(found[0].entry.purpose(), workspace.purpose());

    // Nobody rewrites the record of a project that is over.
    directory.put(entry(1, "Nothing to see", "Nothing?"));
    assert_eq!(directory.get(workspace.id()).unwrap().title().as_str(), "Statins and diabetes");
    assert_eq!(directory.search(&DirectoryQuery::new("nothing"), 0, 9).0, 0);
}

#[test]
fn operational_projects_are_not_listed() {
    let workspace = workspace(1, "Nightly checks", "Do they pass?");
    assert_eq!(DirectoryEntry::of(&workspace, None, ProjectKind::Operational), None);
}

#[test]
fn increments_are_handed_on() {
    let directory = directory();
    assert_eq!(directory.export(now(), now()).projects().len(), 4);
    assert_eq!(directory.export(now().plus_minutes(1), now()).projects().len(), 0);
}

fn any_entry() -> impl Strategy<Value = DirectoryEntry> {
    (0_u128..6, any_purpose(), "[a-c]{1,3}( [a-c]{1,3}){0,4}", any::<bool>()).prop_map(
        |(number, purpose, title, deleted)| DirectoryEntry {
            title: BoundedText::new(title).unwrap(),
            purpose,
            status: if deleted { ProjectStatus::Deleted } else { ProjectStatus::Active },
            ..entry(number, "x", "y")
        },
    )
}

proptest! {
    #[test]
    fn the_index_finds_what_reading_everything_finds(
        entries in prop::collection::vec(any_entry(), 0..12),
        query in "[a-c]{0,3}( [a-c]{1,3}){0,2}",
    ) {
        let mut naive: Vec<DirectoryEntry> = Vec::new();
        for entry in &entries {
            match naive.iter_mut().find(|one| one.workspace == entry.workspace) {
                Some(one) if one.status == ProjectStatus::Deleted => {}
                Some(one) => *one = entry.clone(),
                None => naive.push(entry.clone()),
            }
        }
        let directory: Directory = entries.into_iter().collect();
        let asked: Vec<&str> = query.split_whitespace().collect();
        let has = |text: &str, word: &str, begins: bool| text
            .to_lowercase()
            .split(|one: char| !one.is_alphanumeric())
            .any(|one| if begins { one.starts_with(word) } else { one == word });
        let expected = naive.iter().filter(|entry| {
            (1..).zip(&asked).all(|(place, word)| {
                let last = place == asked.len() || asked[asked.len() - 1] == *word;
                let begins = last && word.len() > 1;
                entry.texts().any(|text| has(text, word, begins))
            })
        });
        let expected: std::collections::BTreeSet<_> = expected.map(DirectoryEntry::workspace).collect();
        let (number, hits) = directory.search(&DirectoryQuery::new(&query), 0, usize::MAX);
        let found: std::collections::BTreeSet<_> = hits.iter().map(|hit| hit.entry.workspace()).collect();
        prop_assert_eq!(found, expected);
        prop_assert_eq!(number, hits.len());
    }

    #[test]
    fn the_document_round_trips(entries in prop::collection::vec(any_entry(), 0..5)) {
        let directory: Directory = entries.into_iter().collect();
        let document = directory.export(Timestamp::from_unix_microseconds(i64::MIN), now());
        let json = serde_json::to_string(&document).unwrap();
        prop_assert_eq!(serde_json::from_str::<DirectoryDocument>(&json).unwrap(), document);
    }
}
