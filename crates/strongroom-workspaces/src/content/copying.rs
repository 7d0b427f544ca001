use strongroom_primitives::{Id, Label, kind};

use super::{Content, Item};
use crate::{Action, Actor, Circumstances, Etag, Event, EventKind, Workspace, WorkspaceError};

/// Copies a concept set or a notebook from one workspace to another, under this name: the event to
/// apply to the other one.
///
/// Nothing goes from a tier to another, not even up: who works in the controlled tier works on
/// copies that were made there (All of Us data user code of conduct: one tier at a time).
///
/// # Errors
/// If the person may not copy out of the one or into the other, the two are of different tiers, the
/// item is not there or is of a kind that is not copied alone, or the name or id is taken.
pub fn copy_item(
    from: (&Workspace, &Actor, &Circumstances),
    to: (&Workspace, &Actor, &Circumstances),
    item: Id<kind::Item>,
    (id, name): (Id<kind::Item>, Label),
) -> Result<Event, WorkspaceError> {
    let (source, reader, there) = from;
    let (target, writer, here) = to;
    let copier = source.authorize(reader, Action::CopyOut, there)?;
    let item = source.content().get(item).ok_or(WorkspaceError::NoSuchItem(item))?;
    let person = target.authorize(writer, item.kind().edit(), here)?;
    if copier != person {
        return Err(WorkspaceError::WrongGrant);
    }
    if !item.kind().is_copied_alone() {
        return Err(WorkspaceError::NotCopied(item.kind()));
    }
    if source.tier() != target.tier() {
        return Err(WorkspaceError::OtherTier { from: source.tier(), to: target.tier() });
    }
    if target.content().get(id).is_some() {
        return Err(WorkspaceError::IdTaken(id));
    }
    if target.content().len() >= Content::LIMIT {
        return Err(WorkspaceError::TooManyItems { limit: Content::LIMIT });
    }
    let copy = Item {
        id,
        name,
        etag: Etag::FIRST,
        made_on: target.release().clone(),
        copy_of: Some(item.id()),
        modified_by: person,
        modified_at: here.now(),
        ..item.clone()
    };
    target.content().check(&copy)?;
    Ok(Event { at: here.now(), by: Some(person), kind: EventKind::ItemPut(Box::new(copy)) })
}
