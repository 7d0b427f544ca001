//! A denial names every missing step at once, with who can take it; and it goes away step by step.
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use std::error::Error;

use strongroom::access::{
    Agreement, EmailDomain, Institution, Membership, Person, Requirement, RequirementKind,
};
use strongroom::gate::{Facts, Objection, tier_objections};
use strongroom::primitives::{Id, Label, RowTier, Timestamp};
use strongroom::tiers::Policy;

fn main() -> Result<(), Box<dyn Error>> {
    let policy = Policy::all_of_us()?;
    let requirements = Requirement::all_of_us()?;
    let now = Timestamp::parse("2026-03-01T09:00:00Z")?;

    // The university has signed for the registered tier, for those with exactly this domain.
    let members = Membership::Domains([EmailDomain::new("uni.edu")?].into());
    let agreement = Agreement::new(now, now.plus_days(365), members)?;
    let university = Institution::new(Id::from_u128(1), Label::new("University")?)
        .with_agreement(RowTier::Registered, agreement);

    // Ada writes from a department's domain, and has done everything; but her signature is a year old.
    let ada = Person::new(Id::from_u128(2), Label::new("Ada Lovelace")?, "ada@lab.uni.edu".parse()?)
        .with_institution(university.id());
    let mut evidence = Vec::new();
    for requirement in &requirements {
        let source = Label::new("the learning platform")?;
        let is_signed = matches!(requirement.kind(), RequirementKind::CodeOfConduct(_));
        let done = if is_signed { now.minus_days(365) } else { now };
        evidence.extend(requirement.sufficient_evidence(done, &source)?);
    }

    let facts = Facts::new(&ada, &requirements, &evidence).with_institution(&university);
    println!("On the day she asks:");
    explain(&tier_objections(&policy, &facts, RowTier::Registered, now));

    // She registers with the university's own address and signs the current version.
    let ada =
        Person::new(ada.id(), ada.name().clone(), "ada@uni.edu".parse()?).with_institution(university.id());
    for requirement in requirements.iter().filter(|one| one.name().as_str() == "code-of-conduct") {
        evidence.extend(requirement.sufficient_evidence(now, &Label::new("Ada Lovelace")?)?);
    }

    let facts = Facts::new(&ada, &requirements, &evidence).with_institution(&university);
    println!("\nAfter both steps:");
    explain(&tier_objections(&policy, &facts, RowTier::Registered, now));

    println!("\nA year later, without anybody having done anything:");
    explain(&tier_objections(&policy, &facts, RowTier::Registered, now.plus_days(365)));
    Ok(())
}

fn explain(objections: &[Objection]) {
    if objections.is_empty() {
        println!("  the door is open");
    }
    for objection in objections {
        println!("  {objection}\n    {} ({})", objection.next_step(), objection.taken_by());
    }
}
