//! What becomes of a workspace: its queries stop where the credits do, it is copied to a newer release,
//! and deleted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use strongroom::cdr::{BuildRequest, Cdr};
use strongroom::cohort::ast::{ConceptItem, ConceptSet, Entry, EventKind, Events};
use strongroom::cohort::{Cohort, CohortName, Definition, SetName};
use strongroom::omop::ConceptId;
use strongroom::primitives::{Clock, Id, InvalidValue, Label, ReleaseName, RowTier, SystemClock, kind};
use strongroom::workbench::{CopyRequest, Workbench, WorkbenchError, WorkspaceRequest};
use strongroom::workspaces::{Amount, CostModel, CreditPolicy, DirectoryQuery, ItemKind};

use crate::Failure;
use crate::bars::TableBars;
use crate::demo::story::Story;
use crate::failure::CommandError;

/// A concept that a hospital made up for itself; ids from two billion on are for those.
const LOCAL_CONCEPT: ConceptId = ConceptId::new(2_000_000_417);

/// One unit for a million rows and ten for a gibibyte, and at least a hundredth.
pub(super) fn prices() -> Result<CostModel, InvalidValue> {
    let least = Amount::from_micros(10_000)?;
    Ok(CostModel::new(Amount::from_units(1), Amount::from_units(10), least))
}

/// Whom the rest of the story is about.
pub(super) struct Told<'a> {
    pub(super) story: &'a Story,
    pub(super) out: &'a Path,
    pub(super) omop: PathBuf,
    pub(super) ada: Id<kind::Person>,
    pub(super) charles: Id<kind::Person>,
    pub(super) margaret: Id<kind::Person>,
    pub(super) workspace: Id<kind::Workspace>,
    pub(super) asked: WorkspaceRequest,
}

impl Told<'_> {
    pub(super) async fn what_becomes_of_it(
        &self,
        workbench: Workbench,
        definition: &Definition,
    ) -> Result<(), Failure> {
        self.story.chapter("What it costs")?;
        self.query_that_cannot_be_paid(&workbench, definition).await?;
        self.story.chapter("A newer release")?;
        let workbench = self.copy_to_a_newer_release(workbench, definition).await?;
        self.story.chapter("The workspace is deleted")?;
        self.deletion(&workbench).await
    }

    async fn query_that_cannot_be_paid(
        &self,
        workbench: &Workbench,
        definition: &Definition,
    ) -> Result<(), Failure> {
        let Self { story, ada, workspace, .. } = *self;
        let costs = workbench.view_costs(ada, workspace).await?;
        let estimate = workbench.estimate_cohort(ada, workspace, definition).await?;
        story.say("Ada created the workspace, so its queries are paid from her initial credits:")?;
        story.fact(&format!("spent here so far              {}", costs.spent_here))?;
        story.fact(&format!("left                           {}", costs.left))?;
        story.fact(&format!("the same count once more       {estimate}, at most"))?;
        let spent = CreditPolicy::ALL_OF_US.amount.minus(costs.left);
        workbench.change_credit_limit(self.margaret, ada, spent).await?;
        story.say("The programme's staff lower her credits to what is spent. She counts once more:")?;
        match workbench.count_cohort(ada, workspace, definition).await {
            Err(WorkbenchError::Credit(stop)) => story.fact(&format!("✗ {stop}"))?,
            Err(other) => return Err(other.into()),
            Ok(_) => return Err(CommandError::UnexpectedAnswer.into()),
        }
        story.say("Nothing has run: what cannot be reserved is not begun.")?;
        workbench.change_credit_limit(self.margaret, ada, CreditPolicy::ALL_OF_US.amount).await?;
        Ok(())
    }

    async fn copy_to_a_newer_release(
        &self,
        workbench: Workbench,
        definition: &Definition,
    ) -> Result<Workbench, Failure> {
        let Self { story, ada, workspace, .. } = *self;
        let local = local_cohort()?;
        for (name, body) in [("Followed up", definition), ("From the old register", &local)] {
            let (name, digest) = (Label::new(name)?, body.digest());
            workbench.create_item(ada, workspace, ItemKind::Cohort, name, digest, Vec::new()).await?;
        }
        let name = ReleaseName::new("DEMO-2")?;
        let folder = self.out.join("release-2");
        let request = BuildRequest::new(self.omop.clone(), folder.clone(), name.clone(), RowTier::Registered);
        strongroom::cdr::build(&request, SystemClock.now(), &TableBars::new())?;
        let workbench = workbench.with_release(Cdr::open(&folder, Arc::new(SystemClock)).await?)?;

        story.say(&format!(
            "The steward publishes {name}. Charles makes his own copy of the workspace on it:"
        ))?;
        let asked = CopyRequest {
            new: WorkspaceRequest::on_newest(
                RowTier::Registered,
                Label::new("Diabetes in the clinic, again")?,
                self.asked.purpose().clone(),
            ),
            with_members: false,
            definitions: vec![definition.clone(), local],
        };
        let made = workbench.duplicate_workspace(self.charles, workspace, asked).await?;
        let copy = workbench.open_workspace(self.charles, made.workspace).await?;
        story.fact(&format!(
            "{} on {}, of which he is {}; {} items",
            made.workspace,
            copy.tabs.about.release,
            copy.role,
            made.items.len()
        ))?;
        for lacking in &made.lacking {
            let concepts: Vec<String> = lacking.concepts.iter().map(i64::to_string).collect();
            story.fact(&format!(
                "✗ the {} “{}” names concepts that {name} lacks: {}",
                lacking.kind,
                lacking.name,
                concepts.join(", ")
            ))?;
        }
        Ok(workbench)
    }

    async fn deletion(&self, workbench: &Workbench) -> Result<(), Failure> {
        let Self { story, ada, workspace, .. } = *self;
        let etag = workbench.open_workspace(ada, workspace).await?.etag;
        workbench.delete_workspace(ada, workspace, etag).await?;
        story.say("Ada deletes hers. It is gone for all its members, and Charles looks once more:")?;
        match workbench.open_workspace(self.charles, workspace).await {
            Err(WorkbenchError::Refused(refusal)) => story.refusal(&refusal)?,
            Err(other) => return Err(other.into()),
            Ok(_) => return Err(CommandError::UnexpectedAnswer.into()),
        }
        story.say("What was done with the data stays public. The directory, searched for “diabetes”:")?;
        let directory = workbench.directory().await?;
        for hit in directory.search(&DirectoryQuery::new("diabetes"), 0, 10).1 {
            let institution = hit.entry.institution().map_or("", Label::as_str);
            let (title, status) = (hit.entry.title().to_string(), hit.entry.status().to_string());
            story.fact(&format!("{title:<32} {institution:<24} {status}"))?;
        }
        Ok(())
    }
}

/// First diagnoses by a concept of the hospital's own.
fn local_cohort() -> Result<Definition, InvalidValue> {
    let set = SetName::new("register")?;
    let first = Entry::first(Events::of(EventKind::Condition).in_set(set.clone()));
    let cohort = Cohort::new(CohortName::new("old_register")?, first);
    let concepts = ConceptSet::including([ConceptItem::with_descendants(LOCAL_CONCEPT)]);
    Ok(Definition::of(cohort).with_concept_set(set, concepts))
}
