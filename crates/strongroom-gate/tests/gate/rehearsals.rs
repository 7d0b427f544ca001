//! What another policy would change, for people and for recorded decisions.

use strongroom_access::{Bypass, Candidate, Requirement, RequirementCatalogue, standing};
use strongroom_gate::{Ask, Edition, Receipt, Rehearsal, rehearse, replay};
use strongroom_primitives::{RowTier, Timestamp};
use strongroom_tiers::{Policy, TierRules};
use strongroom_workspaces::Action;

use crate::world::{Brought, Concrete, World, concrete, now, policy, requirement_name, requirements};

#[test]
fn a_rehearsal_counts_who_gains_and_loses_and_names_one_with_the_reasons() {
    let full = concrete(World::BEST);
    let catalogue = || RequirementCatalogue::new(full.requirements.clone()).unwrap();
    let strict = Edition::with_requirements(full.policy.clone(), catalogue());
    let empty = TierRules::new(vec![]);
    let loose = Policy::new(5, empty.clone(), empty).unwrap();
    let loose = Edition::with_requirements(loose, catalogue());
    let worlds = [
        World::BEST,
        World { conduct: Brought::Nothing, ..World::BEST },
        World { training: Brought::Nothing, ..World::BEST },
        World { signed: None, ..World::BEST },
    ];
    let people = worlds.map(concrete);
    for (old, new, expected) in [
        (&strict, &loose, [(1, 0), (2, 0)]),
        (&loose, &strict, [(0, 1), (0, 2)]),
        (&loose, &loose, [(0, 0); 2]),
    ] {
        let rehearsal = rehearse(old, new, people.iter().map(|one| one.facts()), now());
        let counts = rehearsal.tiers().iter().map(|tier| (tier.gain.len(), tier.lose.len()));
        assert_eq!(counts.collect::<Vec<_>>(), expected);
        assert_eq!(rehearsal.changes_nobody(), expected == [(0, 0); 2]);
        for tier in rehearsal.tiers() {
            let examples = [(&tier.example_of_gain, &tier.gain), (&tier.example_of_loss, &tier.lose)];
            for (example, who) in examples {
                assert_eq!(example.is_some(), !who.is_empty());
                assert!(example.as_ref().is_none_or(|one| !one.objections.is_empty()));
            }
        }
    }
    let receipts: Vec<Receipt> = people
        .iter()
        .map(|one| {
            Receipt::of(one.policy, &one.facts(), &Ask::new(one.workspace.id(), Action::View), &[], now())
        })
        .collect();
    let recorded = || receipts.iter().map(Into::into).zip(people.iter().map(|one| one.facts()));
    assert_eq!(replay(&strict, recorded(), &[]), []);
    assert_eq!(replay(&loose, recorded(), &[]).len(), 2);
    assert_eq!(full.workspace.tier(), RowTier::Controlled);
}

fn edition(policy: &Policy, requirements: Vec<Requirement>) -> Edition {
    Edition::with_requirements(policy.clone(), RequirementCatalogue::new(requirements).unwrap())
}

/// Policies that differ in everything that a policy can say of a person: the usual one; one under which
/// training counts for five days and nobody is excused; one that asks for more than is defined.
fn editions() -> [Edition; 3] {
    let mut draft = policy().clone().into_draft();
    for name in ["code-of-conduct", "training"] {
        let declared = policy().declaration(&requirement_name(name)).unwrap();
        let (title, evidence) = (declared.title().clone(), declared.evidence().clone());
        draft = draft.with_declaration(strongroom_tiers::Declaration::new(
            declared.name().clone(),
            title,
            evidence,
            declared.next_step().clone(),
        ));
    }
    let severe = draft.with_version(5).build().unwrap();
    let shorter = requirements().into_iter().map(|one| match one.name().as_str() {
        "training" => one.with_valid_for_days(5),
        _ => one,
    });
    let mut incomplete = requirements();
    incomplete.retain(|one| one.name().as_str() != "training");
    [edition(policy(), requirements()), edition(&severe, shorter.collect()), edition(policy(), incomplete)]
}

/// Until when the person has the tier, read off their standing.
fn reference(edition: &Edition, there: &Concrete, tier: RowTier) -> Option<Timestamp> {
    let policy = edition.policy();
    let defined = |name| edition.requirements().iter().find(|one| one.name() == name);
    let asked: Option<Vec<&Requirement>> = policy.requirements(tier).into_iter().map(defined).collect();
    let provided = |bypass: &&Bypass| {
        let rule = policy.declaration(bypass.requirement()).unwrap().bypass();
        rule.is_some_and(|rule| bypass.ends() <= bypass.starts().plus_days(rule.longest_days))
    };
    let bypasses: Vec<Bypass> = there.bypasses.iter().filter(provided).cloned().collect();
    let candidate = Candidate::new(&there.person)
        .with_institution(there.institution.as_ref())
        .with_evidence(&there.evidence)
        .with_bypasses(&bypasses);
    standing(&candidate, &asked?, tier, now()).not_after()
}

/// How many keep access, keep it for less time, have it by neither policy, gain and lose it.
type Counts = [usize; 5];

fn counts(rehearsal: &Rehearsal) -> Vec<Counts> {
    let tiers = rehearsal.tiers().iter();
    tiers.map(|one| [one.keep, one.keep_for_less, one.neither, one.gain.len(), one.lose.len()]).collect()
}

fn expected(old: &Edition, new: &Edition, people: &[Concrete]) -> Vec<Counts> {
    let of_tier = |tier| {
        let mut counts = Counts::default();
        for there in people {
            match (reference(old, there, tier), reference(new, there, tier)) {
                (Some(before), Some(after)) => {
                    counts[0] += 1;
                    counts[1] += usize::from(after < before);
                }
                (None, None) => counts[2] += 1,
                (None, Some(_)) => counts[3] += 1,
                (Some(_), None) => counts[4] += 1,
            }
        }
        counts
    };
    RowTier::ALL.map(of_tier).into()
}

#[test]
fn a_rehearsal_says_of_everybody_what_their_standing_says() {
    let editions = editions();
    let strangers = World::people().filter(|world| world.role.is_none() && world.tier == RowTier::Registered);
    let people: Vec<Concrete> = strangers.map(concrete).collect();
    assert!(people.len() > 10_000);
    let mut seen = Counts::default();
    for (old, new) in [(0, 0), (0, 1), (1, 0), (0, 2), (2, 1)] {
        let (old, new) = (&editions[old], &editions[new]);
        // Few at a time: what is remembered of one person must not be told of the next.
        for few in people.chunks(3) {
            let rehearsal = rehearse(old, new, few.iter().map(Concrete::facts), now());
            let found = counts(&rehearsal);
            assert_eq!(found, expected(old, new, few));
            for tier in found {
                seen.iter_mut().zip(tier).for_each(|(total, count)| *total += count);
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 0), "every answer is given to somebody: {seen:?}");
}
