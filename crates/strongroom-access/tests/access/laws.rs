//! What holds for all facts, also those that nobody thought of.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use strongroom_access::{AgreementStatus, Dossier, RequirementStatus, Standing};
use strongroom_primitives::Timestamp;

use crate::arbitrary::{
    all_requirements, any_dossier, any_evidence, any_instant, any_now, any_world, monotone_requirements,
};
use crate::world::{World, label};

/// Until when everything holds, if it does.
fn open(world: &World, now: Timestamp) -> Option<Timestamp> {
    world.standing(now).not_after()
}

/// The end of every piece of evidence, bypass and agreement that somebody could rest on at `now`.
fn ends(standing: &Standing<'_>) -> Vec<Timestamp> {
    let agreements = standing.agreements().iter().filter_map(|one| match one.status {
        AgreementStatus::InForce { until } => Some(until),
        AgreementStatus::NotInForce(_) => None,
    });
    agreements.chain(standing.requirements().iter().filter_map(|one| one.holds_until())).collect()
}

/// The world without what only begins after `now`.
fn begun_by(world: &World, now: Timestamp) -> World {
    let mut world = world.clone();
    world.evidence.retain(|piece| piece.obtained() <= now);
    world.bypasses.retain(|bypass| bypass.starts() <= now);
    for dossier in &mut world.dossiers {
        let evidence = dossier.evidence().iter().filter(|piece| piece.obtained() <= now);
        let bypasses = dossier.bypasses().iter().filter(|bypass| bypass.starts() <= now);
        let begun = evidence.cloned().fold(Dossier::new(dossier.subject()), Dossier::with_evidence);
        *dossier = bypasses.cloned().fold(begun, Dossier::with_bypass);
    }
    world
}

/// Laws about what is open would hold of a world in which nothing ever is.
#[test]
fn many_worlds_are_open() {
    let mut runner = TestRunner::deterministic();
    let mut is_open = || {
        let (world, now) = (any_world(), any_now()).new_tree(&mut runner).unwrap().current();
        open(&world, now).is_some_and(|until| until < crate::world::day(9_000))
    };
    let number = (0..1_000).filter(|_| is_open()).count();
    assert!(number > 200, "{number} of 1000");
}

proptest! {
    #[test]
    fn adding_a_requirement_never_widens(
        world in any_world(),
        more in prop::sample::subsequence(all_requirements(), 1..3),
        now in any_now(),
    ) {
        let mut asked_more = world.clone();
        asked_more.requirements.extend(more);
        prop_assert!(open(&asked_more, now) <= open(&world, now));
    }

    #[test]
    fn completing_a_requirement_never_narrows(
        world in any_world(),
        completed in prop::sample::select(monotone_requirements()),
        done in any_instant(),
        now in any_now(),
    ) {
        let mut after = world.clone();
        after.evidence.extend(completed.sufficient_evidence(done, &label("test")).unwrap());
        prop_assert!(open(&after, now) >= open(&world, now));
    }

    /// Whatever is recorded besides countries, and in whatever dossier.
    #[test]
    fn more_evidence_never_narrows(
        world in any_world(),
        more in prop::collection::vec(any_evidence(), 1..4),
        dossier in any_dossier(),
        now in any_now(),
    ) {
        let mut after = world.clone();
        after.evidence.extend(more);
        after.dossiers.push(dossier);
        prop_assert!(open(&after, now) >= open(&world, now));
        for (one, other) in world.standing(now).requirements().iter().zip(after.standing(now).requirements()) {
            prop_assert!(other.status >= one.status);
        }
    }

    /// What is met holds at every instant until it says, and not at that one: so a lease that ends
    /// then is neither too long nor too short.
    #[test]
    fn no_status_outlives_what_it_needs(
        mut world in any_world(),
        asked in prop::sample::subsequence(all_requirements(), 1..4),
        now in any_now(),
        parts in prop::collection::vec(0i64..1_000, 4),
    ) {
        world.requirements = asked;
        let standing = world.standing(now);
        for one in standing.requirements() {
            let Some(until) = one.holds_until() else { continue };
            prop_assert!(until > now);
            let length = until.unix_microseconds() - now.unix_microseconds();
            for part in &parts {
                let between = now.unix_microseconds() + length / 1_000 * part;
                let between = Timestamp::from_unix_microseconds(between);
                let later = world.standing(between);
                let same = later.requirements().iter().find(|other| other.requirement == one.requirement);
                prop_assert!(same.unwrap().holds_until() >= Some(until), "{one:?} at {between}");
            }
            if until == Timestamp::LAST {
                continue;
            }
            // Whatever counted at `now` no longer does at the end, so the end is not too early. Of
            // countries, one that begins to be excluded ends it as well.
            if until < Timestamp::LAST && one.requirement.name().as_str() != "country" {
                let at_the_end = begun_by(&world, now);
                let later = at_the_end.standing(until);
                let same = later.requirements().iter().find(|other| other.requirement == one.requirement);
                prop_assert_eq!(same.unwrap().holds_until(), None, "{:?}", one);
            }
        }
    }

    #[test]
    fn the_whole_ends_with_the_first_part(world in any_world(), now in any_now()) {
        let standing = world.standing(now);
        if let Some(not_after) = standing.not_after() {
            prop_assert_eq!(Some(not_after), ends(&standing).into_iter().min());
            prop_assert!(standing.bypasses().all(|bypass| bypass.until <= now.plus_days(30)));
        }
    }

    #[test]
    fn the_same_facts_give_the_same_standing_in_any_order(world in any_world(), now in any_now()) {
        let mut turned = world.clone();
        turned.evidence.reverse();
        turned.dossiers.reverse();
        let statuses = |world: &World| -> Vec<(RequirementStatus, Option<Timestamp>)> {
            world.standing(now).requirements().iter().map(|one| (one.status, one.holds_until())).collect()
        };
        prop_assert_eq!(statuses(&world), statuses(&turned));
        prop_assert_eq!(open(&world, now), open(&turned, now));
    }

    /// What was recorded later than a day changes nothing in what was known on that day.
    #[test]
    fn the_past_as_it_was_known_does_not_change(
        dossier in any_dossier(),
        later in any_evidence(),
        known in any_instant(),
    ) {
        let then = dossier.as_known_at(known);
        prop_assert_eq!(&then.as_known_at(known), &then);
        let after = dossier.with_evidence(later.with_recorded_at(known.plus_minutes(1)));
        prop_assert_eq!(after.as_known_at(known), then);
    }
}
