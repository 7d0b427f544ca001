//! Who had access on a day, as known on another: two times that are never mixed up.

use strongroom_access::{Dossier, Retraction, Subject};
use strongroom_primitives::{Id, RowTier};

use crate::world::{ADA, World, bypass, day, done, paragraph, requirement};

#[test]
fn access_on_a_day_as_known_on_another() {
    let conduct = requirement("code-of-conduct");
    let signature = || done(&conduct, 10).remove(0);
    let retraction =
        |since, known| Retraction::new(day(since), day(known), Id::from_u128(9), paragraph("forged"));
    let ada = Subject::Person(Id::from_u128(ADA));
    // Signed on day 10, recorded on day 12; on day 40 found to have been forged from the start.
    let recorded =
        Dossier::new(ada).with_evidence(signature().with_recorded_at(day(12)).retracted(retraction(0, 40)));
    // Set aside on days 50 to 60, recorded on day 55, taken back on day 58.
    let set_aside = Dossier::new(ada)
        .with_bypass(bypass(&conduct, 50, 60).with_recorded_at(day(55)).retracted(retraction(58, 58)));
    for (dossier, on, known, expected) in [
        (&recorded, 9, 39, false),
        (&recorded, 11, 11, false),
        (&recorded, 11, 12, true),
        (&recorded, 11, 39, true),
        (&recorded, 11, 40, false),
        (&recorded, 30, 13, true),
        (&recorded, 30, 99, false),
        (&recorded, 375, 39, false),
        (&set_aside, 52, 54, false),
        (&set_aside, 52, 55, true),
        (&set_aside, 59, 57, true),
        (&set_aside, 59, 58, false),
        (&set_aside, 57, 99, true),
    ] {
        let mut world = World::complete(RowTier::Registered);
        world.forget("code-of-conduct");
        world.dossiers = vec![dossier.as_known_at(day(known))];
        assert_eq!(world.is_open(on), expected, "on day {on}, as known on day {known}");
    }
}

#[test]
fn nothing_is_forgotten_at_the_end_of_days() {
    let conduct = requirement("code-of-conduct");
    let dossier = Dossier::new(Subject::Person(Id::from_u128(ADA)))
        .with_evidence(done(&conduct, 3).remove(0))
        .with_bypass(bypass(&conduct, 1, 2));
    assert_eq!(dossier.as_known_at(strongroom_primitives::Timestamp::LAST), dossier);
    assert_eq!(dossier.as_known_at(day(0)), Dossier::new(dossier.subject()));
}
