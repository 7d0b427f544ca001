//! The forms in which a workspace is stored.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Label, ReleaseName, RowTier, Timestamp, kind};
use thiserror::Error;

use crate::{Billing, Content, Deletion, Lock, Members, Origin, Publication, Purpose, Review, Workspace};

/// The form that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Format {
    #[serde(rename = "strongroom-workspace/2")]
    V2,
}

/// The forms that are read, newest last.
#[derive(Deserialize)]
#[serde(tag = "format")]
pub(crate) enum Document {
    #[serde(rename = "strongroom-workspace/1")]
    First(Box<First>),
    #[serde(rename = "strongroom-workspace/2")]
    Second(Box<Second>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct First {
    id: Id<kind::Workspace>,
    version: u64,
    title: Label,
    purpose: Purpose,
    creator: Id<kind::Person>,
    created: Timestamp,
    release: ReleaseName,
    tier: RowTier,
    members: Members,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Second {
    id: Id<kind::Workspace>,
    version: u64,
    title: Label,
    purpose: Purpose,
    creator: Id<kind::Person>,
    created: Timestamp,
    release: ReleaseName,
    tier: RowTier,
    members: Members,
    former_members: BTreeSet<Id<kind::Person>>,
    billing: Billing,
    origin: Option<Origin>,
    lock: Option<Lock>,
    publication: Option<Publication>,
    published_before: bool,
    deletion: Option<Deletion>,
    review: Review,
    modified_at: Timestamp,
    content: Content,
}

/// Why a document is no workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Unreadable {
    #[error("a `strongroom-workspace/1` document has a purpose with answers that the format does not know")]
    LaterPurpose,
    #[error("a deleted workspace holds items or is published")]
    DeletedWithContent,
}

impl TryFrom<Document> for Workspace {
    type Error = Unreadable;

    fn try_from(document: Document) -> Result<Self, Unreadable> {
        match document {
            Document::First(first) => {
                let First { id, version, title, purpose, creator, created, release, tier, members } = *first;
                if !purpose.is_of_the_first_form() {
                    return Err(Unreadable::LaterPurpose);
                }
                // Whatever the first format did not know had not happened, as far as anybody recorded.
                let new = Self::new(id, title, purpose, creator, release, tier, created);
                Ok(Self { version, members, ..new })
            }
            Document::Second(second) => {
                let second = *second;
                let is_empty = second.content.is_empty() && second.publication.is_none();
                if second.deletion.is_some() && !is_empty {
                    return Err(Unreadable::DeletedWithContent);
                }
                Ok(Self {
                    format: Format::V2,
                    id: second.id,
                    version: second.version,
                    title: second.title,
                    purpose: Box::new(second.purpose),
                    creator: second.creator,
                    created: second.created,
                    release: second.release,
                    tier: second.tier,
                    members: second.members,
                    former_members: second.former_members,
                    billing: second.billing,
                    origin: second.origin,
                    lock: second.lock,
                    publication: second.publication,
                    published_before: second.published_before,
                    deletion: second.deletion,
                    review: Box::new(second.review),
                    modified_at: second.modified_at,
                    content: Box::new(second.content),
                })
            }
        }
    }
}
