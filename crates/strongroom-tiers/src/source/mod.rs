mod json;
mod node;
mod toml;

pub(crate) use node::{Entry, Node, Value};

use crate::finding::{FieldPath, Finding, Position, Segment};

/// Larger documents are refused before anything of them is read. The largest policy that can be
/// thought of (every column of the CDM in every tier) is a tenth of it.
pub(crate) const LARGEST_BYTES: usize = 256 * 1024;

/// Deeper nesting is refused; a policy needs six levels.
const DEEPEST: usize = 32;

/// The notations in which a policy is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "both are written as well as read")]
pub enum Syntax {
    /// TOML, for people.
    Toml,
    /// JSON (RFC 8259), for machines.
    Json,
}

impl Syntax {
    /// The notation of this text: JSON if it begins with a brace, with which no TOML begins.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{') => Self::Json,
            _ => Self::Toml,
        }
    }
}

/// A document that is well-formed in its notation, with the place of everything in it.
pub(crate) struct Document<'t> {
    text: &'t str,
    pub(crate) root: Node,
}

impl<'t> Document<'t> {
    /// Reads any bytes. What is wrong is told with its place; several things at once where the
    /// notation lets a reader go on.
    pub(crate) fn read(bytes: &'t [u8], syntax: Syntax) -> Result<Self, Vec<Finding>> {
        if bytes.len() > LARGEST_BYTES {
            return Err(vec![Finding::error(
                FieldPath::root(),
                format!("it has {} bytes, and a policy has {LARGEST_BYTES} at most", bytes.len()),
                "check that it is the right file",
            )]);
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let text = std::str::from_utf8(valid).unwrap_or_default();
            let finding = Finding::error(FieldPath::root(), "it is not UTF-8", "save the file as UTF-8");
            vec![finding.at(position(text, text.len()))]
        })?;
        let read = match syntax {
            Syntax::Toml => toml::read(text),
            Syntax::Json => json::read(text),
        };
        let root =
            read.map_err(|faults| faults.into_iter().map(|fault| fault.finding(text)).collect::<Vec<_>>())?;
        Ok(Self { text, root })
    }

    /// Where the field is; where the nearest field on the way to it is, if it is not there itself.
    pub(crate) fn position_of(&self, path: &FieldPath) -> Position {
        let mut start = self.root.span.start;
        let mut node = &self.root;
        for segment in path.segments() {
            let found = match (&node.value, segment) {
                (Value::Table(entries), Segment::Field(name)) => entries
                    .iter()
                    .find(|entry| entry.key == *name)
                    .map(|entry| (entry.span.start, &entry.node)),
                (Value::List(nodes), Segment::Element(index)) => {
                    nodes.get(*index).map(|node| (node.span.start, node))
                }
                _ => None,
            };
            let Some((at, next)) = found else { break };
            (start, node) = (at, next);
        }
        self.position(start)
    }

    pub(crate) fn position(&self, offset: usize) -> Position {
        position(self.text, offset)
    }
}

/// A text that is not well-formed, at this byte.
struct Fault {
    offset: usize,
    problem: String,
    remedy: &'static str,
}

impl Fault {
    fn finding(self, text: &str) -> Finding {
        Finding::error(FieldPath::root(), self.problem, self.remedy).at(position(text, self.offset))
    }
}

fn position(text: &str, offset: usize) -> Position {
    let offset = (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let before = text.get(..offset).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    Position { line, column }
}
