//! What a steward enters into a deployment: institutions, people, what they bring, releases.

use std::collections::BTreeSet;
use std::io::{self, Write};

use strongroom::access::{Agreement, Evidence, Institution, Membership};
use strongroom::primitives::{Clock, RowTier, SystemClock};
use strongroom::store::PersonRecord;

use crate::Failure;
use crate::arguments::{
    EvidenceAddArguments, EvidenceCommand, InstitutionAddArguments, InstitutionCommand, Moment,
    PersonAddArguments, PersonCommand, ReleaseCommand,
};
use crate::deployment::on;
use crate::failure::{CommandError, read_json};

pub(crate) fn institution(command: &InstitutionCommand) -> Result<(), Failure> {
    match command {
        InstitutionCommand::Add(arguments) => add_institution(arguments),
        InstitutionCommand::List { on: arguments } => on(arguments, async |open| {
            let mut output = io::stdout().lock();
            for institution in open.institutions() {
                writeln!(output, "{}  {}", institution.id(), institution.name())?;
                for tier in RowTier::ALL {
                    if let Some(agreement) = institution.agreement(tier) {
                        writeln!(output, "  {tier}: from {} until {}", agreement.starts(), agreement.ends())?;
                    }
                }
            }
            Ok(())
        }),
    }
}

fn add_institution(arguments: &InstitutionAddArguments) -> Result<(), Failure> {
    let InstitutionAddArguments { name, domains, addresses, tiers, from, until, on: at } = arguments;
    let membership = if addresses.is_empty() {
        Membership::Domains(domains.iter().cloned().collect())
    } else {
        Membership::Addresses(addresses.iter().cloned().collect())
    };
    let starts = from.map_or_else(|| SystemClock.now(), Moment::start);
    let agreement = Agreement::new(starts, until.end(), membership)?;
    on(at, async |open| {
        let institution = Institution::new(open.new_id(), name.clone());
        let tiers: BTreeSet<RowTier> = tiers.iter().copied().collect();
        let institution =
            tiers.into_iter().fold(institution, |one, tier| one.with_agreement(tier, agreement.clone()));
        let id = institution.id();
        open.add_institution(institution).await?;
        writeln!(io::stdout(), "{id}")?;
        Ok(())
    })
}

pub(crate) fn person(command: &PersonCommand) -> Result<(), Failure> {
    match command {
        PersonCommand::Add(PersonAddArguments { name, email, institution, on: at }) => on(at, async |open| {
            let named = institution.as_deref();
            let institution = named.map(|named| open.institution(named)).transpose()?;
            let institution = institution.map(Institution::id);
            let person = open.enrolment()?.register_person(name.clone(), email.clone(), institution).await?;
            writeln!(io::stdout(), "{person}")?;
            Ok(())
        }),
        PersonCommand::Show { person, on: at } => on(at, async |open| {
            let record = open.person(person).await?;
            print_person(&record)?;
            let workbench = open.workbench().await?;
            for release in open.releases() {
                let page = workbench.missing_steps(record.person().id(), &release.name).await?;
                write!(io::stdout(), "\nRelease {}:\n{page}", release.name)?;
            }
            Ok(())
        }),
    }
}

fn print_person(record: &PersonRecord) -> io::Result<()> {
    let mut output = io::stdout().lock();
    let person = record.person();
    writeln!(output, "{}  {} <{}>", person.id(), person.name(), person.email())?;
    match person.institution() {
        Some(institution) => writeln!(output, "  of {institution}")?,
        None => writeln!(output, "  of no institution")?,
    }
    for piece in record.evidence() {
        write!(output, "  {} since {}", piece.requirement(), piece.obtained())?;
        if let Some(end) = piece.valid_until() {
            write!(output, " until {end}")?;
        }
        writeln!(output, ", says {}", piece.source())?;
    }
    Ok(())
}

pub(crate) fn evidence(command: &EvidenceCommand) -> Result<(), Failure> {
    let EvidenceCommand::Add(EvidenceAddArguments {
        person,
        requirement,
        obtained,
        until,
        source,
        proof,
        on: at,
    }) = command;
    let proof = proof.as_ref().map(|file| read_json(file, "proof")).transpose()?;
    on(at, async |open| {
        let workbench = open.enrolment()?;
        if workbench.requirements().iter().all(|one| one.name() != requirement) {
            let asked: BTreeSet<_> =
                workbench.requirements().iter().map(|one| one.name().to_string()).collect();
            let asked = asked.into_iter().collect::<Vec<_>>().join(", ");
            return Err(CommandError::NoSuchRequirement { asked }.into());
        }
        let obtained = obtained.map_or_else(|| SystemClock.now(), Moment::start);
        let source = source.clone().unwrap_or_else(|| at.operator.steward.clone());
        let mut evidence = Evidence::new(requirement.clone(), obtained, source);
        if let Some(until) = until {
            evidence = evidence.with_valid_until(until.end());
        }
        if let Some(proof) = proof {
            evidence = evidence.with_proof(proof);
        }
        let person = open.person_id(person).await?;
        workbench.record_evidence(person, evidence).await?;
        writeln!(io::stdout(), "Recorded: {requirement} of {person}.")?;
        Ok(())
    })
}

pub(crate) fn release(command: &ReleaseCommand) -> Result<(), Failure> {
    match command {
        ReleaseCommand::Add { release, on: at } => on(at, async |open| {
            let added = open.add_release(release).await?;
            writeln!(io::stdout(), "Release {} of the {} tier can be worked on.", added.name, added.tier)?;
            Ok(())
        }),
        ReleaseCommand::List { on: at } => on(at, async |open| {
            let mut output = io::stdout().lock();
            for release in open.releases() {
                let (name, tier, folder) = (&release.name, release.tier, release.folder.display());
                writeln!(output, "{name:<12} {tier:<11} since {}  {folder}", release.added)?;
            }
            Ok(())
        }),
    }
}
