use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{RequirementName, RowTier};
use thiserror::Error;

use crate::TierRules;

/// A lease longer than a day would outlive the day's news.
const LONGEST_LEASE_MINUTES: u32 = 1_440;

const ALL_OF_US: &str = include_str!("policies/all_of_us.json");

/// The rules of a programme: for each tier that holds rows, what it asks for and what it shows.
/// Written as a `strongroom-policy/1` document in JSON.
///
/// A value of this type keeps what was promised about tiers, whatever the document said:
///
/// - whoever meets the controlled tier meets the registered tier, because a tier asks for its
///   own requirements and those of every tier below ([`requirements`](Self::requirements));
/// - whatever the registered tier shows, the controlled tier shows as well;
/// - no name hides nothing by a slip of spelling, and no lease is endless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Document", into = "Document")]
pub struct Policy {
    version: u64,
    registered: TierRules,
    controlled: TierRules,
}

/// Why a policy was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The text is not a policy document.
    #[error(
        "not a `strongroom-policy/1` document: line {line}, column {column} is no JSON, or has a missing, \
         unknown or ill-typed field"
    )]
    Document {
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 before the line's first character.
        column: usize,
    },
    /// A tier names a requirement twice.
    #[error("the {tier} tier names a requirement twice; remove one")]
    RepeatedRequirement {
        /// The tier.
        tier: RowTier,
    },
    /// A lease is not between one minute and one day.
    #[error("the {tier} tier has `maximum_lease_minutes` outside 1 to 1440; choose one within")]
    Lease {
        /// The tier.
        tier: RowTier,
    },
    /// A hidden table or column has a name that the Common Data Model cannot have.
    #[error(
        "`hidden` has a name that no table or column of the CDM can have; write names in lower case, with \
         digits and underscores only"
    )]
    NotACdmName,
    /// The controlled tier hides what the registered tier shows.
    #[error("the controlled tier hides what the registered tier shows; hide it in the registered tier too")]
    HiddenAboveOnly,
}

impl Policy {
    /// A policy with these rules.
    ///
    /// The version is the programme's own count of its policies; it is written into sessions and
    /// audit events, so that a decision can be traced to the rules of its day.
    ///
    /// # Errors
    /// If the rules break one of the promises above.
    pub fn new(version: u64, registered: TierRules, controlled: TierRules) -> Result<Self, PolicyError> {
        for (tier, rules) in [(RowTier::Registered, &registered), (RowTier::Controlled, &controlled)] {
            let names: BTreeSet<_> = rules.requirements.iter().collect();
            if names.len() < rules.requirements.len() {
                return Err(PolicyError::RepeatedRequirement { tier });
            }
            if !(1..=LONGEST_LEASE_MINUTES).contains(&rules.maximum_lease_minutes) {
                return Err(PolicyError::Lease { tier });
            }
            rules.hidden.check_names()?;
        }
        if !registered.hidden.includes(&controlled.hidden) {
            return Err(PolicyError::HiddenAboveOnly);
        }
        Ok(Self { version, registered, controlled })
    }

    /// Reads a `strongroom-policy/1` document.
    ///
    /// # Errors
    /// If the text is no such document, or its rules break one of the promises above.
    pub fn from_json(text: &str) -> Result<Self, PolicyError> {
        let document: Document = serde_json::from_str(text)
            .map_err(|error| PolicyError::Document { line: error.line(), column: error.column() })?;
        document.try_into()
    }

    /// The tiers of All of Us, as far as its public documents give them: six requirements for the
    /// registered tier and one more for the controlled tier; the registered tier without day and
    /// month of birth, places below the state, sub-categories of race and ethnicity, causes of
    /// death and free text; the controlled tier with the year of birth only; counts of 1 to 20
    /// suppressed (governance of All of Us: data access tiers, data access modules, Data and
    /// Statistics Dissemination Policy).
    ///
    /// # Errors
    /// None that a caller could meet: the document is part of this crate, and a test reads it.
    pub fn all_of_us() -> Result<Self, PolicyError> {
        Self::from_json(ALL_OF_US)
    }

    /// The programme's number for this policy.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The rules of one tier.
    #[must_use]
    pub fn rules(&self, tier: RowTier) -> &TierRules {
        match tier {
            RowTier::Registered => &self.registered,
            RowTier::Controlled => &self.controlled,
        }
    }

    /// Everything somebody has to meet to enter the tier, each once: what the tiers below ask
    /// for, then what the tier itself adds.
    #[must_use]
    pub fn requirements(&self, tier: RowTier) -> Vec<&RequirementName> {
        let mut seen = BTreeSet::new();
        tier.and_below()
            .flat_map(|tier| &self.rules(tier).requirements)
            .filter(|name| seen.insert(*name))
            .collect()
    }
}

/// The written form of a [`Policy`], before its promises were checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: Format,
    version: u64,
    tiers: Tiers,
}

#[derive(Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-policy/1")]
    V1,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tiers {
    registered: TierRules,
    controlled: TierRules,
}

impl TryFrom<Document> for Policy {
    type Error = PolicyError;

    fn try_from(document: Document) -> Result<Self, PolicyError> {
        Self::new(document.version, document.tiers.registered, document.tiers.controlled)
    }
}

impl From<Policy> for Document {
    fn from(policy: Policy) -> Self {
        Self {
            format: Format::V1,
            version: policy.version,
            tiers: Tiers { registered: policy.registered, controlled: policy.controlled },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Hidden;

    fn rules(names: &[&str]) -> TierRules {
        TierRules::new(names.iter().map(|name| RequirementName::new(*name).unwrap()).collect())
    }

    #[test]
    fn the_shipped_policy_is_the_documented_one() {
        let policy = Policy::all_of_us().unwrap();
        let asked = |tier| -> Vec<String> {
            policy.requirements(tier).into_iter().map(ToString::to_string).collect()
        };
        let registered = [
            "two-step-verification",
            "identity",
            "registered-training",
            "code-of-conduct",
            "profile-confirmation",
            "publication-confirmation",
        ];
        assert_eq!(asked(RowTier::Registered), registered);
        assert_eq!(asked(RowTier::Controlled), [&registered[..], &["controlled-training"]].concat());

        for (table, column, in_registered, in_controlled) in [
            ("person", "year_of_birth", false, false),
            ("person", "month_of_birth", true, true),
            ("person", "race_source_concept_id", true, false),
            ("death", "cause_concept_id", true, false),
            ("death", "death_date", false, false),
            ("note", "note_text", true, true),
            ("location", "zip", true, false),
            ("condition_occurrence", "condition_source_value", true, false),
            ("condition_occurrence", "condition_concept_id", false, false),
        ] {
            let hides = |tier| policy.rules(tier).hidden().hides_column(table, column);
            assert_eq!(
                (hides(RowTier::Registered), hides(RowTier::Controlled)),
                (in_registered, in_controlled),
                "{table}.{column}"
            );
        }
    }

    #[test]
    fn what_a_document_leaves_out_is_strict() {
        let policy = Policy::from_json(
            r#"{"format": "strongroom-policy/1", "version": 3,
                "tiers": {"registered": {"requirements": []}, "controlled": {"requirements": []}}}"#,
        )
        .unwrap();
        let rules = policy.rules(RowTier::Registered);
        assert_eq!((rules.suppress_up_to(), rules.maximum_lease_minutes()), (20, 15));
    }

    #[test]
    fn a_broken_promise_is_refused() {
        let plain = || rules(&["identity"]);
        for (registered, controlled, expected) in [
            (
                rules(&["identity", "identity"]),
                plain(),
                PolicyError::RepeatedRequirement { tier: RowTier::Registered },
            ),
            (
                plain(),
                plain().with_maximum_lease_minutes(0),
                PolicyError::Lease { tier: RowTier::Controlled },
            ),
            (
                plain().with_maximum_lease_minutes(1_441),
                plain(),
                PolicyError::Lease { tier: RowTier::Registered },
            ),
            (plain().with_hidden(Hidden::nothing().with_table("Note")), plain(), PolicyError::NotACdmName),
            (
                plain(),
                plain().with_hidden(Hidden::nothing().with_table("note")),
                PolicyError::HiddenAboveOnly,
            ),
        ] {
            assert_eq!(Policy::new(1, registered, controlled), Err(expected));
        }
    }

    #[test]
    fn an_odd_document_is_refused_without_repeating_it() {
        for (from, to) in [
            ("strongroom-policy/1", "strongroom-policy/2-secret"),
            ("\"version\"", "\"secret\": 1, \"version\""),
            ("\"suppress_up_to\": 20", "\"suppress_up_to\": \"secret\""),
            ("\"suppress_up_to\": 20", "\"suppress_up_to\": -1"),
            ("\"identity\"", "\"secret identity\""),
            ("\"hidden\"", "\"hiden-secret\""),
        ] {
            let odd = ALL_OF_US.replacen(from, to, 1);
            assert_ne!(odd, ALL_OF_US);
            let error = Policy::from_json(&odd).unwrap_err();
            assert!(matches!(error, PolicyError::Document { line: 2.., .. }), "{error}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn the_document_round_trips() {
        let policy = Policy::all_of_us().unwrap();
        let json = serde_json::to_string(&policy).unwrap();
        assert_eq!(Policy::from_json(&json).unwrap(), policy);
        assert_eq!(serde_json::from_str::<Policy>(&json).unwrap(), policy);
    }

    proptest! {
        #[test]
        fn a_higher_tier_asks_for_everything_below(
            registered in prop::collection::btree_set("[a-d]", 0..4),
            controlled in prop::collection::btree_set("[a-d]", 0..4),
        ) {
            let names = |set: &BTreeSet<String>| rules(&set.iter().map(String::as_str).collect::<Vec<_>>());
            let policy = Policy::new(1, names(&registered), names(&controlled)).unwrap();
            let asked = |tier| -> BTreeSet<String> {
                policy.requirements(tier).into_iter().map(ToString::to_string).collect()
            };
            let both = &registered | &controlled;
            prop_assert_eq!(asked(RowTier::Registered), registered);
            prop_assert_eq!(policy.requirements(RowTier::Controlled).len(), both.len());
            prop_assert_eq!(asked(RowTier::Controlled), both);
        }
    }
}
