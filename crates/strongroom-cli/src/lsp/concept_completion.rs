use lsp_types::{CompletionItem, CompletionItemKind, CompletionList, CompletionTextEdit, TextEdit};
use strongroom::cohort::text::Span;

use super::catalogue::Catalogue;
use super::server::range;
use crate::cohort::LineIndex;

/// How many concepts are offered at once.
const MOST: usize = 50;

/// The concepts whose names or codes have the words typed so far, each to stand in their place.
pub(super) fn items(text: &str, typed: Span, catalogue: &Catalogue) -> CompletionList {
    let range = range(&LineIndex::new(text), typed);
    let found = catalogue.matching(&words(typed.of(text)), MOST);
    let items = (0..).zip(found).map(|(place, found): (usize, _)| CompletionItem {
        label: found.written.to_owned(),
        kind: Some(CompletionItemKind::CONSTANT),
        detail: Some(found.described()),
        sort_text: Some(format!("{place:02}")),
        // Editors compare what is typed with this, and would miss words in another order.
        filter_text: Some(typed.of(text).to_owned()).filter(|typed| !typed.is_empty()),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, found.written.to_owned()))),
        ..CompletionItem::default()
    });
    // With more letters there may be others.
    CompletionList { is_incomplete: true, items: items.collect() }
}

fn words(typed: &str) -> Vec<String> {
    typed.split([' ', '\t', '"']).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Where the words stand that were typed of a concept: on the line before this byte, after `include` or
/// `exclude` in a concept set. Nothing where no concept can stand, or it is written already. The text may
/// be broken anywhere else.
pub(super) fn typed(text: &str, byte: usize) -> Option<Span> {
    let mut reader = Reader { text: text.get(..byte)?, at: 0, place: Place::FirstOfLine, words_from: None };
    while reader.at < reader.text.len() {
        reader.step();
    }
    let typed = reader.text.get(reader.words_from?..)?;
    Some(Span::new(byte - typed.trim_start().len(), byte))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Where an item may begin.
    FirstOfLine,
    Elsewhere,
    /// After `concepts`.
    SetBegins,
    /// After the name of a set, and perhaps its title.
    SetNamed,
    InSet,
}

/// Reads as much of the language as tells concept sets from everything else.
struct Reader<'t> {
    text: &'t str,
    at: usize,
    place: Place,
    /// Behind the `include` or `exclude` of an item whose concept is not complete.
    words_from: Option<usize>,
}

impl Reader<'_> {
    fn step(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(first) = rest.chars().next() else { return };
        let length = match first {
            '/' if rest.starts_with("//") => {
                self.words_from = None;
                rest.find('\n').unwrap_or(rest.len())
            }
            '"' | '`' | '\'' => self.quoted(rest, first),
            letter if is_word(letter) => self.word(rest),
            sign => {
                self.sign(sign);
                sign.len_utf8()
            }
        };
        self.at += length;
    }

    fn word(&mut self, rest: &str) -> usize {
        let length = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
        let ends = rest.get(length..).is_some_and(|after| after.starts_with([' ', '\t']));
        self.place = match (self.place, rest.get(..length).unwrap_or_default()) {
            (Place::FirstOfLine, "concepts") => Place::SetBegins,
            (Place::SetBegins, _) => Place::SetNamed,
            (Place::InSet, "include" | "exclude") if ends => {
                self.words_from = Some(self.at + length);
                Place::InSet
            }
            (Place::InSet, _) => Place::InSet,
            _ => Place::Elsewhere,
        };
        length
    }

    /// A text or a quoted name. One that is not closed ends with the line; one that is ends the concept,
    /// unless it is the vocabulary of a code.
    fn quoted(&mut self, rest: &str, quote: char) -> usize {
        let mut escaped = false;
        let end = rest.char_indices().skip(1).find(|(_, letter)| {
            let ends = *letter == '\n' || (*letter == quote && !escaped);
            escaped = *letter == '\\' && !escaped;
            ends
        });
        self.place = match (self.place, quote) {
            (Place::SetBegins, '`') => Place::SetNamed,
            (place @ (Place::InSet | Place::SetNamed), _) => place,
            _ => Place::Elsewhere,
        };
        match end {
            Some((at, letter)) if letter == quote => {
                if !rest.get(at + 1..).is_some_and(|after| after.starts_with(':')) {
                    self.words_from = None;
                }
                at + 1
            }
            Some((at, _)) => at,
            None => rest.len(),
        }
    }

    fn sign(&mut self, sign: char) {
        match (sign, self.place) {
            ('{', Place::SetNamed) => self.place = Place::InSet,
            ('\n', Place::InSet) => self.words_from = None,
            ('\n', Place::SetBegins | Place::SetNamed) => {}
            ('}' | '\n', _) => (self.place, self.words_from) = (Place::FirstOfLine, None),
            (' ' | '\t', Place::InSet) if self.code_is_written() => self.words_from = None,
            (' ' | '\t' | '\r' | '\u{feff}', _) | (_, Place::InSet) => {}
            _ => self.place = Place::Elsewhere,
        }
    }

    /// Whether a whole code stands before the blank that is read.
    fn code_is_written(&self) -> bool {
        let typed = self.words_from.and_then(|from| self.text.get(from..self.at)).unwrap_or_default().trim();
        typed.contains(':') && !typed.ends_with(':')
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` is where the cursor is; what is typed, or nothing where no concept is.
    fn check(marked: &str, expected: Option<&str>) {
        let byte = marked.find('|').unwrap();
        let text = marked.replace('|', "");
        assert_eq!(typed(&text, byte).map(|span| span.of(&text)), expected, "{marked}");
    }

    #[test]
    fn a_concept_is_typed_after_include_and_exclude_of_a_set() {
        for (text, expected) in [
            ("concepts a { include | }", ""),
            ("concepts a { include diab mell|", "diab mell"),
            ("language 1\nconcepts `set` \"A {title}\" {\n  exclude  type 2|\n}", "type 2"),
            ("concepts a\n{\n  // include x\n  include SNOMED:44|054", "SNOMED:44"),
            ("concepts a { include A:1 \"x\" with mapped include diab|", "diab"),
            ("concepts a { include \"RxNorm Extension\":\"OMOP| 4", "\"RxNorm Extension\":\"OMOP"),
            ("concepts a { include \"diab|", "\"diab"),
            ("cohort x { entry: co\n}\nconcepts a { include é|", "é"),
            ("concepts a {} concepts b { include x|", "x"),
            ("concepts a { include SNOMED: dia|", "SNOMED: dia"),
        ] {
            check(text, Some(expected));
        }
    }

    #[test]
    fn no_concept_is_typed_elsewhere() {
        for text in [
            "con|",
            "concepts a { incl|ude x",
            "concepts a { include|",
            "concepts a { include A:1 | }",
            "concepts a { include A:1 \"x\" |",
            "concepts a { include \"RxNorm Extension\":\"OMOP 4\" wi|",
            "concepts a { include x\n  | }",
            "concepts a { include x } |",
            "cohort c { exclude dia|",
            "param x: concepts\nlet y = a { include dia|",
            "// concepts a { include dia|",
            "concepts a { // include dia|",
            "concepts a { include dia // bet|",
            "cohort c { require count concepts of { include x|",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn words_are_compared_in_lower_case_and_without_quotes() {
        assert_eq!(words("\"Typ  2 ÜBER"), ["typ", "2", "über"]);
        assert_eq!(words(""), [""; 0]);
    }
}
