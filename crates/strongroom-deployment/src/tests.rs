//! A deployment from its making to its restoration, and everything that can be wrong with one.

mod postgres;

use std::fs;
use std::path::{Path, PathBuf};

use sqlx::{Connection, SqliteConnection};
use strongroom_access::{Agreement, EmailDomain, Evidence, Institution, Membership};
use strongroom_audit::{Actor, Examiner};
use strongroom_primitives::{Id, Label, ManualClock, RandomIds, RequirementName, RowTier, Timestamp, kind};
use strongroom_store::StoreErrorKind;
use strongroom_tiers::Policy;
use tempfile::TempDir;

use super::*;
use std::sync::Arc;

fn now() -> Timestamp {
    Timestamp::parse("2026-03-01T09:00:00Z").unwrap()
}

fn label(text: &str) -> Label {
    Label::new(text).unwrap()
}

fn operator_at(now: Timestamp) -> Operator {
    Operator::new(label("Grace"), Arc::new(ManualClock::at(now)), Arc::new(RandomIds))
}

fn operator() -> Operator {
    operator_at(now())
}

/// A place for deployments and their backups.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    async fn deployment(&self, name: &str) -> Deployment {
        self.deployment_on(name, StorePlace::Sqlite).await
    }

    async fn deployment_on(&self, name: &str, store: StorePlace) -> Deployment {
        let policy = Policy::small_hospital().unwrap();
        Deployment::create(&self.at(name), store, &policy, operator()).await.unwrap()
    }

    /// A deployment with an institution, two people and some evidence.
    async fn in_use(&self, name: &str) -> (Deployment, Id<kind::Person>) {
        self.in_use_on(name, StorePlace::Sqlite).await
    }

    async fn in_use_on(&self, name: &str, store: StorePlace) -> (Deployment, Id<kind::Person>) {
        let mut deployment = self.deployment_on(name, store).await;
        let members = Membership::Domains([EmailDomain::new("uni.edu").unwrap()].into());
        let agreement = Agreement::new(now(), now().plus_days(900), members).unwrap();
        let university = Institution::new(deployment.new_id(), label("University"))
            .with_agreement(RowTier::Registered, agreement);
        let id = university.id();
        deployment.add_institution(university).await.unwrap();
        let workbench = deployment.enrolment().unwrap();
        let ada =
            workbench.register_person(label("Ada"), "ada@uni.edu".parse().unwrap(), Some(id)).await.unwrap();
        workbench.register_person(label("Bob"), "bob@uni.edu".parse().unwrap(), None).await.unwrap();
        let evidence = Evidence::new(RequirementName::new("house-rules").unwrap(), now(), label("Grace"));
        workbench.record_evidence(ada, evidence).await.unwrap();
        (deployment, ada)
    }
}

async fn execute(folder: &Path, statement: &'static str) {
    let file = folder.join(place::SQLITE_FILE);
    let mut connection = SqliteConnection::connect(file.to_str().unwrap()).await.unwrap();
    let done = sqlx::query(statement).execute(&mut connection).await.unwrap();
    assert!(done.rows_affected() > 0, "{statement}");
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_act_is_on_record_as_done_by_whoever_runs_the_deployment() {
    let place = Place::new();
    let (deployment, ada) = place.in_use("d").await;
    deployment.person("ada@uni.edu").await.unwrap();
    let entries = deployment.between(now(), now().plus_days(1)).await.unwrap();
    let kinds: Vec<_> = entries
        .iter()
        .map(|entry| {
            assert_eq!(*entry.event().actor(), Actor::Steward(label("Grace")));
            serde_json::to_value(entry.event().action()).unwrap()["kind"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "deployment_changed",
            "policy_loaded",
            "deployment_changed",
            "institution_changed",
            "account_registered",
            "account_registered",
            "evidence_recorded",
            "person_viewed",
        ]
    );
    assert!(deployment.between(now().plus_days(1), now().plus_days(2)).await.unwrap().is_empty());
    let seen = deployment.who_saw("ada@uni.edu").await.unwrap();
    assert_eq!(seen.iter().map(|one| one.acts).collect::<Vec<_>>(), [1]);
    assert_eq!(seen, deployment.who_saw(&ada.to_string()).await.unwrap());
    assert!(deployment.who_saw("bob@uni.edu").await.unwrap().is_empty());
    assert!(deployment.who_saw("C2026Q1").await.unwrap().is_empty());
    let stranger = deployment.who_saw("eve@uni.edu").await;
    assert!(matches!(stranger, Err(DeploymentError::NoPerson)), "{stranger:?}");
    assert!(deployment.verify_trail().await.unwrap().is_sound());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_of_a_name_are_refused_and_the_policy_goes_forward_only() {
    let place = Place::new();
    let (mut deployment, _) = place.in_use("d").await;
    let again = Institution::new(deployment.new_id(), label("University"));
    let refused = deployment.add_institution(again).await;
    assert!(matches!(refused, Err(DeploymentError::InstitutionExists)), "{refused:?}");
    assert_eq!(deployment.institution("University").unwrap().name(), &label("University"));
    assert!(deployment.institution("Universe").is_err());

    let older = deployment.policy().clone();
    deployment.close().await;
    let folder = place.at("d");
    let newer = Policy::from_toml(&older.to_toml().replacen("version = 3", "version = 4", 1)).unwrap();
    Deployment::change_policy(&folder, &newer, operator()).await.unwrap().close().await;
    let refused = Deployment::change_policy(&folder, &older, operator()).await;
    assert!(matches!(refused, Err(DeploymentError::OlderPolicy { in_force: 4 })), "{refused:?}");
    let deployment = Deployment::open(&folder, operator()).await.unwrap();
    assert_eq!(deployment.policy().digest(), newer.digest());
    deployment.close().await;

    // A change that was interrupted, or a file that was edited, is put right by doing it again.
    edit(folder.join("policy.toml"), "version = 4", "version = 5");
    let edited = Deployment::open(&folder, operator()).await;
    assert!(matches!(edited, Err(DeploymentError::OtherPolicy { .. })), "{edited:?}");
    Deployment::change_policy(&folder, &newer, operator()).await.unwrap().close().await;
    Deployment::open(&folder, operator()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_convinces_whoever_has_the_key_and_nobody_of_anything_else() {
    let place = Place::new();
    let (deployment, _) = place.in_use("d").await;
    let proof = deployment.prove(4).await.unwrap();
    let key = deployment.verifier().unwrap();
    let json = serde_json::to_string(&proof).unwrap();
    let received: EntryProof = serde_json::from_str(&json).unwrap();
    assert_eq!(received.verify(&key).unwrap().sequence(), 4);
    assert_eq!(received.key().unwrap(), key);
    let other = place.deployment("other").await.verifier().unwrap();
    assert!(matches!(received.verify(&other), Err(ProofRejected::Checkpoint(_))));
    for (from, to) in
        [("account_registered", "institution_joined"), ("\\\"sequence\\\":4", "\\\"sequence\\\":5")]
    {
        let odd = json.replace(from, to);
        assert_ne!(odd, json);
        let odd: EntryProof = serde_json::from_str(&odd).unwrap();
        assert!(odd.verify(&key).is_err());
    }
    let beyond = deployment.prove(99).await;
    assert!(matches!(beyond, Err(DeploymentError::NoEntry { .. })), "{beyond:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exported_trail_is_checked_without_the_deployment() {
    let place = Place::new();
    let (deployment, _) = place.in_use("d").await;
    let mut lines = Vec::new();
    let checkpoint = deployment
        .export(|line| {
            lines.push(line.to_owned());
            Ok(())
        })
        .await
        .unwrap();
    let head = *deployment.verifier().unwrap().verify(&checkpoint).unwrap().head();
    let found = Examiner::examine(&lines, [head]);
    assert!(found.is_sound() && *found.head() == head, "{:?}", found.differences());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_restores_everything_and_a_damaged_one_nothing() {
    let place = Place::new();
    let (deployment, ada) = place.in_use("d").await;
    let file = place.at("backup");
    deployment.back_up(&file).await.unwrap();
    assert!(matches!(deployment.back_up(&file).await, Err(DeploymentError::Unwritable { .. })));
    let key = deployment.verifier().unwrap();
    let record = deployment.person("ada@uni.edu").await.unwrap();
    deployment.close().await;

    let restored = restore(&file, &place.at("r"), StorePlace::Sqlite, operator()).await.unwrap();
    assert_eq!(restored.person(&ada.to_string()).await.unwrap(), record);
    assert_eq!(restored.verifier().unwrap(), key);
    assert_eq!(restored.institutions().len(), 1);
    let report = restored.verify_trail().await.unwrap();
    assert!(report.is_sound() && report.checkpoints() == 1, "{report:?}");
    restored.close().await;
    let bad: Vec<_> = doctor(&place.at("r"), &operator()).await.into_iter().filter(Check::is_bad).collect();
    assert_eq!(bad, []);
    let refused = restore(&file, &place.at("r"), StorePlace::Sqlite, operator()).await;
    assert!(matches!(refused, Err(DeploymentError::NotEmpty { .. })), "{refused:?}");

    let text = fs::read_to_string(&file).unwrap();
    for (what, odd) in [
        ("a person changed", text.replacen("Bob", "Eve", 1)),
        ("the institution changed", text.replacen("University", "Universe", 1)),
        ("the policy changed", text.replacen("suppress_up_to = ", "suppress_up_to = 1", 1)),
        ("the key changed", text.replacen("checkpoint-key/1 ", "checkpoint-key/1 0", 1)),
        ("a checkpoint changed", text.replacen("\\n\\n\u{2014}", "\\n\\n\u{2014}\u{2014}", 1)),
        ("the end cut off", text[..text.len() - 10].to_owned()),
        ("a line dropped", text.lines().take(text.lines().count() - 2).collect::<Vec<_>>().join("\n")),
        ("no backup", "name,age\n".to_owned()),
        ("nothing", String::new()),
    ] {
        assert_ne!(odd, text, "{what}");
        fs::write(place.at("odd"), odd).unwrap();
        let folder = place.at("nowhere");
        let refused = restore(&place.at("odd"), &folder, StorePlace::Sqlite, operator()).await;
        assert!(refused.is_err(), "{what}");
        let opened = Deployment::open(&folder, operator()).await;
        assert!(matches!(opened, Err(DeploymentError::NoDeployment { .. })), "{what}: {opened:?}");
        // It can be tried again.
        if folder.exists() {
            assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "{what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_is_whole_or_not_there() {
    let place = Place::new();
    let folder = place.at("d");
    place.deployment("d").await.close().await;
    let policy = Policy::small_hospital().unwrap();
    let again = Deployment::create(&folder, StorePlace::Sqlite, &policy, operator()).await;
    assert!(matches!(again, Err(DeploymentError::NotEmpty { .. })), "{again:?}");
    let nowhere = Deployment::open(&place.at("nowhere"), operator()).await;
    assert!(matches!(nowhere, Err(DeploymentError::NoDeployment { .. })), "{nowhere:?}");
    let unreachable = StorePlace::Postgres("postgres://nobody@%2Fnonexistent/none".to_owned());
    let refused = Deployment::create(&place.at("p"), unreachable, &policy, operator()).await;
    let Err(DeploymentError::Store(error)) = &refused else { panic!("{refused:?}") };
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(Deployment::open(&place.at("p"), operator()).await.is_err());

    let document = folder.join(document::DOCUMENT_FILE);
    let text = fs::read_to_string(&document).unwrap();
    for (odd, expected) in [
        (text.replace("deployment/1\"", "deployment/2\""), "later version"),
        (text.replace("\"origin\"", "\"origins\""), "cannot be understood at line 3"),
    ] {
        fs::write(&document, odd).unwrap();
        let error = Deployment::open(&folder, operator()).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// What is done to a deployment, and what the doctor then says of what.
type Harm = (&'static str, fn(&Path), Option<&'static str>, &'static str, &'static str);

fn edit(file: PathBuf, from: &str, to: &str) {
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}

const HARMS: &[Harm] = &[
    (
        "a key that others can read",
        |folder| {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
            fs::set_permissions(folder.join(key::KEY_FILE), mode).unwrap();
        },
        None,
        "rights",
        "run chmod 600 on it",
    ),
    ("no key", |folder| fs::remove_file(folder.join(key::KEY_FILE)).unwrap(), None, "key", "cannot be read"),
    (
        "an edited policy",
        |folder| edit(folder.join("policy.toml"), "suppress_up_to = ", "suppress_up_to = 1"),
        None,
        "policy",
        "strongroom deployment policy",
    ),
    (
        "an edited document",
        |folder| edit(folder.join("deployment.json"), "University", "Universe"),
        None,
        "deployment",
        "repeat the command",
    ),
    (
        "a changed person",
        |_| (),
        Some("UPDATE person SET body = replace(body, 'Bob', 'Eve')"),
        "store",
        "a document was changed after it was written",
    ),
    (
        "a changed entry",
        |_| (),
        Some("UPDATE audit_entry SET line = replace(line, 'institution_changed', 'institution_joined')"),
        "trail",
        "strongroom audit verify",
    ),
    ("a missing entry", |_| (), Some("DELETE FROM audit_entry WHERE sequence = 5"), "trail", "missing"),
    (
        "an end that is cut off",
        |_| (),
        Some("DELETE FROM audit_entry WHERE sequence > 5"),
        "trail",
        "the trail ends after 6 entries",
    ),
    (
        "a changed checkpoint",
        |folder| edit(folder.join("checkpoints"), "strongroom-deployment/", "strongroom-deployment/x"),
        None,
        "checkpoints",
        "holds something else",
    ),
    (
        "no store",
        |folder| fs::remove_file(folder.join("store.sqlite")).unwrap(),
        None,
        "store",
        "there is no store",
    ),
    (
        "no deployment",
        |folder| fs::remove_file(folder.join("deployment.json")).unwrap(),
        None,
        "rights",
        "cannot be read",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_each_harm_and_says_what_to_do() {
    let place = Place::new();
    for (number, (harm, files, statement, what, remedy)) in HARMS.iter().enumerate() {
        let name = format!("d{number}");
        let (deployment, _) = place.in_use(&name).await;
        deployment.sign_checkpoint().await.unwrap();
        deployment.close().await;
        let well = doctor(&place.at(&name), &operator()).await;
        assert!(!well.iter().any(Check::is_bad), "{well:?}");

        files(&place.at(&name));
        if let Some(statement) = statement {
            execute(&place.at(&name), statement).await;
        }
        let checks = doctor(&place.at(&name), &operator()).await;
        let found = checks
            .iter()
            .any(|check| check.is_bad() && check.what == *what && check.to_string().contains(remedy));
        assert!(found, "{harm}: {checks:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_a_clock_that_was_set_back_and_what_soon_ends() {
    let place = Place::new();
    let (deployment, _) = place.in_use("d").await;
    deployment.close().await;
    for (at, what, expected) in [
        (now().minus_days(1), "clock", "set the clock right"),
        (now().plus_days(890), "institutions", "renew it"),
        (now().plus_days(901), "institutions", "ended at"),
        (now(), "releases", "strongroom release add"),
        (now(), "checkpoints", "strongroom audit checkpoint"),
    ] {
        let checks = doctor(&place.at("d"), &operator_at(at)).await;
        let found = checks.iter().find(|check| check.what == what).unwrap().to_string();
        assert!(found.contains(expected), "{found}");
    }
}
