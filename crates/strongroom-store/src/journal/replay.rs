//! From the bytes of a journal to the state they lead to. Nothing is written here.

use strongroom_primitives::Sha256Digest;

use super::line::{self, Flaw};
use crate::StoreError;
use crate::document::is_of_later_format;
use crate::error::StoreErrorKind;
use crate::state::{NotNext, State};

/// The first line.
pub(crate) const HEADER: &[u8] = b"{\"format\":\"strongroom-journal/1\"}\n";

pub(crate) struct Replayed<'a> {
    pub(crate) state: State,
    /// The digest in the last line.
    pub(crate) last: Sha256Digest,
    /// What the file should consist of.
    pub(crate) sound: &'a [u8],
}

/// Applies all complete lines.
///
/// What follows the last line feed is a line whose writing was interrupted, unless it can be told
/// that it is not.
pub(crate) fn replay(bytes: &[u8]) -> Result<Replayed<'_>, StoreError> {
    let mut state = State::default();
    let mut last = line::START;
    let Some(body) = bytes.strip_prefix(HEADER) else {
        return if HEADER.starts_with(bytes) {
            Ok(Replayed { state, last, sound: HEADER })
        } else if is_of_later_format(bytes.split(|byte| *byte == b'\n').next().unwrap_or_default()) {
            Err(StoreError::newer_format())
        } else {
            Err(corrupt(1, "it does not begin as a journal of this version does"))
        };
    };
    let mut sound = HEADER.len();
    // The journal's lines are counted from 1, and the first is the header.
    for (line, number) in body.split_inclusive(|byte| *byte == b'\n').zip(2..) {
        let Some(line) = line.strip_suffix(b"\n") else {
            if is_complete(last, line) {
                return Err(corrupt(number, "a line feed was changed after it was written"));
            }
            break;
        };
        let (step, digest) = line::decode(last, line).map_err(|flaw| match flaw {
            Flaw::Damaged(flaw) => corrupt(number, flaw),
            Flaw::OfLaterFormat => StoreError::newer_format(),
        })?;
        state.replay(step).map_err(|not_next| not_in_order(number, not_next))?;
        last = digest;
        sound += line.len() + 1;
    }
    Ok(Replayed { state, last, sound: bytes.get(..sound).unwrap_or(bytes) })
}

/// Whether a whole line stands where a cut one would: then what follows it was a line feed.
fn is_complete(previous: Sha256Digest, line: &[u8]) -> bool {
    line.split_last().is_some_and(|(_, line)| line::unseal(previous, line).is_some())
}

fn corrupt(line: u64, flaw: &'static str) -> StoreError {
    StoreError::new(
        StoreErrorKind::Corrupt,
        format!("the journal is corrupt at line {line}: {flaw}; compare the file with a copy from there on"),
    )
}

fn not_in_order(line: u64, not_next: NotNext) -> StoreError {
    match not_next {
        NotNext::Trail(error) => {
            corrupt(line, "its audit entries do not follow from those before").because(error)
        }
        NotNext::State(error) => {
            corrupt(line, "its state does not follow from the one before").because(error)
        }
    }
}
