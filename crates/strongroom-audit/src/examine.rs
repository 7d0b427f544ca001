#[cfg(test)]
mod tests;

use std::sync::Arc;

use strongroom_primitives::Sha256Digest;

use crate::{Checkpoint, CompactTree, Entry, LineError, TreeHead, leaf_hash};

/// Reads a whole trail, line by line, and reports every difference from what was once written,
/// each with its place. Needs nothing but the lines and, to find what was written anew or cut off,
/// heads that were kept elsewhere: those of [`VerifiedCheckpoint`](crate::VerifiedCheckpoint)s.
///
/// After a difference it goes on with what can still be relied on: an entry whose digest is right
/// is taken to stand where it says.
#[derive(Debug, Clone)]
pub struct Examiner {
    /// By size.
    kept: Arc<[TreeHead]>,
    /// How many of them the tree has passed.
    passed: usize,
    /// The largest size at which a kept head agreed.
    agreed: u64,
    tree: CompactTree,
    /// The number of the entry that should come next.
    expected: u64,
    /// What the next entry may name as the digest before it; nothing if that is not known.
    links: Vec<Sha256Digest>,
    /// Lines that could not be read since the last one that could.
    unread: u64,
    differences: Vec<Difference>,
}

impl Examiner {
    /// At the beginning of a trail of which these heads were kept, in whatever order.
    #[must_use]
    pub fn new(kept: impl IntoIterator<Item = TreeHead>) -> Self {
        let mut kept: Vec<_> = kept.into_iter().collect();
        kept.sort_by_key(TreeHead::size);
        let mut examiner = Self {
            kept: kept.into(),
            passed: 0,
            agreed: 0,
            tree: CompactTree::new(),
            expected: 0,
            links: vec![Checkpoint::START.digest()],
            unread: 0,
            differences: Vec::new(),
        };
        examiner.compare();
        examiner
    }

    /// Takes the next line, without its line feed.
    pub fn line(&mut self, line: &str) {
        let place = self.tree.size();
        self.tree.push(leaf_hash(line.as_bytes()));
        match Entry::from_line(line) {
            Ok(entry) => self.entry(place, &entry),
            Err(source) => {
                self.differences.push(Difference::Unreadable { line: place, source });
                self.unread = self.unread.saturating_add(1);
                self.links.clear();
            }
        }
        self.compare();
    }

    fn entry(&mut self, line: u64, entry: &Entry) {
        let recalculated = entry.recalculated_digest();
        let next = self.expected.saturating_add(self.unread);
        if entry.digest() != recalculated {
            // Its number may be what was changed: it is taken to be the one that should come.
            self.differences.push(Difference::Altered { line, sequence: next });
            self.follow(next, vec![entry.digest(), recalculated]);
            return;
        }
        let sequence = entry.sequence();
        if sequence < self.expected {
            self.differences.push(Difference::Misplaced { line, sequence });
            return;
        }
        if sequence > next {
            let last = sequence.saturating_sub(1);
            self.differences.push(Difference::Missing { line, first: next, last });
        } else if !self.links.is_empty() && !self.links.contains(&entry.previous()) {
            self.differences.push(Difference::NotLinked { line, sequence });
        }
        self.follow(sequence, vec![recalculated]);
    }

    /// Goes on behind this entry.
    fn follow(&mut self, sequence: u64, links: Vec<Sha256Digest>) {
        self.expected = sequence.saturating_add(1);
        self.links = links;
        self.unread = 0;
    }

    /// Compares with the kept heads of this size.
    fn compare(&mut self) {
        while let Some(kept) = self.kept.get(self.passed).filter(|kept| kept.size() <= self.tree.size()) {
            self.passed = self.passed.saturating_add(1);
            if *kept == self.tree.head() {
                self.agreed = kept.size();
            } else {
                let (size, agreed) = (kept.size(), self.agreed);
                self.differences.push(Difference::Diverged { agreed, size });
                // What comes after holds what came before, and differs as well.
                self.passed = self.kept.len();
            }
        }
    }

    /// At the end of the trail.
    #[must_use]
    pub fn finish(mut self) -> Examination {
        let present = self.expected.saturating_add(self.unread);
        if let Some(longest) = self.kept.last().filter(|longest| longest.size() > present) {
            self.differences.push(Difference::Truncated { present, expected: longest.size() });
        }
        Examination { head: self.tree.head(), differences: self.differences }
    }

    /// Examines the lines of a trail.
    #[must_use]
    pub fn examine(
        lines: impl IntoIterator<Item: AsRef<str>>,
        kept: impl IntoIterator<Item = TreeHead>,
    ) -> Examination {
        let mut examiner = Self::new(kept);
        lines.into_iter().for_each(|line| examiner.line(line.as_ref()));
        examiner.finish()
    }
}

/// What was found in a trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    head: TreeHead,
    differences: Vec<Difference>,
}

impl Examination {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.differences.is_empty()
    }

    /// The number of lines and the root over them, such as they are.
    #[must_use]
    pub fn head(&self) -> &TreeHead {
        &self.head
    }

    /// Every difference, in the order of the lines.
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }
}

/// Something in which a trail differs from what was once written. Lines and entries are counted
/// from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Difference {
    /// A line where an entry should be.
    #[error("line {line} cannot be read as an entry; take it from a copy of the trail")]
    Unreadable {
        /// The line.
        line: u64,
        /// What is wrong with it.
        source: LineError,
    },
    /// An entry whose digest is not that of what it says.
    #[error(
        "line {line}, entry {sequence}, was changed after it was written; take it from a copy of the trail"
    )]
    Altered {
        /// The line.
        line: u64,
        /// The entry that should stand there.
        sequence: u64,
    },
    /// An entry that was made to follow another one than the one before it.
    #[error("line {line}, entry {sequence}, does not follow the entry before it; the trail is spliced there")]
    NotLinked {
        /// The line.
        line: u64,
        /// The entry.
        sequence: u64,
    },
    /// Entries that do not stand where they should.
    #[error("entries {first} to {last} are missing before line {line}; take them from a copy of the trail")]
    Missing {
        /// The line before which they should stand.
        line: u64,
        /// The first of them.
        first: u64,
        /// The last of them.
        last: u64,
    },
    /// An entry that stands after its place: once more, or instead of there.
    #[error("line {line} is entry {sequence}, whose place is before it; it was repeated or moved")]
    Misplaced {
        /// The line.
        line: u64,
        /// The entry.
        sequence: u64,
    },
    /// A trail that was longer once.
    #[error(
        "the trail ends after {present} entries, and had {expected}; take the rest from a copy of the trail"
    )]
    Truncated {
        /// The entries there are.
        present: u64,
        /// The entries there were at a checkpoint.
        expected: u64,
    },
    /// A trail that is another one than that of a checkpoint.
    #[error(
        "the first {size} entries are not those of the checkpoint; up to {agreed} they are, and after that something was changed"
    )]
    Diverged {
        /// The largest length at which a checkpoint agrees.
        agreed: u64,
        /// The length at which the first one does not.
        size: u64,
    },
}
