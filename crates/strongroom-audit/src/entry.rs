use serde::Deserialize;
use sha2::{Digest, Sha256};
use strongroom_primitives::Sha256Digest;

use crate::canonical::to_canonical_json;
use crate::{AuditEvent, Checkpoint, leaf_hash};

/// The latest version of the format: the one that is written.
const NEWEST: u32 = 1;

/// The most bytes that an event may have as JSON: 1 MiB, some 15,000 exported files.
pub const MAX_EVENT_BYTES: usize = 1 << 20;
/// An event, and everything else that is written around it.
const MAX_LINE_BYTES: usize = MAX_EVENT_BYTES + 512;

/// An event in its place in the trail.
///
/// Written in a `strongroom-audit/1` line; a `strongroom-audit/0` line is read, and stays one.
///
/// The digest is the SHA-256 of a fixed prefix, the sequence number (8 bytes, big-endian), the
/// previous entry's digest (32 bytes) and the event as canonical JSON: compact, printable ASCII,
/// fields in declared order, absent ones left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    format: Format,
    sequence: u64,
    previous: Sha256Digest,
    event: AuditEvent,
    /// The event as canonical JSON.
    json: String,
    digest: Sha256Digest,
}

impl Entry {
    /// The entry for the next event after this state of the trail.
    pub(crate) fn after(head: &Checkpoint, event: AuditEvent) -> Result<Self, EventTooLarge> {
        // Writing an event cannot fail but for want of room; whatever fails, the act is refused.
        let json = to_canonical_json(&event).map_err(|_| EventTooLarge)?;
        if json.len() > MAX_EVENT_BYTES {
            return Err(EventTooLarge);
        }
        let format = Format::Version1;
        Ok(Self {
            format,
            sequence: head.length(),
            previous: head.digest(),
            digest: format.digest(head.length(), head.digest(), &json),
            event,
            json,
        })
    }

    /// The number of entries before this one.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The digest of the entry before; 32 zero bytes for the first.
    #[must_use]
    pub fn previous(&self) -> Sha256Digest {
        self.previous
    }

    /// What happened.
    #[must_use]
    pub fn event(&self) -> &AuditEvent {
        &self.event
    }

    /// The digest as it is written in the entry. Whether it is right is for
    /// [`Chain::accept`](crate::Chain::accept) to say.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        self.digest
    }

    /// The hash of the entry as a leaf of the trail's Merkle tree: the leaf is its line.
    #[must_use]
    pub fn leaf_hash(&self) -> Sha256Digest {
        leaf_hash(self.to_line().as_bytes())
    }

    pub(crate) fn recalculated_digest(&self) -> Sha256Digest {
        self.format.digest(self.sequence, self.previous, &self.json)
    }

    /// The entry as one line of JSON, without a line feed at its end: printable ASCII, whatever
    /// the event holds.
    #[must_use]
    pub fn to_line(&self) -> String {
        let Self { format, sequence, previous, json, digest, .. } = self;
        let format = format.tag();
        format!(
            r#"{{"format":"{format}","sequence":{sequence},"previous":"{previous}","event":{json},"digest":"{digest}"}}"#
        )
    }

    /// Reads the line that [`to_line`](Self::to_line) writes, and no other spelling of it.
    ///
    /// # Errors
    /// If the line is too long, is no entry, or is spelled otherwise. Whether the entry belongs
    /// where it stands is for [`Chain::accept`](crate::Chain::accept) to say.
    pub fn from_line(line: &str) -> Result<Self, LineError> {
        if line.len() > MAX_LINE_BYTES {
            return Err(LineError::TooLong);
        }
        let not_an_entry = |error: serde_json::Error| LineError::NotAnEntry { column: error.column() };
        let written: Written = serde_json::from_str(line).map_err(|error| {
            if is_of_later_format(line) { LineError::NewerFormat } else { not_an_entry(error) }
        })?;
        let entry = Self {
            format: written.format,
            sequence: written.sequence,
            previous: written.previous,
            json: to_canonical_json(&written.event).map_err(not_an_entry)?,
            event: written.event,
            digest: written.digest,
        };
        // One spelling per entry, so that every byte of a line is covered by the digest.
        if entry.to_line() == line { Ok(entry) } else { Err(LineError::NotCanonical) }
    }
}

impl Format {
    const fn tag(self) -> &'static str {
        match self {
            Self::Version0 => "strongroom-audit/0",
            Self::Version1 => "strongroom-audit/1",
        }
    }

    /// What separates these digests from all others: no file or message has one by accident.
    const fn digest_domain(self) -> &'static [u8] {
        match self {
            Self::Version0 => b"strongroom-audit/0 entry\n",
            Self::Version1 => b"strongroom-audit/1 entry\n",
        }
    }

    fn digest(self, sequence: u64, previous: Sha256Digest, json: &str) -> Sha256Digest {
        let digest = Sha256::new()
            .chain_update(self.digest_domain())
            .chain_update(sequence.to_be_bytes())
            .chain_update(previous.as_bytes())
            .chain_update(json)
            .finalize();
        Sha256Digest::from_bytes(digest.into())
    }
}

/// Whether the line says, where every entry says it, that its format is a later one.
fn is_of_later_format(line: &str) -> bool {
    let version = line.strip_prefix(r#"{"format":"strongroom-audit/"#).and_then(|rest| rest.split_once('"'));
    version.and_then(|(version, _)| version.parse::<u32>().ok()).is_some_and(|version| version > NEWEST)
}

/// A line, before it is known to be one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: Format,
    sequence: u64,
    previous: Sha256Digest,
    event: AuditEvent,
    digest: Sha256Digest,
}

/// The versions of the format. The first one's events knew neither on whose behalf, under which
/// policy, with which receipt nor at what cost somebody acted, and fewer actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-audit/0")]
    Version0,
    #[serde(rename = "strongroom-audit/1")]
    Version1,
}

/// An event is larger than [`MAX_EVENT_BYTES`]; it was not appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the event has more than {MAX_EVENT_BYTES} bytes as JSON; split what it records into several acts")]
pub struct EventTooLarge;

/// A line is not an entry. The messages never repeat the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// Longer than any entry.
    #[error("the line is longer than any entry; check that entries end with line feeds")]
    TooLong,
    /// Not the JSON of an entry.
    #[error("the line is not an audit entry at column {column}; compare it with a copy of the trail")]
    NotAnEntry {
        /// The byte of the line, counted from 1, where reading failed.
        column: usize,
    },
    /// An entry in a format that a later version of the program writes.
    #[error("the audit entry was written by a later version of the program; read it with that version")]
    NewerFormat,
    /// The JSON of an entry in another spelling, such as with spaces.
    #[error("the line is not spelled as it was written; compare it with a copy of the trail")]
    NotCanonical,
}
