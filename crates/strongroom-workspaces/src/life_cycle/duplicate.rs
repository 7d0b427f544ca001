use std::collections::BTreeMap;

use strongroom_primitives::{Id, Label, ReleaseName, kind};

use super::{CreateGrant, NewWorkspace, Origin, create};
use crate::{Action, Actor, Circumstances, Content, Etag, Event, Item, ItemKind, Workspace, WorkspaceError};

/// What somebody wants copied, and as what.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the fields of the form, each named where it is written")]
pub struct DuplicateRequest {
    /// The workspace that shall come of it.
    pub new: NewWorkspace,
    /// Whether the members are copied with their roles. The copier is the owner in any case.
    pub with_members: bool,
}

/// A workspace that was made from another.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Duplication {
    /// The new workspace.
    pub workspace: Workspace,
    /// What happened in it since it was created.
    pub events: Vec<Event>,
    /// For each item of the source, the id of its copy.
    pub copies: BTreeMap<Id<kind::Item>, Id<kind::Item>>,
    /// The copies that name concepts which the new release lacks, by name.
    pub lacking: Vec<LackingConcepts>,
    /// The copies of reviews whose people were found in another release, some of whom the new one may
    /// not have; by name.
    pub reviews_to_check: Vec<Id<kind::Item>>,
}

/// An item that names concepts which a release lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LackingConcepts {
    /// The item.
    pub item: Id<kind::Item>,
    /// What it is.
    pub kind: ItemKind,
    /// What it is called.
    pub name: Label,
    /// The ids of the concepts, never none.
    pub concepts: Vec<i64>,
}

/// Makes a workspace from another one, with everything that it holds.
///
/// The copy stays in the tier, and on the same release or a newer one: `releases` are the names of the
/// tier's releases, oldest first. Items get fresh ids from `fresh_id`, in their bodies' stead they
/// refer to the same digests, and refer to each other as they did. `lacks` says which concepts of an
/// item the new release lacks. Not copied: lock, publication, review, and, unless asked for, members.
///
/// # Errors
/// If the actor may not duplicate the source, the right to create is somebody else's or for another
/// tier or an older release, or the purpose leaves a question open.
pub fn duplicate(
    source: &Workspace,
    (actor, around): (&Actor, &Circumstances),
    request: DuplicateRequest,
    grant: &CreateGrant,
    releases: &[ReleaseName],
    mut fresh_id: impl FnMut() -> Id<kind::Item>,
    lacks: impl Fn(&Item) -> Vec<i64>,
) -> Result<Duplication, WorkspaceError> {
    let person = source.authorize(actor, Action::Duplicate, around)?;
    if person != grant.person {
        return Err(WorkspaceError::WrongGrant);
    }
    if source.tier() != grant.tier {
        return Err(WorkspaceError::OtherTier { from: source.tier(), to: grant.tier });
    }
    let age = |name: &ReleaseName| releases.iter().position(|one| one == name);
    let same = grant.release == *source.release();
    let newer = age(source.release()).is_some_and(|from| age(&grant.release).is_some_and(|to| to > from));
    if !same && !newer {
        return Err(WorkspaceError::OlderRelease(grant.release.clone()));
    }

    let (workspace, events) = create(request.new, grant, around.review_policy(), around.now())?;
    let copies: BTreeMap<_, _> = source.content().iter().map(|item| (item.id(), fresh_id())).collect();
    let copied = |item: &Item| Item {
        id: copies.get(&item.id).copied().unwrap_or(item.id),
        etag: Etag::FIRST,
        // What a release's people or concepts were chosen for is about the copy's release now.
        made_on: grant.release.clone(),
        copy_of: Some(item.id),
        references: item.references.iter().filter_map(|to| copies.get(to).copied()).collect(),
        modified_by: person,
        modified_at: around.now(),
        ..item.clone()
    };
    // Fails only if fresh ids are not fresh.
    let content = Content::try_from(source.content().iter().map(copied).collect::<Vec<_>>())?;

    let named = || ItemKind::ALL.into_iter().flat_map(|kind| source.content().of_kind(kind));
    let copy_of = |item: &Item| copies.get(&item.id).copied();
    let lacking = named().filter_map(|item| {
        let concepts = lacks(item);
        let listed =
            LackingConcepts { item: copy_of(item)?, kind: item.kind, name: item.name.clone(), concepts };
        (!same && !listed.concepts.is_empty()).then_some(listed)
    });
    let reviews = named().filter(|item| item.kind == ItemKind::Review && item.made_on != grant.release);
    let (lacking, reviews_to_check) = (lacking.collect(), reviews.filter_map(copy_of).collect());

    let origin = Origin { workspace: source.id(), release: source.release().clone() };
    let members = request.with_members.then(|| source.members());
    let workspace = workspace.with_origin(origin, content, members);
    Ok(Duplication { workspace, events, copies, lacking, reviews_to_check })
}
