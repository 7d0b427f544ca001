use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use serde::de::IgnoredAny;
use strongroom::cohort::aou::{self, Mode};
use strongroom::cohort::text::Places;
use strongroom::cohort::{CohortName, Definition, Limits, Problem, check, circe};

use super::finding::{Finding, read_text};
use super::imports::linked;
use crate::Failure;
use crate::arguments::ReadForm;
use crate::failure::CommandError;

/// A file with a definition, read and checked.
pub(crate) struct Source {
    /// The file's name as it was given, without what a terminal would obey.
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) form: ReadForm,
    /// As it is written; nothing where it could not be read.
    pub(crate) definition: Option<Definition>,
    /// With what it imports, if it imports anything that could be loaded.
    linked: Option<Definition>,
    /// Where its parts stand, if it is text.
    pub(crate) places: Option<Places>,
    pub(crate) findings: Vec<Finding>,
}

/// How to read a file.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reading {
    pub(crate) form: Option<ReadForm>,
    pub(crate) strict: bool,
}

impl Source {
    pub(crate) fn read(file: &Path, reading: Reading) -> Result<Self, Failure> {
        let name = printable(&file.display().to_string());
        let limits = Limits::default();
        let text = read_at_most(file, limits.json())?
            .ok_or_else(|| CommandError::TooLong { file: name.clone(), allowed: limits.json() })?;
        let Some(form) = reading.form.or_else(|| recognise(file, &text)) else {
            return Err(CommandError::UnknownForm { file: name }.into());
        };
        let (definition, places, findings) = if form == ReadForm::Text {
            let (definition, places, findings) = read_text(&text, &limits);
            (definition, Some(places), findings)
        } else {
            let (definition, mut findings) = read_json(file, &text, form, reading.strict, &limits);
            if let Some(definition) = &definition {
                findings.extend(check(definition).iter().map(|problem| Finding::of_problem(problem, None)));
            }
            (definition, None, findings)
        };
        let mut source = Self { name, text, form, definition, linked: None, places, findings };
        source.link(file, &limits);
        Ok(source)
    }

    /// Loads what the definition imports, and says what is wrong with that.
    fn link(&mut self, file: &Path, limits: &Limits) {
        let importing = self.definition.as_ref().filter(|definition| !definition.imports.is_empty());
        let Some(definition) = importing else { return };
        match linked(file, definition, limits) {
            Ok(definition) => self.linked = Some(definition),
            Err(problems) => {
                let found = self.findings_of(problems.iter());
                self.findings.extend(found);
                self.findings.sort_by_key(|finding| finding.span);
            }
        }
    }

    /// The definition with what it imports, as far as that could be loaded.
    pub(crate) fn whole(&self) -> Option<&Definition> {
        self.linked.as_ref().or(self.definition.as_ref())
    }

    pub(crate) fn errors(&self) -> usize {
        self.findings.iter().filter(|finding| finding.is_error()).count()
    }

    /// The definition with what it imports, if there is nothing against running it.
    pub(crate) fn sound(&self) -> Option<&Definition> {
        self.whole().filter(|_| self.errors() == 0)
    }

    /// What is said about the definition later, at its places in the text.
    pub(crate) fn findings_of<'p>(&self, problems: impl IntoIterator<Item = &'p Problem>) -> Vec<Finding> {
        let found = problems.into_iter().map(|problem| Finding::of_problem(problem, self.places.as_ref()));
        found.collect()
    }
}

/// The text of a file; nothing if it is longer than allowed, of which no more is read.
fn read_at_most(file: &Path, allowed: usize) -> io::Result<Option<String>> {
    let most = u64::try_from(allowed).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    File::open(file)?.take(most).read_to_end(&mut bytes)?;
    if bytes.len() > allowed {
        return Ok(None);
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()))?;
    Ok(Some(text))
}

fn read_json(
    file: &Path,
    text: &str,
    form: ReadForm,
    strict: bool,
    limits: &Limits,
) -> (Option<Definition>, Vec<Finding>) {
    match form {
        ReadForm::Text | ReadForm::Json => match Definition::from_json(text, limits) {
            Ok(definition) => (Some(definition), Vec::new()),
            Err(error) => (None, vec![Finding::of_json(&error, text)]),
        },
        ReadForm::Circe => match circe::import(text, cohort_name(file), limits) {
            Ok(definition) => (Some(definition), Vec::new()),
            Err(errors) => (None, errors.iter().map(|error| Finding::of_circe(error, text)).collect()),
        },
        ReadForm::Aou => {
            let mode = if strict { Mode::Strict } else { Mode::Workbench };
            let (definition, problems) = match aou::read(text, cohort_name(file), limits, mode) {
                Ok(imported) => (Some(imported.definition), imported.warnings),
                Err(errors) => (None, errors.problems().to_vec()),
            };
            (definition, problems.iter().map(|problem| Finding::of_workbench(problem, text)).collect())
        }
    }
}

/// The form of a file, by its name and, for JSON, by the fields at its top.
fn recognise(file: &Path, text: &str) -> Option<ReadForm> {
    let extension = file.extension().and_then(OsStr::to_str)?;
    if extension.eq_ignore_ascii_case("cohort") {
        return Some(ReadForm::Text);
    }
    if !extension.eq_ignore_ascii_case("json") {
        return None;
    }
    let Ok(fields) = serde_json::from_str::<BTreeMap<String, IgnoredAny>>(text) else {
        // Reading it will say where it stops being JSON.
        return Some(ReadForm::Json);
    };
    let has = |names: &[&str]| names.iter().any(|name| fields.contains_key(*name));
    if has(&["format"]) {
        Some(ReadForm::Json)
    } else if has(&["PrimaryCriteria", "ConceptSets", "InclusionRules", "ExpressionLimit"]) {
        Some(ReadForm::Circe)
    } else if has(&["includes", "excludes", "dataFilters"]) {
        Some(ReadForm::Aou)
    } else {
        None
    }
}

/// A name for the cohort of a form that has none, after the file.
fn cohort_name(file: &Path) -> CohortName {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let letters: String = stem
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' })
        .take(57)
        .collect();
    let name = CohortName::new(letters.as_str()).or_else(|_| CohortName::new(format!("cohort_{letters}")));
    #[expect(clippy::expect_used, reason = "a letter, then at most 63 letters, digits and underscores")]
    name.expect("a name")
}

/// The text with every character that a terminal would obey replaced, byte for byte, so that places
/// stay where they are.
pub(crate) fn printable(text: &str) -> String {
    let obeyed = |letter: char| match letter {
        '\n' | '\t' => false,
        // Controls, and what changes the direction of writing.
        letter => {
            letter.is_control()
                || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        }
    };
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if obeyed(letter) {
            shown.extend(std::iter::repeat_n('?', letter.len_utf8()));
        } else {
            shown.push(letter);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_recognised() {
        let cases = [
            ("a.cohort", "", Some(ReadForm::Text)),
            ("a.JSON", r#"{"format": 1, "PrimaryCriteria": 2}"#, Some(ReadForm::Json)),
            ("a.json", r#"{"PrimaryCriteria": {}, "x": [[1]]}"#, Some(ReadForm::Circe)),
            ("a.json", r#"{"includes": []}"#, Some(ReadForm::Aou)),
            ("a.json", r#"{"name": "x"}"#, None),
            ("a.json", "{", Some(ReadForm::Json)),
            ("a.txt", "", None),
        ];
        for (file, text, form) in cases {
            assert_eq!(recognise(Path::new(file), text), form, "{file} {text}");
        }
    }

    #[test]
    fn any_file_gives_a_name() {
        for (file, name) in
            [("a b.json", "a_b"), ("123.json", "cohort_123"), ("", "cohort_"), ("ä.json", "cohort__")]
        {
            assert_eq!(cohort_name(Path::new(file)).as_str(), name);
        }
    }

    #[test]
    fn what_a_terminal_obeys_is_not_shown() {
        assert_eq!(printable("a\u{1b}[1mé\u{9b}\u{202e}b\t\n"), "a?[1mé?????b\t\n");
    }
}
