//! What a workspace holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Label, Sha256Digest, kind};

use crate::{Etag, WorkspaceError};

mod copying;
mod decide;
mod item;
mod tabs;

pub use copying::copy_item;
pub(crate) use decide::decide;
pub use item::{Item, ItemKind};
pub use tabs::{AboutTab, AnalysisTab, DataTab, ItemSummary, Tabs};

/// The items of a workspace: cohorts, concept sets, data sets, reviews and notebooks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Item>", into = "Vec<Item>")]
pub struct Content {
    // INVARIANT: no two items of a kind have the same folded name; every reference is to an item
    // here, of a kind that the referring one can refer to. `names` and `uses` are made from `items`.
    items: BTreeMap<Id<kind::Item>, Item>,
    names: BTreeMap<(ItemKind, String), Id<kind::Item>>,
    uses: BTreeMap<Id<kind::Item>, usize>,
}

/// What somebody wants done with the items of a workspace.
///
/// A change names the tag of the item that it was made from; what is created has none yet, and is
/// refused if its name is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a new command must be handled by everyone who offers commands")]
pub enum ContentCommand {
    /// Put something in.
    Create {
        /// Its id, which is fresh.
        id: Id<kind::Item>,
        /// What it is.
        kind: ItemKind,
        /// What it is called.
        name: Label,
        /// The digest of its body.
        body: Sha256Digest,
        /// The items it uses.
        references: Vec<Id<kind::Item>>,
    },
    /// Call something by another name.
    Rename {
        /// Which item.
        item: Id<kind::Item>,
        /// The tag that was seen.
        expected: Etag,
        /// The new name.
        name: Label,
    },
    /// Give something another body.
    Replace {
        /// Which item.
        item: Id<kind::Item>,
        /// The tag that was seen.
        expected: Etag,
        /// The digest of the new body.
        body: Sha256Digest,
        /// The items it uses now.
        references: Vec<Id<kind::Item>>,
    },
    /// Take something out.
    Delete {
        /// Which item.
        item: Id<kind::Item>,
        /// The tag that was seen.
        expected: Etag,
    },
}

impl Content {
    /// The most items that a workspace holds.
    pub const LIMIT: usize = 20_000;

    /// The item with this id.
    #[must_use]
    pub fn get(&self, id: Id<kind::Item>) -> Option<&Item> {
        self.items.get(&id)
    }

    /// The item of this kind and name; the case of letters is of no account.
    #[must_use]
    pub fn find(&self, kind: ItemKind, name: &str) -> Option<&Item> {
        self.names.get(&(kind, fold(name))).and_then(|id| self.items.get(id))
    }

    /// All items, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }

    /// The items of a kind, by name.
    pub fn of_kind(&self, kind: ItemKind) -> impl Iterator<Item = &Item> {
        self.names
            .range((kind, String::new())..)
            .take_while(move |((one, _), _)| *one == kind)
            .filter_map(|(_, id)| self.items.get(id))
    }

    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many items use this one.
    #[must_use]
    pub fn uses_of(&self, item: Id<kind::Item>) -> usize {
        self.uses.get(&item).copied().unwrap_or(0)
    }

    /// Why the item cannot be put in, or in the place of its earlier state.
    pub(crate) fn check(&self, item: &Item) -> Result<(), WorkspaceError> {
        if self.find(item.kind, item.name.as_str()).is_some_and(|other| other.id != item.id) {
            return Err(WorkspaceError::NameTaken(item.kind));
        }
        let fits = |to: &Id<kind::Item>| {
            self.get(*to).is_some_and(|other| item.kind.refers_to().contains(&other.kind))
        };
        match item.references.iter().find(|to| !fits(to)) {
            Some(to) => Err(WorkspaceError::WrongReference { of: item.kind, to: *to }),
            None => Ok(()),
        }
    }

    /// Puts the item in, or in the place of its earlier state. One that does not fit changes nothing.
    pub(crate) fn put(&mut self, item: Item) {
        if self.check(&item).is_err() {
            return;
        }
        if let Some(before) = self.items.remove(&item.id) {
            self.forget(&before);
        }
        self.names.insert((item.kind, fold(item.name.as_str())), item.id);
        for to in &item.references {
            *self.uses.entry(*to).or_default() += 1;
        }
        self.items.insert(item.id, item);
    }

    /// Takes the item out, if no other uses it.
    pub(crate) fn take(&mut self, id: Id<kind::Item>) {
        if self.uses_of(id) > 0 {
            return;
        }
        if let Some(item) = self.items.remove(&id) {
            self.forget(&item);
        }
    }

    fn forget(&mut self, item: &Item) {
        self.names.remove(&(item.kind, fold(item.name.as_str())));
        for to in &item.references {
            if let Some(uses) = self.uses.get_mut(to) {
                *uses -= 1;
                if *uses == 0 {
                    self.uses.remove(to);
                }
            }
        }
    }
}

/// Names are equal if nobody could tell them apart by ear.
fn fold(name: &str) -> String {
    name.to_lowercase()
}

impl TryFrom<Vec<Item>> for Content {
    type Error = WorkspaceError;

    fn try_from(items: Vec<Item>) -> Result<Self, WorkspaceError> {
        let mut content = Self::default();
        let mut rest = items;
        // Each kind after those that it can refer to.
        for kind in ItemKind::ALL {
            let (of_kind, others) = rest.into_iter().partition(|item| item.kind == kind);
            rest = others;
            let of_kind: Vec<Item> = of_kind;
            for item in of_kind {
                if content.get(item.id).is_some() {
                    return Err(WorkspaceError::IdTaken(item.id));
                }
                content.check(&item)?;
                content.put(item);
            }
        }
        Ok(content)
    }
}

impl From<Content> for Vec<Item> {
    fn from(content: Content) -> Self {
        content.items.into_values().collect()
    }
}
