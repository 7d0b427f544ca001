//! Laws that hold for every definition and every person.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use strongroom_cohort::reference::{
    Birth, Evaluation, EventRecord, PersonRecord, Verdict, attrition, evaluate,
};
use strongroom_cohort::{
    Anchor, Definition, Entry, Limits, Predicate, Severity, Step, Window, WindowEdge, check, resolve,
};
use strongroom_omop::{ConceptId, Domain, RecordId};

use crate::people::vocabulary;
use crate::strategies::{bare, definition, entry_and_predicate, events, person};

fn run(definition: &Definition, person: &PersonRecord) -> Evaluation {
    let cohort = resolve(definition, &vocabulary(), &Limits::default()).unwrap();
    evaluate(&cohort, person)
}

fn requires(entry: &Entry, predicate: &Predicate, person: &PersonRecord) -> bool {
    let definition = bare(entry.clone()).with_step(Step::require(predicate.clone()));
    run(&definition, person).is_included()
}

fn excludes(entry: &Entry, predicate: &Predicate, person: &PersonRecord) -> bool {
    let definition = bare(entry.clone()).with_step(Step::exclude(predicate.clone()));
    run(&definition, person).is_included()
}

proptest! {
    #[test]
    fn json_round_trips(definition in definition()) {
        let read = |text: &str| Definition::from_json(text, &Limits::default()).unwrap();
        let written = definition.to_json();
        prop_assert_eq!(&read(&written), &definition);
        prop_assert_eq!(read(&written).digest(), definition.digest());
        // Inside other documents it is read and written by serde alone.
        let embedded = serde_json::to_string(&definition).unwrap();
        prop_assert_eq!(serde_json::from_str::<Definition>(&embedded).unwrap(), definition);
    }

    #[test]
    fn reading_any_text_never_panics(text in "[\\[\\]{}\":,a-z0-9 ]{0,60}") {
        drop(Definition::from_json(&text, &Limits::default()));
    }

    #[test]
    fn damaged_documents_never_panic(definition in definition(), position: prop::sample::Index, byte: u8) {
        let mut text = definition.to_json().into_bytes();
        let position = position.index(text.len());
        text[position] = byte;
        if let Ok(definition) = Definition::from_json(&String::from_utf8_lossy(&text), &Limits::default()) {
            drop(resolve(&definition, &vocabulary(), &Limits::default()));
        }
    }

    #[test]
    fn whatever_has_no_errors_is_resolved(definition in definition()) {
        let sound = check(&definition).iter().all(|problem| problem.severity() == Severity::Warning);
        prop_assert!(sound);
        prop_assert!(resolve(&definition, &vocabulary(), &Limits::default()).is_ok());
    }

    #[test]
    fn the_order_of_rows_changes_nothing(definition in definition(), person in person(), seed: prop::sample::Index) {
        let mut shuffled = person.clone();
        if !shuffled.events.is_empty() {
            let middle = seed.index(shuffled.events.len());
            shuffled.events.rotate_left(middle);
            shuffled.events.swap(0, middle);
        }
        prop_assert_eq!(run(&definition, &shuffled), run(&definition, &person));
    }

    #[test]
    fn unrelated_events_change_nothing(definition in definition(), person in person(), on_day in 0..400_u64) {
        let mut with_more = person.clone();
        let day = NaiveDate::from_ymd_opt(2019, 9, 1).unwrap() + Days::new(on_day);
        with_more.events.push(EventRecord::new(Domain::Specimen, RecordId::new(1), ConceptId::new(10), day));
        prop_assert_eq!(run(&definition, &with_more), run(&definition, &person));
    }

    #[test]
    fn a_wider_window_loses_nobody(
        events in events(false), person in person(),
        from in -20..20_i32, to in -20..20_i32, before in 0..10_i32, after in 0..10_i32,
    ) {
        let entry = Entry::First(strongroom_cohort::Events::of(Domain::Condition));
        let (from, to) = (from.min(to), from.max(to));
        let within = |from: i32, to: i32| {
            let window = Window::new(WindowEdge::Days(from), WindowEdge::Days(to), Anchor::Index);
            let mut events = events.clone();
            events.during = Some(window);
            Predicate::Any(events)
        };
        if requires(&entry, &within(from, to), &person) {
            prop_assert!(requires(&entry, &within(from - before, to + after), &person));
        }
    }

    #[test]
    fn require_exclude_and_unknown_part_the_people((entry, predicate) in entry_and_predicate(), person in person()) {
        let entered = run(&bare(entry.clone()), &person).is_included();
        let when_true = requires(&entry, &predicate, &person);
        let when_false = requires(&entry, &predicate.clone().negated(), &person);
        let not_when_true = excludes(&entry, &predicate, &person);
        prop_assert!(!(when_true && when_false));
        prop_assert_eq!(when_true || not_when_true, entered);
        prop_assert!(!(when_true && not_when_true));
        prop_assert!(!when_false || not_when_true);
    }

    #[test]
    fn the_laws_of_logic_hold((entry, predicate) in entry_and_predicate(), person in person()) {
        let same = |one: &Predicate, other: &Predicate| {
            requires(&entry, one, &person) == requires(&entry, other, &person)
                && excludes(&entry, one, &person) == excludes(&entry, other, &person)
        };
        prop_assert!(same(&predicate.clone().negated().negated(), &predicate));
        prop_assert!(same(&Predicate::All(vec![predicate.clone()]), &predicate));
        prop_assert!(same(&Predicate::AnyOf(vec![predicate.clone(), predicate.clone()]), &predicate));
        if let Predicate::All(members) = &predicate {
            let negated = members.iter().cloned().map(Predicate::negated).collect();
            prop_assert!(same(&Predicate::AnyOf(negated).negated(), &predicate));
        }
    }

    #[test]
    fn two_requires_are_one_require_of_both((entry, predicate) in entry_and_predicate(), person in person()) {
        let female = Predicate::SexAtBirth(vec![ConceptId::FEMALE]);
        let in_turn = bare(entry.clone())
            .with_step(Step::require(predicate.clone()))
            .with_step(Step::require(female.clone()));
        let both = requires(&entry, &Predicate::All(vec![predicate, female]), &person);
        prop_assert_eq!(run(&in_turn, &person).is_included(), both);
    }

    #[test]
    fn the_whole_calendar_can_be_moved(definition in definition(), person in person(), weeks in 0..500_u64) {
        // Ages and calendar dates do not move with the person, so people without a birth and
        // definitions without dates are looked at.
        prop_assume!(!definition.to_json().contains("\"start\""));
        let by = Days::new(7 * weeks);
        let mut person = person;
        person.birth = Birth::Unknown;
        let mut moved = person.clone();
        for event in &mut moved.events {
            event.start = event.start + by;
            event.end = event.end.map(|end| end + by);
        }
        let expected = match run(&definition, &person).verdict() {
            Verdict::Included { index } => Verdict::Included { index: index.map(|index| index + by) },
            other => other,
        };
        prop_assert_eq!(run(&definition, &moved).verdict(), expected);
    }

    #[test]
    fn attrition_adds_up(definition in definition(), people in prop::collection::vec(person(), 0..6)) {
        let cohort = resolve(&definition, &vocabulary(), &Limits::default()).unwrap();
        let attrition = attrition(&cohort, &people);
        prop_assert_eq!(attrition.universe, people.len());
        let mut left = attrition.entered;
        for step in &attrition.steps {
            prop_assert_eq!(step.before, left);
            prop_assert!(step.unknown <= step.before);
            left -= step.dropped;
        }
        prop_assert_eq!(attrition.included, left);
        prop_assert_eq!(left, people.iter().filter(|person| evaluate(&cohort, person).is_included()).count());
    }
}
