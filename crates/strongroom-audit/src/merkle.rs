//! The Merkle tree of RFC 6962 over the lines of a trail: hashes, a tree that grows at its right
//! edge, and the two kinds of proof.

mod proof;
#[cfg(test)]
mod tests;
mod tiles;
mod verify;

use sha2::{Digest, Sha256};
use strongroom_primitives::Sha256Digest;

use proof::Node;
pub use proof::{ConsistencyProof, InclusionProof, MAX_PROOF_HASHES, NoSuchProof};
pub use tiles::{EdgeError, TILE_WIDTH, Tile, TileId, TreeEdge};
pub use verify::ProofError;

/// The prefixes that keep a leaf from being taken for a node (RFC 6962 section 2.1).
const LEAF: [u8; 1] = [0x00];
const NODE: [u8; 1] = [0x01];

/// The hash of a leaf: of the byte 0 and the leaf's bytes (RFC 6962 section 2.1). The leaves of a
/// trail are its lines, without line feeds.
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> Sha256Digest {
    Sha256Digest::from_bytes(Sha256::new().chain_update(LEAF).chain_update(leaf).finalize().into())
}

/// The hash of a node: of the byte 1 and the hashes of its two children.
pub(crate) fn node_hash(left: &Sha256Digest, right: &Sha256Digest) -> Sha256Digest {
    let digest = Sha256::new()
        .chain_update(NODE)
        .chain_update(left.as_bytes())
        .chain_update(right.as_bytes())
        .finalize();
    Sha256Digest::from_bytes(digest.into())
}

/// The hash of a tree without leaves: that of nothing.
pub(crate) fn empty_root() -> Sha256Digest {
    Sha256Digest::from_bytes(Sha256::digest([]).into())
}

/// The size of a tree and its root: what a checkpoint signs, and what proofs are checked against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeHead {
    size: u64,
    root: Sha256Digest,
}

impl TreeHead {
    /// The head of a tree with so many leaves and this root.
    #[must_use]
    pub const fn new(size: u64, root: Sha256Digest) -> Self {
        Self { size, root }
    }

    /// The head of the tree without leaves.
    #[must_use]
    pub fn empty() -> Self {
        Self::new(0, empty_root())
    }

    /// The number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root hash.
    #[must_use]
    pub const fn root(&self) -> Sha256Digest {
        self.root
    }
}

/// A growing tree of which only the roots of its largest complete subtrees are kept: at most 64
/// hashes, however many leaves there are (a compact range from leaf 0).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompactTree {
    size: u64,
    // INVARIANT: one hash for each bit of `size` that is set, that of the highest bit first.
    roots: Vec<Sha256Digest>,
}

impl CompactTree {
    /// A tree without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a leaf, given its [`leaf_hash`], at the right end.
    pub fn push(&mut self, leaf: Sha256Digest) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.roots.pop() else { break };
            hash = node_hash(&left, &hash);
        }
        self.roots.push(hash);
        self.size = self.size.saturating_add(1);
    }

    /// The number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The size and the root.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        TreeHead::new(self.size, join(self.roots.iter().rev().copied()).unwrap_or_else(empty_root))
    }
}

/// The root over complete subtrees, from the rightmost and smallest to the leftmost.
fn join(mut roots: impl Iterator<Item = Sha256Digest>) -> Option<Sha256Digest> {
    let last = roots.next()?;
    Some(roots.fold(last, |right, left| node_hash(&left, &right)))
}
