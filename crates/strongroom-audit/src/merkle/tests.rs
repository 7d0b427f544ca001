//! The tree against the published vectors of Certificate Transparency, and against an independent
//! implementation: roots, proofs hash by hash, and both verifiers on both sides' proofs.

use std::collections::BTreeMap;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof as OtherConsistency, InclusionProof as OtherInclusion};
use proptest::prelude::*;
use sha2::Sha256;
use strongroom_primitives::Sha256Digest;

use super::*;

/// The leaves of the reference tests of Certificate Transparency.
const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];

/// Their roots: of no leaf, the first, the first two, …
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// Index, size, and the hashes of the published inclusion proofs.
const INCLUSIONS: [(u64, u64, &[&str]); 2] = [
    (
        0,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
];

/// Old size, new size, and the hashes of the published consistency proofs.
const CONSISTENCIES: [(u64, u64, &[&str]); 3] = [
    (
        2,
        5,
        &[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (
        6,
        7,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
];

/// A tree that is kept in tiles, and its heads at every size.
struct Kept {
    tiles: BTreeMap<TileId, Tile>,
    heads: Vec<TreeHead>,
}

impl Kept {
    fn of<'a>(leaves: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let (mut edge, mut tree) = (TreeEdge::new(), CompactTree::new());
        let (mut tiles, mut heads) = (BTreeMap::new(), vec![TreeHead::empty()]);
        for leaf in leaves {
            edge.extend([leaf_hash(leaf)], &mut tiles);
            tree.push(leaf_hash(leaf));
            assert_eq!(edge.head(), tree.head());
            heads.push(tree.head());
        }
        Self { tiles, heads }
    }

    /// The head of the first `size` leaves.
    fn head(&self, size: u64) -> &TreeHead {
        &self.heads[usize::try_from(size).unwrap()]
    }

    /// With no more tiles than the proof says that it reads.
    fn inclusion(&self, index: u64, size: u64) -> InclusionProof {
        let named = InclusionProof::tiles(index, size).unwrap();
        let tiles = named.iter().map(|id| (*id, self.tiles[id].clone())).collect();
        InclusionProof::prove(index, size, &tiles).unwrap()
    }

    fn consistency(&self, old: u64, new: u64) -> ConsistencyProof {
        let named = ConsistencyProof::tiles(old, new).unwrap();
        let tiles = named.iter().map(|id| (*id, self.tiles[id].clone())).collect();
        ConsistencyProof::prove(old, new, &tiles).unwrap()
    }
}

fn published(hashes: &[&str]) -> Vec<Sha256Digest> {
    hashes.iter().map(|hash| hash.parse().unwrap()).collect()
}

fn numbered(count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|number| number.to_be_bytes().to_vec()).collect()
}

fn bytes(hashes: &[Sha256Digest]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.as_bytes()).copied().collect()
}

#[test]
fn the_published_vectors_hold() {
    let kept = Kept::of(LEAVES);
    assert_eq!(kept.heads.iter().map(TreeHead::root).collect::<Vec<_>>(), published(&ROOTS));
    for (index, size, hashes) in INCLUSIONS {
        assert_eq!(kept.inclusion(index, size).hashes(), published(hashes));
    }
    for (old, new, hashes) in CONSISTENCIES {
        assert_eq!(kept.consistency(old, new).hashes(), published(hashes));
    }
}

/// Every proof in every tree of up to 70 leaves, which is more than two tiles: the same hashes as
/// the other implementation's, and each verifier takes the other's.
#[test]
fn another_implementation_agrees() {
    let leaves = numbered(70);
    let kept = Kept::of(leaves.iter().map(Vec::as_slice));
    let mut other = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for size in 1..=70_u64 {
        other.push(leaves[usize::try_from(size - 1).unwrap()].clone());
        let head = kept.head(size);
        assert_eq!(other.root().as_bytes().as_slice(), head.root().as_bytes(), "the root of {size} leaves");
        for index in 0..size {
            let leaf = &leaves[usize::try_from(index).unwrap()];
            let ours = kept.inclusion(index, size);
            let theirs = other.prove_inclusion(usize::try_from(index).unwrap());
            assert_eq!(bytes(ours.hashes()), theirs.as_bytes(), "entry {index} of {size}");
            ours.verify(leaf_hash(leaf), head).unwrap();
            let ours = OtherInclusion::<Sha256>::try_from_bytes(bytes(ours.hashes())).unwrap();
            other.root().verify_inclusion(leaf, index, &ours).unwrap();
        }
        for old in 1..size {
            let ours = kept.consistency(old, size);
            let theirs = other.prove_consistency(usize::try_from(size - old).unwrap());
            assert_eq!(bytes(ours.hashes()), theirs.as_bytes(), "from {old} to {size}");
            ours.verify(kept.head(old), head).unwrap();
            let ours = OtherConsistency::<Sha256>::try_from_bytes(bytes(ours.hashes())).unwrap();
            let old = kept.head(old);
            let old = ct_merkle::RootHash::new((*old.root().as_bytes()).into(), old.size());
            other.root().verify_consistency(&old, &ours).unwrap();
        }
    }
}

#[test]
fn nothing_but_the_proof_proves() {
    let leaves = numbered(40);
    let kept = Kept::of(leaves.iter().map(Vec::as_slice));
    for size in 2..=40 {
        let head = kept.head(size);
        for index in 0..size {
            let proof = kept.inclusion(index, size);
            let leaf = leaf_hash(&leaves[usize::try_from(index).unwrap()]);
            for changed in damaged(proof.hashes()) {
                let changed = InclusionProof::new(index, size, changed);
                assert!(changed.verify(leaf, head).is_err(), "{index} of {size}");
            }
            for other in (0..size + 2).filter(|other| *other != index) {
                let moved = InclusionProof::new(other, size, proof.hashes().to_vec());
                assert!(moved.verify(leaf, head).is_err(), "{index} as {other} of {size}");
            }
            assert!(proof.verify(leaf_hash(b"another"), head).is_err());
            assert!(proof.verify(leaf, &TreeHead::new(size, leaf)).is_err());
        }
        for old in 1..size {
            let proof = kept.consistency(old, size);
            for changed in damaged(proof.hashes()) {
                let changed = ConsistencyProof::new(old, size, changed);
                assert!(changed.verify(kept.head(old), head).is_err(), "{old} to {size}");
            }
            let forked = TreeHead::new(old, leaf_hash(b"a fork"));
            assert_eq!(proof.verify(&forked, head), Err(ProofError::OtherRoot), "{old} to {size}");
            let forked = TreeHead::new(size, leaf_hash(b"a fork"));
            assert_eq!(proof.verify(kept.head(old), &forked), Err(ProofError::OtherRoot), "{old} to {size}");
        }
    }
}

/// The hashes with one changed, one left out, one more, and two exchanged.
fn damaged(hashes: &[Sha256Digest]) -> Vec<Vec<Sha256Digest>> {
    let mut all = vec![[hashes, &[leaf_hash(b"one more")]].concat()];
    for at in 0..hashes.len() {
        let mut changed = hashes.to_vec();
        changed[at] = leaf_hash(b"changed");
        all.push(changed);
        let mut dropped = hashes.to_vec();
        dropped.remove(at);
        all.push(dropped);
        if at > 0 {
            let mut exchanged = hashes.to_vec();
            exchanged.swap(at - 1, at);
            all.push(exchanged);
        }
    }
    all
}

#[test]
fn the_ends_are_what_they_should_be() {
    let kept = Kept::of(LEAVES);
    for size in 0..=8 {
        let (same, from_nothing) = (kept.consistency(size, size), kept.consistency(0, size));
        same.verify(kept.head(size), kept.head(size)).unwrap();
        from_nothing.verify(kept.head(0), kept.head(size)).unwrap();
        let nothing_else = TreeHead::new(0, leaf_hash(b"not nothing"));
        assert!(size == 0 || from_nothing.verify(&nothing_else, kept.head(size)).is_err());
    }
    let none = BTreeMap::new();
    assert_eq!(InclusionProof::tiles(8, 8), Err(NoSuchProof::NoSuchEntry { index: 8, size: 8 }));
    assert_eq!(ConsistencyProof::tiles(8, 7), Err(NoSuchProof::Shrunk { old: 8, new: 7 }));
    assert_eq!(InclusionProof::prove(3, 8, &none), Err(NoSuchProof::TileMissing));
    // The largest tree there can be: nothing overflows.
    assert_eq!(InclusionProof::tiles(u64::MAX - 1, u64::MAX).unwrap().len(), 13);
    assert_eq!(ConsistencyProof::tiles(u64::MAX - 1, u64::MAX).unwrap().len(), 13);
}

#[test]
fn an_edge_is_resumed_at_every_size_and_only_with_its_own_tiles() {
    let leaves = numbered(2_100);
    let (mut edge, mut tiles) = (TreeEdge::new(), BTreeMap::<TileId, Vec<u8>>::new());
    for leaf in &leaves {
        let named = TreeEdge::tiles_of(edge.head().size());
        let stored = named.iter().map(|id| (*id, Tile::from_bytes(&tiles[id]).unwrap())).collect();
        let mut resumed = TreeEdge::resume(&edge.head(), &stored).unwrap();
        for id in &named {
            let mut damaged = stored.clone();
            damaged.remove(id);
            assert!(matches!(TreeEdge::resume(&edge.head(), &damaged), Err(EdgeError::Missing { .. })));
        }
        let (mut changed, mut changed_in_resumed) = (BTreeMap::new(), BTreeMap::new());
        edge.extend([leaf_hash(leaf)], &mut changed);
        resumed.extend([leaf_hash(leaf)], &mut changed_in_resumed);
        assert_eq!(changed, changed_in_resumed);
        assert_eq!(edge.head(), resumed.head());
        tiles.extend(changed.iter().map(|(id, tile)| (*id, tile.to_bytes())));
    }
    let other = TreeHead::new(2_100, leaf_hash(b"another root"));
    let stored = tiles.iter().map(|(id, tile)| (*id, Tile::from_bytes(tile).unwrap())).collect();
    assert_eq!(TreeEdge::resume(&other, &stored), Err(EdgeError::OtherRoot));
}

proptest! {
    /// Leaves added in whatever portions give the same tree and the same tiles.
    #[test]
    fn portions_do_not_matter(portions in prop::collection::vec(0_usize..150, 0..12)) {
        let leaves: Vec<_> = numbered(portions.iter().sum::<usize>() as u64).iter().map(|leaf| leaf_hash(leaf)).collect();
        let (mut at_once, mut all) = (TreeEdge::new(), BTreeMap::new());
        at_once.extend(leaves.iter().copied(), &mut all);
        let (mut in_portions, mut tiles, mut rest) = (TreeEdge::new(), BTreeMap::new(), &leaves[..]);
        for portion in portions {
            let (now, later) = rest.split_at(portion);
            in_portions.extend(now.iter().copied(), &mut tiles);
            rest = later;
        }
        prop_assert_eq!(&at_once, &in_portions);
        prop_assert_eq!(all, tiles);
        let mut tree = CompactTree::new();
        leaves.iter().for_each(|leaf| tree.push(*leaf));
        prop_assert_eq!(tree.head(), at_once.head());
    }

    #[test]
    fn proofs_come_back_from_their_text(index: u64, size: u64, hashes in prop::collection::vec(any::<[u8; 32]>(), 0..5)) {
        let hashes: Vec<_> = hashes.into_iter().map(Sha256Digest::from_bytes).collect();
        let inclusion = InclusionProof::new(index, size, hashes.clone());
        let json = serde_json::to_string(&inclusion).unwrap();
        prop_assert_eq!(serde_json::from_str::<InclusionProof>(&json).unwrap(), inclusion);
        let consistency = ConsistencyProof::new(index, size, hashes);
        let json = serde_json::to_string(&consistency).unwrap();
        prop_assert_eq!(serde_json::from_str::<ConsistencyProof>(&json).unwrap(), consistency);
    }

    /// Whatever is received as a proof is judged, without a panic.
    #[test]
    fn any_proof_is_judged(numbers: [u64; 3], hashes in prop::collection::vec(any::<[u8; 32]>(), 0..70)) {
        let hashes: Vec<_> = hashes.into_iter().map(Sha256Digest::from_bytes).collect();
        let [a, b, c] = numbers;
        let head = |size| TreeHead::new(size, leaf_hash(b"root"));
        for (a, b) in [(a, b), (a % 64, b % 64), (b, b), (0, a), (a, a.wrapping_add(c % 3))] {
            let inclusion = InclusionProof::new(a, b, hashes.clone());
            let consistency = ConsistencyProof::new(a, b, hashes.clone());
            prop_assert!(inclusion.verify(leaf_hash(b"leaf"), &head(b)).is_err() || (a, b) == (0, 1));
            prop_assert!(consistency.verify(&head(a), &head(b)).is_err() || a == b);
        }
    }
}
