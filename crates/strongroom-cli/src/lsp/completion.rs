use std::collections::BTreeSet;

use lsp_types::{CompletionItem, CompletionItemKind};
use strongroom::cohort::ast::{Column, EventKind, PersonColumn};
use strongroom::cohort::text::keywords;

/// What begins an item with a name, and what such a name is.
const NAMED: [(&str, CompletionItemKind); 6] = [
    ("concepts", CompletionItemKind::CONSTANT),
    ("let", CompletionItemKind::VARIABLE),
    ("cohort", CompletionItemKind::CLASS),
    ("param", CompletionItemKind::VARIABLE),
    ("match", CompletionItemKind::CLASS),
    ("dataset", CompletionItemKind::STRUCT),
];

/// Everything that could stand somewhere in a document; the editor picks by what is typed. Names are
/// found even where the text cannot be read yet.
pub(super) fn items(text: &str) -> Vec<CompletionItem> {
    let mut known = BTreeSet::new();
    let mut items = Vec::new();
    let mut offer = |label: String, kind: CompletionItemKind, detail: &str| {
        if known.insert(label.clone()) {
            let detail = Some(detail.to_owned());
            items.push(CompletionItem { label, kind: Some(kind), detail, ..CompletionItem::default() });
        }
    };
    for (word, kind) in NAMED {
        for name in names_after(word, text) {
            offer(name.to_owned(), kind, word);
        }
    }
    for kind in EventKind::ALL {
        offer(kind.words().to_owned(), CompletionItemKind::ENUM_MEMBER, "events");
    }
    for column in Column::ALL {
        offer(column.name().to_owned(), CompletionItemKind::FIELD, "column of events");
    }
    for column in PersonColumn::ALL {
        offer(format!("person.{}", column.name()), CompletionItemKind::FIELD, "column of the person");
    }
    for keyword in keywords() {
        offer(keyword.to_owned(), CompletionItemKind::KEYWORD, "keyword");
    }
    items
}

/// The names that stand after this word at the beginning of a line.
fn names_after<'t>(word: &'t str, text: &'t str) -> impl Iterator<Item = &'t str> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.lines().filter_map(move |line| {
        let rest = line.trim_start().strip_prefix(word)?;
        let rest = rest.strip_prefix([' ', '\t'])?.trim_start().trim_start_matches('`');
        let end = rest.find(|letter| !is_name(letter)).unwrap_or(rest.len());
        rest.get(..end).filter(|name| !name.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_broken_text() {
        let text = "concepts a {\n  concepts  b2 \"title\"\nlet`x`\nlet dx = \ncohort `all` {\nletter = 1\n";
        let names: Vec<_> = NAMED.iter().flat_map(|(word, _)| names_after(word, text)).collect();
        assert_eq!(names, ["a", "b2", "dx", "all"]);
    }
}
