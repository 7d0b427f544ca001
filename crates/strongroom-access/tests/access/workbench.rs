//! What a workbench in operation promises its researchers, and what went wrong there: the rules of
//! the All of Us Researcher Workbench as its public documents and source give them.

use strongroom_access::{
    AccountState, Agreement, EmailAddress, Evidence, Membership, Person, Requirement, RequirementCatalogue,
    RequirementGap, RequirementKind, RequirementStatus,
};
use strongroom_primitives::{Id, RowTier};

use crate::world::{
    World, ada, agreement, all_done, day, done, label, name, paragraph, plain, requirement, university,
};

use RowTier::{Controlled, Registered};

/// Which tiers are open to Ada on that day, having done this and belonging there.
fn tiers(world: &World, on: i64) -> Vec<RowTier> {
    let of = |tier| World { requirements: crate::world::asked(tier), tier, ..world.clone() };
    RowTier::ALL.into_iter().filter(|tier| of(*tier).is_open(on)).collect()
}

#[test]
fn both_tiers_by_what_is_done_and_signed() {
    let all = || World::complete(Controlled);
    let without = |what: &str| {
        let mut world = all();
        world.forget(what);
        world
    };
    let signed_for = |tier: RowTier| World {
        institution: Some(
            strongroom_access::Institution::new(Id::from_u128(7), label("University"))
                .with_agreement(tier, agreement(9_000)),
        ),
        ..all()
    };
    for (what, world, expected) in [
        ("nothing", World { evidence: Vec::new(), ..all() }, &[][..]),
        ("everything", all(), &[Registered, Controlled]),
        ("no controlled training", without("controlled-training"), &[Registered]),
        ("no agreement for controlled", signed_for(Registered), &[Registered]),
        ("no agreement for registered", signed_for(Controlled), &[]),
        ("no two-step verification", without("two-step-verification"), &[]),
        ("no identity", without("identity"), &[]),
        ("no registered training", without("registered-training"), &[]),
        ("no code of conduct", without("code-of-conduct"), &[]),
        ("no profile confirmation", without("profile-confirmation"), &[]),
        ("no publication confirmation", without("publication-confirmation"), &[]),
        ("no institution", World { institution: None, ..all() }, &[]),
    ] {
        assert_eq!(tiers(&world, 1), expected, "{what}");
    }
}

#[test]
fn a_year_is_lost_and_won_again_one_renewal_at_a_time() {
    let mut world = World::complete(Controlled);
    assert_eq!(tiers(&world, 364), [Registered, Controlled]);
    assert!(tiers(&world, 365).is_empty());
    let yearly =
        ["registered-training", "code-of-conduct", "profile-confirmation", "publication-confirmation"];
    for (number, what) in yearly.into_iter().enumerate() {
        assert!(tiers(&world, 370).is_empty(), "{number} renewed");
        world.evidence.extend(done(&requirement(what), 366));
    }
    assert_eq!(tiers(&world, 370), [Registered]);
    world.evidence.extend(done(&requirement("controlled-training"), 367));
    assert_eq!(tiers(&world, 370), [Registered, Controlled]);
}

/// There, access lasts until a sweep at night.
#[test]
fn access_ends_at_its_instant_without_a_sweep() {
    let world = World::complete(Registered);
    let ends = world.standing(day(0)).not_after().unwrap();
    assert_eq!(ends, day(365));
    let a_moment_before =
        strongroom_primitives::Timestamp::from_unix_microseconds(ends.unix_microseconds() - 1);
    assert!(world.standing(a_moment_before).not_after().is_some());
    assert!(world.standing(ends).not_after().is_none());
}

#[test]
fn an_account_that_is_closed_opens_nothing_and_opened_again_all() {
    let state = |account| World { person: ada().with_account(account), ..World::complete(Controlled) };
    let reason = || paragraph("inquiry");
    assert!(tiers(&state(AccountState::Disabled { since: day(0), reason: reason() }), 9).is_empty());
    assert!(tiers(&state(AccountState::Closed { since: day(0) }), 9).is_empty());
    let suspended = state(AccountState::Suspended { since: day(0), until: day(9), reason: reason() });
    assert!(tiers(&suspended, 8).is_empty());
    assert_eq!(tiers(&suspended, 9), [Registered, Controlled]);
    assert_eq!(tiers(&state(AccountState::Active), 9), [Registered, Controlled]);
}

#[test]
fn whoever_leaves_the_institution_or_is_left_by_it_is_out_at_once() {
    let complete = || World::complete(Controlled);
    let at = |email: &str| {
        let person = Person::new(ada().id(), label("Ada"), EmailAddress::new(email).unwrap());
        World { person: person.with_institution(Id::from_u128(7)), ..complete() }
    };
    assert_eq!(tiers(&at("ada@UNI.EDU"), 1), [Registered, Controlled]);
    for elsewhere in ["ada@lab.uni.edu", "ada@notuni.edu", "ada@uni.edu.evil.org", "ada@company.example"] {
        assert!(tiers(&at(elsewhere), 1).is_empty(), "{elsewhere}");
    }
    let employer_changed = World { person: ada().with_institution(Id::from_u128(8)), ..complete() };
    assert!(tiers(&employer_changed, 1).is_empty());

    let ends = |membership| {
        let agreement = Agreement::new(day(-9), day(100), membership).unwrap();
        let institution = RowTier::ALL
            .into_iter()
            .fold(university(), |university, tier| university.with_agreement(tier, agreement.clone()));
        World { institution: Some(institution), ..complete() }
    };
    let listed = Membership::Addresses([ada().email().clone()].into());
    assert_eq!(tiers(&ends(listed.clone()), 99), [Registered, Controlled]);
    assert!(tiers(&ends(listed), 100).is_empty());
    assert!(tiers(&ends(Membership::Addresses([].into())), 1).is_empty(), "an empty list is everybody");
    assert!(tiers(&ends(Membership::Domains([].into())), 1).is_empty(), "an empty list is everybody");
}

/// There, a module that is switched off in an environment counts as met.
#[test]
fn a_requirement_cannot_be_switched_off_only_left_out_by_name() {
    let json = serde_json::to_string(&requirement("identity")).unwrap();
    for switch in ["enabled", "disabled", "required", "optional", "enableRasLoginGovLinking"] {
        let odd = json.replacen('{', &format!(r#"{{"{switch}":false,"#), 1);
        assert!(serde_json::from_str::<Requirement>(&odd).is_err(), "{switch}");
    }
    // Left out of the definitions while a policy asks for it: an error, not a pass.
    let mut defined = Requirement::all_of_us().unwrap();
    defined.retain(|one| one.name().as_str() != "identity");
    let catalogue = RequirementCatalogue::new(defined).unwrap();
    let names = [name("two-step-verification"), name("identity")];
    assert!(catalogue.select(&names).is_err());
}

/// There, registration completes the confirmations, and whoever administers may skip.
#[test]
fn an_account_brings_nothing_with_it() {
    let world = World { evidence: Vec::new(), ..World::complete(Registered) };
    let standing = world.standing(day(0));
    let missing = RequirementStatus::NotMet(RequirementGap::Missing);
    assert!(standing.requirements().iter().all(|one| one.status == missing), "{standing:?}");
    let json = serde_json::to_string(&ada()).unwrap();
    for privilege in ["administrator", "authorities", "bypassed", "tiers"] {
        let odd = json.replacen('{', &format!(r#"{{"{privilege}":["registered"],"#), 1);
        assert!(serde_json::from_str::<Person>(&odd).is_err(), "{privilege}");
    }
}

/// There, a completed course counts whatever came of it on an early platform.
#[test]
fn what_shows_nothing_meets_nothing() {
    for what in ["identity", "registered-training", "controlled-training", "code-of-conduct"] {
        let mut world = World::complete(Controlled);
        world.forget(what);
        world.evidence.push(Evidence::new(name(what), day(0), label("somebody said so")));
        assert!(!tiers(&world, 1).contains(&Controlled), "{what}");
    }
}

/// A second factor that is turned off again is known by a retraction, from when it was off.
#[test]
fn a_second_factor_turned_off_ends_access_then() {
    let mut world = World::complete(Registered);
    let turned_off = strongroom_access::Retraction::new(
        day(40),
        day(41),
        Id::from_u128(9),
        paragraph("directory says off"),
    );
    world.evidence = world
        .evidence
        .into_iter()
        .map(|piece| match piece.requirement().as_str() {
            "two-step-verification" => piece.retracted(turned_off.clone()),
            _ => piece,
        })
        .collect();
    assert!(world.is_open(39) && !world.is_open(40));
}

#[test]
fn renewal_opens_in_the_last_days_of_the_year() {
    for (what, opens) in [
        ("registered-training", Some(335)),
        ("controlled-training", Some(335)),
        ("code-of-conduct", Some(35)),
        ("profile-confirmation", Some(35)),
    ] {
        let requirement = requirement(what);
        let RequirementStatus::Met { until } = requirement.status(&all_done(0), day(0)) else {
            unreachable!()
        };
        assert_eq!(requirement.renewable_from(until), opens.map(day), "{what}");
    }
    let identity = requirement("identity");
    assert_eq!(identity.renewable_from(strongroom_primitives::Timestamp::LAST), None);
}

/// A rule about countries or covered people is looked at for every decision, not at registration.
#[test]
fn a_country_that_becomes_excluded_ends_access_with_the_next_decision() {
    let country = |code: &str, on| {
        let code = strongroom_access::CountryCode::new(code).unwrap();
        Evidence::new(name("country"), day(on), label("sign-in"))
            .with_proof(strongroom_access::Proof::Country(code))
    };
    let excluding = |codes: &[&str]| {
        let codes = codes.iter().map(|code| strongroom_access::CountryCode::new(code).unwrap()).collect();
        plain("country", RequirementKind::Country(strongroom_access::CountryRule::AllBut(codes)))
    };
    let mut world = World::complete(Registered);
    world.requirements.push(excluding(&["XC"]));
    assert!(!world.is_open(1), "no country is on record");
    world.evidence.push(country("NZ", 0));
    assert!(world.is_open(1));
    let mut moved = world.clone();
    moved.evidence.push(country("XC", 20));
    assert!(moved.is_open(19) && !moved.is_open(20));
    assert_eq!(moved.standing(day(1)).not_after(), Some(day(20)));
    world.requirements.pop();
    world.requirements.push(excluding(&["XC", "NZ"]));
    assert!(!world.is_open(1));
}
