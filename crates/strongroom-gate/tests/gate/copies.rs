//! Where a workspace may be copied to, and what a lease and a rule have to say of new ones.

use strongroom_gate::{
    ClosedPeriod, CreatePermit, Facts, Objection, Refusal, Rule, admit_to_copy, admit_to_create,
};
use strongroom_primitives::{Id, RowTier};
use strongroom_tiers::{ArchivedUse, Catalogue, Copies, Policy, Release, ReleaseRules};
use strongroom_workspaces::{Action, Role};

use crate::world::{Brought, Concrete, World, concrete, days_ago, label, now, paragraph, release_name};

fn there(tier: RowTier, role: Option<Role>) -> Concrete {
    concrete(World { tier, role, ..World::BEST })
}

fn catalogue(releases: impl IntoIterator<Item = Release>) -> Catalogue {
    releases.into_iter().fold(Catalogue::default(), |mut catalogue, release| {
        catalogue.publish(release).unwrap();
        catalogue
    })
}

fn with_copies(policy: &Policy, copies: Copies) -> Policy {
    policy.clone().into_draft().with_releases(ReleaseRules::default().with_copies(copies)).build().unwrap()
}

fn codes(answer: Result<CreatePermit, Refusal>) -> Vec<&'static str> {
    let refusal = answer.err();
    refusal.iter().flat_map(|refusal| refusal.objections().iter()).map(Objection::code).collect()
}

#[test]
fn a_copy_stays_in_its_tier_or_goes_up_where_the_policy_lets_it() {
    use Copies::{SameOrHigherTier, SameTier};
    use RowTier::{Controlled, Registered};

    for (copies, from, to, expected) in [
        (SameTier, Registered, Registered, &[][..]),
        (SameTier, Controlled, Controlled, &[]),
        (SameTier, Registered, Controlled, &["copy-to-other-tier"]),
        (SameTier, Controlled, Registered, &["copy-to-other-tier"]),
        (SameOrHigherTier, Registered, Controlled, &[]),
        (SameOrHigherTier, Controlled, Registered, &["copy-to-other-tier"]),
    ] {
        let there = there(from, Some(Role::Reader));
        let releases = catalogue([
            Release::new(release_name("release"), from).with_published(days_ago(9)),
            Release::new(release_name("target"), to).with_published(days_ago(1)),
        ]);
        let facts = there.facts().with_catalogue(&releases);
        let policy = with_copies(there.policy, copies);
        let copy = admit_to_copy(&policy, &facts, there.workspace.id(), &release_name("target"), &[], now());
        assert_eq!(codes(copy), expected, "{copies:?} from {from} to {to}");
    }
}

#[test]
fn a_copy_onto_an_archived_release_is_new_work() {
    let there = there(RowTier::Registered, Some(Role::Owner));
    let releases = catalogue([
        Release::new(release_name("release"), RowTier::Registered)
            .with_published(days_ago(9))
            .with_archived(days_ago(2)),
        Release::new(release_name("newest"), RowTier::Registered).with_published(days_ago(1)),
    ]);
    let rules = ReleaseRules::default().with_archived(ArchivedUse::ReplicationAndExistingWork);
    let policy = there.policy.clone().into_draft().with_releases(rules).build().unwrap();
    let facts = there.facts().with_catalogue(&releases);
    let copy =
        |to| codes(admit_to_copy(&policy, &facts, there.workspace.id(), &release_name(to), &[], now()));
    // Who goes on working on it may not begin again on it.
    let ask = strongroom_gate::Ask::new(there.workspace.id(), Action::View);
    assert!(strongroom_gate::admit(&policy, &facts, &ask, &[], now()).is_admitted());
    assert_eq!(copy("release"), ["release-only-to-replicate"]);
    assert_eq!(copy("newest"), [""; 0]);
}

#[test]
fn strangers_copy_nothing_and_do_not_learn_that_it_is_there() {
    let (there, release) = (there(RowTier::Registered, None), release_name("release"));
    let asked = there.workspace.id();
    let nowhere = Facts::new(&there.person, &there.requirements, &there.evidence);
    let answers = [there.facts(), nowhere].map(|facts| {
        admit_to_copy(there.policy, &facts, asked, &release, &[], now()).unwrap_err().to_string()
    });
    assert_eq!(answers[0], answers[1]);
    assert_eq!(
        codes(admit_to_copy(there.policy, &there.facts(), asked, &release, &[], now())),
        ["not-a-member"]
    );
    let elsewhere = admit_to_copy(there.policy, &there.facts(), Id::from_u128(77), &release, &[], now());
    assert_eq!(codes(elsewhere), ["not-a-member"]);
}

#[test]
fn of_a_release_in_preparation_nobody_learns_its_tier() {
    // The training is asked for in the controlled tier only.
    let lacking = World { tier: RowTier::Controlled, training: Brought::Nothing, ..World::BEST };
    let there = concrete(lacking);
    let name = release_name("release");
    let prepared = catalogue([Release::in_preparation(name.clone(), RowTier::Controlled)]);
    for releases in [prepared, Catalogue::default()] {
        let facts = there.facts().with_catalogue(&releases);
        let created = admit_to_create(there.policy, &facts, &name, &[], now());
        assert_eq!(codes(created), ["release-unavailable"]);
    }
}

#[test]
fn rules_are_heard_about_new_workspaces_and_copies() {
    let there = there(RowTier::Registered, Some(Role::Owner));
    let closed = ClosedPeriod::new(
        label("Maintenance"),
        now(),
        now().plus_minutes(1),
        paragraph("the release is being replaced"),
    )
    .unwrap();
    let rules: [&dyn Rule; 1] = [&closed];
    let (facts, release) = (there.facts(), release_name("release"));
    assert_eq!(codes(admit_to_create(there.policy, &facts, &release, &rules, now())), ["rule"]);
    let copy = admit_to_copy(there.policy, &facts, there.workspace.id(), &release, &rules, now());
    assert_eq!(codes(copy), ["rule"]);
}

#[test]
fn no_session_is_longer_than_its_tiers_lease_and_a_quarter_of_an_hour() {
    for tier in RowTier::ALL {
        let there = there(tier, Some(Role::Owner));
        for (minutes, expected) in [(1, 1), (14, 14), (15, 15), (16, 15), (1_440, 15)] {
            let rules = there.policy.rules(tier).clone().with_maximum_lease_minutes(minutes);
            let policy = there.policy.clone().into_draft().with_tier(tier, rules).build().unwrap();
            let ask = strongroom_gate::Ask::new(there.workspace.id(), Action::View);
            let facts = there.facts();
            let session = strongroom_gate::admit(&policy, &facts, &ask, &[], now()).into_result().unwrap();
            assert_eq!(session.not_after(), now().plus_minutes(expected), "{minutes} in {tier}");
            let created = admit_to_create(&policy, &facts, &release_name("release"), &[], now()).unwrap();
            assert_eq!(created.not_after(), now().plus_minutes(expected), "{minutes} in {tier}");
        }
    }
}
