//! What both are asked about before either is timed.

use strongroom_access::{AccountState, Agreement, EmailDomain, Evidence, Institution, Membership, Person};
use strongroom_gate::{Edition, Facts};
use strongroom_primitives::{Id, Label, Paragraph, ReleaseName, RowTier, Timestamp};
use strongroom_tiers::Release;

use crate::Outcome;
use crate::world::{VALID_FOR_DAYS, World, evidence, workspace};

pub(crate) struct Case {
    pub(crate) title: String,
    pub(crate) by_member: bool,
    world: World,
    evidence: Vec<Evidence>,
}

impl Case {
    /// Somebody who lacks nothing but the evidence after the first so many.
    pub(crate) fn usual(edition: &Edition, brought: usize, now: Timestamp) -> Outcome<Self> {
        let evidence = edition.requirements().iter().take(brought).map(|one| evidence(one, now));
        Ok(Self {
            title: format!("{brought} evidences"),
            by_member: true,
            world: World::new(now)?,
            evidence: evidence.collect::<Outcome<Vec<_>>>()?,
        })
    }

    pub(crate) fn facts<'a>(&'a self, edition: &'a Edition) -> Facts<'a> {
        self.world.facts(edition.requirements(), &self.evidence)
    }
}

/// Everything once as it should be, and then one thing after the other as it should not.
pub(crate) fn all(edition: &Edition, asked: usize, now: Timestamp) -> Outcome<Vec<Case>> {
    let mut cases = Vec::new();
    for brought in 0..=asked {
        cases.push(Case::usual(edition, brought, now)?);
    }
    let usual = |title: &str| -> Outcome<Case> {
        Ok(Case { title: title.to_owned(), ..Case::usual(edition, asked, now)? })
    };
    let oldest = now.minus_days(VALID_FOR_DAYS);
    let instant = |microseconds: i64| Timestamp::from_unix_microseconds(microseconds);
    for position in 0..asked {
        for (what, obtained) in [
            ("lapsed now", oldest),
            ("lapses next", instant(oldest.unix_microseconds() + 1)),
            ("obtained now", now),
            ("not yet obtained", instant(now.unix_microseconds() + 1)),
        ] {
            let mut case = usual(&format!("evidence {position} {what}"))?;
            if let Some(piece) = case.evidence.get_mut(position) {
                *piece = Evidence::new(piece.requirement().clone(), obtained, piece.source().clone());
            }
            cases.push(case);
        }
        let mut case = usual(&format!("without evidence {position}"))?;
        case.evidence.remove(position);
        cases.push(case);
    }
    for tier in RowTier::ALL {
        for (what, starts, ends, domain) in [
            ("begins now", now, now.plus_days(1), "uni.edu"),
            ("ends now", now.minus_days(1), now, "uni.edu"),
            ("begins later", now.plus_days(1), now.plus_days(2), "uni.edu"),
            ("covers others", now.minus_days(1), now.plus_days(1), "lab.uni.edu"),
        ] {
            let mut case = usual(&format!("agreement of the {tier} tier {what}"))?;
            let members = Membership::Domains([EmailDomain::new(domain)?].into());
            let agreement = Agreement::new(starts, ends, members)?;
            case.world.university = case.world.university.with_agreement(tier, agreement);
            cases.push(case);
        }
    }
    let mut case = usual("an institution that signed nothing")?;
    case.world.university = Institution::new(case.world.university.id(), Label::new("University")?);
    cases.push(case);
    for (title, account) in [
        ("disabled", AccountState::Disabled { since: now, reason: Paragraph::new("An inquiry.")? }),
        ("closed", AccountState::Closed { since: now }),
    ] {
        let mut case = usual(title)?;
        case.world.person = case.world.person.with_account(account);
        cases.push(case);
    }
    let mut case = usual("another release")?;
    case.world.release = Release::new(ReleaseName::new("C2025")?, RowTier::Controlled);
    cases.push(case);
    let mut case = usual("a stranger")?;
    case.by_member = false;
    case.world.workspace = workspace(Id::from_u128(3), Id::from_u128(99), &case.world.release, now)?;
    cases.push(case);
    let mut case = usual("somebody of no institution")?;
    let person = &case.world.person;
    case.world.person = Person::new(person.id(), person.name().clone(), person.email().clone());
    cases.push(case);
    Ok(cases)
}
