//! The stored forms: what was written is read again, by whichever version it was written.

use strongroom_primitives::RowTier;
use strongroom_workspaces::{Change, ReviewCommand, Role, Workspace};

use crate::world::*;

/// A workspace in which everything that is stored is there.
fn eventful() -> Workspace {
    let mut workspace = furnished(RowTier::Controlled);
    run(&mut workspace, CREATOR, Change::Unshare(person(READER))).unwrap();
    run(&mut workspace, CREATOR, Change::Publish(strongroom_workspaces::Category::Community)).unwrap();
    let note = Some(text("please"));
    run(&mut workspace, CREATOR, Change::Review(ReviewCommand::Submit { note })).unwrap();
    lock(&mut workspace);
    workspace
}

#[test]
fn the_document_round_trips_and_odd_ones_are_refused() {
    let json = serde_json::to_string(&eventful()).unwrap();
    assert!(json.starts_with(r#"{"format":"strongroom-workspace/2""#), "{json}");
    assert_eq!(serde_json::from_str::<Workspace>(&json).unwrap(), eventful());
    for (from, to) in [
        ("strongroom-workspace/2", "strongroom-workspace/3"),
        // The first format knew no items.
        ("strongroom-workspace/2", "strongroom-workspace/1"),
        (r#""format":"strongroom-workspace/2","#, ""),
        (r#""title""#, r#""administrator":true,"title""#),
        (r#""owner""#, r#""reader""#),
        ("an inquiry is running", "a whim"),
        // A reference to something that is not there, of another kind, and a name that is taken.
        (
            "[\"item-00000000-0000-0000-0000-000000000001\"]",
            "[\"item-00000000-0000-0000-0000-000000000009\"]",
        ),
        (
            "[\"item-00000000-0000-0000-0000-000000000001\"]",
            "[\"item-00000000-0000-0000-0000-000000000005\"]",
        ),
        (r#""kind":"notebook","name":"Analysis""#, r#""kind":"review","name":"charts""#),
        // A review that nobody had asked for.
        (r#""step":{"submitted":{"note":"please"}}"#, r#""step":"approved""#),
        // A deletion that left something.
        (r#""billing""#, &format!(r#""deletion":{{"at":"{}","by":"{}"}},"billing""#, now(), person(1))),
    ] {
        let odd = json.replacen(from, to, 1);
        assert_ne!(odd, json, "{from}");
        assert!(serde_json::from_str::<Workspace>(&odd).is_err(), "{from} → {to} was read");
    }
}

/// A document as the first version of this crate wrote it.
const FIRST: &str = r#"{"format":"strongroom-workspace/1","id":"workspace-00000000-0000-0000-0000-00000000000a",
    "version":3,"title":"Statins","purpose":{"categories":["educational"],"scientific_question":"Who?",
    "approach":"So.","anticipated_findings":"This."},"creator":"person-00000000-0000-0000-0000-000000000001",
    "created":"2026-03-01T09:00:00Z","release":"R2024Q3","tier":"registered","members":{
    "person-00000000-0000-0000-0000-000000000001":"owner","person-00000000-0000-0000-0000-000000000002":"writer"}}"#;

#[test]
fn the_first_format_is_read_and_never_written() {
    let workspace: Workspace = serde_json::from_str(FIRST).unwrap();
    assert_eq!((workspace.version(), workspace.title().as_str()), (3, "Statins"));
    assert_eq!(workspace.role_of(person(2)), Some(Role::Writer));
    assert_eq!(workspace.modified_at(), workspace.created());
    assert!(workspace.content().is_empty() && workspace.lock().is_none() && workspace.deletion().is_none());

    let second = serde_json::to_string(&workspace).unwrap();
    assert!(second.contains("strongroom-workspace/2"), "{second}");
    assert_eq!(serde_json::from_str::<Workspace>(&second).unwrap(), workspace);

    for (from, to) in [
        (r#""title""#, r#""lock":null,"title""#),
        (r#""scientific_question""#, r#""outcomes":"none-apply","scientific_question""#),
        (r#":"owner""#, r#":"reader""#),
    ] {
        let odd = FIRST.replace(from, to);
        assert_ne!(odd, FIRST);
        assert!(serde_json::from_str::<Workspace>(&odd).is_err(), "{to} was read");
    }
}

#[test]
fn a_purpose_from_before_is_kept_until_it_is_stated_anew() {
    let mut workspace: Workspace = serde_json::from_str(FIRST).unwrap();
    assert_eq!(workspace.purpose().unanswered().len(), 3);
    // Whatever else is changed leaves it alone.
    run(&mut workspace, CREATOR, Change::Rename(label("Fibrates"))).unwrap();
    run(&mut workspace, CREATOR, Change::RestatePurpose(Box::new(purpose("Why?")))).unwrap();
    assert_eq!(workspace.purpose().unanswered().len(), 0);
}
