//! Deployments from outside: set up, asked, backed up and restored, and what is said when something is wrong.

use std::fs;
use std::path::Path;

use strongroom_testkit::Synthetic;

use crate::command::{run, strongroom, succeed};

/// Runs the commands one after the other, and checks the code that each ends with and that it says this.
#[track_caller]
fn check(folder: &Path, commands: &[(&str, i32, &str)]) {
    for (arguments, code, said) in commands {
        let outcome = run(&mut strongroom(folder, arguments));
        let all = format!("{}{}", outcome.stdout, outcome.stderr);
        assert_eq!(outcome.code, Some(*code), "{arguments}: {all}");
        assert!(all.contains(said), "{arguments}: {all}");
    }
}

fn set_up() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    succeed(folder.path(), "deployment init d --policy small-hospital --as Grace");
    folder
}

#[test]
fn a_deployment_is_made_asked_backed_up_and_restored() {
    let folder = set_up();
    check(
        folder.path(),
        &[
            (
                "deployment doctor d",
                0,
                "ok    rights         folder, key and document are for their owner alone",
            ),
            (
                "deployment doctor d",
                0,
                "note  releases       there is none; add one with `strongroom release add`",
            ),
            ("release list --deployment d", 0, ""),
            ("audit checkpoint --deployment d", 0, "\n3\n"),
            ("audit verify --deployment d", 0, "The trail is intact: 3 entries, root "),
            ("audit who-saw C2026Q1 --deployment d", 0, "Nobody, as far as the trail says."),
            ("audit between 2020-01-01 2999-12-31 --deployment d", 0, "steward Grace: deployment changed\n"),
            ("audit between 2020-01-01 2020-12-31 --deployment d", 0, ""),
            ("audit export trail --deployment d", 0, "9 entries are in trail"),
            ("audit export trail --deployment d", 5, "`trail` cannot be written"),
            ("deployment backup d backup", 0, "The backup is in backup: "),
            ("deployment restore backup r", 0, "The deployment is in r."),
            (
                "deployment doctor r",
                0,
                "ok    deployment     the document is the one whose digest the trail says",
            ),
            ("audit verify --deployment r", 0, "The trail is intact: "),
        ],
    );
    let trail = fs::read_to_string(folder.path().join("trail")).unwrap();
    assert_eq!(trail.lines().count(), 9);
}

#[test]
fn a_proof_is_checked_without_the_deployment() {
    let folder = set_up();
    let key = succeed(folder.path(), "audit key --deployment d");
    let proof = succeed(folder.path(), "audit prove 1 --deployment d");
    fs::write(folder.path().join("proof.json"), &proof).unwrap();
    fs::write(folder.path().join("odd.json"), proof.replace("policy_loaded", "policy_lasted")).unwrap();
    fs::remove_dir_all(folder.path().join("d")).unwrap();
    let trusted = format!("audit verify --proof proof.json --key {}", key.trim());
    check(
        folder.path(),
        &[
            (
                "audit verify --proof proof.json",
                0,
                "steward Grace: policy loaded\nThe proof brings its own key, ",
            ),
            (&trusted, 0, "steward Grace: policy loaded\n"),
            ("audit verify --proof odd.json", 1, "what should be the entry is none"),
            ("audit verify --proof proof.json --key nonsense", 1, "the key is not the Ed25519 key"),
        ],
    );
}

#[test]
fn what_is_wrong_is_said_with_its_remedy() {
    let folder = set_up();
    check(
        folder.path(),
        &[
            ("deployment init d", 2, "choose a folder that is empty or not there yet"),
            ("deployment init e --store mysql://localhost", 2, "expected `sqlite`, or an address such as"),
            ("deployment doctor e", 1, "make one with `strongroom deployment init`"),
            ("audit verify --deployment e", 2, "make one with `strongroom deployment init`"),
            ("audit who-saw eve@uni.edu --deployment d", 2, "register them with `strongroom person add`"),
            ("release add nowhere --deployment d", 5, "`nowhere` cannot be read"),
            ("audit prove 99 --deployment d", 2, "counted from 0; name one of them"),
            ("deployment restore d/policy.toml r", 2, "`d/policy.toml` is no backup of a deployment"),
        ],
    );
    let policy = folder.path().join("d/policy.toml");
    let text = fs::read_to_string(&policy).unwrap();
    fs::write(&policy, text.replace("version = 3", "version = 4")).unwrap();
    check(
        folder.path(),
        &[
            ("audit verify --deployment d", 5, "bring it into force with `strongroom deployment policy`"),
            ("deployment doctor d", 1, "BAD   policy         `d/policy.toml` is not the policy"),
            ("deployment policy d d/policy.toml", 0, "Policy version 4, "),
            ("deployment policy d small-hospital", 4, "policy version 4 is in force"),
            ("deployment doctor d", 0, "ok    policy         version 4, "),
        ],
    );
}

/// From nobody to a shared workspace: what each still lacks is said at every step.
#[test]
fn people_are_enrolled_and_work_where_they_may() {
    const PURPOSE: &str = r#"{"categories":["methods-development"],"scientific_question":"How many?",
        "approach":"By counting.","anticipated_findings":"A number.","reason":"No other data.",
        "dissemination":["peer-reviewed-journals"],"outcomes":"none-apply","populations":"nobody-in-particular"}"#;
    let folder = set_up();
    for (file, text) in [
        ("purpose.json", PURPOSE),
        ("odd.json", r#"{"categories":["counting"]}"#),
        ("germany.json", r#"{"country":"DE"}"#),
        ("course.json", r#"{"course":{"course":"Privacy in research","score":90}}"#),
    ] {
        fs::write(folder.path().join(file), text).unwrap();
    }
    Synthetic::new(50, 1).write_csv(&folder.path().join("omop")).unwrap();
    succeed(folder.path(), "cdr build --omop omop --out R1 --name R1 --tier registered");
    let on = |commands: &[(&str, i32, &str)]| {
        let commands: Vec<_> = commands
            .iter()
            .map(|(one, code, said)| (format!("{one} --deployment d"), *code, *said))
            .collect();
        let commands: Vec<_> =
            commands.iter().map(|(one, code, said)| (one.as_str(), *code, *said)).collect();
        check(folder.path(), &commands);
    };
    on(&[
        ("institution add Elsewhere --domain elsewhere.example --until 2999-12-31", 0, "institution-"),
        ("institution list", 0, "Elsewhere\n  registered: from "),
        ("release add R1", 0, "Release R1 of the registered tier can be worked on."),
        ("release list", 0, "R1           registered"),
        ("person add Ada ada@elsewhere.example --institution Elsewhere", 0, "person-"),
        ("person add Bob bob@elsewhere.example --institution Elsewhere", 0, "person-"),
        ("person add Ada ada@elsewhere.example --institution Nowhere", 2, "error: "),
        ("person show ada@elsewhere.example", 0, "registered tier: 5 missing"),
        (
            "workspace create ada@elsewhere.example Kidneys --release R1 --purpose purpose.json",
            3,
            "refused: ",
        ),
        ("evidence add ada@elsewhere.example charm", 2, "house-rules"),
        ("evidence add ada@elsewhere.example house-rules", 0, "Recorded: house-rules of "),
        ("evidence add ada@elsewhere.example two-step-verification", 0, "Recorded: "),
        ("evidence add ada@elsewhere.example staff-record", 0, "Recorded: "),
        ("person show ada@elsewhere.example", 0, "the source is not trusted for it"),
        (
            "evidence add ada@elsewhere.example in-europe --proof odd.json",
            2,
            "`odd.json` holds no proof in JSON",
        ),
        ("evidence add ada@elsewhere.example in-europe --proof germany.json", 0, "Recorded: "),
        ("evidence add ada@elsewhere.example privacy-course --proof course.json", 0, "Recorded: "),
    ]);
    let office = ["evidence", "add", "ada@elsewhere.example", "staff-record", "--source", "personnel office"];
    let recorded = run(strongroom(folder.path(), "").args(office).args(["--deployment", "d"]));
    assert_eq!(recorded.code, Some(0), "{}", recorded.stderr);
    on(&[
        ("person show ada@elsewhere.example", 0, "registered tier: everything is met until "),
        (
            "workspace create ada@elsewhere.example Kidneys --release R1 --purpose odd.json",
            2,
            "no purpose in JSON",
        ),
    ]);
    let create = "workspace create ada@elsewhere.example Kidneys --release R1 --purpose purpose.json";
    let made = succeed(folder.path(), &format!("{create} --deployment d"));
    let workspace = made.trim();
    let ask = |words: &str| words.replace('#', workspace);
    on(&[
        ("workspace list ada@elsewhere.example", 0, "owner     on R1"),
        (&ask("workspace show ada@elsewhere.example #"), 0, "members  1"),
        (
            &ask("workspace share ada@elsewhere.example # bob@elsewhere.example writer"),
            0,
            "invited, access pending: missing Two-step verification",
        ),
        (&ask("workspace show bob@elsewhere.example #"), 3, "refused: Two-step verification: missing"),
        (&ask("workspace publish bob@elsewhere.example #"), 3, "refused: "),
        (&ask("workspace publish ada@elsewhere.example #"), 0, "All researchers of its tier can read "),
        (&ask("workspace duplicate bob@elsewhere.example # Livers --purpose purpose.json"), 3, "refused: "),
        (&ask("workspace duplicate ada@elsewhere.example # Livers --purpose purpose.json"), 0, "workspace-"),
        (&ask("workspace delete ada@elsewhere.example #"), 0, "is deleted; what was public of it stays"),
        (&ask("workspace show ada@elsewhere.example #"), 3, "refused: "),
        ("workspace list ada@elsewhere.example", 0, "owner     on R1           Livers\n"),
        ("directory search kidn", 0, "Kidneys\n  Elsewhere, registered tier, deleted, workspace-"),
        ("directory search how many --tier registered", 0, "Livers\n  Elsewhere, registered tier, active, "),
        ("directory search --limit 1", 0, "1 of 2 projects; name more words"),
        ("directory search --category educational", 0, "No project has all of this."),
        ("directory search --category odd", 2, "expected one of those in the policy's reviews"),
        ("directory export", 0, "strongroom-directory/1"),
        ("directory export --since 2999-01-01T00:00:00Z", 0, "\"projects\": []"),
        ("audit verify", 0, "The trail is intact: "),
        ("audit who-saw ada@elsewhere.example", 0, "steward"),
        ("deployment doctor d", 2, "unexpected argument"),
    ]);
    // What a stricter policy would have decided of what is still there.
    let left = succeed(folder.path(), "workspace list ada@elsewhere.example --deployment d");
    let show = format!("workspace show ada@elsewhere.example {}", left.split(' ').next().unwrap());
    on(&[(&show, 0, "Livers\n")]);
    let policy = fs::read_to_string(folder.path().join("d/policy.toml")).unwrap();
    let stricter = policy.replace("minimum_score_percent = 70", "minimum_score_percent = 95");
    assert_ne!(policy, stricter);
    fs::write(folder.path().join("stricter.toml"), stricter).unwrap();
    on(&[
        ("policy rehearse d/policy.toml stricter.toml", 0, "Lose the registered tier:"),
        ("policy rehearse d/policy.toml stricter.toml", 0, "For example, refused instead: person-"),
        ("policy rehearse stricter.toml d/policy.toml", 0, "Gain the registered tier:"),
        (
            "policy rehearse d/policy.toml stricter.toml --since 2999-01-01T00:00:00Z",
            0,
            "0           0                0                 0              0",
        ),
        ("policy rehearse d/policy.toml stricter.toml --journal j", 2, "cannot be used with"),
    ]);
    check(folder.path(), &[("deployment doctor d", 0, "ok    release R1")]);
}
