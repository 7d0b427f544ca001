use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, kind};

/// What a person used last, the most recent first. Stored as a `strongroom-recents/1` document.
///
/// It holds ids only and grants nothing: whoever shows it leaves out what the person may no longer
/// see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Document", into = "Document")]
pub struct Recents {
    person: Id<kind::Person>,
    // INVARIANT: at most `WORKSPACES`, none twice.
    workspaces: Vec<Id<kind::Workspace>>,
    // INVARIANT: at most `ITEMS`, none twice.
    items: Vec<(Id<kind::Workspace>, Id<kind::Item>)>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "format", deny_unknown_fields)]
enum Document {
    #[serde(rename = "strongroom-recents/1")]
    V1 {
        person: Id<kind::Person>,
        workspaces: Vec<Id<kind::Workspace>>,
        items: Vec<(Id<kind::Workspace>, Id<kind::Item>)>,
    },
}

impl Recents {
    /// How many workspaces are remembered (All of Us Researcher Workbench, recent workspaces).
    pub const WORKSPACES: usize = 4;
    /// How many items are remembered (All of Us Researcher Workbench, recent resources).
    pub const ITEMS: usize = 10;

    /// Nothing yet.
    #[must_use]
    pub fn new(person: Id<kind::Person>) -> Self {
        Self { person, workspaces: Vec::new(), items: Vec::new() }
    }

    /// Whose they are.
    #[must_use]
    pub fn person(&self) -> Id<kind::Person> {
        self.person
    }

    /// The workspaces, the most recent first.
    #[must_use]
    pub fn workspaces(&self) -> &[Id<kind::Workspace>] {
        &self.workspaces
    }

    /// The items with their workspaces, the most recent first.
    #[must_use]
    pub fn items(&self) -> &[(Id<kind::Workspace>, Id<kind::Item>)] {
        &self.items
    }

    /// The same, after the person went to this workspace.
    #[must_use]
    pub fn with_workspace(mut self, workspace: Id<kind::Workspace>) -> Self {
        to_front(&mut self.workspaces, workspace, Self::WORKSPACES);
        self
    }

    /// The same, after the person used this item.
    #[must_use]
    pub fn with_item(mut self, workspace: Id<kind::Workspace>, item: Id<kind::Item>) -> Self {
        to_front(&mut self.items, (workspace, item), Self::ITEMS);
        self
    }

    /// The same, without a workspace that is gone and what was in it.
    #[must_use]
    pub fn without_workspace(mut self, workspace: Id<kind::Workspace>) -> Self {
        self.workspaces.retain(|one| *one != workspace);
        self.items.retain(|(one, _)| *one != workspace);
        self
    }
}

fn to_front<T: PartialEq>(list: &mut Vec<T>, used: T, most: usize) {
    list.retain(|one| *one != used);
    list.insert(0, used);
    list.truncate(most);
}

impl From<Document> for Recents {
    fn from(Document::V1 { person, workspaces, items }: Document) -> Self {
        let recents = items
            .into_iter()
            .rev()
            .fold(Self::new(person), |recents, (workspace, item)| recents.with_item(workspace, item));
        workspaces.into_iter().rev().fold(recents, Self::with_workspace)
    }
}

impl From<Recents> for Document {
    fn from(Recents { person, workspaces, items }: Recents) -> Self {
        Self::V1 { person, workspaces, items }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_last_used_are_remembered_once_each(used in prop::collection::vec((0_u128..9, 0_u128..3), 0..40)) {
            let mut recents = Recents::new(Id::from_u128(1));
            for (item, workspace) in &used {
                let workspace = Id::from_u128(*workspace);
                recents = recents.with_workspace(workspace).with_item(workspace, Id::from_u128(*item));
            }
            let mut expected: Vec<(u128, u128)> = Vec::new();
            for one in used.iter().rev() {
                if !expected.contains(one) {
                    expected.push(*one);
                }
            }
            expected.truncate(10);
            let found: Vec<_> = recents.items().iter().map(|(w, i)| (i.as_u128(), w.as_u128())).collect();
            prop_assert_eq!(found, expected);
            prop_assert!(recents.workspaces().len() <= 4);
            let gone = recents.clone().without_workspace(Id::from_u128(1));
            prop_assert!(gone.items().iter().all(|(workspace, _)| workspace.as_u128() != 1));

            let json = serde_json::to_string(&recents).unwrap();
            prop_assert_eq!(serde_json::from_str::<Recents>(&json).unwrap(), recents);
        }
    }
}
