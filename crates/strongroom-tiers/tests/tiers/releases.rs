use proptest::prelude::*;
use strongroom_primitives::{Paragraph, ReleaseName, RowTier, Timestamp};
use strongroom_tiers::{
    ArchivedUse, Catalogue, CatalogueError, Copies, Intent, NewWork, Opening, Publication, Release,
    ReleaseObjection, ReleaseRules, ReleaseState, Way,
};

fn name(text: &str) -> ReleaseName {
    ReleaseName::new(text).unwrap()
}

fn at(day: i64) -> Timestamp {
    Timestamp::from_unix_microseconds(day * 86_400_000_000)
}

fn reason() -> Paragraph {
    Paragraph::new("Consent was taken back.").unwrap()
}

fn replication() -> Intent {
    Intent::Replication(Publication::new("doi:10.1000/182").unwrap())
}

/// Day 100: R1 archived, R2 current, R3 the newest, R4 in preparation, R0 withdrawn; C1 current.
fn catalogue() -> Catalogue {
    let release = |text, tier, day| Release::in_preparation(name(text), tier).with_published(at(day));
    let mut catalogue = Catalogue::default();
    for release in [
        release("R0", RowTier::Registered, 1).with_withdrawn(at(90), reason()),
        // The order of publication counts, not the order of the list or of the names.
        release("R3", RowTier::Registered, 30),
        release("R1", RowTier::Registered, 10).with_archived(at(50)),
        release("R2", RowTier::Registered, 20),
        release("R4", RowTier::Registered, 200),
        release("C1", RowTier::Controlled, 40),
    ] {
        catalogue.publish(release).unwrap();
    }
    catalogue
}

#[test]
fn states_follow_from_the_instant_asked() {
    use ReleaseState::{Archived, Current, InPreparation, Withdrawn};
    let release = Release::in_preparation(name("R1"), RowTier::Registered)
        .with_published(at(10))
        .with_archived(at(20))
        .with_withdrawn(at(30), reason());
    for (day, expected, next) in [
        (9, InPreparation, at(10)),
        (10, Current, at(20)),
        (19, Current, at(20)),
        (20, Archived, at(30)),
        (30, Withdrawn, Timestamp::LAST),
        (99, Withdrawn, Timestamp::LAST),
    ] {
        assert_eq!((release.state_at(at(day)), release.next_change(at(day))), (expected, next), "day {day}");
    }
    assert_eq!(Release::in_preparation(name("R"), RowTier::Registered).state_at(at(0)), InPreparation);
    assert_eq!(Release::new(name("R"), RowTier::Registered).state_at(at(-700_000)), Current);
}

#[test]
fn the_default_is_the_newest_current_release_of_the_tier() {
    let mut catalogue = catalogue();
    let newest = |catalogue: &Catalogue, tier, day| {
        catalogue.newest(tier, at(day)).map(|found| found.name().to_string())
    };
    for (day, expected) in
        [(0, None), (5, Some("R0")), (25, Some("R2")), (100, Some("R3")), (200, Some("R4"))]
    {
        assert_eq!(newest(&catalogue, RowTier::Registered, day).as_deref(), expected, "day {day}");
    }
    catalogue.archive(&name("R3"), at(100)).unwrap();
    assert_eq!(newest(&catalogue, RowTier::Registered, 100).as_deref(), Some("R2"));
    catalogue.withdraw(&name("C1"), at(100), reason()).unwrap();
    assert_eq!(newest(&catalogue, RowTier::Controlled, 100), None);
    // The tier is what was said, not what the name looks like.
    let mut odd = Catalogue::default();
    odd.publish(Release::new(name("C2024Q3"), RowTier::Registered)).unwrap();
    assert_eq!(newest(&odd, RowTier::Controlled, 0), None);
}

#[test]
fn the_past_of_a_release_is_not_rewritten() {
    let mut catalogue = catalogue();
    let taken = Release::new(name("C1"), RowTier::Registered);
    assert_eq!(catalogue.publish(taken), Err(CatalogueError::NameTaken(name("C1"))));
    let family = Release::new(name("C9"), RowTier::Controlled).with_family(name("registered"));
    assert_eq!(catalogue.publish(family), Err(CatalogueError::FamilyOfAnotherTier(name("C9"))));
    assert_eq!(catalogue.archive(&name("R9"), at(1)), Err(CatalogueError::NoSuchRelease(name("R9"))));
    assert_eq!(catalogue.archive(&name("R4"), at(199)), Err(CatalogueError::NotPublished(name("R4"))));
    // Neither archiving nor withdrawing again puts it off.
    catalogue.archive(&name("R1"), at(70)).unwrap();
    assert_eq!(catalogue.release(&name("R1")).unwrap().archived(), Some(at(50)));
    catalogue.withdraw(&name("R0"), at(95), Paragraph::new("Later.").unwrap()).unwrap();
    assert_eq!(catalogue.release(&name("R0")).unwrap().withdrawn().unwrap().since(), at(90));
    assert_eq!(catalogue.release(&name("R0")).unwrap().withdrawn().unwrap().reason(), &reason());
}

/// Who may open what on day 100, under the rules of All of Us.
#[test]
fn a_release_is_opened_by_the_rules() {
    let rules = ReleaseRules::default().with_archived(ArchivedUse::ReplicationAndExistingWork);
    let (research, replication) = (Intent::Research, replication());
    let (r1, r2, c1) = (name("R1"), name("R2"), name("C1"));
    let new = Way::NewWorkspace;
    let existing = Way::ExistingWorkspace;
    let only = |release: &str| ReleaseObjection::OnlyToReplicate {
        release: name(release),
        newest: Some(name("R3")),
    };
    let other = ReleaseObjection::OtherTier { from: RowTier::Controlled, to: RowTier::Registered };
    let withdrawn = ReleaseObjection::Withdrawn { release: name("R0"), since: at(90) };
    for (release, way, intent, expected) in [
        ("R3", new, &research, vec![]),
        ("R3", new, &replication, vec![]),
        ("R2", new, &research, vec![only("R2")]),
        ("R2", new, &replication, vec![]),
        ("R2", existing, &research, vec![]),
        // An attestation that only the browser asks for is none: here it is part of the question.
        ("R1", new, &research, vec![only("R1")]),
        ("R1", new, &replication, vec![]),
        ("R1", existing, &research, vec![]),
        // Copying a workspace that is on an archived release onto the same release is new work.
        ("R1", Way::Copy { from: &r1 }, &research, vec![only("R1")]),
        ("R1", Way::Copy { from: &r1 }, &replication, vec![]),
        ("R3", Way::Copy { from: &r1 }, &research, vec![]),
        ("R2", Way::Copy { from: &c1 }, &research, vec![only("R2"), other.clone()]),
        ("R3", Way::Copy { from: &c1 }, &replication, vec![other]),
        ("R0", new, &replication, vec![withdrawn.clone()]),
        ("R0", existing, &research, vec![withdrawn]),
        ("R4", new, &research, vec![ReleaseObjection::Unknown(name("R4"))]),
        ("R4", existing, &replication, vec![ReleaseObjection::Unknown(name("R4"))]),
        ("R9", new, &research, vec![ReleaseObjection::Unknown(name("R9"))]),
        ("R3", Way::Copy { from: &name("R4") }, &research, vec![ReleaseObjection::Unknown(name("R4"))]),
        (
            "C1",
            Way::Copy { from: &r2 },
            &research,
            vec![ReleaseObjection::OtherTier { from: RowTier::Registered, to: RowTier::Controlled }],
        ),
    ] {
        let release = name(release);
        let answer = catalogue().open(rules, &Opening::new(&release, way, intent), at(100));
        let objections: Vec<_> = answer.err().into_iter().flat_map(Vec::from).collect();
        assert_eq!(objections, expected, "{release}, {way:?}, {intent:?}");
    }
}

#[test]
fn the_rules_make_it_stricter_or_looser() {
    let open = |rules: ReleaseRules, release: &str, way: Way<'_>, intent: &Intent| {
        let release = name(release);
        catalogue().open(rules, &Opening::new(&release, way, intent), at(100)).is_ok()
    };
    let (strict, r2, c1) = (ReleaseRules::default(), name("R2"), name("C1"));
    let existing = Way::ExistingWorkspace;
    assert!(!open(strict, "R1", existing, &Intent::Research));
    assert!(open(strict, "R1", existing, &replication()));
    assert!(!open(strict.with_archived(ArchivedUse::Nothing), "R1", existing, &replication()));
    assert!(open(strict.with_new_work(NewWork::AnyCurrent), "R2", Way::NewWorkspace, &Intent::Research));
    let upwards = strict.with_copies(Copies::SameOrHigherTier);
    assert!(open(upwards, "C1", Way::Copy { from: &r2 }, &Intent::Research));
    assert!(!open(upwards, "R3", Way::Copy { from: &c1 }, &Intent::Research));
}

#[test]
fn one_tier_is_open_at_a_time() {
    let c1 = name("C1");
    let opening = Opening::new(&c1, Way::NewWorkspace, &Intent::Research).with_open_tier(RowTier::Registered);
    let refused = catalogue().open(ReleaseRules::default(), &opening, at(100)).unwrap_err();
    assert_eq!(
        refused.first().to_string(),
        "a session of the registered tier is open; close it before working in the controlled tier"
    );
    let several = ReleaseRules::default().with_several_tiers_per_session();
    assert_eq!(catalogue().open(several, &opening, at(100)).unwrap().tier(), RowTier::Controlled);
}

#[test]
fn people_see_what_they_can_choose() {
    let choices = |highest, open| -> Vec<String> {
        let catalogue = catalogue();
        let choices = catalogue.choices(ReleaseRules::default(), highest, open, at(100));
        let mark = |is, mark| if is { mark } else { "" };
        choices
            .iter()
            .map(|one| {
                let marks =
                    (mark(one.is_default(), " default"), mark(one.only_to_replicate(), " to replicate"));
                format!("{}{}{}", one.release().name(), marks.0, marks.1)
            })
            .collect()
    };
    let registered = ["R3 default", "R2 to replicate", "R1 to replicate"];
    assert_eq!(choices(RowTier::Registered, None), registered);
    assert_eq!(choices(RowTier::Controlled, None), [&["C1 default"][..], &registered].concat());
    assert_eq!(choices(RowTier::Controlled, Some(RowTier::Controlled)), ["C1 default"]);
    assert_eq!(choices(RowTier::Registered, Some(RowTier::Controlled)), [""; 0]);
}

prop_compose! {
    fn any_release(index: usize)(
        tier in prop::sample::select(RowTier::ALL.to_vec()),
        published in prop::option::of(0i64..20),
        archived in prop::option::of(0i64..20),
        withdrawn in prop::option::of(0i64..40),
    ) -> Release {
        let mut release = Release::in_preparation(name(&format!("X{index}")), tier);
        if let Some(published) = published {
            release = release.with_published(at(published));
            if let Some(later) = archived {
                release = release.with_archived(at(published + later));
            }
        }
        match withdrawn {
            Some(day) => release.with_withdrawn(at(day), reason()),
            None => release,
        }
    }
}

fn any_catalogue() -> impl Strategy<Value = Catalogue> {
    (any_release(0), any_release(1), any_release(2), any_release(3)).prop_map(|(a, b, c, d)| {
        let mut catalogue = Catalogue::default();
        [a, b, c, d].into_iter().for_each(|release| catalogue.publish(release).unwrap());
        catalogue
    })
}

fn any_rules() -> impl Strategy<Value = ReleaseRules> {
    let archived =
        vec![ArchivedUse::Nothing, ArchivedUse::Replication, ArchivedUse::ReplicationAndExistingWork];
    (any::<bool>(), prop::sample::select(archived), any::<bool>()).prop_map(|(newest, archived, several)| {
        let work = if newest { NewWork::Newest } else { NewWork::AnyCurrent };
        let rules = ReleaseRules::default().with_new_work(work).with_archived(archived);
        if several { rules.with_several_tiers_per_session() } else { rules }
    })
}

proptest! {
    #[test]
    fn a_catalogue_round_trips(catalogue in any_catalogue()) {
        let json = serde_json::to_string(&catalogue).unwrap();
        prop_assert_eq!(serde_json::from_str::<Catalogue>(&json).unwrap(), catalogue);
    }

    #[test]
    fn a_release_never_goes_back(release in any_release(0), day in 0i64..60, later in 0i64..60) {
        prop_assert!(release.state_at(at(day)) <= release.state_at(at(day + later)));
        let next = release.next_change(at(day));
        if at(day + later) < next {
            prop_assert_eq!(release.state_at(at(day)), release.state_at(at(day + later)));
        }
    }

    #[test]
    fn a_choice_can_be_opened_and_nothing_else(
        catalogue in any_catalogue(),
        rules in any_rules(),
        highest in prop::sample::select(RowTier::ALL.to_vec()),
        open in prop::option::of(prop::sample::select(RowTier::ALL.to_vec())),
        day in 0i64..60,
    ) {
        let choices = catalogue.choices(rules, highest, open, at(day));
        for release in catalogue.releases() {
            let choice = choices.iter().find(|choice| choice.release() == release);
            for (intent, needed) in [(Intent::Research, false), (replication(), true)] {
                let opening = Opening::new(release.name(), Way::NewWorkspace, &intent);
                let opening = open.into_iter().fold(opening, Opening::with_open_tier);
                let opens = catalogue.open(rules, &opening, at(day)).is_ok();
                let chosen = choice.is_some_and(|choice| needed || !choice.only_to_replicate());
                prop_assert_eq!(opens && release.tier() <= highest, chosen, "{:?}", release);
            }
        }
        for tier in RowTier::ALL {
            let defaults = choices.iter().filter(|one| one.is_default() && one.release().tier() == tier).count();
            prop_assert!(defaults <= 1);
        }
    }

    #[test]
    fn an_answer_holds_as_long_as_it_says(
        catalogue in any_catalogue(),
        rules in any_rules(),
        day in 0i64..60,
        later in 0i64..60,
        existing: bool,
    ) {
        let way = if existing { Way::ExistingWorkspace } else { Way::NewWorkspace };
        for release in catalogue.releases() {
            let opening = Opening::new(release.name(), way, &Intent::Research);
            if let Ok(opened) = catalogue.open(rules, &opening, at(day)) {
                prop_assert!(opened.until() > at(day));
                if at(day + later) < opened.until() {
                    prop_assert!(catalogue.open(rules, &opening, at(day + later)).is_ok());
                }
            }
        }
    }
}
