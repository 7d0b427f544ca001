//! Small releases that differ only in what a session must not see, and the tables of such a session.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::num::NonZeroU32;
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use strongroom_cohort::ast::{Entry, EventKind, Events};
use strongroom_cohort::{Cohort, CohortName, Definition, Limits, ResolvedCohort, Vocabulary, resolve};
use strongroom_omop::{SubjectId, Table};
use strongroom_primitives::{Label, ManualClock, ReleaseName, RowTier, Timestamp};
use strongroom_release::{BuildRequest, Release, Silent, build, sha256_of_file};
use strongroom_tiers::Hidden;
use tempfile::TempDir;

use crate::lease::{Lease, RowLease};
use crate::query::{Evaluated, SessionTables, evaluate};
use crate::secure::{CohortEntries, CohortTable, StoredTable, Visibility};

/// Who withdrew.
pub(super) const HIDDEN_PERSON: i64 = 77;
const PEOPLE: i64 = 100;
const SHARD: u32 = 30;

/// What a session must not see: the days and number of the conditions of whoever withdrew, what is
/// written of them, and what a hidden column holds of everybody.
#[derive(Clone, Copy)]
pub(super) struct Secrets {
    /// Days after 1970-01-01.
    pub(super) day: i64,
    pub(super) conditions: i64,
    pub(super) concept: i64,
    pub(super) note: &'static str,
}

pub(super) const SECRETS: [Secrets; 2] = [
    Secrets { day: 42, conditions: 1, concept: 10, note: "SECRET-ZIP-90210" },
    Secrets { day: 18_400, conditions: 7, concept: 31, note: "another" },
];

/// A release in a folder, and its tables as a session sees them to which [`HIDDEN_PERSON`] and source
/// values do not exist.
pub(super) struct Stored {
    _folder: TempDir,
    pub(super) tables: SessionTables,
}

pub(super) fn now() -> Timestamp {
    Timestamp::parse("2026-03-01T09:00:00Z").unwrap()
}

/// In four shards.
pub(super) async fn stored(secrets: Secrets) -> Stored {
    in_shards(secrets, SHARD).await
}

/// In one shard, so that rows come in one order whatever threads do.
pub(super) async fn in_one_shard(secrets: Secrets) -> Stored {
    in_shards(secrets, 1000).await
}

async fn in_shards(secrets: Secrets, people: u32) -> Stored {
    let folder = tempfile::tempdir().unwrap();
    let (omop, out) = (folder.path().join("omop"), folder.path().join("release"));
    fs::create_dir(&omop).unwrap();
    for (name, text) in files(secrets) {
        fs::write(omop.join(name), text).unwrap();
    }
    let request = BuildRequest::new(&omop, &out, ReleaseName::new("R1").unwrap(), RowTier::Registered);
    build(&request.with_shard_people(NonZeroU32::new(people).unwrap()), now(), &Silent).unwrap();

    let release = Release::open(&out).unwrap();
    let store: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new_with_prefix(&out).unwrap());
    let mut tables = BTreeMap::new();
    for table in release.manifest().tables().map(Table::name) {
        let files = release.manifest().files_of(table);
        let paths = files.map(|file| (file.path.shard(), Path::from(file.path.to_string()))).collect();
        tables.insert(table, StoredTable::open(&store, paths).await.unwrap());
    }
    let withdrawn = BTreeSet::from([SubjectId::new(HIDDEN_PERSON)]);
    let visibility = Visibility::new(Hidden::nothing().with_source_values(), &withdrawn);
    let lease = Lease::new(now().plus_minutes(15), Arc::new(ManualClock::at(now())));
    let digest = sha256_of_file(&out.join("manifest.json")).unwrap();
    Stored {
        tables: SessionTables::new(release, digest, Arc::new(tables), visibility, lease),
        _folder: folder,
    }
}

fn files(secrets: Secrets) -> [(&'static str, String); 4] {
    let day = |days: i64| chrono::NaiveDate::from_epoch_days(days.try_into().unwrap()).unwrap();
    let mut person = "person_id,gender_concept_id,year_of_birth,person_source_value\n".to_owned();
    let mut observed = "observation_period_id,person_id,observation_period_start_date,\
                        observation_period_end_date\n"
        .to_owned();
    let mut condition = "condition_occurrence_id,person_id,condition_concept_id,condition_start_date,\
                         condition_type_concept_id,stop_reason,condition_source_value\n"
        .to_owned();
    let note = secrets.note;
    for id in 1..=PEOPLE {
        writeln!(person, "{id},8507,1950,{note}").unwrap();
        writeln!(observed, "{id},{id},1960-01-01,2021-12-31").unwrap();
        let hidden = id == HIDDEN_PERSON;
        for number in 0..if hidden { secrets.conditions } else { 2 } {
            let start = if hidden { day(secrets.day + number) } else { day(18_300 + id % 7 + 30 * number) };
            let concept = if hidden { secrets.concept } else { 10 + id % 3 };
            let reason = if hidden { note.to_owned() } else { (id % 5).to_string() };
            let record = id * 100 + number;
            writeln!(condition, "{record},{id},{concept},{start},32817,{reason},{note}").unwrap();
        }
    }
    let concept = "concept_id,concept_name,domain_id,vocabulary_id,concept_code\n10,Ten,Condition,None,10\n";
    [
        ("person.csv", person),
        ("observation_period.csv", observed),
        ("condition_occurrence.csv", condition),
        ("concept.csv", concept.to_owned()),
    ]
}

/// From the first condition on.
pub(super) fn cohort() -> ResolvedCohort {
    let first = Entry::first(Events::of(EventKind::Condition));
    let definition = Definition::of(Cohort::new(CohortName::new("first").unwrap(), first));
    let vocabulary = Vocabulary::new(Label::new("none").unwrap());
    resolve(&definition, &vocabulary, &Limits::default()).unwrap()
}

impl Stored {
    pub(super) fn row_lease(&self) -> RowLease {
        RowLease::for_test(self.tables.lease().clone())
    }

    pub(super) async fn evaluated(&self) -> Evaluated {
        evaluate(&self.tables, &cohort()).await.unwrap()
    }

    /// The cohort's entries as they are when it was run before.
    pub(super) async fn known(&self) -> CohortTable {
        let evaluated = self.evaluated().await;
        let entries = CohortEntries::known(&evaluated.entries, &evaluated.shards).unwrap();
        CohortTable::new(Arc::new(entries), self.row_lease())
    }

    /// The same, found when they are asked for, as on another machine.
    pub(super) fn lazy(&self) -> CohortTable {
        let (shards, lease) = (self.tables.shards(), self.tables.lease().clone());
        let numbers: Vec<u32> = (0..shards.len().try_into().unwrap()).collect();
        let entries = CohortEntries::of(&cohort(), false, shards, &numbers, lease);
        CohortTable::new(Arc::new(entries), self.row_lease())
    }
}
