//! Deployments from outside: a steward's first day, and what is said when something is wrong.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use strongroom::primitives::Paragraph;
use strongroom::workspaces::{
    Choices, Dissemination, IntendedOutcomes, PopulationsOfInterest, Purpose, PurposeCategory,
};

use crate::command::{run, strongroom, succeed};
use crate::policy::POLICY;

/// A run of the command with arguments that may hold spaces, and everything that it said.
fn ask(folder: &Path, arguments: &[&str]) -> String {
    let outcome = run(strongroom(folder, "").args(arguments));
    let written =
        arguments.iter().map(|one| if one.contains(' ') { format!("{one:?}") } else { (*one).to_owned() });
    let written = written.collect::<Vec<_>>().join(" ");
    let said = masked(&format!("{}{}", outcome.stdout, outcome.stderr), folder);
    format!("$ strongroom {written}\n{said}ends with {}\n\n", outcome.code.unwrap())
}

/// The text with everything masked that differs from run to run: ids, digests, keys, instants, paths.
fn masked(text: &str, folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap();
    let text = text.replace(folder.to_str().unwrap(), "FOLDER");
    text.split_inclusive('\n').map(masked_line).collect()
}

fn masked_line(line: &str) -> String {
    let mut masked = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let word_ends = rest.find(|one: char| !is_of_word(one)).unwrap_or(rest.len());
        if word_ends == 0 {
            masked.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            let (word, after) = rest.split_at(word_ends);
            masked.push_str(&masked_word(word));
            rest = after;
        }
    }
    masked
}

fn is_of_word(one: char) -> bool {
    one.is_ascii_alphanumeric() || "-_:.+/=@".contains(one)
}

fn masked_word(word: &str) -> String {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    if let Some((kind, id)) = word.split_once('-').filter(|(_, id)| id.trim_end_matches(':').len() == 36) {
        return format!("{kind}-ID{}", if id.ends_with(':') { ":" } else { "" });
    }
    if word.contains('T') && word.contains(':') && digits >= 12 {
        return "INSTANT".to_owned();
    }
    let hexadecimal = |one: char| one.is_ascii_hexdigit();
    if word.starts_with("strongroom-deployment/") && digits > 4 {
        return if word.contains('+') { "KEY".to_owned() } else { "ORIGIN".to_owned() };
    }
    if word.len() >= 64 && word.trim_end_matches(['.', ',']).chars().all(hexadecimal) {
        return format!("DIGEST{}", if word.ends_with('.') { "." } else { "" });
    }
    if word.len() > 40 && word.ends_with('=') { "BASE64".to_owned() } else { word.to_owned() }
}

/// A deployment in the folder `d`, with an institution and a person.
fn set_up(folder: &Path) {
    succeed(folder, "deployment init d --policy small-hospital");
    let day = "institution add University --domain uni.edu --until 2999-12-31 --deployment d --as Grace";
    succeed(folder, day);
    succeed(folder, "person add Ada ada@uni.edu --institution University --deployment d --as Grace");
}

#[test]
fn a_first_day() {
    let folder = tempfile::tempdir().unwrap();
    let ask = |arguments: &[&str]| ask(folder.path(), arguments);
    let mut page = ask(&["deployment", "init", "d", "--policy", "small-hospital", "--as", "Grace Hopper"]);
    for arguments in [
        &["deployment", "doctor", "d"][..],
        &[
            "institution",
            "add",
            "Analytical University",
            "--domain",
            "uni.edu",
            "--until",
            "2999-12-31",
            "--deployment",
            "d",
        ],
        &["institution", "list", "--deployment", "d"],
        &[
            "person",
            "add",
            "Ada Lovelace",
            "ada@uni.edu",
            "--institution",
            "Analytical University",
            "--deployment",
            "d",
        ],
        &["evidence", "add", "ada@uni.edu", "house-rules", "--deployment", "d", "--as", "Grace Hopper"],
        &["person", "show", "ada@uni.edu", "--deployment", "d"],
        &["audit", "checkpoint", "--deployment", "d"],
        &["audit", "verify", "--deployment", "d"],
        &["audit", "who-saw", "ada@uni.edu", "--deployment", "d"],
        &["audit", "who-saw", "C2026Q1", "--deployment", "d"],
        &["audit", "between", "2020-01-01", "2999-12-31", "--deployment", "d"],
        &["audit", "export", "trail", "--deployment", "d"],
        &["deployment", "backup", "d", "backup"],
        &["deployment", "restore", "backup", "r"],
        &["deployment", "doctor", "r"],
    ] {
        page.push_str(&ask(arguments));
    }
    assert_snapshot!(page);
}

#[test]
fn a_proof_is_checked_without_the_deployment() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    let key = succeed(folder.path(), "audit key --deployment d");
    let proof = succeed(folder.path(), "audit prove 4 --deployment d");
    fs::write(folder.path().join("proof.json"), &proof).unwrap();
    fs::write(folder.path().join("odd.json"), proof.replace("account_registered", "institution_joined"))
        .unwrap();
    fs::remove_dir_all(folder.path().join("d")).unwrap();
    let mut page = String::new();
    for arguments in [
        &["audit", "verify", "--proof", "proof.json"][..],
        &["audit", "verify", "--proof", "odd.json"],
        &["audit", "verify", "--proof", "proof.json", "--key", "nonsense"],
    ] {
        page.push_str(&ask(folder.path(), arguments));
    }
    assert_snapshot!(page);
    let trusted = ["audit", "verify", "--proof", "proof.json", "--key", key.trim()];
    assert!(ask(folder.path(), &trusted).ends_with("ends with 0\n\n"));
}

#[test]
fn what_is_wrong_is_said_with_its_remedy() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    let policy = fs::read_to_string(folder.path().join("d/policy.toml")).unwrap();
    let mut page = String::new();
    for arguments in [
        &["deployment", "init", "d"][..],
        &["deployment", "init", "e", "--store", "mysql://localhost"],
        &["deployment", "doctor", "e"],
        &["person", "show", "ada@uni.edu", "--deployment", "e"],
        &["person", "show", "eve@uni.edu", "--deployment", "d"],
        &["person", "add", "Ada", "ada@uni.edu", "--deployment", "d"],
        &["person", "add", "Eve", "eve@uni.edu", "--institution", "Nowhere", "--deployment", "d"],
        &[
            "institution",
            "add",
            "University",
            "--domain",
            "uni.edu",
            "--until",
            "2999-12-31",
            "--deployment",
            "d",
        ],
        &["institution", "add", "Other", "--domain", "uni.edu", "--until", "tomorrow", "--deployment", "d"],
        &["evidence", "add", "ada@uni.edu", "house-rule", "--deployment", "d"],
        &["release", "add", "nowhere", "--deployment", "d"],
        &["audit", "prove", "99", "--deployment", "d"],
        &["deployment", "restore", "d/policy.toml", "r"],
    ] {
        page.push_str(&ask(folder.path(), arguments));
    }
    fs::write(folder.path().join("d/policy.toml"), policy.replace("version = 3", "version = 4")).unwrap();
    page.push_str(&ask(folder.path(), &["audit", "verify", "--deployment", "d"]));
    page.push_str(&ask(folder.path(), &["deployment", "doctor", "d"]));
    assert_snapshot!(page);
}

/// What a workspace is for, as the form sends it.
fn purpose() -> String {
    let words = || Paragraph::new("How many?").unwrap();
    let purpose = Purpose::new(PurposeCategory::PopulationHealth, words(), words(), words())
        .with_dissemination(Choices::one(Dissemination::PeerReviewedJournals))
        .with_outcomes(IntendedOutcomes::NoneApply)
        .with_populations(PopulationsOfInterest::NobodyInParticular);
    serde_json::to_string(&purpose).unwrap()
}

#[test]
fn workspaces_are_made_and_shared_on_behalf_of_people_as_far_as_each_may() {
    let folder = tempfile::tempdir().unwrap();
    let ask = |arguments: &[&str]| ask(folder.path(), arguments);
    fs::write(folder.path().join("policy.toml"), POLICY).unwrap();
    fs::write(folder.path().join("purpose.json"), purpose()).unwrap();
    succeed(folder.path(), "cdr synth --persons 60 --seed 1 --out omop");
    succeed(folder.path(), "cdr build --omop omop --out R1 --name R1 --tier registered");
    succeed(folder.path(), "deployment init d --policy policy.toml");
    succeed(folder.path(), "institution add University --domain uni.edu --until 2999-12-31 --deployment d");
    for name in ["ada", "bob"] {
        let add = format!("person add {name} {name}@uni.edu --institution University --deployment d");
        succeed(folder.path(), &add);
    }
    let create =
        ["workspace", "create", "ada@uni.edu", "Study", "--release", "R1", "--purpose", "purpose.json"];
    let create = [&create[..], &["--deployment", "d", "--as", "Grace"]].concat();
    let mut page = ask(&["release", "add", "R1", "--deployment", "d", "--as", "Grace"]);
    page.push_str(&ask(&["release", "add", "R1", "--deployment", "d"]));
    page.push_str(&ask(&["release", "list", "--deployment", "d"]));
    page.push_str(&ask(&create));
    succeed(folder.path(), "evidence add ada@uni.edu house-rules --deployment d");
    page.push_str(&ask(&create));
    page.push_str(&ask(&["workspace", "list", "ada@uni.edu", "--deployment", "d"]));
    let listed = succeed(folder.path(), "workspace list ada@uni.edu --deployment d");
    let workspace = listed.split_whitespace().next().unwrap();
    let ask = |arguments: &str| {
        ask(&arguments.split_whitespace().collect::<Vec<_>>()).replace(workspace, "WORKSPACE")
    };
    for arguments in [
        "workspace show ada@uni.edu WORKSPACE --deployment d",
        "workspace show bob@uni.edu WORKSPACE --deployment d",
        "workspace share ada@uni.edu WORKSPACE bob@uni.edu writer --deployment d",
        "workspace share bob@uni.edu WORKSPACE bob@uni.edu owner --deployment d",
        "audit who-saw R1 --deployment d",
    ] {
        page.push_str(&ask(&arguments.replace("WORKSPACE", workspace)));
    }
    page.push_str(&ask("audit between 2020-01-01 2999-12-31 --deployment d"));
    page.push_str(&ask("deployment doctor d"));
    fs::remove_dir_all(folder.path().join("R1")).unwrap();
    page.push_str(&ask("deployment doctor d"));
    assert_snapshot!(page);
}
