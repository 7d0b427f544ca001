//! The JSON form of a definition, in and out.

mod tree;
mod write;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use strongroom_primitives::Sha256Digest;
use thiserror::Error;

use self::tree::Tree;
use crate::Definition;
use crate::limits::{Limit, LimitError, Limits};
use crate::path::JsonPath;

pub use self::tree::ShapeError;

/// A text is not a definition in the format `cohort-ast/1`.
///
/// No error repeats anything of the text but the language's own field names, positions, and the
/// names of concept sets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JsonError {
    /// The text is not JSON.
    #[error("the text is not JSON from line {line}, column {column} on; correct it there")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 before the first.
        column: usize,
    },
    /// The text is JSON, but does not have the shape of a definition.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The definition is larger than allowed.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

impl Definition {
    /// Reads the JSON form, of which every field is known and stands once.
    ///
    /// Reading is total: whatever the text, the answer is a definition within the limits or an
    /// error. Whether the definition makes sense is for [`check`](crate::check) to say.
    ///
    /// # Errors
    /// If the text is not JSON, not a definition, or passes a limit.
    pub fn from_json(text: &str, limits: &Limits) -> Result<Self, JsonError> {
        // Nesting is limited here, on the text, because whatever reads JSON recurses. One level of
        // the language is at most three of JSON; the rest is room for what surrounds it.
        let deepest = limits.nesting.saturating_mul(3).saturating_add(16);
        if json_nesting(text) > deepest {
            let error = LimitError::new(Limit::Nesting, limits.nesting, JsonPath::default());
            return Err(error.into());
        }
        let mut deserializer = serde_json::Deserializer::from_str(text);
        deserializer.disable_recursion_limit();
        let tree = Tree::deserialize(&mut deserializer)
            .and_then(|tree| deserializer.end().map(|()| tree))
            .map_err(|error| JsonError::Syntax { line: error.line(), column: error.column() })?;
        let definition = Self::deserialize(&tree)?;
        limits.check(&definition)?;
        Ok(definition)
    }

    /// Writes the JSON form, indented, with fields in alphabetical order.
    #[must_use]
    pub fn to_json(&self) -> String {
        format!("{:#}", self.to_value())
    }

    /// The SHA-256 of the whole document, titles and labels included: the *document hash* of R18.
    ///
    /// It is taken over the canonical form: the JSON form without white space, with fields in
    /// alphabetical order and absent options left out (for these documents the form of RFC 8785).
    /// However a document was written, it has one digest.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest::from_bytes(Sha256::digest(self.to_value().to_string()).into())
    }
}

/// How deep objects and lists stand inside each other. Correct for JSON; for other text an upper
/// bound of what a reader can meet before it refuses.
fn json_nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"{ "format": "cohort-ast/1", "profile": "native/1", "name": "c",
        "observed": "unbounded", "entry": "everyone" }"#;

    fn with_step(step: &str) -> String {
        SMALL.replace(r#""everyone""#, &format!(r#""everyone", "steps": [{step}]"#))
    }

    fn check(text: &str, expected: &str) {
        let error = Definition::from_json(text, &Limits::default()).unwrap_err();
        assert_eq!(error.to_string(), expected, "for {text}");
    }

    #[test]
    fn text_that_is_not_json_is_refused_where_it_stops_being_json() {
        let at = |line, column| {
            format!("the text is not JSON from line {line}, column {column} on; correct it there")
        };
        check("", &at(1, 0));
        check("{\n  'x' }", &at(2, 3));
        check(&format!("{SMALL}\n}}"), &at(3, 1));
        check(&SMALL.replace("cohort-ast", "\\u12"), &at(1, 19));
        check(&SMALL.replace(r#""c""#, "1e999"), &at(1, 64));
    }

    #[test]
    fn errors_say_where_and_what_and_never_repeat_the_text() {
        check("[]", "at $: found a list; expected a definition");
        check("{}", "at $: the field `format` is missing; add it");
        check(&SMALL.replace("cohort-ast/1", "secret/9"), "at $.format: unknown word; known: `cohort-ast/1`");
        check(
            &SMALL.replace("{ ", r#"{ "secret": 1, "#),
            "at $: field 1 of the object: unknown name; known: `format`, `profile`, `name`, `title`, `observed`, \
             `concept_sets`, `entry`, `steps`",
        );
        check(
            &SMALL.replace(r#""c""#, r#""secret name""#),
            "at $.name: not a valid cohort name: expected 1 to 64 letters, digits or `_`, beginning with a letter",
        );
        check(
            &SMALL.replace(r#""c""#, r#""c", "concept_sets": { "secret set": {} }"#),
            "at $.concept_sets: field 1 of the object: not a valid concept set name: expected 1 to 64 letters, \
             digits or `_`, beginning with a letter",
        );
        check(&SMALL.replace(r#""c""#, r#""c", "title": null"#), "at $.title: found null; expected a string");
        check(
            &with_step(r#"{ "require": { "any": { "domain": "secret" } } }"#),
            "at $.steps[0].require.any.domain: unknown word; known: `condition`, `drug`, `procedure`, \
             `measurement`, `observation`, `device`, `visit`, `visit_detail`, `specimen`, `death`, \
             `condition_era`, `drug_era`",
        );
        check(
            &with_step(
                r#"{ "require": { "at_least": { "n": -1, "unit": "dates", "of": { "domain": "drug" } } } }"#,
            ),
            "at $.steps[0].require.at_least.n: found an integer outside what is allowed; expected u32",
        );
        check(
            &with_step(
                r#"{ "require": { "any": { "domain": "drug", "where": [ { "start": { "to": "2010" } } ] } } }"#,
            ),
            "at $.steps[0].require.any.where[0].start.to: expected a day such as 2020-01-31",
        );
    }

    #[test]
    fn a_step_does_one_thing_and_a_predicate_says_one() {
        let sex = r#"{ "sex_at_birth": [ 8507 ] }"#;
        for step in ["{}", &format!(r#"{{ "require": {sex}, "exclude": {sex} }}"#)] {
            let expected =
                "at $.steps[0]: a step has either `require` or `exclude`; write exactly one of them";
            check(&with_step(step), expected);
        }
        for (predicate, fields) in [("{}", 0), (r#"{ "sex_at_birth": [], "not": {} }"#, 2)] {
            let expected = format!(
                "at $.steps[0].require: found {fields} elements or fields; expected an object with one predicate, \
                 such as {{\"any\": events}}"
            );
            check(&with_step(&format!(r#"{{ "require": {predicate} }}"#)), &expected);
        }
    }

    #[test]
    fn a_field_that_stands_twice_is_refused_everywhere() {
        // Two readers might otherwise read two definitions from one text.
        check(
            &SMALL.replace("{ ", r#"{ "name": "b", "#),
            "at $: field 4 of the object stands there twice; keep one of them",
        );
        let set = r#""s": { "include": [ { "concept": 1 } ] }"#;
        check(
            &SMALL.replace(r#""c""#, &format!(r#""c", "concept_sets": {{ {set}, {set} }}"#)),
            "at $.concept_sets: field 2 of the object stands there twice; keep one of them",
        );
    }

    #[test]
    fn as_deep_as_the_limit_is_read_and_deeper_is_refused_before_anything_recurses() {
        let nested = |levels: usize| {
            let (open, close) = (r#"{ "all": [ "#.repeat(levels), "] }".repeat(levels));
            with_step(&format!(r#"{{ "require": {open} {{ "any": {{ "domain": "drug" }} }} {close} }}"#))
        };
        let anchored = |levels: usize| {
            let open = r#"{ "domain": "visit", "during": { "from": "unbounded", "to": "unbounded", "of": { "first": "#;
            let (open, close) = (open.repeat(levels), "} } }".repeat(levels));
            with_step(&format!(r#"{{ "require": {{ "any": {open} {{ "domain": "drug" }} {close} }} }}"#))
        };
        for text in [nested(62), anchored(62)] {
            assert_eq!(Definition::from_json(&text, &Limits::default()).err(), None);
        }
        for text in
            [nested(63), anchored(63), nested(1_000_000), "[".repeat(1_000_000), r#"{"a":"#.repeat(1_000_000)]
        {
            let error = Definition::from_json(&text, &Limits::default()).unwrap_err();
            let JsonError::Limit(error) = error else {
                panic!("{error}");
            };
            assert_eq!(error.limit(), Limit::Nesting);
        }
    }

    #[test]
    fn brackets_in_texts_are_not_nesting() {
        assert_eq!(json_nesting(r#"{ "a[": "\"[[{", "b": [] }"#), 2);
    }

    #[test]
    fn layout_and_defaults_do_not_change_the_digest() {
        let read = |text: &str| Definition::from_json(text, &Limits::default()).unwrap().digest();
        assert_eq!(read(SMALL), read(&SMALL.split_whitespace().collect::<String>()));
        assert_eq!(read(SMALL), read(&SMALL.replace(r#""c""#, r#""c", "concept_sets": {}, "steps": []"#)));
        assert_ne!(read(SMALL), read(&SMALL.replace(r#""c""#, r#""c", "title": "C""#)));
    }
}
