use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, RowTier, Timestamp, kind};

use super::index::Index;
use super::words::words;
use super::{DirectoryEntry, ProjectStatus};
use crate::PurposeCategory;

/// All projects, to be searched.
///
/// An entry is put in when its workspace is created and again whenever it changes, and never taken out:
/// a deletion changes its status.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    // INVARIANT: `numbers` and `index` are made from `entries`.
    entries: Vec<DirectoryEntry>,
    numbers: BTreeMap<Id<kind::Workspace>, u32>,
    index: Index,
    titles: Index,
}

/// What somebody looks for in the directory: projects with all of these words, and of these kinds.
///
/// The last word can be the beginning of one, from two letters on, as while somebody is still writing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectoryQuery {
    words: Vec<String>,
    tier: Option<RowTier>,
    status: Option<ProjectStatus>,
    category: Option<String>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectoryHit<'a> {
    /// The project.
    pub entry: &'a DirectoryEntry,
    /// Whether all words are in its title.
    pub in_title: bool,
}

/// The directory as it is handed on: a `strongroom-directory/1` document, whose JSON Schema is
/// `schema/strongroom-directory-1.schema.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryDocument {
    format: Format,
    as_of: Timestamp,
    projects: Vec<DirectoryEntry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-directory/1")]
    V1,
}

impl DirectoryQuery {
    /// Projects with all words of this text; all projects if it has none.
    #[must_use]
    pub fn new(text: &str) -> Self {
        // The last word is the one that can be unfinished, so that order matters up to here.
        let last = words([text.rsplit(char::is_whitespace).next().unwrap_or_default()]);
        let mut all = words([text]);
        let last = last.into_iter().next_back().filter(|last| all.remove(last));
        Self { words: all.into_iter().chain(last).collect(), ..Self::default() }
    }

    /// Of these, the projects of one tier.
    #[must_use]
    pub fn with_tier(mut self, tier: RowTier) -> Self {
        self.tier = Some(tier);
        self
    }

    /// Of these, the projects with this status.
    #[must_use]
    pub fn with_status(mut self, status: ProjectStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Of these, the projects of a category, by its [word](PurposeCategory::code).
    #[must_use]
    pub fn with_category(mut self, code: impl Into<String>) -> Self {
        self.category = Some(code.into());
        self
    }

    fn takes(&self, entry: &DirectoryEntry) -> bool {
        let in_category = |code: &String| {
            entry.purpose.categories().iter().map(PurposeCategory::code).any(|one| one == code)
        };
        self.tier.is_none_or(|tier| tier == entry.tier)
            && self.status.is_none_or(|status| status == entry.status)
            && self.category.as_ref().is_none_or(in_category)
    }
}

impl Directory {
    /// Puts an entry in, or in the place of the one of the same workspace. A project that was deleted
    /// stays so, and stays as it was described then.
    pub fn put(&mut self, entry: DirectoryEntry) {
        let number = match self.numbers.get(&entry.workspace) {
            Some(number) => *number,
            None => {
                // More entries than this cannot be held in memory.
                let number = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
                self.numbers.insert(entry.workspace, number);
                self.index.add(number, entry.texts());
                self.titles.add(number, [entry.title.as_str()]);
                self.entries.push(entry);
                return;
            }
        };
        let Some(before) = self.entries.get_mut(number as usize) else { return };
        if before.status == ProjectStatus::Deleted {
            return;
        }
        self.index.remove(number, before.texts());
        self.titles.remove(number, [before.title.as_str()]);
        self.index.add(number, entry.texts());
        self.titles.add(number, [entry.title.as_str()]);
        *before = entry;
    }

    /// The entry of a workspace.
    #[must_use]
    pub fn get(&self, workspace: Id<kind::Workspace>) -> Option<&DirectoryEntry> {
        self.numbers.get(&workspace).and_then(|number| self.entries.get(*number as usize))
    }

    /// How many projects there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many projects the query is for, and the ones from number `skip` on, at most `limit` of them:
    /// first those with all words in their title, and of each the ones that were put in last.
    #[must_use]
    pub fn search(
        &self,
        query: &DirectoryQuery,
        skip: usize,
        limit: usize,
    ) -> (usize, Vec<DirectoryHit<'_>>) {
        let all = || (0..u32::try_from(self.entries.len()).unwrap_or(u32::MAX)).collect();
        let numbers: Vec<u32> = self.index.find(&query.words).unwrap_or_else(all);
        let titles = self.titles.find(&query.words).unwrap_or_default();
        let in_title = |number: &u32| titles.binary_search(number).is_ok();
        let taken = |number: &u32| self.entries.get(*number as usize).is_some_and(|entry| query.takes(entry));
        let taken: Vec<u32> = numbers.into_iter().filter(taken).collect();
        let (first, second): (Vec<u32>, Vec<u32>) = taken.iter().copied().partition(in_title);
        let count = first.len();
        let hits = first
            .into_iter()
            .rev()
            .chain(second.into_iter().rev())
            .enumerate()
            .skip(skip)
            .take(limit)
            .filter_map(|(place, number)| {
                let entry = self.entries.get(number as usize)?;
                Some(DirectoryHit { entry, in_title: place < count })
            })
            .collect();
        (taken.len(), hits)
    }

    /// The projects that were changed at or after `since`, to be handed on; all of them from the
    /// earliest instant. Whoever hands on increments asks from the last [`as_of`] on.
    ///
    /// [`as_of`]: DirectoryDocument::as_of
    #[must_use]
    pub fn export(&self, since: Timestamp, now: Timestamp) -> DirectoryDocument {
        let projects = self.entries.iter().filter(|entry| entry.updated >= since).cloned();
        DirectoryDocument { format: Format::V1, as_of: now, projects: projects.collect() }
    }
}

impl FromIterator<DirectoryEntry> for Directory {
    fn from_iter<I: IntoIterator<Item = DirectoryEntry>>(entries: I) -> Self {
        let mut directory = Self::default();
        entries.into_iter().for_each(|entry| directory.put(entry));
        directory
    }
}

impl DirectoryDocument {
    /// When it was made.
    #[must_use]
    pub fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// The projects, in the order in which they were put in.
    #[must_use]
    pub fn projects(&self) -> &[DirectoryEntry] {
        &self.projects
    }
}
