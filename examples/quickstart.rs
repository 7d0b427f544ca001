//! A release, a researcher, a workspace, a cohort and its count, in one page.
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use std::error::Error;
use std::sync::Arc;

use strongroom::access::{Agreement, EmailDomain, Institution, Membership};
use strongroom::cdr::{BuildRequest, Cdr, Silent, build};
use strongroom::cohort::ast::{ConceptItem, ConceptSet, Entry, EventKind, Events};
use strongroom::cohort::{Cohort, CohortName, Definition, SetName};
use strongroom::gate::Edition;
use strongroom::primitives::{
    Clock, Id, Label, Paragraph, RandomIds, ReleaseName, RequirementName, RowTier, SystemClock,
};
use strongroom::store::MemoryStore;
use strongroom::tiers::{Policy, TierRules};
use strongroom::workbench::{Workbench, WorkspaceRequest};
use strongroom::workspaces::{
    Choices, Dissemination, IntendedOutcomes, PopulationsOfInterest, Purpose, PurposeCategory,
};
use strongroom_testkit::{Synthetic, concepts};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // 1. Data: synthetic people, built into a release.
    let folder = tempfile::tempdir()?;
    Synthetic::new(1_000, 7).write_parquet(&folder.path().join("omop"), &mut |_| {})?;
    let name = ReleaseName::new("R1")?;
    let (omop, out) = (folder.path().join("omop"), folder.path().join("release"));
    let release = BuildRequest::new(omop, out, name.clone(), RowTier::Registered);
    build(&release, SystemClock.now(), &Silent)?;
    let cdr = Cdr::open(&release.out, Arc::new(SystemClock)).await?;

    // 2. Rules: one requirement, and a university that has signed.
    let training = RequirementName::new("registered-training")?;
    let rules = || TierRules::new(vec![training.clone()]);
    let edition = Edition::new(Policy::new(1, rules(), rules())?)?;
    let course = edition.requirements().iter().find(|one| *one.name() == training).ok_or("not defined")?;
    let certificates = course.sufficient_evidence(SystemClock.now(), &Label::new("learning platform")?)?;
    let members = Membership::Domains([EmailDomain::new("uni.edu")?].into());
    let agreement = Agreement::new(SystemClock.now(), SystemClock.now().plus_days(365), members)?;
    let university = Institution::new(Id::from_u128(1), Label::new("University")?)
        .with_agreement(RowTier::Registered, agreement);
    let at_university = Some(university.id());
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(RandomIds));
    let workbench = Workbench::new(Arc::new(MemoryStore::new()), edition, clock, ids)
        .with_institution(university)
        .with_release(cdr)?;

    // 3. A researcher, who was trained, opens a workspace.
    let ada = workbench.register_person(Label::new("Ada")?, "ada@uni.edu".parse()?, at_university).await?;
    for certificate in certificates {
        workbench.record_evidence(ada, certificate).await?;
    }
    let words = || Paragraph::new("How many people have high blood pressure?");
    let purpose = Purpose::new(PurposeCategory::PopulationHealth, words()?, words()?, words()?)
        .with_dissemination(Choices::one(Dissemination::PeerReviewedJournals))
        .with_outcomes(IntendedOutcomes::NoneApply)
        .with_populations(PopulationsOfInterest::NobodyInParticular);
    let asked = WorkspaceRequest::on_release(name, Label::new("Blood pressure")?, purpose);
    let workspace = workbench.create_workspace(ada, asked).await?;

    // 4. A cohort: everybody with hypertension, from the first diagnosis on.
    let set = SetName::new("hypertension")?;
    let concepts = ConceptSet::including([ConceptItem::with_descendants(concepts::HYPERTENSION)]);
    let first = Entry::first(Events::of(EventKind::Condition).in_set(set.clone()));
    let cohort = Cohort::new(CohortName::new("hypertension")?, first);
    let definition = Definition::of(cohort).with_concept_set(set, concepts);
    let answer = workbench.count_cohort(ada, workspace, &definition).await?;
    println!("of {} people, {} have hypertension", answer.attrition.universe(), answer.persons);
    Ok(())
}
