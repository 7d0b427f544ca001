//! Checkpoints that are signed, in the form that transparency logs use: a signed note (C2SP
//! signed-note) over a checkpoint (C2SP tlog-checkpoint).
//!
//! ```text
//!   strongroom.example.org/trail        the origin: which trail
//!   10000                               its entries
//!   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2…   the root over them, in base64
//!
//!   — strongroom.example.org/trail Az3grlgt…     key id and Ed25519 signature, in base64
//! ```

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sha2::{Digest, Sha256};
use strongroom_primitives::Sha256Digest;

use crate::TreeHead;

/// The signature type of Ed25519 in signed notes.
const ED25519_TYPE: u8 = 0x01;
const SIGNATURE_PREFIX: &str = "\u{2014} ";
/// The longest note that is read, in bytes.
const LONGEST: usize = 16_384;

/// The name of a trail, which is the name of its key too: 1 to 200 printable characters without
/// spaces and plus signs, by convention a URL without a scheme.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

impl Origin {
    /// The name, if it may be one.
    ///
    /// # Errors
    /// If it is empty, too long, or has a character that names do not have.
    pub fn new(name: &str) -> Result<Self, NoteError> {
        let fits = (1..=200).contains(&name.chars().count());
        let odd = |character: char| character.is_whitespace() || character.is_control() || character == '+';
        if fits && !name.contains(odd) { Ok(Self(name.to_owned())) } else { Err(NoteError::BadName) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The secret key that signs the checkpoints of a trail.
pub struct CheckpointKey {
    origin: Origin,
    pair: Ed25519KeyPair,
}

impl CheckpointKey {
    /// The key of a trail, from 32 secret random bytes (RFC 8032 section 5.1.5).
    ///
    /// # Errors
    /// If the bytes are no seed.
    pub fn from_seed(origin: Origin, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| NoteError::BadKey)?;
        Ok(Self { origin, pair })
    }

    /// What others check its signatures with.
    #[must_use]
    pub fn verifier(&self) -> CheckpointVerifier {
        let mut key = [0; 32];
        key.iter_mut().zip(self.pair.public_key().as_ref()).for_each(|(to, from)| *to = *from);
        CheckpointVerifier { origin: self.origin.clone(), key }
    }

    /// Signs the head of the trail.
    #[must_use]
    pub fn sign(&self, head: &TreeHead) -> SignedCheckpoint {
        let root = STANDARD.encode(head.root().as_bytes());
        let text = format!("{}\n{}\n{root}\n", self.origin, head.size());
        SignedCheckpoint(self.sign_text(&text))
    }

    fn sign_text(&self, text: &str) -> String {
        let mut signature = self.verifier().key_id().to_vec();
        signature.extend(self.pair.sign(text.as_bytes()).as_ref());
        format!("{text}\n{SIGNATURE_PREFIX}{} {}\n", self.origin, STANDARD.encode(signature))
    }
}

impl fmt::Debug for CheckpointKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckpointKey").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// The public key of a trail. Written as signed notes write them: name, key id and key, joined by
/// plus signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointVerifier {
    origin: Origin,
    key: [u8; 32],
}

impl CheckpointVerifier {
    /// The trail whose checkpoints it verifies.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Checks who signed a checkpoint, and says what it is about. Signatures of others, such as of
    /// witnesses, are passed over.
    ///
    /// # Errors
    /// If it is no checkpoint, is about another trail, or does not bear this key's signature.
    pub fn verify(&self, checkpoint: &SignedCheckpoint) -> Result<VerifiedCheckpoint, NoteError> {
        let text = self.verify_text(&checkpoint.0)?;
        let mut lines = text.lines();
        let (origin, size, root) = (lines.next(), lines.next(), lines.next());
        if origin != Some(self.origin.as_str()) {
            return Err(NoteError::OtherOrigin);
        }
        let size = size.filter(|size| *size == "0" || !size.starts_with(['0', '+']));
        let size = size.and_then(|size| size.parse().ok()).ok_or(NoteError::Malformed)?;
        let root = STANDARD.decode(root.ok_or(NoteError::Malformed)?).map_err(|_| NoteError::Malformed)?;
        let root = <[u8; 32]>::try_from(root).map_err(|_| NoteError::Malformed)?;
        Ok(VerifiedCheckpoint { head: TreeHead::new(size, Sha256Digest::from_bytes(root)) })
    }

    /// The signed text with its last line feed.
    fn verify_text<'a>(&self, note: &'a str) -> Result<&'a str, NoteError> {
        let (text, signatures) = note.rsplit_once("\n\n").ok_or(NoteError::Malformed)?;
        // The blank line belongs to neither; the line feed before it to the text.
        let text = note.get(..=text.len()).ok_or(NoteError::Malformed)?;
        for line in signatures.strip_suffix('\n').ok_or(NoteError::Malformed)?.split('\n') {
            let line = line.strip_prefix(SIGNATURE_PREFIX).ok_or(NoteError::Malformed)?;
            let (name, signature) = line.split_once(' ').ok_or(NoteError::Malformed)?;
            let signature = STANDARD.decode(signature).map_err(|_| NoteError::Malformed)?;
            let (id, signature) = signature.split_first_chunk::<4>().ok_or(NoteError::Malformed)?;
            if name == self.origin.as_str() && *id == self.key_id() {
                let key = UnparsedPublicKey::new(&ED25519, self.key);
                return key
                    .verify(text.as_bytes(), signature)
                    .map(|()| text)
                    .map_err(|_| NoteError::BadSignature);
            }
        }
        Err(NoteError::NotSigned)
    }

    /// The first four bytes of the hash of name and key (C2SP signed-note, "Signatures").
    fn key_id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(self.origin.as_str())
            .chain_update([b'\n', ED25519_TYPE])
            .chain_update(self.key)
            .finalize();
        let mut id = [0; 4];
        id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        id
    }
}

impl fmt::Display for CheckpointVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = u32::from_be_bytes(self.key_id());
        let key = STANDARD.encode([&[ED25519_TYPE][..], &self.key].concat());
        write!(f, "{}+{id:08x}+{key}", self.origin)
    }
}

impl FromStr for CheckpointVerifier {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, rest) = text.split_once('+').ok_or(NoteError::BadKey)?;
        let (_, key) = rest.split_once('+').ok_or(NoteError::BadKey)?;
        let key = STANDARD.decode(key).map_err(|_| NoteError::BadKey)?;
        let key = key.strip_prefix(&[ED25519_TYPE]).and_then(|key| <[u8; 32]>::try_from(key).ok());
        let verifier = Self { origin: Origin::new(name)?, key: key.ok_or(NoteError::BadKey)? };
        if verifier.to_string() == text { Ok(verifier) } else { Err(NoteError::BadKey) }
    }
}

/// The end of a trail with a signature, as text; whose is for [`CheckpointVerifier::verify`] to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint(String);

impl SignedCheckpoint {
    /// Takes the text of a signed note.
    ///
    /// # Errors
    /// If it is too long or has characters that notes do not have.
    pub fn new(text: &str) -> Result<Self, NoteError> {
        let odd = |character: char| character.is_control() && character != '\n';
        if text.len() > LONGEST || text.contains(odd) {
            Err(NoteError::Malformed)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The text, which ends with a line feed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a checkpoint says whose signature was checked. Only [`CheckpointVerifier::verify`] makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifiedCheckpoint {
    head: TreeHead,
}

impl VerifiedCheckpoint {
    /// The head that was signed.
    #[must_use]
    pub const fn head(&self) -> &TreeHead {
        &self.head
    }
}

/// A checkpoint or a key is not what it should be. The messages never repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// No name of a trail.
    #[error(
        "the name has a space, a plus sign or a control character, or is empty or too long; choose another"
    )]
    BadName,
    /// No key.
    #[error("the key is not the Ed25519 key of a signed note; copy it again")]
    BadKey,
    /// No signed checkpoint.
    #[error("the text is not a signed checkpoint; copy it again, with its blank line and its last line feed")]
    Malformed,
    /// A checkpoint of another trail.
    #[error("the checkpoint is about another trail; use the one of this trail")]
    OtherOrigin,
    /// No signature by this key.
    #[error("the checkpoint does not bear this key's signature; use the key that signed it")]
    NotSigned,
    /// A signature that is wrong.
    #[error("the checkpoint was changed after it was signed; do not rely on it")]
    BadSignature,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::leaf_hash;

    /// The example of Go's `note` package, which the specification took over.
    const PUBLISHED_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const PUBLISHED_SEED: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const PUBLISHED_TEXT: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n";
    const PUBLISHED_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn key(name: &str, seed: u8) -> CheckpointKey {
        CheckpointKey::from_seed(Origin::new(name).unwrap(), &[seed; 32]).unwrap()
    }

    #[test]
    fn the_published_example_holds() {
        let seed = STANDARD.decode(PUBLISHED_SEED).unwrap();
        let seed = <[u8; 32]>::try_from(&seed[1..]).unwrap();
        let key = CheckpointKey::from_seed(Origin::new("PeterNeumann").unwrap(), &seed).unwrap();
        assert_eq!(key.verifier().to_string(), PUBLISHED_KEY);
        assert_eq!(key.sign_text(PUBLISHED_TEXT), PUBLISHED_NOTE);
        let verifier: CheckpointVerifier = PUBLISHED_KEY.parse().unwrap();
        assert_eq!(verifier.verify_text(PUBLISHED_NOTE), Ok(PUBLISHED_TEXT));
    }

    #[test]
    fn only_what_was_signed_by_the_key_is_verified() {
        let key = key("example.org/trail", 1);
        let head = TreeHead::new(12, leaf_hash(b"root"));
        let signed = key.sign(&head);
        assert_eq!(*key.verifier().verify(&signed).unwrap().head(), head);
        // With the signature of a witness before and after it.
        let note = signed.as_str();
        let (text, signature) = note.split_once("\n\n").unwrap();
        let other = "\u{2014} witness.example.org AAAAAAAA\n";
        for cosigned in [format!("{note}{other}"), format!("{text}\n\n{other}{signature}")] {
            assert_eq!(*key.verifier().verify(&SignedCheckpoint(cosigned)).unwrap().head(), head);
        }
        for (odd, expected) in [
            (note.replace("\n12\n", "\n13\n"), NoteError::BadSignature),
            (note.replace("example.org/trail ", "example.org/other "), NoteError::NotSigned),
            (note.replace("\n\n", "\n"), NoteError::Malformed),
            (note.trim_end().to_owned(), NoteError::Malformed),
            (format!("{text}\n\n{other}"), NoteError::NotSigned),
        ] {
            let verified = key.verifier().verify(&SignedCheckpoint(odd.clone()));
            assert_eq!(verified, Err(expected), "{odd}");
        }
        assert_eq!(self::key("example.org/trail", 2).verifier().verify(&signed), Err(NoteError::NotSigned));
    }

    #[test]
    fn a_signed_text_that_is_no_checkpoint_is_none() {
        let key = key("t", 1);
        let root = STANDARD.encode([0; 32]);
        for (text, expected) in [
            (format!("u\n1\n{root}\n"), NoteError::OtherOrigin),
            (format!("t\n01\n{root}\n"), NoteError::Malformed),
            (format!("t\n+1\n{root}\n"), NoteError::Malformed),
            (format!("t\n-1\n{root}\n"), NoteError::Malformed),
            ("t\n1\nAAAA\n".to_owned(), NoteError::Malformed),
            ("t\n1\n".to_owned(), NoteError::Malformed),
        ] {
            let signed = SignedCheckpoint(key.sign_text(&text));
            assert_eq!(key.verifier().verify(&signed), Err(expected), "{text}");
        }
        // Lines that a later version adds are signed and passed over.
        let extended = SignedCheckpoint(key.sign_text(&format!("t\n1\n{root}\nextension\n")));
        assert_eq!(key.verifier().verify(&extended).unwrap().head().size(), 1);
    }

    #[test]
    fn odd_names_and_keys_are_refused() {
        for odd in ["", "a b", "a+b", "a\nb", "a\u{2028}b"] {
            assert_eq!(Origin::new(odd), Err(NoteError::BadName), "{odd:?}");
        }
        for (from, to) in [("c74f20a3", "c74f20a4"), ("ARpc", "AhpC"), ("+c74f20a3", ""), ("Peter", "Pete")] {
            let odd = PUBLISHED_KEY.replace(from, to);
            assert!(odd.parse::<CheckpointVerifier>().is_err(), "{odd}");
        }
        assert!(!format!("{:?}", key("t", 77)).contains("77"));
    }

    proptest! {
        #[test]
        fn any_head_comes_back(size: u64, root: [u8; 32], seed: u8) {
            let head = TreeHead::new(size, Sha256Digest::from_bytes(root));
            let key = key("example.org/trail", seed);
            let received = SignedCheckpoint::new(key.sign(&head).as_str()).unwrap();
            let verifier: CheckpointVerifier = key.verifier().to_string().parse().unwrap();
            prop_assert_eq!(*verifier.verify(&received).unwrap().head(), head);
        }

        #[test]
        fn any_text_is_judged(text in "(?s).{0,200}") {
            let note = SignedCheckpoint::new(&text);
            prop_assert!(note.is_err() || key("t", 1).verifier().verify(&note.unwrap()).is_err());
        }
    }
}
