//! What decisions cost: plain timings on this machine, to be read beside each other.
//!
//! Run `cargo run --release -p strongroom-gate --example measure_decisions`.
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::error::Error;
use std::time::Instant;

use strongroom_access::{Dossier, History, Requirement, RequirementCatalogue, RequirementKind, Subject};
use strongroom_gate::{AsOf, Ask, Edition, Facts, Past, admit, explain, rehearse};
use strongroom_primitives::{Id, Label, Timestamp};
use strongroom_tiers::{Catalogue, Intent, Policy};
use strongroom_workspaces::{Action, Actor, Change, Circumstances, Command, Role};

use crate::timing::measure;
use crate::world::{World, edition, evidence, person, workspace};

mod timing;
mod world;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let now = Timestamp::parse("2026-03-01T09:00:00Z")?;
    decisions(now)?;
    rehearsal(now)?;
    as_of(now)
}

/// 50 requirements are defined; the tier asks for the first so many, and for each of the first so
/// many there is evidence.
fn decisions(now: Timestamp) -> Outcome<()> {
    let world = World::new(now)?;
    for (title, asked, brought) in [
        ("admitted: 20 of 50 requirements asked, 20 evidences", 20, 20),
        ("admitted: 50 of 50 requirements asked, 50 evidences", 50, 50),
        ("refused:  50 of 50 requirements asked, 20 evidences", 50, 20),
    ] {
        let edition = edition(asked)?;
        let evidence = edition.requirements().iter().take(brought).map(|one| evidence(one, now));
        let evidence = evidence.collect::<Outcome<Vec<_>>>()?;
        let facts = world.facts(edition.requirements(), &evidence);
        let ask = Ask::new(world.workspace.id(), Action::CountCohort);
        let policy = edition.policy();
        measure(title, 20_000, || admit(policy, &facts, &ask, &[], now).is_admitted());
        measure("  its explanation", 5_000, || explain(policy, &facts, &ask, &[], now).for_officer());
        measure("  the explanation as text", 5_000, || {
            explain(policy, &facts, &ask, &[], now).for_subject().to_string()
        });
    }
    Ok(())
}

fn rehearsal(now: Timestamp) -> Outcome<()> {
    let world = World::new(now)?;
    let requirements = Requirement::all_of_us()?;
    let catalogue = RequirementCatalogue::new(requirements.clone())?;
    let old = Edition::with_requirements(Policy::all_of_us()?, catalogue);
    let stricter = Policy::all_of_us()?.to_toml().replace("version = 1\n", "version = 2\n");
    let new = Edition::new(Policy::from_toml(
        &stricter.replace("valid_for_days = 365", "valid_for_days = 180").replace("days = 330", "days = 30"),
    )?)?;
    let source = Label::new("measure")?;
    let mut people = Vec::new();
    for number in 0..100_000_u32 {
        let mut evidence = Vec::new();
        for requirement in &requirements {
            let obtained = if matches!(requirement.kind(), RequirementKind::CodeOfConduct(_)) {
                now.minus_days(number % 120)
            } else {
                now.minus_days(number % 250)
            };
            evidence.extend(requirement.sufficient_evidence(obtained, &source)?);
        }
        people.push((person(u128::from(number) + 1_000)?, evidence));
    }
    let started = Instant::now();
    let population = people.iter().map(|(person, evidence)| {
        Facts::new(person, &requirements, evidence).with_institution(&world.university)
    });
    let rehearsal = rehearse(&old, &new, population, now);
    println!("rehearsal of a policy over {} people, both tiers: {:?}", rehearsal.people(), started.elapsed());
    for tier in rehearsal.tiers() {
        println!("  {}: {} lose, {} keep", tier.tier, tier.lose.len(), tier.keep);
    }
    Ok(())
}

/// 50,000 people with 20 facts each; 200 workspaces on the release that is asked about, 10 members in
/// each.
fn as_of(now: Timestamp) -> Outcome<()> {
    let world = World::new(now)?;
    let edition = edition(20)?;
    let pieces = edition.requirements().iter().take(20).map(|one| evidence(one, now));
    let pieces = pieces.collect::<Outcome<Vec<_>>>()?;
    let mut catalogue = Catalogue::default();
    catalogue.publish(world.release.clone())?;
    let start = now.minus_days(100);
    let mut past = Past::new(
        History::new().with_statement(start, start, edition.clone()),
        History::new().with_statement(start, start, catalogue),
    );
    past.add_institution(
        world.university.id(),
        History::new().with_statement(start, start, world.university.clone()),
    );
    for number in 0..50_000_u128 {
        let id = Id::from_u128(1_000 + number);
        past.add_person(id, History::new().with_statement(start, start, person(1_000 + number)?));
        let dossier = Dossier::new(Subject::Person(id));
        past.add_dossier(pieces.iter().cloned().fold(dossier, Dossier::with_evidence));
    }
    for number in 0..200_u128 {
        let creator = Id::from_u128(1_000 + 10 * number);
        let mut workspace = workspace(Id::from_u128(number + 1), creator, &world.release, start)?;
        for other in 1..10 {
            let with = Id::from_u128(1_000 + 10 * number + other);
            let share = Change::Share { with, role: Role::Writer };
            let owner = Actor::member(creator, workspace.id(), Action::Share, Timestamp::LAST);
            let command = Command::change(workspace.etag(), share);
            workspace.apply_all(&workspace.decide(&owner, &command, &Circumstances::at(start))?);
        }
        past.add_workspace(workspace.id(), History::new().with_statement(start, start, workspace));
    }
    let when = AsOf { at: now.plus_minutes(1), known: now.plus_days(3) };
    let who = past.who_could_read(world.release.name(), &[], when).len();
    measure(
        &format!("as-of over 1,000,000 facts: who could read a release ({who} of 2,000 members)"),
        20,
        || past.who_could_read(world.release.name(), &[], when),
    );
    let ask = Ask::new(Id::from_u128(1), Action::CountCohort);
    let intent = Intent::Research;
    measure("as-of over 1,000,000 facts: one person", 5_000, || {
        past.decide(Id::from_u128(1_000), &ask, &intent, &[], when).is_some()
    });
    Ok(())
}
