use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// A text of which parts are drawn. The renderer reads a text from its beginning for every part that
/// it draws; this one hands it the lines around the part.
#[derive(Debug)]
pub(super) struct DrawnText {
    name: String,
    text: String,
    /// Where each line begins.
    begins: Vec<usize>,
}

impl DrawnText {
    pub(super) fn new(name: &str, text: String) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let begins = std::iter::once(0).chain(ends).collect();
        Self { name: name.to_owned(), text, begins }
    }

    /// The line that a byte stands in, from 0.
    fn line(&self, byte: usize) -> usize {
        self.begins.partition_point(|begin| *begin <= byte).saturating_sub(1)
    }
}

impl SourceCode for DrawnText {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // One line more than is asked for on either side, so that the others are seen to begin and to end.
        let first = self.line(span.offset()).saturating_sub(lines_before + 1);
        let last = self.line(span.offset() + span.len()) + lines_after;
        let begin = self.begins.get(first).copied().unwrap_or_default();
        let end = self.begins.get(last + 2).copied().unwrap_or(self.text.len());
        let around = self.text.get(begin..end).ok_or(MietteError::OutOfBounds)?;
        let within = SourceSpan::from((span.offset() - begin, span.len()));
        let read = around.read_span(&within, lines_before, lines_after)?;
        let place = SourceSpan::from((read.span().offset() + begin, read.span().len()));
        let lines = read.line_count() + first;
        let data = self.text.as_bytes().get(place.offset()..place.offset() + place.len());
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data.ok_or(MietteError::OutOfBounds)?,
            place,
            read.line() + first,
            read.column(),
            lines,
        )))
    }
}

#[cfg(test)]
mod tests {
    use miette::NamedSource;

    use super::*;

    /// The renderer sees what it would see of the whole text.
    #[test]
    fn what_is_read_is_what_the_whole_text_gives() {
        for text in ["", "\n", "one", "one\ntwo\n\n\nfive\r\nsix ä\nseven", "\n\n\n\n"] {
            let (ours, whole) =
                (DrawnText::new("x", text.to_owned()), NamedSource::new("x", text.to_owned()));
            for start in 0..=text.len() {
                for length in 0..=text.len() - start {
                    for context in 0..3 {
                        let span = SourceSpan::from((start, length));
                        let read = |source: &dyn SourceCode| {
                            let read = source.read_span(&span, context, context).ok()?;
                            Some((read.data().to_vec(), *read.span(), read.line(), read.column()))
                        };
                        assert_eq!(read(&ours), read(&whole), "{text:?} {start}+{length} {context}");
                    }
                }
            }
        }
    }
}
