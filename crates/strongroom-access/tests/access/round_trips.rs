//! Everything that is stored is read again as it was, and with nothing else in it.

use std::fmt::Debug;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use strongroom_access::{
    AccessView, AccountState, Announcement, Audience, CountryCode, Degree, Dossier, EmailAddress, Evidence,
    HelpRequest, HelpRoutes, HelpTopic, History, Institution, InstitutionalRole, Notice, NoticeDays,
    OrganizationType, Person, Profile, RequirementCatalogue, Waitlist, expiry_notices,
};
use strongroom_primitives::{BoundedText, Id, RowTier, Timestamp};

use crate::arbitrary::{
    any_bypass, any_dossier, any_evidence, any_instant, any_label, any_requirement, any_tier, any_world,
};
use crate::world::{ada, members, paragraph};

#[track_caller]
fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, format: Option<&str>) {
    let json = serde_json::to_string(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value, "{json}");
    let odd = json.replacen('{', r#"{"unheard_of":1,"#, 1);
    assert!(serde_json::from_str::<T>(&odd).is_err(), "{odd} was read");
    if let Some(format) = format {
        let tag = format!(r#""format":"{format}/1""#);
        assert!(json.contains(&tag), "{json}");
        for other in [format!(r#""format":"{format}/2""#), r#""format":null"#.to_owned()] {
            let odd = json.replacen(&tag, &other, 1);
            assert!(serde_json::from_str::<T>(&odd).is_err(), "{odd} was read");
        }
        let untagged = json.replacen(&format!("{tag},"), "", 1);
        assert!(untagged != json && serde_json::from_str::<T>(&untagged).is_err(), "{untagged} was read");
    }
}

fn any_account() -> impl Strategy<Value = AccountState> {
    prop_oneof![
        Just(AccountState::Active),
        (any_instant(), any_instant()).prop_map(|(since, until)| AccountState::Suspended {
            since,
            until,
            reason: paragraph("why?")
        }),
        any_instant().prop_map(|since| AccountState::Disabled { since, reason: paragraph("why?\nso") }),
        any_instant().prop_map(|since| AccountState::Closed { since }),
    ]
}

fn any_person() -> impl Strategy<Value = Person> {
    let role =
        prop_oneof![Just(InstitutionalRole::DataAnalyst), any_label().prop_map(InstitutionalRole::Other),];
    let degrees = prop::sample::subsequence(vec![Degree::Phd, Degree::Md, Degree::Bsn], 0..3);
    let profile =
        (degrees, prop::option::of("[A-Z]{2}"), any::<bool>()).prop_map(|(degrees, country, more)| {
            let mut profile = Profile::default().with_degrees(degrees.into_iter().collect());
            if let Some(country) = country {
                profile = profile.with_country(CountryCode::new(&country).unwrap());
            }
            if more {
                let url = BoundedText::new("https://example.org/~ada").unwrap();
                profile = profile.with_professional_url(url).with_area_of_research(paragraph("engines"));
            }
            profile
        });
    (any_account(), role, profile).prop_map(|(account, role, profile)| {
        ada().with_account(account).with_role(role).with_profile(profile)
    })
}

fn any_institution() -> impl Strategy<Value = Institution> {
    let agreement = (any_instant(), 1u32..900, any_tier());
    (any_label(), any_label(), prop::collection::vec(agreement, 0..4)).prop_map(
        |(name, other, agreements)| {
            let institution = Institution::new(Id::from_u128(7), name)
                .with_organization(OrganizationType::Other(other))
                .with_instructions(paragraph("Ask the office."));
            agreements.into_iter().fold(institution, |institution, (starts, days, tier)| {
                let agreement = strongroom_access::Agreement::new(starts, starts.plus_days(days), members());
                institution.with_further_agreement(tier, agreement.unwrap())
            })
        },
    )
}

/// A list after people did this and that, in any order: 0 signs up, 1 confirms, 2 leaves, 3 is told.
fn any_waitlist() -> impl Strategy<Value = Waitlist> {
    let step = ("[a-c]@(uni|Lab)\\.edu", 0u8..4, any_instant());
    (prop::option::of(any_instant()), prop::collection::vec(step, 0..9)).prop_map(|(opens, steps)| {
        let mut list = opens.map_or_else(Waitlist::default, |opens| Waitlist::default().with_opening(opens));
        for (address, what, at) in steps {
            let address = EmailAddress::new(&address).unwrap();
            match what {
                0 => drop(list.sign_up(address, at)),
                1 => drop(list.confirm(&address, at)),
                2 => drop(list.leave(&address)),
                _ => list.mark_told(&address, at),
            }
        }
        list
    })
}

fn any_topic() -> impl Strategy<Value = HelpTopic> {
    prop::sample::select(vec![HelpTopic::Account, HelpTopic::AccessRequirements, HelpTopic::Incident])
}

fn any_help_request() -> impl Strategy<Value = HelpRequest> {
    let message = (1u128..4, any_instant());
    (any_topic(), any_label(), prop::collection::vec(message, 1..4), prop::option::of(any_instant()))
        .prop_map(|(topic, subject, messages, closed)| {
            let asked = messages[0].1;
            let from = Id::from_u128(1);
            let mut request =
                HelpRequest::new(Id::from_u128(5), from, topic, subject, paragraph("Where?\nHow?"), asked);
            for (by, at) in messages {
                request.write(Id::from_u128(by), paragraph("There."), at).unwrap();
            }
            if let Some(closed) = closed {
                request.close(closed).unwrap();
            }
            request
        })
}

fn any_announcement() -> impl Strategy<Value = Announcement> {
    let audience = prop_oneof![
        Just(Audience::Everybody),
        Just(Audience::SignedIn),
        any_tier().prop_map(Audience::Tier),
        prop::collection::btree_set(0u128..9, 0..3)
            .prop_map(|ids| Audience::Institutions(ids.into_iter().map(Id::from_u128).collect())),
    ];
    (any_label(), audience, any_instant(), 1u32..900).prop_map(|(title, audience, starts, days)| {
        let (id, body) = (Id::from_u128(6), paragraph("A new release\nis there."));
        Announcement::new(id, title, body, audience, starts, starts.plus_days(days)).unwrap()
    })
}

proptest! {
    #[test]
    fn waitlists(list in any_waitlist()) {
        check(&list, Some("strongroom-waitlist"));
    }

    #[test]
    fn help_requests_and_their_routes(request in any_help_request(), topic in any_topic(), queue in any_label()) {
        check(&request, Some("strongroom-help-request"));
        let routes = HelpRoutes::new(queue.clone()).with_route(topic, queue);
        check(&routes, Some("strongroom-help-routes"));
    }

    #[test]
    fn announcements(announcement in any_announcement()) {
        check(&announcement, Some("strongroom-announcement"));
    }

    #[test]
    fn people(person in any_person()) {
        check(&person, Some("strongroom-person"));
    }

    #[test]
    fn institutions(institution in any_institution(), now in any_instant()) {
        check(&institution, Some("strongroom-institution"));
        check(&institution.public(now), Some("strongroom-public-institution"));
    }

    #[test]
    fn evidence(evidence in any_evidence()) {
        check(&evidence, None);
    }

    #[test]
    fn bypasses(bypass in any_bypass()) {
        check(&bypass, None);
    }

    #[test]
    fn dossiers(dossier in any_dossier()) {
        check(&dossier, Some("strongroom-dossier"));
    }

    #[test]
    fn requirements(requirements in prop::collection::vec(any_requirement(), 0..4)) {
        for requirement in &requirements {
            check(requirement, None);
        }
        if let Ok(catalogue) = RequirementCatalogue::new(requirements) {
            check(&catalogue, Some("strongroom-requirements"));
            let json = serde_json::to_string(&catalogue).unwrap();
            prop_assert_eq!(RequirementCatalogue::from_json(&json).unwrap(), catalogue);
        }
    }

    #[test]
    fn histories(statements in prop::collection::vec((any_instant(), any_instant(), any_account()), 0..4)) {
        let history = statements.into_iter().fold(History::new(), |history, (from, recorded, account)| {
            history.with_statement(from, recorded, account)
        });
        check(&history, Some("strongroom-history"));
    }

    #[test]
    fn pages_and_notices(world in any_world(), account in any_account(), now in any_instant()) {
        let world = crate::world::World { person: world.person.clone().with_account(account), ..world };
        let standing = world.standing(now);
        let page = AccessView::of(&standing, now);
        check(&page, Some("strongroom-access-view"));
        // As many lines as it has things to say: nobody's text begins another.
        let extra: usize = page
            .lines()
            .iter()
            .map(|line| 1 + usize::from(line.next_step.is_some()) + usize::from(line.bypass.is_some()))
            .sum();
        prop_assert_eq!(page.to_string().lines().count(), 1 + extra);
        for notice in expiry_notices(&standing, &NoticeDays::default(), now.minus_days(30), now) {
            check::<Notice>(&notice, Some("strongroom-notice"));
        }
    }

    /// The history against a plain reading of its rule: go through the statements that were known
    /// in the order in which they hold and were recorded, and keep the last.
    #[test]
    fn a_history_answers_as_its_rule_reads(
        statements in prop::collection::vec((0u32..5, 0u32..5), 0..8),
        at in 0u32..6,
        known in 0u32..6,
    ) {
        let day = |day: u32| crate::world::day(i64::from(day));
        let history = statements.iter().enumerate().fold(History::new(), |history, (number, (from, recorded))| {
            history.with_statement(day(*from), day(*recorded), number)
        });
        let mut expected = None;
        for from in 0..=at {
            for recorded in 0..=known {
                for (number, statement) in statements.iter().enumerate() {
                    if *statement == (from, recorded) {
                        expected = Some(number);
                    }
                }
            }
        }
        prop_assert_eq!(history.value(day(at), day(known)).copied(), expected);
    }
}

#[test]
fn a_dossier_may_be_empty_of_either() {
    let ada = Id::<strongroom_primitives::kind::Person>::from_u128(1);
    let json = format!(r#"{{"format":"strongroom-dossier/1","subject":{{"person":"{ada}"}}}}"#);
    let dossier: Dossier = serde_json::from_str(&json).unwrap();
    assert_eq!(dossier.evidence(), &[] as &[Evidence]);
    assert!(RowTier::ALL.len() == 2 && Timestamp::LAST > crate::world::day(0));
}
