use strongroom::access::{Agreement, EmailDomain, Institution, Membership, Person};
use strongroom::gate::{Ask, Facts, admit};
use strongroom::primitives::{Id, Label, Paragraph, ReleaseName, RowTier, Timestamp};
use strongroom::tiers::{Policy, Release, Table};
use strongroom::workspaces::{
    Action, Actor, Change, Circumstances, Command, Ownership, Purpose, PurposeCategory, Role, Workspace,
};

use crate::Failure;

/// What each role may do in each tier, for somebody who lacks nothing: as the gate decides it, and
/// not as somebody wrote it down.
pub(super) fn of(policy: &Policy) -> Result<Table, Failure> {
    let now = Timestamp::from_unix_microseconds(0);
    let (owner, person) = (Id::from_u128(1), Id::from_u128(2));
    let members = Membership::Domains([EmailDomain::new("uni.example")?].into());
    let agreement = Agreement::new(now, now.plus_days(365), members)?;
    let institution = RowTier::ALL
        .into_iter()
        .fold(Institution::new(Id::from_u128(3), Label::new("University")?), |institution, tier| {
            institution.with_agreement(tier, agreement.clone())
        });
    let person = Person::new(person, Label::new("Somebody")?, "somebody@uni.example".parse()?)
        .with_institution(institution.id());
    let policy = without_requirements(policy)?;

    let heads = RowTier::ALL.into_iter().flat_map(|tier| Role::ALL.map(|role| format!("{tier} {role}")));
    let heads = [String::from("action")].into_iter().chain(heads);
    let mut table = Table::new("What a role may do, for somebody who lacks nothing", heads);
    for action in Action::ALL {
        let mut row = vec![action.to_string()];
        for tier in RowTier::ALL {
            let release = Release::new(ReleaseName::new("RELEASE")?, tier);
            for role in Role::ALL {
                let words = Paragraph::new("To see what may be done.")?;
                let purpose =
                    Purpose::new(PurposeCategory::PopulationHealth, words.clone(), words.clone(), words);
                let mut workspace = Workspace::new(
                    Id::from_u128(4),
                    Label::new("Workspace")?,
                    purpose,
                    owner,
                    release.name().clone(),
                    tier,
                    now,
                );
                let share = Change::Share { with: person.id(), role };
                let actor = Actor::member(owner, workspace.id(), Action::Share, Timestamp::LAST);
                let command = Command::change(workspace.etag(), share);
                let events = workspace.decide(&actor, &command, &Circumstances::at(now))?;
                workspace.apply_all(&events);
                let facts = Facts::new(&person, &[], &[])
                    .with_institution(&institution)
                    .with_workspace(&workspace)
                    .with_ownership(Ownership::Held)
                    .with_release(&release);
                let decision = admit(&policy, &facts, &Ask::new(workspace.id(), action), &[], now);
                row.push(if decision.is_admitted() { "yes" } else { "no" }.to_owned());
            }
        }
        table.push(row);
    }
    Ok(table)
}

/// The same policy, as it is for somebody who has brought everything.
fn without_requirements(policy: &Policy) -> Result<Policy, Failure> {
    let draft = RowTier::ALL.into_iter().fold(policy.clone().into_draft(), |draft, tier| {
        draft.with_tier(tier, policy.rules(tier).clone().with_requirements(Vec::new()))
    });
    Ok(draft.build()?)
}
