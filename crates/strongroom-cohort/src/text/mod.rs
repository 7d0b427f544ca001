//! The text spelling of definitions: reading, writing and laying it out.

mod errors;
mod format;
mod lexer;
mod parser;
mod places;
mod print;
mod suggest;
mod token;
mod words;

pub use self::errors::{Suggestion, TextError, TextErrorCode};
pub use self::format::format;
pub use self::places::Places;
pub(crate) use self::print::{Piece, name as written_name, piece, written_text};
pub use self::print::{print, print_concept};
pub use self::token::Span;
pub use self::words::keywords;

use self::token::{Comment, Token};
use crate::ast::Definition;
use crate::limits::{Limit, LimitError, Limits};
use crate::path::JsonPath;

/// A text that was read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Parsed {
    /// What it means; nothing where there are errors.
    pub definition: Option<Definition>,
    /// What is wrong with it, in the order of the text.
    pub errors: Vec<TextError>,
    /// Where the parts of the definition stand, as far as they could be read.
    pub places: Places,
}

/// Reads the text form of a definition.
///
/// Reading is total: whatever the text, the answer is a definition within the limits or at least one
/// error. Several errors are found in one go. Whether the definition makes sense is for the checker
/// to say.
#[must_use]
pub fn parse(source: &str, limits: &Limits) -> Parsed {
    read(source, limits).0
}

/// What the layout of a text needs beside what it means.
struct Laid {
    tokens: Vec<Token>,
    comments: Vec<Comment>,
    marks: Vec<parser::Mark>,
}

fn read(source: &str, limits: &Limits) -> (Parsed, Laid) {
    let too_long = |limit, allowed| {
        let message = LimitError::new(limit, allowed, JsonPath::default()).message();
        let error = TextError::new(TextErrorCode::TooLarge, Span::before(0), message, "too long");
        let laid = Laid { tokens: Vec::new(), comments: Vec::new(), marks: Vec::new() };
        (Parsed { definition: None, errors: vec![error], places: Places::default() }, laid)
    };
    if source.len() > limits.text {
        return too_long(Limit::Text, limits.text);
    }
    let lexed = lexer::lex(source, limits.words());
    if lexed.cut {
        return too_long(Limit::Words, limits.words());
    }
    let comments = lexed.comments.clone();
    let (read, tokens) = parser::read(source, lexed, limits.nesting);
    let parser::Read { definition, mut errors, places, marks } = read;
    if errors.is_empty()
        && let Err(limit) = limits.check(&definition)
    {
        let span = places.nearest(limit.path());
        errors.push(TextError::new(TextErrorCode::TooLarge, span, limit.message(), "too large"));
    }
    let definition = errors.is_empty().then_some(definition);
    (Parsed { definition, errors, places }, Laid { tokens, comments, marks })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::walk::walk;

    /// The checker's paths are those of the walk, so every one of them must have its place.
    #[test]
    fn every_part_of_the_examples_has_a_place() {
        for text in [
            include_str!("../../cases/text/type_2_diabetes.cohort"),
            include_str!("../../cases/text/include_and_exclude_groups.cohort"),
            include_str!("../../cases/text/imaged_in_the_same_stay.cohort"),
            include_str!("../../cases/text/new_users_of_metformin.cohort"),
            include_str!("../../cases/text/survey_record_wearable_and_genome.cohort"),
            include_str!("../../cases/text/count_under_a_policy.cohort"),
            include_str!("../../cases/text/kidney_disease_after_diabetes.cohort"),
            include_str!("../../cases/text/matched_controls.cohort"),
        ] {
            let parsed = parse(text, &Limits::default());
            let definition = parsed.definition.unwrap();
            for node in walk(&definition) {
                assert!(parsed.places.get(&node.path).is_some(), "no place for {}", node.path);
            }
        }
    }
}
