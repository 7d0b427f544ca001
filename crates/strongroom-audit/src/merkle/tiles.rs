//! A tree cut into tiles, so that a store keeps few rows and a proof reads few of them.
//!
//! ```text
//!   level 1    [ 0 … 31 ]                    32 roots of tiles of level 0
//!                ╱      ╲
//!   level 0  [0…31] … [992…1023] [1024 …     32 hashes of leaves; the last tile is still growing
//! ```
//!
//! The idea is that of the tiles of transparency logs (C2SP tlog-tiles), with 5 levels of the tree
//! in a tile instead of 8: a commit rewrites the growing tiles, and those should be small.

use std::collections::BTreeMap;

use strongroom_primitives::Sha256Digest;

use super::{Node, TreeHead, empty_root, join, node_hash};

/// The levels of the tree that a tile spans.
const HEIGHT: u32 = 5;
/// The most hashes in a tile: 32.
pub const TILE_WIDTH: usize = 1 << HEIGHT;

/// Which tile: its level, counted in tiles from the leaves, and its number in that level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    level: u8,
    number: u64,
}

impl TileId {
    /// The tile's level; 0 holds hashes of leaves.
    #[must_use]
    pub const fn level(self) -> u8 {
        self.level
    }

    /// The tile's number within its level, from 0.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.number
    }

    /// The tile that holds what the node is made of.
    fn of(node: Node) -> Self {
        let number = node.index.checked_shl(node.level % HEIGHT).unwrap_or(0) >> HEIGHT;
        Self { level: u8::try_from(node.level / HEIGHT).unwrap_or(u8::MAX), number }
    }
}

/// Some hashes of one level, in order: at most [`TILE_WIDTH`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tile {
    hashes: Vec<Sha256Digest>,
}

impl Tile {
    /// The tile as bytes: 32 for each hash.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes.iter().flat_map(|hash| hash.as_bytes()).copied().collect()
    }

    /// Reads what [`to_bytes`](Self::to_bytes) writes; `None` if it is none.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        let fits = rest.is_empty() && (1..=TILE_WIDTH).contains(&hashes.len());
        fits.then(|| Self { hashes: hashes.iter().copied().map(Sha256Digest::from_bytes).collect() })
    }

    /// The root over `2^levels` hashes from this one on, if all of them are there.
    fn root_of(&self, first: usize, levels: u32) -> Option<Sha256Digest> {
        let mut row = self.hashes.get(first..first.checked_add(1 << levels)?)?.to_vec();
        while row.len() > 1 {
            row = row.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect();
        }
        row.first().copied()
    }

    /// What the node is, if this is its tile and everything below it is there.
    fn node(&self, node: Node) -> Option<Sha256Digest> {
        let levels = node.level % HEIGHT;
        let first = node.index.checked_shl(levels)? & (TILE_WIDTH as u64 - 1);
        self.root_of(usize::try_from(first).ok()?, levels)
    }
}

/// The right edge of a tree: the tiles that are still growing. All that is needed to add leaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TreeEdge {
    size: u64,
    // INVARIANT: for each level, lowest first, the `(size >> 5·level) % 32` last hashes of it;
    // no empty tile at the end.
    growing: Vec<Tile>,
}

impl TreeEdge {
    /// The edge of a tree without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The tiles from which [`resume`](Self::resume) makes the edge of a tree of this size.
    #[must_use]
    pub fn tiles_of(size: u64) -> Vec<TileId> {
        levels(size)
            .filter(|(_, count)| growing(*count) > 0)
            .map(|(level, count)| last(level, count))
            .collect()
    }

    /// The edge of a tree that is kept elsewhere, from the tiles that [`tiles_of`](Self::tiles_of)
    /// names. The tiles may have grown since the tree had this size.
    ///
    /// # Errors
    /// If a tile is missing or too short, or the root is not the head's.
    pub fn resume(head: &TreeHead, tiles: &BTreeMap<TileId, Tile>) -> Result<Self, EdgeError> {
        let mut growing_tiles = Vec::new();
        for (level, count) in levels(head.size()) {
            let hashes = match growing(count) {
                0 => Vec::new(),
                wanted => {
                    let id = last(level, count);
                    let tile = tiles.get(&id).and_then(|tile| tile.hashes.get(..wanted));
                    tile.ok_or(EdgeError::Missing { level: id.level, number: id.number })?.to_vec()
                }
            };
            growing_tiles.push(Tile { hashes });
        }
        let edge = Self { size: head.size(), growing: growing_tiles };
        if edge.head() == *head { Ok(edge) } else { Err(EdgeError::OtherRoot) }
    }

    /// Adds leaves, given their hashes, at the right end. The tiles that grew or were completed by
    /// it are put into `changed`, in the place of what is there.
    pub fn extend(
        &mut self,
        leaves: impl IntoIterator<Item = Sha256Digest>,
        changed: &mut BTreeMap<TileId, Tile>,
    ) {
        let mut touched = 0;
        for leaf in leaves {
            touched = touched.max(self.push(leaf, changed));
        }
        for (level, count) in levels(self.size).take(touched) {
            if let Some(tile) = self.growing.get(usize::from(level)).filter(|_| growing(count) > 0) {
                changed.insert(last(level, count), tile.clone());
            }
        }
    }

    /// Adds a leaf; gives the number of levels it changed.
    fn push(&mut self, leaf: Sha256Digest, completed: &mut BTreeMap<TileId, Tile>) -> usize {
        let mut hash = leaf;
        let before = self.size;
        self.size = self.size.saturating_add(1);
        for level in 0.. {
            if self.growing.len() == level {
                self.growing.push(Tile::default());
            }
            let Some(tile) = self.growing.get_mut(level) else { break };
            tile.hashes.push(hash);
            let full = tile.hashes.len() == TILE_WIDTH;
            let Some(root) = full.then(|| tile.root_of(0, HEIGHT)).flatten() else { return level + 1 };
            let level_number = u8::try_from(level).unwrap_or(u8::MAX);
            let number = count_at(before, level_number) >> HEIGHT;
            completed.insert(TileId { level: level_number, number }, std::mem::take(tile));
            hash = root;
        }
        self.growing.len()
    }

    /// The size and the root of the tree.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        let roots = (0..u64::BITS).filter(|bit| self.size >> bit & 1 == 1).map(|bit| {
            let node = Node { level: bit, index: (self.size >> bit) - 1 };
            let tile = usize::try_from(bit / HEIGHT).ok().and_then(|level| self.growing.get(level));
            // The invariant: the tile is there. Another hash would only be found to be wrong.
            tile.and_then(|tile| tile.node(node)).unwrap_or_else(empty_root)
        });
        TreeHead::new(self.size, join(roots).unwrap_or_else(empty_root))
    }
}

/// What the tiles say a node is, if they hold what it is made of.
pub(crate) fn node_in(tiles: &BTreeMap<TileId, Tile>, node: Node) -> Option<Sha256Digest> {
    tiles.get(&TileId::of(node))?.node(node)
}

/// The tiles that hold what these nodes are made of, each once.
pub(crate) fn tiles_for(nodes: &[Node]) -> Vec<TileId> {
    let mut tiles: Vec<_> = nodes.iter().copied().map(TileId::of).collect();
    tiles.sort_unstable();
    tiles.dedup();
    tiles
}

/// The levels of tiles in a tree of this size, with the number of hashes in each.
fn levels(size: u64) -> impl Iterator<Item = (u8, u64)> {
    (0..).map(move |level| (level, count_at(size, level))).take_while(|(_, count)| *count > 0)
}

fn count_at(size: u64, level: u8) -> u64 {
    size.checked_shr(u32::from(level) * HEIGHT).unwrap_or(0)
}

/// How many hashes the last tile of a level has, if it is not full; 0 if it is.
fn growing(count: u64) -> usize {
    usize::try_from(count % TILE_WIDTH as u64).unwrap_or(0)
}

fn last(level: u8, count: u64) -> TileId {
    TileId { level, number: count >> HEIGHT }
}

/// The tiles do not lead to the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EdgeError {
    /// A tile is not there, or holds too little.
    #[error("tile {number} of level {level} is missing or too short; rebuild the tree from the entries")]
    Missing {
        /// The tile's level.
        level: u8,
        /// The tile's number.
        number: u64,
    },
    /// The tiles lead to another root.
    #[error("the tiles do not lead to the root that is stored; rebuild the tree from the entries")]
    OtherRoot,
}
