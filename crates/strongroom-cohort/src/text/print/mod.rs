//! A definition as text.
//!
//! Everything here writes a text that reads back as the same tree; how it is broken into lines is
//! left to the layout. Brackets are written where something that follows could be taken for a part
//! of what stands before it.

mod cohort;
mod documents;
mod events;
mod literal;
mod predicate;
mod value;

use super::words::is_reserved;
use crate::ast::{ConceptItem, Definition, Events, Predicate, Quantity, Step, Window};
use crate::limits::Limits;

/// Writes the text form of a definition, laid out as [`format`](super::format) does.
///
/// Writing is total, and what is written reads back as the same definition: also where names are
/// words of the language or mean nothing.
#[must_use]
pub fn print(definition: &Definition) -> String {
    let mut printer = Printer { definition, keep_is_step: false };
    let text = printer.definition();
    let limits = Limits { nodes: usize::MAX, list: usize::MAX, text: usize::MAX, ..Limits::default() };
    // Deeper than the usual limit, it stays as it is.
    super::format::format(&text, &limits).unwrap_or(text)
}

/// Writes one concept of a concept set, such as `SNOMED:44054006 "Type 2 diabetes mellitus" with
/// descendants`: what stands after `include` or `exclude`.
#[must_use]
pub fn print_concept(item: &ConceptItem) -> String {
    documents::concept(item)
}

/// One part of a definition as text, on one line: what a correction puts in the place of another.
pub(crate) enum Piece<'p> {
    Step(&'p Step),
    Predicate(&'p Predicate),
    Events(&'p Events),
    Window(&'p Window),
    Quantity(&'p Quantity),
}

/// A text in double quotes.
pub(crate) fn written_text(text: &str) -> String {
    literal::quoted(text)
}

pub(crate) fn piece(definition: &Definition, piece: &Piece<'_>) -> String {
    let mut printer = Printer { definition, keep_is_step: true };
    let text = match piece {
        Piece::Step(step) => printer.step(step),
        Piece::Predicate(predicate) => {
            printer.predicate(predicate, predicate::Style::Braces, Follow::Something)
        }
        Piece::Events(events) => printer.events(events, Follow::Something),
        Piece::Window(window) => printer.window(window),
        Piece::Quantity(quantity) => literal::quantity(quantity),
    };
    text.replace('\n', " ")
}

struct Printer<'d> {
    definition: &'d Definition,
    /// Whether `keep` would be taken for the next step of a cohort, so that a filter needs brackets.
    keep_is_step: bool,
}

/// Whether something follows that could be taken for a part of what is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follow {
    Nothing,
    Something,
}

impl Printer<'_> {
    /// Something in brackets, where `keep` is always a filter.
    fn bracketed(&mut self, write: impl FnOnce(&mut Self) -> String) -> String {
        let outer = std::mem::replace(&mut self.keep_is_step, false);
        let inner = write(self);
        self.keep_is_step = outer;
        format!("({inner})")
    }

    /// Members in braces: on lines of their own where there are several.
    fn braced<T>(&mut self, members: &[T], mut write: impl FnMut(&mut Self, &T) -> String) -> String {
        let outer = std::mem::replace(&mut self.keep_is_step, false);
        let members: Vec<String> = members.iter().map(|member| write(self, member)).collect();
        self.keep_is_step = outer;
        match members.as_slice() {
            [] => "{}".to_owned(),
            [member] => format!("{{ {member} }}"),
            members => format!("{{\n{}\n}}", members.join("\n")),
        }
    }
}

/// A name where it is declared, or where only a name can stand.
pub(crate) fn name(name: &str) -> String {
    if is_reserved(name) { format!("`{name}`") } else { name.to_owned() }
}
