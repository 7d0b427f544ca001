//! Which nodes a proof consists of (RFC 6962 sections 2.1.1 and 2.1.2), and the proofs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strongroom_primitives::Sha256Digest;

use super::node_hash;
use super::tiles::{Tile, TileId, node_in, tiles_for};

/// The most hashes of a proof: one per level of the largest tree, and one.
pub const MAX_PROOF_HASHES: usize = 65;

/// The root of a complete subtree with `2^level` leaves, of which it is the `index`-th in its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) level: u32,
    pub(crate) index: u64,
}

/// That a line stands in a trail at a certain place: the hashes beside its way to the root
/// (RFC 6962 section 2.1.1). Stored as a `strongroom-inclusion-proof/1` document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InclusionProof {
    format: InclusionFormat,
    index: u64,
    size: u64,
    hashes: Vec<Sha256Digest>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum InclusionFormat {
    #[serde(rename = "strongroom-inclusion-proof/1")]
    Version1,
}

/// That a trail is another one, grown: the hashes from which the roots of both follow
/// (RFC 6962 section 2.1.2). Stored as a `strongroom-consistency-proof/1` document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsistencyProof {
    format: ConsistencyFormat,
    old_size: u64,
    new_size: u64,
    hashes: Vec<Sha256Digest>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum ConsistencyFormat {
    #[serde(rename = "strongroom-consistency-proof/1")]
    Version1,
}

impl InclusionProof {
    /// A proof that was received, before it is verified.
    #[must_use]
    pub fn new(index: u64, size: u64, hashes: Vec<Sha256Digest>) -> Self {
        Self { format: InclusionFormat::Version1, index, size, hashes }
    }

    /// The tiles that [`prove`](Self::prove) reads: some ten, in a trail of ten million entries.
    ///
    /// # Errors
    /// If there is no such leaf in a tree of this size.
    pub fn tiles(index: u64, size: u64) -> Result<Vec<TileId>, NoSuchProof> {
        Ok(tiles_for(&inclusion(index, size)?.concat()))
    }

    /// The proof for leaf `index` of the tree with the first `size` leaves.
    ///
    /// # Errors
    /// If there is no such leaf in a tree of this size, or a tile is missing or too short.
    pub fn prove(index: u64, size: u64, tiles: &BTreeMap<TileId, Tile>) -> Result<Self, NoSuchProof> {
        Ok(Self::new(index, size, roots(&inclusion(index, size)?, tiles)?))
    }

    /// The place of the line, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The size of the tree it is proved for.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The hashes, from the leaf up.
    #[must_use]
    pub fn hashes(&self) -> &[Sha256Digest] {
        &self.hashes
    }
}

impl ConsistencyProof {
    /// A proof that was received, before it is verified.
    #[must_use]
    pub fn new(old_size: u64, new_size: u64, hashes: Vec<Sha256Digest>) -> Self {
        Self { format: ConsistencyFormat::Version1, old_size, new_size, hashes }
    }

    /// The tiles that [`prove`](Self::prove) reads.
    ///
    /// # Errors
    /// If the old tree is larger than the new one.
    pub fn tiles(old_size: u64, new_size: u64) -> Result<Vec<TileId>, NoSuchProof> {
        Ok(tiles_for(&consistency(old_size, new_size)?.concat()))
    }

    /// The proof that the first `old_size` leaves of the tree with `new_size` are the older tree.
    ///
    /// # Errors
    /// If the old tree is larger than the new one, or a tile is missing or too short.
    pub fn prove(old_size: u64, new_size: u64, tiles: &BTreeMap<TileId, Tile>) -> Result<Self, NoSuchProof> {
        Ok(Self::new(old_size, new_size, roots(&consistency(old_size, new_size)?, tiles)?))
    }

    /// The size of the older tree.
    #[must_use]
    pub const fn old_size(&self) -> u64 {
        self.old_size
    }

    /// The size of the newer tree.
    #[must_use]
    pub const fn new_size(&self) -> u64 {
        self.new_size
    }

    /// The hashes, from the leaves up.
    #[must_use]
    pub fn hashes(&self) -> &[Sha256Digest] {
        &self.hashes
    }
}

/// The hashes of a proof, each as the complete subtrees it is made of, from left to right.
type Hashes = Vec<Vec<Node>>;

fn roots(hashes: &Hashes, tiles: &BTreeMap<TileId, Tile>) -> Result<Vec<Sha256Digest>, NoSuchProof> {
    hashes.iter().map(|nodes| root(nodes, tiles).ok_or(NoSuchProof::TileMissing)).collect()
}

fn root(nodes: &[Node], tiles: &BTreeMap<TileId, Tile>) -> Option<Sha256Digest> {
    let (last, before) = nodes.split_last()?;
    before
        .iter()
        .rev()
        .try_fold(node_in(tiles, *last)?, |right, node| Some(node_hash(&node_in(tiles, *node)?, &right)))
}

/// `PATH(index, D[size])`.
fn inclusion(index: u64, size: u64) -> Result<Hashes, NoSuchProof> {
    if index >= size {
        return Err(NoSuchProof::NoSuchEntry { index, size });
    }
    let (mut begin, mut end) = (0, size);
    let mut hashes = Vec::new();
    while end - begin > 1 {
        let middle = begin + split(end - begin);
        if index < middle {
            hashes.push(subtrees(middle, end));
            end = middle;
        } else {
            hashes.push(subtrees(begin, middle));
            begin = middle;
        }
    }
    hashes.reverse();
    Ok(hashes)
}

/// `PROOF(old, D[new])`; nothing where one tree is empty or both are the same.
fn consistency(old: u64, new: u64) -> Result<Hashes, NoSuchProof> {
    if old > new {
        return Err(NoSuchProof::Shrunk { old, new });
    }
    let mut hashes = Vec::new();
    if old == 0 || old == new {
        return Ok(hashes);
    }
    // `whole`: the older tree's root is still that of the subtree at hand, and known.
    let (mut begin, mut end, mut whole) = (0, new, true);
    while old < end {
        let middle = begin + split(end - begin);
        if old <= middle {
            hashes.push(subtrees(middle, end));
            end = middle;
        } else {
            hashes.push(subtrees(begin, middle));
            begin = middle;
            whole = false;
        }
    }
    if !whole {
        hashes.push(subtrees(begin, end));
    }
    hashes.reverse();
    Ok(hashes)
}

/// The largest power of two below a size of at least 2.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The complete subtrees that make up the leaves from `begin` to `end`, from left to right. `begin`
/// is a multiple of the largest of them.
fn subtrees(mut begin: u64, end: u64) -> Vec<Node> {
    let mut nodes = Vec::new();
    while begin < end {
        let level = (end - begin).ilog2();
        nodes.push(Node { level, index: begin >> level });
        begin += 1 << level;
    }
    nodes
}

/// A proof that cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoSuchProof {
    /// The trail has no such entry.
    #[error("a trail of {size} entries has no entry {index}; ask for one below its length")]
    NoSuchEntry {
        /// The entry.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The older trail is longer than the newer one.
    #[error("a trail of {new} entries cannot have grown from one of {old}; exchange the two")]
    Shrunk {
        /// The size that was said to be the older.
        old: u64,
        /// The size that was said to be the newer.
        new: u64,
    },
    /// A tile is missing or too short.
    #[error("a tile of the tree is missing or too short; rebuild the tree from the entries")]
    TileMissing,
}
