use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{InvalidValue, RequirementName};
use thiserror::Error;

use crate::Requirement;

/// The requirements that a programme has defined, each under a name of its own. Written as a
/// `strongroom-requirements/1` document in JSON.
///
/// A document that names a kind which nobody here can judge is refused as a whole: a requirement
/// that is skipped would be a door that stands open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Document", into = "Document")]
pub struct RequirementCatalogue {
    requirements: Vec<Requirement>,
}

/// Why a catalogue of requirements was not taken, or not found sufficient.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RequirementCatalogueError {
    /// The text is not a catalogue.
    #[error(
        "not a `strongroom-requirements/1` document: line {line}, column {column} is no JSON, or has a \
         missing, unknown or ill-typed field, or a kind of requirement that nobody can judge"
    )]
    Document {
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 before the line's first character.
        column: usize,
    },
    /// Two requirements have the same name.
    #[error("{0} is defined twice; remove one definition")]
    Repeated(RequirementName),
    /// Somebody asks for a requirement that is not defined.
    #[error("{0} is asked for and not defined; define it, or take its name out of the policy")]
    Undefined(RequirementName),
}

impl RequirementCatalogue {
    /// The catalogue of these requirements.
    ///
    /// # Errors
    /// If two of them have the same name.
    pub fn new(requirements: Vec<Requirement>) -> Result<Self, RequirementCatalogueError> {
        let mut names = BTreeSet::new();
        match requirements.iter().find(|requirement| !names.insert(requirement.name())) {
            Some(repeated) => Err(RequirementCatalogueError::Repeated(repeated.name().clone())),
            None => Ok(Self { requirements }),
        }
    }

    /// Reads a `strongroom-requirements/1` document.
    ///
    /// # Errors
    /// If the text is no such document.
    pub fn from_json(text: &str) -> Result<Self, RequirementCatalogueError> {
        serde_json::from_str(text).map_err(|error| RequirementCatalogueError::Document {
            line: error.line(),
            column: error.column(),
        })
    }

    /// What All of Us asks for ([`Requirement::all_of_us`]).
    ///
    /// # Errors
    /// None that a caller could meet.
    pub fn all_of_us() -> Result<Self, InvalidValue> {
        Ok(Self { requirements: Requirement::all_of_us()? })
    }

    /// The requirements, in the order of the document.
    #[must_use]
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// The requirement of that name.
    #[must_use]
    pub fn get(&self, name: &RequirementName) -> Option<&Requirement> {
        self.requirements.iter().find(|requirement| requirement.name() == name)
    }

    /// The requirements of these names, in the order of the names.
    ///
    /// # Errors
    /// If one of them is not defined. Nothing is left out in silence.
    pub fn select<'a>(
        &'a self,
        names: impl IntoIterator<Item = &'a RequirementName>,
    ) -> Result<Vec<&'a Requirement>, RequirementCatalogueError> {
        let find = |name: &RequirementName| {
            self.get(name).ok_or_else(|| RequirementCatalogueError::Undefined(name.clone()))
        };
        names.into_iter().map(find).collect()
    }
}

/// The written form of a [`RequirementCatalogue`], before its names were compared.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: Format,
    requirements: Vec<Requirement>,
}

#[derive(Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-requirements/1")]
    V1,
}

impl TryFrom<Document> for RequirementCatalogue {
    type Error = RequirementCatalogueError;

    fn try_from(document: Document) -> Result<Self, RequirementCatalogueError> {
        Self::new(document.requirements)
    }
}

impl From<RequirementCatalogue> for Document {
    fn from(catalogue: RequirementCatalogue) -> Self {
        Self { format: Format::V1, requirements: catalogue.requirements }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> String {
        serde_json::to_string_pretty(&RequirementCatalogue::all_of_us().unwrap()).unwrap()
    }

    #[test]
    fn an_odd_document_is_refused_without_repeating_it() {
        assert!(RequirementCatalogue::from_json(&document()).is_ok());
        for (from, to) in [
            ("strongroom-requirements/1", "strongroom-requirements/2-secret"),
            (r#""kind": "self-attestation""#, r#""kind": "secret-handshake""#),
            (r#""kind": "self-attestation""#, r#""enabled": false, "kind": "self-attestation""#),
            (r#""pass_score": 80"#, r#""pass_score": 180"#),
            (r#""assurance": "ial2""#, r#""assurance": "secret""#),
            (r#""profile-confirmation""#, r#""publication-confirmation""#),
        ] {
            let odd = document().replacen(from, to, 1);
            assert_ne!(odd, document(), "{from}");
            let error = RequirementCatalogue::from_json(&odd).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_name_without_a_definition_is_an_error_not_an_omission() {
        let catalogue = RequirementCatalogue::all_of_us().unwrap();
        let name = |text| RequirementName::new(text).unwrap();
        let (known, unknown) = (name("identity"), name("handshake"));
        assert_eq!(catalogue.select([&known]).unwrap().len(), 1);
        let error = catalogue.select([&known, &unknown]).unwrap_err();
        assert_eq!(error, RequirementCatalogueError::Undefined(unknown));
        let twice = [catalogue.requirements(), catalogue.requirements()].concat();
        assert!(RequirementCatalogue::new(twice).is_err());
    }
}
