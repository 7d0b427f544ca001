use strongroom::cohort::text::Span;

/// Where the lines of a text begin, to turn bytes into lines and characters and back.
///
/// Lines and characters count from 0, and characters in UTF-16 code units, as in the Language Server
/// Protocol.
pub(crate) struct LineIndex<'t> {
    text: &'t str,
    begins: Vec<usize>,
}

/// A line and a character in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Position {
    pub(crate) line: u32,
    pub(crate) character: u32,
}

/// From one position up to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Range {
    pub(crate) start: Position,
    pub(crate) end: Position,
}

impl<'t> LineIndex<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, begins: std::iter::once(0).chain(ends).collect() }
    }

    /// The position of a byte; of the end for a byte after it.
    pub(crate) fn position(&self, byte: usize) -> Position {
        let byte = byte.min(self.text.len());
        let line = self.begins.partition_point(|begins| *begins <= byte).saturating_sub(1);
        let begins = self.begins.get(line).copied().unwrap_or_default();
        let before = self.text.get(begins..byte).unwrap_or_default();
        Position { line: number(line), character: number(before.encode_utf16().count()) }
    }

    pub(crate) fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    /// The byte at a position; the end of the line for a character after it.
    pub(crate) fn byte(&self, line: u32, character: u32) -> usize {
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        let Some(begins) = self.begins.get(line).copied() else { return self.text.len() };
        let mut units = 0;
        for (at, letter) in self.text.get(begins..).unwrap_or_default().char_indices() {
            if letter == '\n' || units >= character {
                return begins + at;
            }
            units += number(letter.len_utf16());
        }
        self.text.len()
    }

    /// The byte of a line and a column as readers of JSON report them: both from 1, in bytes.
    pub(crate) fn byte_of_column(&self, line: usize, column: usize) -> usize {
        let begins = self.begins.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let mut byte = (begins + column.saturating_sub(1)).min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        byte
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_positions() {
        let text = "a\n\u{1d11e}é b\n";
        let index = LineIndex::new(text);
        for (byte, line, character) in [(0, 0, 0), (1, 0, 1), (2, 1, 0), (6, 1, 2), (8, 1, 3), (11, 2, 0)] {
            assert_eq!(index.position(byte), Position { line, character }, "byte {byte}");
            assert_eq!(index.byte(line, character), byte, "{line}:{character}");
        }
        assert_eq!(index.byte(0, 9), 1, "no further than the line");
        assert_eq!(index.byte(9, 0), text.len());
        assert_eq!(index.position(99), Position { line: 2, character: 0 });
        assert_eq!(index.byte_of_column(2, 2), 2, "never inside a character");
    }
}
