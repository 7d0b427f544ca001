//! The same decision in Cedar: members are permitted by role, and there is one `forbid` for the account,
//! for the agreement of each tier and for each requirement, so that all objections are found at once.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request, Response,
    RestrictedExpression,
};
use strongroom_access::{AccountState, Institution, Membership};
use strongroom_gate::Facts;
use strongroom_primitives::{RequirementName, RowTier, Timestamp};

use crate::Outcome;
use crate::world::VALID_FOR_DAYS;

pub(crate) struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
}

pub(crate) struct Question {
    request: Request,
    entities: Entities,
}

impl Cedar {
    /// The policy that asks for these requirements.
    pub(crate) fn new(asked: &[RequirementName]) -> Outcome<Self> {
        let mut text = String::from(
            r#"permit (principal, action == Action::"count cohort", resource)
                 when { resource.members.contains(principal) };
               forbid (principal, action, resource) unless { principal.active };
               forbid (principal, action, resource) unless { resource.live };"#,
        );
        for tier in RowTier::ALL {
            writeln!(
                text,
                r#"forbid (principal, action, resource) unless {{
                     principal.institution has {tier} && principal.institution.{tier}.starts <= context.now &&
                     context.now < principal.institution.{tier}.ends &&
                     principal.institution.{tier}.domains.contains(principal.domain) }};"#
            )?;
        }
        let valid = u64::from(VALID_FOR_DAYS) * 86_400_000_000;
        for name in asked {
            writeln!(
                text,
                r#"forbid (principal, action, resource) unless {{
                     principal.evidence has "{name}" && principal.evidence["{name}"] <= context.now &&
                     context.now < principal.evidence["{name}"] + {valid} }};"#
            )?;
        }
        Ok(Self { authorizer: Authorizer::new(), policies: text.parse()? })
    }

    /// The facts in Cedar's terms.
    pub(crate) fn question(&self, facts: &Facts<'_>, now: Timestamp) -> Outcome<Question> {
        let (person, workspace) = (facts.person(), facts.workspace().ok_or("there is no workspace")?);
        let principal: EntityUid = format!("Person::\"{}\"", person.id()).parse()?;
        let resource: EntityUid = format!("Workspace::\"{}\"", workspace.id()).parse()?;
        let member = RestrictedExpression::new_entity_uid(principal.clone());
        let members = workspace.role_of(person.id()).map(|_| member);
        let evidence = facts.evidence().iter();
        let evidence = evidence.map(|piece| (piece.requirement().to_string(), instant(piece.obtained())));
        let person = HashMap::from([
            ("active".to_owned(), yes(*person.account() == AccountState::Active)),
            ("domain".to_owned(), text(person.email().domain().as_str())),
            ("institution".to_owned(), agreements(facts)?),
            ("evidence".to_owned(), RestrictedExpression::new_record(evidence)?),
        ]);
        let live = facts.release().is_some_and(|release| release.name() == workspace.release());
        let workspace = HashMap::from([
            ("members".to_owned(), RestrictedExpression::new_set(members)),
            ("live".to_owned(), yes(live)),
        ]);
        let context = Context::from_pairs([("now".to_owned(), instant(now))])?;
        let entities = [
            Entity::new(principal.clone(), person, HashSet::new())?,
            Entity::new(resource.clone(), workspace, HashSet::new())?,
        ];
        let action: EntityUid = r#"Action::"count cohort""#.parse()?;
        Ok(Question {
            request: Request::new(principal, action, resource, context, None)?,
            entities: Entities::from_entities(entities, None)?,
        })
    }

    pub(crate) fn admits(&self, question: &Question) -> bool {
        self.answer(question).decision() == Decision::Allow
    }

    /// How many of the policies forbid it.
    pub(crate) fn reasons(&self, question: &Question) -> usize {
        self.answer(question).diagnostics().reason().count()
    }

    fn answer(&self, question: &Question) -> Response {
        self.authorizer.is_authorized(&question.request, &self.policies, &question.entities)
    }
}

/// What the institution signed for each tier.
fn agreements(facts: &Facts<'_>) -> Outcome<RestrictedExpression> {
    let mut signed = Vec::new();
    let own = |one: &&Institution| facts.person().institution() == Some(one.id());
    let institution = facts.institution().filter(own).into_iter();
    for (tier, agreement) in institution.flat_map(|one| RowTier::ALL.map(|tier| (tier, one.agreement(tier))))
    {
        let Some(agreement) = agreement else { continue };
        let Membership::Domains(domains) = agreement.membership() else { continue };
        let domains = domains.iter().map(|domain| text(domain.as_str()));
        let agreement = RestrictedExpression::new_record([
            ("starts".to_owned(), instant(agreement.starts())),
            ("ends".to_owned(), instant(agreement.ends())),
            ("domains".to_owned(), RestrictedExpression::new_set(domains)),
        ])?;
        signed.push((tier.to_string(), agreement));
    }
    Ok(RestrictedExpression::new_record(signed)?)
}

fn instant(instant: Timestamp) -> RestrictedExpression {
    RestrictedExpression::new_long(instant.unix_microseconds())
}

fn text(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(text.to_owned())
}

fn yes(yes: bool) -> RestrictedExpression {
    RestrictedExpression::new_bool(yes)
}
