use std::collections::BTreeMap;

use strongroom_audit::Action as Recorded;
use strongroom_cohort::Definition;
use strongroom_gate::{CreatePermit, admit_to_copy};
use strongroom_primitives::{Id, ReleaseName, RowTier, Sha256Digest, kind};
use strongroom_store::{StoreError, Stored};
use strongroom_workspaces::{
    Action, Actor, DuplicateRequest, Duplication, Item, ItemKind, LackingConcepts, NewWorkspace, duplicate,
};

use crate::create_workspace::grant;
use crate::{Workbench, WorkbenchError, WorkspaceRequest};

/// A copy that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the fields of the form, each named where it is written")]
pub struct CopyRequest {
    /// The workspace that shall come of it, on the same release or a newer one of the tier.
    pub new: WorkspaceRequest,
    /// Whether the members are copied with their roles. The copier is the owner in any case.
    pub with_members: bool,
    /// The bodies of the source's cohorts and concept sets, as far as they are at hand: their concepts are
    /// looked up in the vocabulary of the release that the copy is on.
    pub definitions: Vec<Definition>,
}

/// A copy that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Copied {
    /// The new workspace.
    pub workspace: Id<kind::Workspace>,
    /// For each item of the source, the id of its copy.
    pub items: BTreeMap<Id<kind::Item>, Id<kind::Item>>,
    /// The copies that name concepts which the release lacks.
    pub lacking: Vec<LackingConcepts>,
    /// The copies of cohorts and concept sets whose bodies were not at hand, so that nobody knows.
    pub unchecked: Vec<Id<kind::Item>>,
    /// The copies of reviews whose people were found in another release.
    pub reviews_to_check: Vec<Id<kind::Item>>,
}

impl Workbench {
    /// Makes a workspace from another one, with everything that it holds, and the person as creator and
    /// owner. Being a reader is enough.
    ///
    /// # Errors
    /// [`WorkbenchError::Refused`] if the person may not copy the source, or lacks something for the tier;
    /// or if the release is an older one or of another tier, the purpose leaves a question open, or a
    /// vocabulary cannot be read.
    pub async fn duplicate_workspace(
        &self,
        person: Id<kind::Person>,
        source: Id<kind::Workspace>,
        asked: CopyRequest,
    ) -> Result<Copied, WorkbenchError> {
        let CopyRequest { new, with_members, definitions } = asked;
        let request = self.new_id();
        let record = self.persons().load(person).await?.into_value();
        let found = self.find_workspace(source).await?.map(Stored::into_value);
        let ownership = self.ownership(found.as_ref(), &record).await?;
        let release = self.choose(&new.release)?;
        // The source's own release need not be open any more: copies are the way out of an archived one.
        let decision = {
            let facts = self.facts_in(found.as_ref(), &record, ownership).with_intent(&new.intent);
            admit_to_copy(self.policy(), &facts, source, &release, &self.rules(), self.now())
        };
        let (permit, found) = match (decision, found) {
            (Ok(permit), Some(found)) => (permit, found),
            (Err(refusal), _) => {
                let tier = self.tier_of(&release);
                return self
                    .refuse(request, person, Some(source), Some(&release), tier, "duplicate", refusal)
                    .await;
            }
            // The gate lets nobody copy what it was not shown.
            (Ok(_), None) => return Err(StoreError::not_found().into()),
        };

        let is_same = *found.release() == release;
        let looked_up = if is_same { None } else { Some(self.lacking(&definitions, &permit)?) };
        let lacks = |item: &Item| {
            let concepts = looked_up.as_ref().and_then(|bodies| bodies.get(&item.body()));
            concepts.cloned().unwrap_or_default()
        };
        let actor = Actor::member(person, source, Action::Duplicate, permit.not_after());
        let review_policy = self.review_policy_of(&new.purpose);
        let around = self.circumstances(ownership).with_review_policy(review_policy);
        let new =
            NewWorkspace { id: self.new_id(), title: new.title, purpose: new.purpose, billing: new.billing };
        let made = duplicate(
            &found,
            (&actor, &around),
            DuplicateRequest { new, with_members },
            &grant(&permit),
            &self.releases_of(permit.tier()),
            || self.new_id(),
            lacks,
        )?;

        let is_unchecked = |item: &&Item| {
            let names_concepts = matches!(item.kind(), ItemKind::Cohort | ItemKind::ConceptSet);
            names_concepts && looked_up.as_ref().is_some_and(|bodies| !bodies.contains_key(&item.body()))
        };
        let unchecked = found.content().iter().filter(is_unchecked);
        let unchecked = unchecked.filter_map(|item| made.copies.get(&item.id()).copied()).collect();
        let Duplication { workspace, events, copies, lacking, reviews_to_check, .. } = made;
        let id = workspace.id();
        let copied = self.event(request, person, Recorded::WorkspaceDuplicated { to: id });
        let copied = copied.in_workspace(source).on_release(found.release().clone());
        self.commit_new(request, person, workspace, &events, Some(copied)).await?;
        Ok(Copied { workspace: id, items: copies, lacking, unchecked, reviews_to_check })
    }

    /// For the digest of each definition, the concepts that the release of the permit lacks.
    fn lacking(
        &self,
        definitions: &[Definition],
        permit: &CreatePermit,
    ) -> Result<BTreeMap<Sha256Digest, Vec<i64>>, WorkbenchError> {
        let Some(cdr) = self.releases.get(permit.release()) else { return Ok(BTreeMap::new()) };
        let mut lacking = BTreeMap::new();
        for definition in definitions {
            let concepts = cdr.lacking_concepts(definition, permit)?;
            lacking
                .insert(definition.digest(), concepts.into_iter().map(|concept| concept.value()).collect());
        }
        Ok(lacking)
    }

    /// The releases of a tier that were ever published, oldest first.
    fn releases_of(&self, tier: RowTier) -> Vec<ReleaseName> {
        let releases = self.catalogue.releases().iter();
        let mut releases: Vec<_> =
            releases.filter(|one| one.tier() == tier && one.published().is_some()).collect();
        releases.sort_by_key(|one| one.published());
        releases.into_iter().map(|one| one.name().clone()).collect()
    }
}
