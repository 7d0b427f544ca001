use std::io::{self, Write};
use std::path::Path;

use strongroom::access::{Agreement, Institution, Membership};
use strongroom::audit::{Action as Recorded, Actor};
use strongroom::gate::{
    Counterexample, Edition, Facts, Rehearsal, ReplayDifference, TierRehearsal, rehearse,
};
use strongroom::primitives::{Clock, InvalidValue, Label, RowTier, SystemClock, Timestamp};
use strongroom::store::{AuditLog, JournalStore, PersonRecord, PersonStore};
use strongroom::tiers::Table;
use strongroom::workbench::ReplayedDecisions;

use crate::Failure;
use crate::arguments::{OnArguments, PolicyRehearseArguments, RehearsedPeople};
use crate::deployment;
use crate::policy::source;

/// Decides about everybody with both policies, and says who gains and who loses; in a deployment, also what
/// was decided before.
pub(super) fn run(arguments: &PolicyRehearseArguments) -> Result<(), Failure> {
    let [old, new] = [source::policy(&arguments.old)?, source::policy(&arguments.new)?];
    let editions = [Edition::new(old)?, Edition::new(new)?];
    match &arguments.people {
        RehearsedPeople { journal: Some(journal), .. } => in_journal(journal, arguments.at, &editions),
        RehearsedPeople { deployment, .. } => {
            let folder = deployment.clone().unwrap_or_default();
            let on = OnArguments { deployment: folder, operator: arguments.operator.clone() };
            in_deployment(&on, arguments.since, &editions)
        }
    }
}

fn in_deployment(
    arguments: &OnArguments,
    since: Option<Timestamp>,
    [old, new]: &[Edition; 2],
) -> Result<(), Failure> {
    deployment::on(arguments, async |open| {
        let by = Actor::Steward(arguments.operator.steward.clone());
        let rehearsal = open.workbench().await?.rehearse_policy(by, old, new, since).await?;
        let mut output = io::stdout().lock();
        let [old, new] = [old, new].map(|edition| edition.policy().version());
        let people = rehearsal.people.people();
        writeln!(output, "{people} people, judged by policy version {old} and by policy version {new}.")?;
        write_people(&mut output, &rehearsal.people)?;
        Ok(write_decisions(&mut output, &rehearsal.decisions)?)
    })
}

fn in_journal(journal: &Path, at: Option<Timestamp>, [old, new]: &[Edition; 2]) -> Result<(), Failure> {
    let people = people(journal)?;
    let now = at.unwrap_or_else(|| SystemClock.now());
    let institutions = people
        .iter()
        .map(|record| covering_institution(record, now))
        .collect::<Result<Vec<Option<Institution>>, _>>()?;
    let population = people.iter().zip(&institutions).map(|(record, institution)| {
        let facts = Facts::new(record.person(), &[], record.evidence()).with_bypasses(record.bypasses());
        match institution {
            Some(institution) => facts.with_institution(institution),
            None => facts,
        }
    });
    let rehearsal = rehearse(old, new, population, now);

    let mut output = io::stdout().lock();
    let [old, new] = [old, new].map(|edition| edition.policy().version());
    writeln!(
        output,
        "{} people, judged at {now} by policy version {old} and by policy version {new}.",
        rehearsal.people()
    )?;
    writeln!(
        output,
        "A journal holds no agreements: whoever has an institution is taken to be covered by one."
    )?;
    Ok(write_people(&mut output, &rehearsal)?)
}

fn write_people(output: &mut impl Write, rehearsal: &Rehearsal) -> io::Result<()> {
    let columns = ["tier", "gain", "lose", "keep", "keep for less time", "neither"];
    let mut table = Table::new("Who would get in", columns);
    for one in rehearsal.tiers() {
        let numbers = [one.gain.len(), one.lose.len(), one.keep, one.keep_for_less, one.neither];
        table.push([one.tier.to_string()].into_iter().chain(numbers.map(|number| number.to_string())));
    }
    write!(output, "\n{table}")?;
    rehearsal.tiers().iter().try_for_each(|one| write_changes(output, one))
}

fn write_decisions(output: &mut impl Write, decisions: &ReplayedDecisions) -> io::Result<()> {
    let columns = ["made again", "refused instead", "admitted instead", "ended earlier", "ended later"];
    let mut table = Table::new("What was decided before", columns);
    let numbers =
        [decisions.again, decisions.refused, decisions.admitted, decisions.shortened, decisions.prolonged];
    table.push(numbers.map(|number| number.to_string()));
    write!(output, "\n{table}")?;
    if decisions.not_again > 0 {
        writeln!(
            output,
            "{} more were decided on what has changed since, and were left aside.",
            decisions.not_again
        )?;
    }
    for (instead, example) in
        [("refused", &decisions.example_of_refused), ("admitted", &decisions.example_of_admitted)]
    {
        let Some(ReplayDifference { decision, objections, .. }) = example else { continue };
        writeln!(
            output,
            "\nFor example, {instead} instead: {}, who asked at {} to {}.",
            decision.person,
            decision.decided_at,
            decision.ask.action()
        )?;
        for objection in objections {
            writeln!(output, "  ✗ {}", objection.words())?;
            writeln!(output, "      {} ({})", objection.next_step(), objection.taken_by())?;
        }
    }
    Ok(())
}

fn write_changes(output: &mut impl Write, of: &TierRehearsal) -> io::Result<()> {
    for (heading, policy, people, example) in
        [("Gain", "old", &of.gain, &of.example_of_gain), ("Lose", "new", &of.lose, &of.example_of_loss)]
    {
        if people.is_empty() {
            continue;
        }
        writeln!(output, "\n{heading} the {} tier:", of.tier)?;
        people.iter().try_for_each(|person| writeln!(output, "  {person}"))?;
        if let Some(Counterexample { person, objections, .. }) = example {
            writeln!(output, "What the {policy} policy has against {person}:")?;
            for objection in objections {
                writeln!(output, "  ✗ {objection}")?;
                writeln!(output, "      {} ({})", objection.next_step(), objection.taken_by())?;
            }
        }
    }
    Ok(())
}

/// An institution in the place of the person's, that has signed for everything.
fn covering_institution(record: &PersonRecord, now: Timestamp) -> Result<Option<Institution>, InvalidValue> {
    let Some(id) = record.person().institution() else { return Ok(None) };
    let members = Membership::Addresses([record.person().email().clone()].into());
    // As long as any evidence can count: what ends earlier or later is the policies' doing.
    let agreement = Agreement::new(now, Timestamp::LAST, members)?;
    let institution = Institution::new(id, Label::new("Rehearsal")?);
    Ok(Some(
        RowTier::ALL
            .into_iter()
            .fold(institution, |institution, tier| institution.with_agreement(tier, agreement.clone())),
    ))
}

/// Everybody of whom the journal's audit trail says that they got an account, in its order.
fn people(journal: &Path) -> Result<Vec<PersonRecord>, Failure> {
    let store = JournalStore::open(journal)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(async {
        let mut people = Vec::new();
        for entry in AuditLog::read(&store, 0, usize::MAX).await? {
            if let Recorded::AccountRegistered { person, .. } = entry.event().action() {
                people.push(PersonStore::load(&store, *person).await?.into_value());
            }
        }
        Ok(people)
    })
}
