//! Checking proofs, by the algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2: another way than
//! the one they are made by.

use strongroom_primitives::Sha256Digest;

use super::{ConsistencyProof, InclusionProof, MAX_PROOF_HASHES, TreeHead, node_hash};

impl InclusionProof {
    /// Checks that the leaf with this [`leaf_hash`](crate::leaf_hash) stands at the proof's place in
    /// the tree with this head.
    ///
    /// # Errors
    /// If it is not proved.
    pub fn verify(&self, leaf: Sha256Digest, head: &TreeHead) -> Result<(), ProofError> {
        if self.size() != head.size() {
            return Err(ProofError::OtherSize { proved: self.size(), size: head.size() });
        }
        if self.index() >= self.size() || self.hashes().len() > MAX_PROOF_HASHES {
            return Err(ProofError::Malformed);
        }
        let (mut place, mut last) = (self.index(), self.size() - 1);
        let mut root = leaf;
        for hash in self.hashes() {
            if last == 0 {
                return Err(ProofError::Malformed);
            }
            if place & 1 == 1 || place == last {
                root = node_hash(hash, &root);
                let skip = place.trailing_zeros();
                place = place.checked_shr(skip).unwrap_or(0);
                last = last.checked_shr(skip).unwrap_or(0);
            } else {
                root = node_hash(&root, hash);
            }
            place >>= 1;
            last >>= 1;
        }
        if last != 0 {
            return Err(ProofError::Malformed);
        }
        if root == head.root() { Ok(()) } else { Err(ProofError::OtherRoot) }
    }
}

impl ConsistencyProof {
    /// Checks that the tree with the head `old`, grown, is the tree with the head `new`: nothing in
    /// it was changed, dropped or put in between.
    ///
    /// # Errors
    /// If it is not proved.
    pub fn verify(&self, old: &TreeHead, new: &TreeHead) -> Result<(), ProofError> {
        for (proved, size) in [(self.old_size(), old.size()), (self.new_size(), new.size())] {
            if proved != size {
                return Err(ProofError::OtherSize { proved, size });
            }
        }
        if old.size() > new.size() || self.hashes().len() > MAX_PROOF_HASHES {
            return Err(ProofError::Malformed);
        }
        if old.size() == 0 || old.size() == new.size() {
            let same = if old.size() == 0 { *old == TreeHead::empty() } else { old == new };
            return match (self.hashes().is_empty(), same) {
                (true, true) => Ok(()),
                (false, _) => Err(ProofError::Malformed),
                (true, false) => Err(ProofError::OtherRoot),
            };
        }
        self.verify_grown(old, new)
    }

    fn verify_grown(&self, old: &TreeHead, new: &TreeHead) -> Result<(), ProofError> {
        // A complete older tree is a node of the newer one, and its root is known.
        let known = old.size().is_power_of_two().then(|| old.root());
        let mut hashes = known.into_iter().chain(self.hashes().iter().copied());
        let (mut place, mut last) = (old.size() - 1, new.size() - 1);
        let skip = place.trailing_ones();
        place = place.checked_shr(skip).unwrap_or(0);
        last = last.checked_shr(skip).unwrap_or(0);
        let first = hashes.next().ok_or(ProofError::Malformed)?;
        let (mut old_root, mut new_root) = (first, first);
        for hash in hashes {
            if last == 0 {
                return Err(ProofError::Malformed);
            }
            if place & 1 == 1 || place == last {
                old_root = node_hash(&hash, &old_root);
                new_root = node_hash(&hash, &new_root);
                let skip = place.trailing_zeros();
                place = place.checked_shr(skip).unwrap_or(0);
                last = last.checked_shr(skip).unwrap_or(0);
            } else {
                new_root = node_hash(&new_root, &hash);
            }
            place >>= 1;
            last >>= 1;
        }
        if last != 0 {
            return Err(ProofError::Malformed);
        }
        if old_root == old.root() && new_root == new.root() { Ok(()) } else { Err(ProofError::OtherRoot) }
    }
}

/// A proof does not prove what it is to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The proof is about a tree of another size.
    #[error(
        "the proof is about {proved} entries and the checkpoint about {size}; ask for a proof for that checkpoint"
    )]
    OtherSize {
        /// The size in the proof.
        proved: u64,
        /// The size in the head.
        size: u64,
    },
    /// No proof about trees of these sizes has this form.
    #[error("the proof has too many or too few hashes; ask for it again")]
    Malformed,
    /// The proof leads to another root.
    #[error("the proof leads to another root; the trail is not the one of the checkpoint")]
    OtherRoot,
}
