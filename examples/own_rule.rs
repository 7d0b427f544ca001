//! A rule of your institution's own: it may object to a request, and can never admit one.
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use std::error::Error;

use strongroom::access::{Actor, Agreement, EmailDomain, Institution, Membership, Person};
use strongroom::gate::{Case, Facts, Operation, Rule, RuleObjection, admit_to_create};
use strongroom::primitives::{Id, InvalidValue, Label, Paragraph, ReleaseName, RowTier, Timestamp};
use strongroom::tiers::{Policy, Release, TierRules};

/// Guests of the institution work in other people's workspaces, and open none of their own.
struct GuestsOpenNoWorkspace {
    name: Label,
    objection: RuleObjection,
}

impl GuestsOpenNoWorkspace {
    fn new() -> Result<Self, InvalidValue> {
        let reason = Paragraph::new("guests work in the workspaces of their hosts")?;
        let next_step = Paragraph::new("Ask your host to share a workspace with you.")?;
        let objection = RuleObjection::new(reason, next_step, Actor::WorkspaceOwner);
        Ok(Self { name: Label::new("Guests")?, objection })
    }
}

impl Rule for GuestsOpenNoWorkspace {
    fn name(&self) -> &Label {
        &self.name
    }

    fn objections(&self, case: &Case<'_>) -> Vec<RuleObjection> {
        let guest = case.facts().person().email().domain().as_str() == "guests.uni.edu";
        if guest && case.operation() == Operation::CreateWorkspace {
            vec![self.objection.clone()]
        } else {
            vec![]
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let now = Timestamp::parse("2026-03-01T09:00:00Z")?;
    let policy = Policy::new(1, TierRules::new(vec![]), TierRules::new(vec![]))?;
    let domains = [EmailDomain::new("uni.edu")?, EmailDomain::new("guests.uni.edu")?];
    let agreement = Agreement::new(now, now.plus_days(365), Membership::Domains(domains.into()))?;
    let university = Institution::new(Id::from_u128(1), Label::new("University")?)
        .with_agreement(RowTier::Registered, agreement);
    let release = Release::new(ReleaseName::new("R1")?, RowTier::Registered);
    let rule = GuestsOpenNoWorkspace::new()?;

    for email in ["ada@uni.edu", "charles@guests.uni.edu"] {
        let person = Person::new(Id::from_u128(2), Label::new("A researcher")?, email.parse()?)
            .with_institution(university.id());
        let facts = Facts::new(&person, &[], &[]).with_institution(&university).with_release(&release);
        match admit_to_create(&policy, &facts, release.name(), &[&rule], now) {
            Ok(permit) => println!("{email}: may open a workspace until {}", permit.not_after()),
            Err(refusal) => println!("{email}: {refusal}"),
        }
    }
    Ok(())
}
