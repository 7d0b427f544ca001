//! Who is told what in time, and that nobody is forgotten.

use std::io::{self, Write};

use strongroom_access::{
    AccountState, AgreementStatus, LineNotifier, Notice, NoticeDays, NoticeSubject, Notifier, NotifyError,
    Recipient, RecordingNotifier, RequirementStatus, deliver, expiry_notices, staff_notices,
};
use strongroom_primitives::{Id, RowTier, Timestamp};

use crate::world::{ADA, World, agreement, asked, bypass, day, done, paragraph, requirement};

/// What a run on that day tells, if the last run was on the day before.
fn told(world: &World, on: i64) -> Vec<String> {
    told_since(world, on - 1, on)
}

fn told_since(world: &World, after: i64, on: i64) -> Vec<String> {
    let notices = expiry_notices(&world.standing(day(on)), &NoticeDays::default(), day(after), day(on));
    assert!(notices.iter().all(|notice| notice.to() == Recipient::Person(Id::from_u128(ADA))));
    notices.iter().map(short).collect()
}

fn short(notice: &Notice) -> String {
    match notice.about() {
        NoticeSubject::RequirementLapses { requirement, days_left, .. } => {
            format!("{requirement} in {days_left}")
        }
        NoticeSubject::RequirementLapsed { requirement, .. } => format!("{requirement} lapsed"),
        NoticeSubject::BypassEnds { requirement, days_left, .. } => {
            format!("{requirement} aside for {days_left}")
        }
        NoticeSubject::AgreementEnds { tier, days_left, .. } => format!("{tier} agreement in {days_left}"),
        NoticeSubject::AgreementEnded { tier, .. } => format!("{tier} agreement ended"),
        other => format!("{other:?}"),
    }
}

/// Everything of the year done on day 0, except the profile, confirmed on day -100.
fn usual() -> World {
    let mut world = World::complete(RowTier::Registered);
    world.forget("profile-confirmation");
    world.evidence.extend(done(&requirement("profile-confirmation"), -100));
    world
}

#[test]
fn each_requirement_is_told_of_on_its_own_days() {
    for (on, expected) in [
        (234, &[][..]),
        (235, &["profile-confirmation in 30"]),
        (236, &[]),
        (250, &["profile-confirmation in 15"]),
        (258, &["profile-confirmation in 7"]),
        (264, &["profile-confirmation in 1"]),
        (265, &["profile-confirmation lapsed"]),
        (266, &[]),
        (350, &["registered-training in 15", "code-of-conduct in 15", "publication-confirmation in 15"]),
    ] {
        assert_eq!(told(&usual(), on), expected, "day {on}");
    }
}

/// All of Us tells nobody anything as soon as one requirement of theirs never lapses, which two of
/// the registered tier never do.
#[test]
fn what_never_lapses_is_missing_or_set_aside_keeps_nobody_in_the_dark() {
    let expected = ["profile-confirmation in 7"];
    let world = usual();
    let for_ever = |one: &&strongroom_access::RequirementStanding<'_>| {
        one.status == RequirementStatus::Met { until: Timestamp::LAST }
    };
    assert_eq!(world.standing(day(258)).requirements().iter().filter(for_ever).count(), 2);
    assert_eq!(told(&world, 258), expected);

    for missing in ["identity", "two-step-verification", "registered-training"] {
        let mut world = usual();
        world.forget(missing);
        assert_eq!(told(&world, 258), expected, "without {missing}");
    }
    let mut set_aside = usual();
    set_aside.forget("two-step-verification");
    set_aside.bypasses.push(bypass(&requirement("two-step-verification"), 250, 280));
    assert_eq!(told(&set_aside, 258), expected);
    assert_eq!(told(&set_aside, 265), ["two-step-verification aside for 15", "profile-confirmation lapsed"]);

    let suspended = AccountState::Suspended { since: day(0), until: day(999), reason: paragraph("inquiry") };
    let suspended = World { person: usual().person.with_account(suspended), ..usual() };
    assert_eq!(told(&suspended, 258), expected);
    let closed =
        World { person: usual().person.with_account(AccountState::Closed { since: day(0) }), ..usual() };
    assert!(told(&closed, 258).is_empty());
}

#[test]
fn a_missed_run_is_made_up_for_once() {
    let world = usual();
    assert_eq!(told_since(&world, 200, 240), ["profile-confirmation in 25"]);
    assert_eq!(told_since(&world, 200, 262), ["profile-confirmation in 3"], "one notice, not three");
    assert_eq!(told_since(&world, 200, 300), ["profile-confirmation lapsed"]);
    assert!(told_since(&world, 240, 249).is_empty());
    // However the days are cut into runs, somebody hears of every lapse before and after.
    for step in 1..40 {
        let mut heard = (false, false);
        let mut last = 100;
        while last < 300 {
            for notice in told_since(&world, last, last + step) {
                heard.0 |= notice.starts_with("profile-confirmation in");
                heard.1 |= notice == "profile-confirmation lapsed";
            }
            last += step;
        }
        assert!(heard.1, "runs every {step} days");
        assert!(heard.0 || step > 15, "runs every {step} days");
    }
}

#[test]
fn what_was_renewed_is_not_told_of() {
    let mut world = usual();
    world.evidence.extend(done(&requirement("profile-confirmation"), 240));
    assert!(told(&world, 258).is_empty());
}

#[test]
fn an_agreement_that_ends_is_told_of_for_each_tier() {
    let mut world = World::complete(RowTier::Controlled);
    world.institution = world.institution.map(|one| one.with_agreement(RowTier::Registered, agreement(100)));
    assert!(matches!(world.standing(day(0)).agreements()[0].status, AgreementStatus::InForce { .. }));
    for (on, expected) in [
        (70, &["registered agreement in 30"][..]),
        (99, &["registered agreement in 1"]),
        (100, &["registered agreement ended"]),
        (101, &[]),
    ] {
        assert_eq!(told(&world, on), expected, "day {on}");
    }
}

#[test]
fn the_staff_hears_of_a_new_version_to_sign_once() {
    let requirements = asked(RowTier::Controlled);
    let published = Timestamp::parse("2025-07-01T00:00:00Z").unwrap();
    let told = |after, now| -> Vec<String> {
        staff_notices(&requirements, after, now)
            .iter()
            .map(|notice| {
                assert_eq!(notice.to(), Recipient::ProgrammeStaff);
                notice.to_string()
            })
            .collect()
    };
    let expected =
        "version 7 of code-of-conduct is to be signed; earlier ones count until 2026-07-01T00:00:00Z";
    assert_eq!(told(published.minus_days(1), published), [expected]);
    assert!(told(published, published.plus_days(1)).is_empty());
    assert!(told(published.minus_days(2), published.minus_days(1)).is_empty());
}

fn some_notices() -> Vec<Notice> {
    let world = usual();
    expiry_notices(&world.standing(day(350)), &NoticeDays::default(), day(349), day(350))
}

#[test]
fn notices_are_recorded_or_written_one_to_a_line() {
    let notices = some_notices();
    assert_eq!(notices.len(), 3);
    let recorder = RecordingNotifier::default();
    assert!(deliver(&recorder, &notices).is_empty());
    assert_eq!(recorder.notices(), notices);

    let lines = LineNotifier::new(Vec::new());
    assert!(deliver(&lines, &notices).is_empty());
    let text = String::from_utf8(lines.into_writer()).unwrap();
    let read: Vec<Notice> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read, notices);
}

/// Takes over every second notice.
#[derive(Default)]
struct Flaky(std::sync::Mutex<(u32, Vec<Notice>)>);

impl Notifier for Flaky {
    fn notify(&self, notice: &Notice) -> Result<(), NotifyError> {
        let mut inner = self.0.lock().unwrap();
        inner.0 += 1;
        if inner.0 % 2 == 1 {
            return Err(NotifyError::new("mail system is away"));
        }
        inner.1.push(notice.clone());
        Ok(())
    }
}

struct FullDisk;

impl Write for FullDisk {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_notice_that_fails_keeps_no_other_back_and_is_returned() {
    let notices = some_notices();
    let flaky = Flaky::default();
    let failed: Vec<&Notice> = deliver(&flaky, &notices).into_iter().map(|(notice, _)| notice).collect();
    assert_eq!(failed, [&notices[0], &notices[2]]);
    assert_eq!(flaky.0.into_inner().unwrap().1, [notices[1].clone()]);
    assert_eq!(deliver(&LineNotifier::new(FullDisk), &notices).len(), 3);
}
