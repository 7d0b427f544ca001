use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{Id, Label, kind};

use crate::RequirementGap;

/// How well an identity was proved (NIST SP 800-63A-4, identity assurance levels).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "the levels are those of the publication")]
pub enum IdentityAssurance {
    /// The existence of the identity was validated.
    Ial1,
    /// The person was verified against strong evidence, remotely or on site.
    Ial2,
    /// The person was verified on site by a trained representative.
    Ial3,
}

/// A document by which staff can verify somebody whom no verifier could.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum IdentityDocument {
    /// A passport.
    Passport,
    /// A driving licence with a photograph.
    DrivingLicence,
    /// A national identity card.
    IdentityCard,
    /// A residence permit.
    ResidencePermit,
    /// An identity card of armed forces.
    MilitaryCard,
    /// An identity card of a tribal nation.
    TribalCard,
}

/// What identity proofing has to amount to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityRule {
    assurance: IdentityAssurance,
    verifiers: BTreeSet<Label>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    documents: BTreeSet<IdentityDocument>,
}

/// How an identity was proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(clippy::exhaustive_enums, reason = "a way that nobody judges would count or fail by accident")]
pub enum IdentityProof {
    /// A verifier such as Login.gov or ID.me vouches for it.
    Verified {
        /// Which one.
        verifier: Label,
        /// How well it proved it.
        assurance: IdentityAssurance,
    },
    /// Somebody of the staff looked at a document: the alternative for people whom no verifier can
    /// prove. It is evidence like the other, with the same requirements on when it holds.
    DocumentReviewed {
        /// What was looked at. Never its number or a copy.
        document: IdentityDocument,
        /// Who looked.
        reviewer: Id<kind::Person>,
    },
}

impl IdentityRule {
    /// Proof of at least this level, by one of these verifiers. Without any verifier nobody can be
    /// verified this way.
    #[must_use]
    pub fn new(assurance: IdentityAssurance, verifiers: BTreeSet<Label>) -> Self {
        Self { assurance, verifiers, documents: BTreeSet::new() }
    }

    /// The same rule, with the alternative that staff reviews one of these documents.
    #[must_use]
    pub fn with_documents(mut self, documents: BTreeSet<IdentityDocument>) -> Self {
        self.documents = documents;
        self
    }

    /// The lowest level that counts.
    #[must_use]
    pub fn assurance(&self) -> IdentityAssurance {
        self.assurance
    }

    /// The verifiers that count.
    #[must_use]
    pub fn verifiers(&self) -> &BTreeSet<Label> {
        &self.verifiers
    }

    /// The documents that count in the alternative way.
    #[must_use]
    pub fn documents(&self) -> &BTreeSet<IdentityDocument> {
        &self.documents
    }

    /// Whether the proof of this person's identity is enough. Nobody reviews their own documents.
    pub(crate) fn judge(
        &self,
        proof: &IdentityProof,
        person: Option<Id<kind::Person>>,
    ) -> Result<(), RequirementGap> {
        match proof {
            IdentityProof::Verified { verifier, assurance } => {
                if !self.verifiers.contains(verifier) {
                    Err(RequirementGap::UntrustedSource)
                } else if *assurance < self.assurance {
                    Err(RequirementGap::InsufficientAssurance)
                } else {
                    Ok(())
                }
            }
            IdentityProof::DocumentReviewed { document, reviewer } => {
                if person == Some(*reviewer) {
                    Err(RequirementGap::SelfApproved)
                } else if self.documents.contains(document) {
                    Ok(())
                } else {
                    Err(RequirementGap::InsufficientAssurance)
                }
            }
        }
    }
}

impl fmt::Display for IdentityAssurance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ial1 => "IAL1",
            Self::Ial2 => "IAL2",
            Self::Ial3 => "IAL3",
        })
    }
}

/// What the values of the claim `acr` mean at one identity provider (OpenID Connect Core 1.0,
/// section 2: a value is compared as a whole).
///
/// The claim is read as a list of values between spaces. Only a value that is equal to a known one
/// byte for byte counts: a longer one that merely contains it means nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AssuranceTable(BTreeMap<Label, IdentityAssurance>);

impl AssuranceTable {
    /// The table with these values.
    #[must_use]
    pub fn new(values: BTreeMap<Label, IdentityAssurance>) -> Self {
        Self(values)
    }

    /// The highest level that the claim speaks of, if it speaks of one.
    #[must_use]
    pub fn level(&self, acr: &str) -> Option<IdentityAssurance> {
        let values: BTreeSet<&str> = acr.split(' ').collect();
        self.0.iter().filter(|(known, _)| values.contains(known.as_str())).map(|(_, level)| *level).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(text: &str) -> Label {
        Label::new(text).unwrap()
    }

    #[test]
    fn a_proof_is_of_the_level_the_verifier_and_somebody_else() {
        use IdentityAssurance::{Ial1, Ial2, Ial3};
        use RequirementGap::{InsufficientAssurance, SelfApproved, UntrustedSource};

        let rule = IdentityRule::new(Ial2, [label("Login.gov"), label("ID.me")].into())
            .with_documents([IdentityDocument::Passport].into());
        let verified = |verifier, assurance| IdentityProof::Verified { verifier: label(verifier), assurance };
        let reviewed =
            |document, by| IdentityProof::DocumentReviewed { document, reviewer: Id::from_u128(by) };
        for (proof, expected) in [
            (verified("Login.gov", Ial2), Ok(())),
            (verified("ID.me", Ial3), Ok(())),
            (verified("Login.gov", Ial1), Err(InsufficientAssurance)),
            (verified("login.gov", Ial2), Err(UntrustedSource)),
            (verified("Login.gov.evil.org", Ial3), Err(UntrustedSource)),
            (reviewed(IdentityDocument::Passport, 9), Ok(())),
            (reviewed(IdentityDocument::Passport, 1), Err(SelfApproved)),
            (reviewed(IdentityDocument::DrivingLicence, 9), Err(InsufficientAssurance)),
        ] {
            assert_eq!(rule.judge(&proof, Some(Id::from_u128(1))), expected, "{proof:?}");
        }
    }

    #[test]
    fn a_level_is_read_from_whole_values_only() {
        let table = AssuranceTable::new(
            [
                (label("https://idp.example/ial/1"), IdentityAssurance::Ial1),
                (label("https://idp.example/ial/2"), IdentityAssurance::Ial2),
            ]
            .into(),
        );
        for (acr, expected) in [
            ("https://idp.example/ial/2", Some(IdentityAssurance::Ial2)),
            ("https://idp.example/aal/1 https://idp.example/ial/2", Some(IdentityAssurance::Ial2)),
            ("https://idp.example/ial/1 https://idp.example/ial/2", Some(IdentityAssurance::Ial2)),
            ("https://idp.example/ial/1", Some(IdentityAssurance::Ial1)),
            ("https://idp.example/ial/20", None),
            ("https://evil.example/?https://idp.example/ial/2", None),
            ("https://idp.example/ial/2/none", None),
            ("HTTPS://IDP.EXAMPLE/IAL/2", None),
            ("https://idp.example/ial/2\thttps://idp.example/ial/2", None),
            ("ial/2", None),
            ("", None),
        ] {
            assert_eq!(table.level(acr), expected, "{acr:?}");
        }
    }
}
