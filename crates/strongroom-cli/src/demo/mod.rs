//! The demo: one researcher's request through every layer, told as a story.

mod data;
mod numbers;
mod people;
mod question;
mod story;
mod workspace;

use std::io;
use std::path::Path;
use std::sync::Arc;

use strongroom::audit;
use strongroom::cdr::{BuildRequest, Cdr};
use strongroom::cohort::{Definition, Limits};
use strongroom::gate::Edition;
use strongroom::primitives::{Clock, Id, Label, RandomIds, ReleaseName, RowTier, SystemClock, kind};
use strongroom::store::{AuditLog, JournalStore};
use strongroom::tiers::Policy;
use strongroom::workbench::{Invitee, Workbench, WorkbenchError, WorkspaceRequest};
use strongroom::workspaces::{Authority, CreditPolicy, Role};

use crate::Failure;
use crate::arguments::DemoArguments;
use crate::bars::TableBars;
use crate::cdr::in_a_line;
use crate::demo::people::{ada, charles, grace, institution, margaret, purpose};
use crate::demo::question::Question;
use crate::demo::story::Story;
use crate::failure::CommandError;

pub(crate) fn run(arguments: &DemoArguments) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(tell(arguments))
}

async fn tell(arguments: &DemoArguments) -> Result<(), Failure> {
    let story = Story::new();
    let out = arguments.out.as_path();
    data::prepare_folder(out, arguments.omop.as_deref())?;
    story.title("Strongroom: one researcher's request, from the door to the notebook")?;

    story.chapter("The data")?;
    let omop = match &arguments.omop {
        Some(given) => {
            story.say(&format!("We take the OMOP tables in {}.", given.display()))?;
            given.clone()
        }
        None => data::synthesise(&story, out)?,
    };

    story.chapter("The release")?;
    let folder = out.join("release");
    let release = ReleaseName::new("DEMO-1")?;
    let request = BuildRequest::new(omop.clone(), folder.clone(), release.clone(), RowTier::Registered);
    let manifest = strongroom::cdr::build(&request, SystemClock.now(), &TableBars::new())?;
    story.say("The steward builds a release from them. It appears whole, by one rename, or not at all:")?;
    story.fact(&in_a_line(&manifest))?;
    let verified = strongroom::cdr::verify(&folder)?;
    story
        .fact(&format!("verified: {} files, each with the digest that the manifest gives", verified.files))?;

    let cdr = Cdr::open(&folder, Arc::new(SystemClock)).await?;
    let journal = out.join("workbench.journal");
    let store = Arc::new(JournalStore::create(&journal)?);
    let ids = RandomIds;
    let institution = institution(ids.next_id(), SystemClock.now())?;
    let university = institution.id();
    let workbench = Workbench::new(
        Arc::clone(&store) as Arc<_>,
        Edition::new(Policy::all_of_us()?)?,
        Arc::new(SystemClock),
        Arc::new(ids),
    );
    let workbench = workbench
        .with_institution(institution)
        .with_release(cdr)?
        .with_credits(CreditPolicy::ALL_OF_US, workspace::prices()?);
    let (name, email) = margaret()?;
    let margaret = workbench.register_person(name, email, None).await?;
    let workbench = workbench.with_administrator(margaret, Authority::AccessControl);

    story.chapter("A researcher knocks")?;
    let (name, email) = ada()?;
    let ada = workbench.register_person(name, email, None).await?;
    let (name, email) = charles()?;
    let charles = workbench.register_person(name, email, Some(university)).await?;
    story.say("Ada Lovelace has an account, and asks for a workspace on the release. The answer:")?;
    let title = Label::new("Diabetes in the clinic")?;
    let asked = WorkspaceRequest::on_release(release.clone(), title, purpose()?);
    match workbench.create_workspace(ada, asked.clone()).await {
        Err(WorkbenchError::Refused(refusal)) => {
            let page = workbench.missing_steps(ada, &release).await?;
            if page.missing().count() != refusal.objections().len() {
                return Err(CommandError::UnexpectedAnswer.into());
            }
            story.page(&page)?;
        }
        Err(other) => return Err(other.into()),
        Ok(_) => return Err(CommandError::UnexpectedAnswer.into()),
    }
    story
        .say("Every missing step at once, with who can take it. She need not ask again to learn the next.")?;

    story.chapter("The steps are taken")?;
    workbench.join_institution(ada, university).await?;
    story.fact("Ada joins the Analytical University, whose agreement covers her address")?;
    for person in [ada, charles] {
        complete_requirements(&workbench, person).await?;
    }
    story.fact(
        "trainings, identity, second step, signature and confirmations are recorded as evidence, for both",
    )?;
    let workspace = workbench.create_workspace(ada, asked.clone()).await?;
    story.say("The page says it too, and when each of them lapses:")?;
    story.page(&workbench.missing_steps(ada, &release).await?)?;
    story.say(&format!("The door opens: {workspace}."))?;

    story.chapter("A colleague looks in")?;
    let (name, email) = grace()?;
    let with_grace = Invitee::Email(email.clone());
    workbench.register_person(name, email, Some(university)).await?;
    story.say(
        "Ada shares the workspace with Charles Babbage as a reader, and with Grace Hopper, who has an",
    )?;
    story.say("account and has done nothing yet. She is told what came of it:")?;
    for (name, with) in [("Charles", Invitee::Person(charles)), ("Grace", with_grace)] {
        let etag = workbench.open_workspace(ada, workspace).await?.etag;
        let shared = workbench.share_workspace(ada, workspace, etag, &with, Role::Reader).await?;
        story.fact(&format!("{name:<8} {}", shared.outcome))?;
    }

    let question = if arguments.omop.is_some() { Question::about(&folder)? } else { Question::diabetes()? };
    let file = out.join("cohort.json");
    std::fs::write(out.join("question.cohort"), &question.text)?;
    std::fs::write(&file, question.definition.to_json())?;
    let definition = Definition::from_json(&std::fs::read_to_string(&file)?, &Limits::default())?;

    story.say("Charles tries to take the rows along:")?;
    let exported = out.join("export");
    match workbench.export_dataset(charles, workspace, &definition, &question.dataset, &exported).await {
        Err(WorkbenchError::Refused(refusal)) => story.refusal(&refusal)?,
        Err(other) => return Err(other.into()),
        Ok(_) => return Err(CommandError::UnexpectedAnswer.into()),
    }

    story.chapter("The question")?;
    story.say(&format!("{} In the cohort language:", question.words))?;
    for line in question.text.lines().skip_while(|line| !line.starts_with("concepts")) {
        story.fact(line)?;
    }
    let answer = workbench.count_cohort(charles, workspace, &definition).await?;
    story.say(
        "Charles may count. What may be told of it under the rule of the tier, no number from 1 to 20:",
    )?;
    numbers::show(&story, &answer)?;
    story.say("“≤ 20” stands for 1 to 20 people, “withheld” for a number from which a small one could be worked out.")?;

    story.chapter("The rows")?;
    let manifest =
        workbench.export_dataset(ada, workspace, &definition, &question.dataset, &exported).await?;
    story
        .say("Ada owns the workspace, so she may export. The export is recorded before its files appear:")?;
    for file in manifest.files.iter() {
        story.fact(&format!("{:<34} {:>8} rows {:>10} bytes", file.name, file.rows, file.bytes))?;
    }
    story.fact("dataset.ipynb                      a notebook that checks and reads them")?;

    let told = workspace::Told { story: &story, out, omop, ada, charles, margaret, workspace, asked };
    told.what_becomes_of_it(workbench, &definition).await?;

    story.chapter("The audit trail")?;
    let head = store.head().await?;
    let entries = store.read(0, usize::MAX).await?;
    let length = entries.len();
    audit::verify(entries, Some(&head))?;
    story.say("Every decision, refusals too, every count and export, each entry bound to the one before:")?;
    story.fact(&format!("{length} entries, chain intact, head {}", head.digest()))?;

    story.chapter("Where everything lies")?;
    finish(&story, out, arguments.omop.is_none(), &answer)
}

/// Records evidence for everything that the person still lacks for the registered tier.
async fn complete_requirements(workbench: &Workbench, person: Id<kind::Person>) -> Result<(), Failure> {
    let (now, source) = (SystemClock.now(), Label::new("demo")?);
    for requirement in workbench.requirements() {
        if workbench.policy().requirements(RowTier::Registered).contains(&requirement.name()) {
            for piece in requirement.sufficient_evidence(now, &source)? {
                workbench.record_evidence(person, piece).await?;
            }
        }
    }
    Ok(())
}

fn finish(
    story: &Story,
    out: &Path,
    synthetic: bool,
    answer: &strongroom::workbench::CohortAnswer,
) -> Result<(), Failure> {
    numbers::write(&out.join("answer.json"), answer)?;
    if synthetic {
        story.place(&out.join("omop"), "the synthetic people, as OMOP CDM 5.4 tables")?;
    }
    story.place(&out.join("release"), "the release, and release-2 the newer one")?;
    story.place(&out.join("question.cohort"), "the cohort's definition, as text")?;
    story.place(&out.join("cohort.json"), "the same as JSON")?;
    story.place(&out.join("answer.json"), "what may be told of it")?;
    story.place(&out.join("export"), "the rows; open dataset.ipynb there")?;
    story.place(&out.join("workbench.journal"), "people, workspaces and the audit trail")?;
    Ok(io::Write::flush(&mut io::stdout())?)
}
