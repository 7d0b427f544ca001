//! Policies written in Cedar as a rule: they object to what they forbid, and admit nobody.
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use std::error::Error;

use cedar_policy::{Authorizer, Context, Decision, Entities, PolicySet, Request, RestrictedExpression};
use strongroom_access::{Actor, Agreement, EmailDomain, Institution, Membership, Person};
use strongroom_gate::{Case, Facts, Operation, Rule, RuleObjection, admit_to_create};
use strongroom_primitives::{Id, Label, Paragraph, ReleaseName, RowTier, Timestamp};
use strongroom_tiers::{Policy, Release, TierRules};

struct CedarRule {
    name: Label,
    policies: PolicySet,
    unexplained: Paragraph,
    next_step: Paragraph,
}

impl CedarRule {
    /// Why the policies forbid it; `None` if they do not.
    fn forbidden(&self, case: &Case<'_>) -> Result<Option<String>, Box<dyn Error>> {
        let action = match case.operation() {
            Operation::CreateWorkspace => "create workspace".to_owned(),
            Operation::InWorkspace(action) => action.to_string(),
        };
        let domain = case.facts().person().email().domain().to_string();
        let request = Request::new(
            format!(r#"Person::"{}""#, case.facts().person().id()).parse()?,
            format!(r#"Action::"{action}""#).parse()?,
            format!(r#"Release::"{}""#, case.release()).parse()?,
            Context::from_pairs([("domain".to_owned(), RestrictedExpression::new_string(domain))])?,
            None,
        )?;
        let answer = Authorizer::new().is_authorized(&request, &self.policies, &Entities::empty());
        // Cedar leaves out a policy that it cannot evaluate: it might have been one that forbids.
        let allowed = answer.decision() == Decision::Allow && answer.diagnostics().errors().count() == 0;
        let reasons = answer.diagnostics().reason().filter_map(|id| self.policies.annotation(id, "reason"));
        Ok((!allowed).then(|| reasons.collect::<Vec<_>>().join("; ")))
    }
}

impl Rule for CedarRule {
    fn name(&self) -> &Label {
        &self.name
    }

    fn objections(&self, case: &Case<'_>) -> Vec<RuleObjection> {
        let Some(reason) = self.forbidden(case).unwrap_or(Some(String::new())) else { return vec![] };
        let reason = Paragraph::new(reason).unwrap_or(self.unexplained.clone());
        vec![RuleObjection::new(reason, self.next_step.clone(), Actor::ProgrammeStaff)]
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let rule = CedarRule {
        name: Label::new("Cedar")?,
        policies: include_str!("rule.cedar").parse()?,
        unexplained: Paragraph::new("no policy allows it")?,
        next_step: Paragraph::new("Ask the programme's staff.")?,
    };
    let (now, nothing) = (Timestamp::parse("2026-03-01T09:00:00Z")?, TierRules::new(vec![]));
    let policy = Policy::new(1, nothing.clone(), nothing)?;
    let domains = [EmailDomain::new("uni.edu")?, EmailDomain::new("guests.uni.edu")?];
    let agreement = Agreement::new(now, now.plus_days(365), Membership::Domains(domains.into()))?;
    let university = Institution::new(Id::from_u128(1), Label::new("University")?)
        .with_agreement(RowTier::Registered, agreement);
    let release = Release::new(ReleaseName::new("R1")?, RowTier::Registered);
    // Cedar permits the third as well; but the agreement does not cover them.
    for email in ["ada@uni.edu", "charles@guests.uni.edu", "eve@elsewhere.org"] {
        let person = Person::new(Id::from_u128(2), Label::new("A researcher")?, email.parse()?)
            .with_institution(university.id());
        let facts = Facts::new(&person, &[], &[]).with_institution(&university).with_release(&release);
        match admit_to_create(&policy, &facts, release.name(), &[&rule], now) {
            Ok(_) => println!("{email}: may open a workspace"),
            Err(refusal) => println!("{email}: {refusal}"),
        }
    }
    Ok(())
}
