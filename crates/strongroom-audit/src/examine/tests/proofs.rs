//! The same trail as a Merkle tree, judged by an independent implementation: it takes our proof of every
//! entry, and from what was tampered with at any entry no proof leads back to a head that was kept.

use std::collections::BTreeMap;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof as OtherConsistency, InclusionProof as OtherInclusion, RootHash};
use sha2::Sha256;

use super::*;
use crate::{ConsistencyProof, InclusionProof, NoSuchProof, Tile, TileId, TreeEdge};

type Tiles = BTreeMap<TileId, Tile>;

fn bytes(hashes: &[Sha256Digest]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.as_bytes()).copied().collect()
}

fn root(head: &TreeHead) -> RootHash<Sha256> {
    RootHash::new((*head.root().as_bytes()).into(), head.size())
}

#[test]
fn every_entry_is_proved_to_another_implementation_and_nothing_else_in_its_place() {
    let (mut edge, mut tiles) = (TreeEdge::new(), Tiles::new());
    edge.extend(TRAIL.lines.iter().map(|line| leaf_hash(line.as_bytes())), &mut tiles);
    let mut other = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    TRAIL.lines.iter().for_each(|line| other.push(line.clone().into_bytes()));
    let head = edge.head();
    assert_eq!(other.root().as_bytes().as_slice(), head.root().as_bytes());
    for at in 0..LENGTH {
        let index = at as u64;
        let ours = InclusionProof::prove(index, head.size(), &tiles).unwrap();
        let theirs = other.prove_inclusion(at);
        assert_eq!(bytes(ours.hashes()), theirs.as_bytes(), "entry {at}");
        ours.verify(leaf_hash(TRAIL.lines[at].as_bytes()), &head).unwrap();
        let ours = OtherInclusion::<Sha256>::try_from_bytes(bytes(ours.hashes())).unwrap();
        let judged = |line: &str| other.root().verify_inclusion(&line.as_bytes().to_vec(), index, &ours);
        judged(&TRAIL.lines[at]).unwrap();
        let neighbour = line(at + 1).unwrap_or_else(|| &TRAIL.lines[at - 1]);
        for (what, tampered) in
            [("flipped", flipped(at).as_str()), ("exchanged", neighbour), ("foreign", &FOREIGN.lines[at])]
        {
            assert!(judged(tampered).is_err(), "entry {at}, {what}");
        }
    }
}

/// A line of the trail, or one by which it has grown since.
fn grown(at: usize) -> &'static str {
    line(at).unwrap_or_else(|| &FOREIGN.lines[at - LENGTH])
}

/// What is done to the trail from this entry on; the lines from there to another place.
type Tampering = (&'static str, fn(from: usize, to: usize) -> Vec<String>);

fn owned<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    lines.into_iter().map(str::to_owned).collect()
}

const TAMPERINGS: [Tampering; 6] = [
    ("flipped", |from, to| [vec![flipped(from)], owned((from + 1..to).map(grown))].concat()),
    ("dropped", |from, to| owned((from + 1..=to).map(grown))),
    ("exchanged", |from, to| {
        owned([grown(from + 1), grown(from)].into_iter().chain((from + 2..to).map(grown)))
    }),
    ("repeated", |from, to| owned([grown(from)].into_iter().chain((from..to - 1).map(grown)))),
    ("spliced", |from, to| owned((from..to).map(|at| FOREIGN.lines[at % LENGTH].as_str()))),
    ("forked", |from, to| {
        let mut chain = TRAIL.chains[from].clone();
        let answer = |at| if at == from { Answer::Suppressed } else { Answer::Exact };
        (from..to).map(|at| chain.append(event(at, answer(at))).unwrap().to_line()).collect()
    }),
];

/// Repeating an entry shows behind it, where the next head may already have been kept.
fn first_wrong(what: &str, at: usize) -> usize {
    at + usize::from(what == "repeated")
}

#[test]
fn no_tampered_trail_is_consistent_with_a_head_that_was_kept() {
    let (mut edge, mut tiles) = (TreeEdge::new(), Tiles::new());
    for at in 0..LENGTH {
        for (what, tamper) in TAMPERINGS {
            let kept = (first_wrong(what, at) / KEPT_EVERY + 1) * KEPT_EVERY;
            // The last entry repeated is a trail that has grown, and agrees with every head before it.
            let Some(known) = TRAIL.kept.get(kept / KEPT_EVERY - 1) else { continue };
            let (mut tampered, mut written) = (edge.clone(), Tiles::new());
            let lines = tamper(at, kept + 1);
            tampered.extend(lines.iter().map(|line| leaf_hash(line.as_bytes())), &mut written);
            let shown = tampered.head();
            assert_eq!(shown.size(), kept as u64 + 1, "{what} at entry {at}");

            let named = ConsistencyProof::tiles(known.size(), shown.size()).unwrap();
            let read =
                |id: &TileId| written.get(id).or_else(|| tiles.get(id)).cloned().map(|tile| (*id, tile));
            let proof =
                ConsistencyProof::prove(known.size(), shown.size(), &named.iter().filter_map(read).collect())
                    .unwrap();
            assert!(proof.verify(known, &shown).is_err(), "{what} at entry {at}");
            let proof = OtherConsistency::<Sha256>::try_from_bytes(bytes(proof.hashes())).unwrap();
            let judged = root(&shown).verify_consistency(&root(known), &proof);
            assert!(judged.is_err(), "{what} at entry {at}, to the other implementation");
        }
        // Cut off here, the trail is shorter than the last head that was kept: there is no proof at all.
        assert_eq!(
            ConsistencyProof::tiles(LENGTH as u64, at as u64),
            Err(NoSuchProof::Shrunk { old: LENGTH as u64, new: at as u64 })
        );
        let before = edge.head();
        edge.extend([leaf_hash(TRAIL.lines[at].as_bytes())], &mut tiles);
        // What was not tampered with is consistent, to both.
        if at > 0 {
            let proof = ConsistencyProof::prove(before.size(), edge.head().size(), &tiles).unwrap();
            proof.verify(&before, &edge.head()).unwrap();
            let proof = OtherConsistency::<Sha256>::try_from_bytes(bytes(proof.hashes())).unwrap();
            root(&edge.head()).verify_consistency(&root(&before), &proof).unwrap();
        }
    }
    assert_eq!(edge.head(), *TRAIL.kept.last().unwrap());
}
