//! What another policy would have decided, told from the trail.

use strongroom_audit::Actor;
use strongroom_gate::Edition;
use strongroom_primitives::RequirementName;
use strongroom_tiers::{Policy, TierRules};

use super::world::*;
use crate::{PolicyRehearsal, ReplayedDecisions};

/// The policy of the world, with other requirements for both tiers.
fn edition(world: &World, requirements: &[&str]) -> Edition {
    let names = || requirements.iter().map(|name| RequirementName::new(*name).unwrap()).collect();
    let other = Policy::new(2, TierRules::new(names()), TierRules::new(names())).unwrap();
    let releases = world.workbench.policy().releases();
    Edition::new(other.into_draft().with_releases(releases).build().unwrap()).unwrap()
}

async fn rehearse(world: &World, requirements: &[&str]) -> PolicyRehearsal {
    let (old, new) = (edition(world, &["self-attestation"]), edition(world, requirements));
    let by = Actor::Steward(label("Grace"));
    world.workbench.rehearse_policy(by, &old, &new, None).await.unwrap()
}

/// How many were made again, were not, would have been refused, and admitted.
fn counts(decisions: &ReplayedDecisions) -> [usize; 4] {
    assert_eq!([decisions.shortened, decisions.prolonged], [0, 0]);
    assert_eq!(decisions.differences(), decisions.refused + decisions.admitted);
    [decisions.again, decisions.not_again, decisions.refused, decisions.admitted]
}

#[tokio::test]
async fn recorded_decisions_are_made_again_on_what_was_known_then() {
    let world = World::new().await;
    let same = counts(&rehearse(&world, &["self-attestation"]).await.decisions);
    // Five items by the writer; the creator, who shared four times and left, is no member any more.
    assert_eq!(same, [5, 5, 0, 0]);
    assert_eq!(world.last_events(1).await, ["policy_rehearsed"]);

    // What is withdrawn later was known at the time; what is refused now would be allowed by a policy that
    // asks for nothing.
    world.workbench.open_workspace(Who::Reader.id(), world.workspace).await.unwrap();
    world.clock.advance_minutes(1);
    world.lapse(Who::Reader).await;
    world.workbench.open_workspace(Who::Reader.id(), world.workspace).await.unwrap_err();
    assert_eq!(counts(&rehearse(&world, &["self-attestation"]).await.decisions), [7, 5, 0, 0]);
    let looser = rehearse(&world, &[]).await.decisions;
    assert_eq!(counts(&looser), [7, 5, 0, 1]);
    let example = looser.example_of_admitted.unwrap();
    assert_eq!((example.decision.person, example.decision.admitted_until), (Who::Reader.id(), None));
    assert!(example.would_be_until.is_some() && looser.example_of_refused.is_none());

    // By a policy that asks for more, every yes is a no.
    let stricter = rehearse(&world, &["self-attestation", "code-of-conduct"]).await;
    assert_eq!(counts(&stricter.decisions), [7, 5, 6, 0]);
    let example = stricter.decisions.example_of_refused.unwrap();
    assert_eq!(example.decision.person, Who::Writer.id());
    assert!(!example.objections.is_empty());
    assert_eq!(stricter.people.people(), Who::ALL.len());
    assert!(stricter.people.tiers().iter().all(|tier| tier.lose.len() == Who::ALL.len() - 2));
}

#[tokio::test]
async fn decisions_before_an_instant_are_left_aside() {
    let world = World::new().await;
    world.clock.advance_minutes(1);
    let since = world.workbench.now();
    world.workbench.open_workspace(Who::Writer.id(), world.workspace).await.unwrap();
    let edition = edition(&world, &["self-attestation"]);
    let by = || Actor::Person(Who::OfAccess.id());
    for (since, expected) in [(Some(since), [1, 0, 0, 0]), (None, [6, 5, 0, 0])] {
        let found = world.workbench.rehearse_policy(by(), &edition, &edition, since).await.unwrap();
        assert_eq!(counts(&found.decisions), expected);
    }
}
