//! What one decision costs: the policy of All of Us, everything met, or everything missing.

use std::error::Error;

use criterion::{Criterion, criterion_group, criterion_main};
use strongroom::access::{Agreement, EmailDomain, Evidence, Institution, Membership, Person, Requirement};
use strongroom::gate::{Ask, Facts, admit};
use strongroom::primitives::{Id, Label, Paragraph, ReleaseName, RowTier, Timestamp};
use strongroom::tiers::{Policy, Release};
use strongroom::workspaces::{Action, Purpose, PurposeCategory, Workspace};

struct Case {
    policy: Policy,
    requirements: Vec<Requirement>,
    evidence: Vec<Evidence>,
    university: Institution,
    person: Person,
    workspace: Workspace,
    release: Release,
    now: Timestamp,
}

fn case() -> Result<Case, Box<dyn Error>> {
    let now = Timestamp::parse("2026-03-01T09:00:00Z")?;
    let requirements = Requirement::all_of_us()?;
    let mut evidence = Vec::new();
    for requirement in &requirements {
        evidence.extend(requirement.sufficient_evidence(now, &Label::new("bench")?)?);
    }
    let members = || Ok::<_, Box<dyn Error>>(Membership::Domains([EmailDomain::new("uni.edu")?].into()));
    let mut university = Institution::new(Id::from_u128(1), Label::new("University")?);
    for tier in RowTier::ALL {
        university = university.with_agreement(tier, Agreement::new(now, now.plus_days(365), members()?)?);
    }
    let person = Person::new(Id::from_u128(2), Label::new("Ada")?, "ada@uni.edu".parse()?)
        .with_institution(university.id());
    let release = Release::new(ReleaseName::new("R1")?, RowTier::Controlled);
    let words = || Paragraph::new("bench");
    let purpose = Purpose::new(PurposeCategory::MethodsDevelopment, words()?, words()?, words()?);
    let workspace = Workspace::new(
        Id::from_u128(3),
        Label::new("Bench")?,
        purpose,
        person.id(),
        release.name().clone(),
        release.tier(),
        now,
    );
    let policy = Policy::all_of_us()?;
    Ok(Case { policy, requirements, evidence, university, person, workspace, release, now })
}

fn decision(criterion: &mut Criterion) {
    let Ok(case) = case() else { return };
    let ask = Ask::new(case.workspace.id(), Action::CountCohort);
    let decide = |evidence: &[Evidence]| {
        let facts = Facts::new(&case.person, &case.requirements, evidence)
            .with_institution(&case.university)
            .with_workspace(&case.workspace)
            .with_release(&case.release);
        admit(&case.policy, &facts, &ask, &[], case.now)
    };
    assert!(decide(&case.evidence).is_admitted() && !decide(&[]).is_admitted());
    criterion.bench_function("decision/admitted to the controlled tier", |bench| {
        bench.iter(|| decide(&case.evidence));
    });
    criterion.bench_function("decision/refused with seven missing requirements", |bench| {
        bench.iter(|| decide(&[]));
    });
}

criterion_group!(benches, decision);
criterion_main!(benches);
