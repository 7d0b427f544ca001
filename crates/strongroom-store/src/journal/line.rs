//! One commit as one line of the journal:
//!
//! ```text
//!   {"digest":"64 hexadecimal digits","commit":{"entries":["…"],"change":{"record":…,"version":1}}}
//! ```
//!
//! The digest is the SHA-256 of a fixed prefix, the digest in the line before (32 zero bytes for
//! the first) and the bytes of the commit, which are therefore not read before they are known to be
//! those that were written. Everything else in a line has one spelling.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use strongroom_audit::{Entry, LineError};
use strongroom_primitives::{NonEmpty, Sha256Digest};

use crate::document::is_of_later_format;
use crate::state::{Change, Step, try_map};

/// Separates these digests from all others.
const DIGEST_DOMAIN: &[u8] = b"strongroom-journal/1 line\n";
/// What comes before the first line.
pub(crate) const START: Sha256Digest = Sha256Digest::from_bytes([0; 32]);

const BEFORE_DIGEST: &str = r#"{"digest":""#;
const BEFORE_COMMIT: &str = r#"","commit":"#;
const AFTER_COMMIT: &str = "}";

/// The step as it is written, with each entry as the line it is in an exported trail.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written<C> {
    entries: NonEmpty<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<C>,
}

/// Why a line is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It is not what was written. In fixed words, for they end in an error.
    Damaged(&'static str),
    /// It is what a later version of the program wrote.
    OfLaterFormat,
}

/// The line for a step after the line with the digest `previous`, with its line feed; and its own
/// digest.
pub(crate) fn encode(
    previous: Sha256Digest,
    step: &Step,
) -> Result<(Vec<u8>, Sha256Digest), serde_json::Error> {
    let entries = try_map(&step.entries, |entry| Ok::<_, serde_json::Error>(entry.to_line()))?;
    let commit = serde_json::to_string(&Written { entries, change: step.change.as_ref() })?;
    Ok(seal(previous, &commit))
}

/// The line around a commit, with its line feed; and its digest.
pub(crate) fn seal(previous: Sha256Digest, commit: &str) -> (Vec<u8>, Sha256Digest) {
    let digest = digest(previous, commit.as_bytes());
    let line = format!("{BEFORE_DIGEST}{digest}{BEFORE_COMMIT}{commit}{AFTER_COMMIT}\n");
    (line.into_bytes(), digest)
}

/// Reads a line without its line feed: its step and its digest.
pub(crate) fn decode(previous: Sha256Digest, line: &[u8]) -> Result<(Step, Sha256Digest), Flaw> {
    let damaged = Flaw::Damaged("a line was changed after it was written");
    let (commit, digest) = unseal(previous, line).ok_or(damaged)?;
    let written: Written<Change> = serde_json::from_slice(commit).map_err(|_| {
        if is_of_later_format(commit) {
            Flaw::OfLaterFormat
        } else {
            Flaw::Damaged("a line is not a commit that this version of the program knows")
        }
    })?;
    let entries = try_map(&written.entries, |line| Entry::from_line(line)).map_err(|error| match error {
        LineError::NewerFormat => Flaw::OfLaterFormat,
        _ => Flaw::Damaged("an audit entry cannot be read"),
    })?;
    Ok((Step { entries, change: written.change }, digest))
}

/// The commit in a line, if the line is what was written.
pub(crate) fn unseal(previous: Sha256Digest, line: &[u8]) -> Option<(&[u8], Sha256Digest)> {
    let line = line.strip_prefix(BEFORE_DIGEST.as_bytes())?.strip_suffix(AFTER_COMMIT.as_bytes())?;
    let (written, rest) = line.split_at_checked(64)?;
    let commit = rest.strip_prefix(BEFORE_COMMIT.as_bytes())?;
    let written: Sha256Digest = std::str::from_utf8(written).ok()?.parse().ok()?;
    (written == digest(previous, commit)).then_some((commit, written))
}

fn digest(previous: Sha256Digest, commit: &[u8]) -> Sha256Digest {
    let digest = Sha256::new()
        .chain_update(DIGEST_DOMAIN)
        .chain_update(previous.as_bytes())
        .chain_update(commit)
        .finalize();
    Sha256Digest::from_bytes(digest.into())
}
