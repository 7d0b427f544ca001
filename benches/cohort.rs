//! What one cohort costs from definition to released numbers, on 20,000 synthetic people with two
//! million events. There is no peer's figure beside it yet.

use std::error::Error;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use strongroom::access::{Agreement, EmailDomain, Institution, Membership};
use strongroom::cdr::{BuildRequest, Cdr, Silent, build};
use strongroom::cohort::ast::{
    Anchor, ConceptItem, ConceptSet, Entry, EventKind, Events, Predicate, Step, Window,
};
use strongroom::cohort::{Cohort, CohortName, Definition, SetName};
use strongroom::gate::Edition;
use strongroom::primitives::{
    Clock, Id, Label, Paragraph, RandomIds, ReleaseName, RowTier, SystemClock, kind,
};
use strongroom::store::MemoryStore;
use strongroom::tiers::{Policy, TierRules};
use strongroom::workbench::{Workbench, WorkspaceRequest};
use strongroom::workspaces::{
    Choices, Dissemination, IntendedOutcomes, PopulationsOfInterest, Purpose, PurposeCategory,
};
use strongroom_testkit::{Synthetic, concepts};
use tempfile::TempDir;
use tokio::runtime::Runtime;

struct Bench {
    _folder: TempDir,
    workbench: Workbench,
    person: Id<kind::Person>,
    workspace: Id<kind::Workspace>,
}

async fn prepare() -> Result<Bench, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    Synthetic::new(20_000, 1).write_parquet(&folder.path().join("omop"), &mut |_| {})?;
    let name = ReleaseName::new("R1")?;
    let (omop, out) = (folder.path().join("omop"), folder.path().join("release"));
    let request = BuildRequest::new(omop, out, name.clone(), RowTier::Registered);
    build(&request, SystemClock.now(), &Silent)?;

    let members = Membership::Domains([EmailDomain::new("uni.edu")?].into());
    let agreement = Agreement::new(SystemClock.now(), SystemClock.now().plus_days(365), members)?;
    let university = Institution::new(Id::from_u128(1), Label::new("University")?)
        .with_agreement(RowTier::Registered, agreement);
    let at_university = Some(university.id());
    let edition = Edition::new(Policy::new(1, TierRules::new(vec![]), TierRules::new(vec![]))?)?;
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(RandomIds));
    let workbench = Workbench::new(Arc::new(MemoryStore::new()), edition, Arc::clone(&clock) as _, ids)
        .with_institution(university)
        .with_release(Cdr::open(&request.out, clock).await?)?;
    let person = workbench.register_person(Label::new("Ada")?, "ada@uni.edu".parse()?, at_university).await?;
    let words = || Paragraph::new("bench");
    let purpose = Purpose::new(PurposeCategory::MethodsDevelopment, words()?, words()?, words()?)
        .with_dissemination(Choices::one(Dissemination::PeerReviewedJournals))
        .with_outcomes(IntendedOutcomes::NoneApply)
        .with_populations(PopulationsOfInterest::NobodyInParticular);
    let asked = WorkspaceRequest::on_release(name, Label::new("Bench")?, purpose);
    let workspace = workbench.create_workspace(person, asked).await?;
    Ok(Bench { _folder: folder, workbench, person, workspace })
}

/// First hypertension, then a measurement of HbA1c within a year.
fn definition() -> Result<Definition, Box<dyn Error>> {
    let [hypertension, hba1c] = ["hypertension", "hba1c"].map(SetName::new);
    let (hypertension, hba1c) = (hypertension?, hba1c?);
    let set = |concept| ConceptSet::including([ConceptItem::with_descendants(concept)]);
    let first = Entry::first(Events::of(EventKind::Condition).in_set(hypertension.clone()));
    let measured = Events::of(EventKind::Measurement)
        .in_set(hba1c.clone())
        .during(Window::days(0, 365), Anchor::index());
    let cohort =
        Cohort::new(CohortName::new("bench")?, first).with_step(Step::require(Predicate::Any(measured)));
    Ok(Definition::of(cohort)
        .with_concept_set(hypertension, set(concepts::HYPERTENSION))
        .with_concept_set(hba1c, set(concepts::HBA1C)))
}

fn cohort(criterion: &mut Criterion) {
    let Ok(runtime) = Runtime::new() else { return };
    let (Ok(bench), Ok(definition)) = (runtime.block_on(prepare()), definition()) else { return };
    let Bench { workbench, person, workspace, .. } = &bench;
    let mut group = criterion.benchmark_group("cohort");
    group.sample_size(20);
    group.bench_function("first A, then B within a year, with every decision and record", |bench| {
        bench.iter(|| runtime.block_on(workbench.count_cohort(*person, *workspace, &definition)).is_ok());
    });
    group.finish();
}

criterion_group!(benches, cohort);
criterion_main!(benches);
