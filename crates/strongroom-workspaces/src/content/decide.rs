use strongroom_primitives::{Id, Timestamp, kind};

use super::{Content, ContentCommand, Item};
use crate::{Action, Etag, EventKind, Workspace, WorkspaceError};

impl ContentCommand {
    /// What the command does, if the item it is about is there.
    pub(crate) fn action(&self, content: &Content) -> Option<Action> {
        match self {
            Self::Create { kind, .. } => Some(kind.edit()),
            Self::Rename { item, .. } | Self::Replace { item, .. } | Self::Delete { item, .. } => {
                content.get(*item).map(|item| item.kind().edit())
            }
        }
    }
}

/// What happens to the items of the workspace.
pub(crate) fn decide(
    workspace: &Workspace,
    person: Id<kind::Person>,
    command: &ContentCommand,
    now: Timestamp,
) -> Result<Vec<EventKind>, WorkspaceError> {
    let content = workspace.content();
    let found = |id: &Id<kind::Item>, expected: &Etag| {
        let item = content.get(*id).ok_or(WorkspaceError::NoSuchItem(*id))?;
        if item.etag() == *expected {
            Ok(Item { etag: expected.next(), modified_by: person, modified_at: now, ..item.clone() })
        } else {
            let (expected, present) = (expected.number(), item.etag().number());
            Err(WorkspaceError::StaleItem { item: *id, expected, present })
        }
    };
    let put = |item: Item| {
        content.check(&item)?;
        Ok(vec![EventKind::ItemPut(Box::new(item))])
    };
    match command {
        ContentCommand::Create { id, kind, name, body, references } => {
            if content.get(*id).is_some() {
                return Err(WorkspaceError::IdTaken(*id));
            }
            if content.len() >= Content::LIMIT {
                return Err(WorkspaceError::TooManyItems { limit: Content::LIMIT });
            }
            put(Item {
                id: *id,
                kind: *kind,
                name: name.clone(),
                etag: Etag::FIRST,
                body: *body,
                references: references.clone(),
                made_on: workspace.release().clone(),
                copy_of: None,
                modified_by: person,
                modified_at: now,
            })
        }
        ContentCommand::Rename { item, expected, name } => {
            put(Item { name: name.clone(), ..found(item, expected)? })
        }
        ContentCommand::Replace { item, expected, body, references } => put(Item {
            body: *body,
            references: references.clone(),
            made_on: workspace.release().clone(),
            ..found(item, expected)?
        }),
        ContentCommand::Delete { item, expected } => {
            found(item, expected)?;
            match content.uses_of(*item) {
                0 => Ok(vec![EventKind::ItemTaken(*item)]),
                by => Err(WorkspaceError::InUse { by }),
            }
        }
    }
}
