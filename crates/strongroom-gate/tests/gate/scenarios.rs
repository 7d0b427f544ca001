//! What a real programme decides, case by case: `scenarios.json` under the policy of All of Us.
//!
//! Whatever a case does not name is in order: an owner of a controlled workspace on a live release,
//! covered by both agreements, with everything brought a day ago, views it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use strongroom_access::{
    AccountState, Agreement, Bypass, BypassedBy, EmailAddress, EmailDomain, Evidence, Institution,
    Membership, Person, Requirement, Subject,
};
use strongroom_gate::{Ask, Decision, Facts, Objection, admit};
use strongroom_primitives::{Id, RowTier, Timestamp};
use strongroom_tiers::{BypassRule, Intent, Policy, Release};
use strongroom_workspaces::{Action, Ownership, Role};

use crate::world::{
    days_ago, label, now, paragraph, person, release_name, replication, requirement_name, workspace,
};

const SCENARIOS: &str = include_str!("scenarios.json");
const UNIVERSITY: u128 = 2;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    name: String,
    #[serde(default)]
    account: Account,
    /// The address on the account.
    #[serde(default = "ada")]
    email: String,
    /// What the institution signed; `null` without an institution.
    #[serde(default = "both_signed")]
    institution: Option<BTreeMap<RowTier, Signed>>,
    /// Requirements for which there is no evidence.
    #[serde(default)]
    without: BTreeSet<String>,
    /// How many days ago evidence was obtained, where it was not yesterday; negative in the future.
    #[serde(default)]
    obtained_days_ago: BTreeMap<String, i64>,
    /// From how many days ago until in how many days requirements are set aside.
    #[serde(default)]
    bypassed: BTreeMap<String, Excused>,
    /// The requirements that the policy lets be set aside, for at most 14 days.
    #[serde(default)]
    may_be_bypassed: BTreeSet<String>,
    #[serde(default = "owner")]
    role: Option<Role>,
    #[serde(default = "controlled")]
    tier: RowTier,
    #[serde(default)]
    release: State,
    #[serde(default)]
    replicates: bool,
    #[serde(default)]
    open_tier: Option<RowTier>,
    #[serde(default = "view")]
    action: Action,
    /// The instant of the question; 2026-03-01T09:00:00Z where none is named.
    #[serde(default = "now")]
    at: Timestamp,
    expected: Expected,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Expected {
    /// The first instant at which the session no longer is good.
    AdmittedUntil(Timestamp),
    /// Everything that stands in the way, sorted.
    Refused(Vec<String>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Account {
    #[default]
    Active,
    Suspended,
    Disabled,
    Closed,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    /// Domains or whole addresses.
    covers: Vec<String>,
    #[serde(default = "long_ago")]
    starts: Timestamp,
    #[serde(default = "far_off")]
    ends: Timestamp,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Excused {
    since_days_ago: i64,
    for_days: u32,
}

#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    #[default]
    Live,
    ArchivedInFiveMinutes,
    Archived,
    Withdrawn,
    InPreparation,
    Unknown,
    InOtherTier,
}

fn ada() -> String {
    "ada@uni.edu".to_owned()
}

fn both_signed() -> Option<BTreeMap<RowTier, Signed>> {
    let signed = || Signed { covers: vec!["uni.edu".to_owned()], starts: long_ago(), ends: far_off() };
    Some(RowTier::ALL.map(|tier| (tier, signed())).into())
}

#[expect(clippy::unnecessary_wraps, reason = "the field is optional")]
fn owner() -> Option<Role> {
    Some(Role::Owner)
}

fn controlled() -> RowTier {
    RowTier::Controlled
}

fn view() -> Action {
    Action::View
}

fn long_ago() -> Timestamp {
    days_ago(900)
}

fn far_off() -> Timestamp {
    days_ago(-900)
}

impl Scenario {
    fn person(&self) -> Person {
        let person = Person::new(person(), label("Ada"), EmailAddress::new(&self.email).unwrap());
        let since = days_ago(1);
        let person = person.with_account(match self.account {
            Account::Active => AccountState::Active,
            Account::Suspended => {
                AccountState::Suspended { since, until: days_ago(-1), reason: paragraph("inquiry") }
            }
            Account::Disabled => AccountState::Disabled { since, reason: paragraph("inquiry") },
            Account::Closed => AccountState::Closed { since },
        });
        if self.institution.is_some() { person.with_institution(Id::from_u128(UNIVERSITY)) } else { person }
    }

    fn institution(&self) -> Option<Institution> {
        let start = Institution::new(Id::from_u128(UNIVERSITY), label("University"));
        let signed = self.institution.as_ref()?;
        Some(signed.iter().fold(start, |university, (tier, signed)| {
            let membership = if signed.covers.iter().any(|one| one.contains('@')) {
                Membership::Addresses(
                    signed.covers.iter().map(|one| EmailAddress::new(one).unwrap()).collect(),
                )
            } else {
                Membership::Domains(signed.covers.iter().map(|one| EmailDomain::new(one).unwrap()).collect())
            };
            university.with_agreement(*tier, Agreement::new(signed.starts, signed.ends, membership).unwrap())
        }))
    }

    fn evidence(&self, requirements: &[Requirement]) -> Vec<Evidence> {
        let brought = requirements.iter().filter(|one| !self.without.contains(one.name().as_str()));
        let source = label("test");
        brought
            .flat_map(|one| {
                let days = self.obtained_days_ago.get(one.name().as_str()).copied().unwrap_or(1);
                one.sufficient_evidence(days_ago(days), &source).unwrap()
            })
            .collect()
    }

    fn bypasses(&self, requirements: &[Requirement]) -> Vec<Bypass> {
        let new = |(name, excused): (&String, &Excused)| {
            let requirement = requirements.iter().find(|one| one.name().as_str() == name).unwrap();
            let by = BypassedBy { granted_by: Id::from_u128(11), confirmed_by: Id::from_u128(12) };
            let (subject, starts) = (Subject::Person(person()), days_ago(excused.since_days_ago));
            let ends = starts.plus_days(excused.for_days);
            Bypass::new(requirement, subject, paragraph("the site was down"), by, starts, ends).unwrap()
        };
        self.bypassed.iter().map(new).collect()
    }

    fn policy(&self) -> Policy {
        let policy = Policy::all_of_us().unwrap();
        let declared: Vec<_> = self
            .may_be_bypassed
            .iter()
            .map(|name| policy.declaration(&requirement_name(name)).unwrap().clone())
            .collect();
        let draft = declared.into_iter().fold(policy.into_draft(), |draft, one| {
            draft.with_declaration(one.with_bypass(BypassRule { longest_days: 14 }))
        });
        draft.build().unwrap()
    }

    fn release(&self) -> Option<Release> {
        let release = |tier| Release::new(release_name("release"), tier);
        Some(match self.release {
            State::Live => release(self.tier),
            State::ArchivedInFiveMinutes => release(self.tier).with_archived(self.at.plus_minutes(5)),
            State::Archived => release(self.tier).with_archived(days_ago(1)),
            State::Withdrawn => release(self.tier).with_withdrawn(days_ago(1), paragraph("consent")),
            State::InPreparation => Release::in_preparation(release_name("release"), self.tier),
            State::InOtherTier => release(RowTier::ALL.into_iter().find(|tier| *tier != self.tier).unwrap()),
            State::Unknown => return None,
        })
    }

    fn decide(&self) -> Decision {
        let requirements = Requirement::all_of_us().unwrap();
        let (person, institution, release) = (self.person(), self.institution(), self.release());
        let (evidence, bypasses) = (self.evidence(&requirements), self.bypasses(&requirements));
        let workspace = workspace(Id::from_u128(3), self.tier, self.role);
        let intent = if self.replicates { replication() } else { Intent::Research };
        let mut facts = Facts::new(&person, &requirements, &evidence)
            .with_bypasses(&bypasses)
            .with_intent(&intent)
            .with_workspace(&workspace)
            .with_ownership(Ownership::Held);
        if let Some(institution) = &institution {
            facts = facts.with_institution(institution);
        }
        if let Some(release) = &release {
            facts = facts.with_release(release);
        }
        if let Some(tier) = self.open_tier {
            facts = facts.with_open_tier(tier);
        }
        admit(&self.policy(), &facts, &Ask::new(workspace.id(), self.action), &[], self.at)
    }
}

/// The code of an objection, with what it is about.
fn in_short(objection: &Objection) -> String {
    let gap = |gap: String| gap.split([' ', '{', '(']).next().unwrap().to_lowercase();
    match objection {
        Objection::RequirementNotMet { requirement, gap: why, .. } => {
            format!("{} {requirement} {}", objection.code(), gap(format!("{why:?}")))
        }
        Objection::AgreementNotInForce { tier, gap: why } => {
            format!("{} {tier} {}", objection.code(), gap(format!("{why:?}")))
        }
        _ => objection.code().to_owned(),
    }
}

#[test]
fn a_real_programme_decides_as_written() {
    let scenarios: Vec<Scenario> = serde_json::from_str(SCENARIOS).unwrap();
    let names: BTreeSet<&str> = scenarios.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names.len(), scenarios.len(), "two scenarios have one name");
    assert!(scenarios.len() >= 50, "{} scenarios", scenarios.len());
    let mut wrong = Vec::new();
    for scenario in &scenarios {
        let actual = match scenario.decide() {
            Decision::Admitted(session) => Ok(session.not_after()),
            Decision::Refused(refusal) => {
                let mut found: Vec<String> = refusal.objections().iter().map(in_short).collect();
                found.sort();
                Err(found)
            }
        };
        let as_expected = match (&scenario.expected, &actual) {
            (Expected::AdmittedUntil(expected), Ok(actual)) => expected == actual,
            (Expected::Refused(expected), Err(actual)) => expected == actual,
            _ => false,
        };
        if !as_expected {
            wrong.push(format!("{}: expected {:?}, found {actual:?}", scenario.name, scenario.expected));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), scenarios.len(), wrong.join("\n"));
}
