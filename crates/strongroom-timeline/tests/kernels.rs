//! Every operation against a twin that is slow and obviously right.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use strongroom_timeline::{
    Day, DayRange, Event, EventSet, Interval, NO_CONCEPT, NO_PERIOD, ObservedIntervals, PersonDays,
    PersonSet, TableRows, collapse, count_rows, earliest_days,
};

/// Days of a small calendar, unknown ones among them.
fn day() -> impl Strategy<Value = Day> {
    prop_oneof![9 => (0..40_i32).prop_map(Day::from_epoch_days), 1 => Just(Day::UNKNOWN)]
}

fn known_day() -> impl Strategy<Value = Day> {
    (0..40_i32).prop_map(Day::from_epoch_days)
}

/// Intervals, some of them inverted.
fn intervals() -> impl Strategy<Value = Vec<Interval>> {
    vec((known_day(), -3..9_i64), 0..12).prop_map(|days| {
        let mut all: Vec<_> =
            days.into_iter().map(|(start, length)| Interval { start, end: start.plus(length) }).collect();
        all.sort_unstable();
        all
    })
}

fn columns() -> impl Strategy<Value = (u32, Vec<(u32, Day)>)> {
    // Few people with many events, and many people with few.
    prop_oneof![Just(3_u32), Just(200)]
        .prop_flat_map(|people| (Just(people), vec((0..people + 2, day()), 0..60)))
}

/// The event of a row, with every field of its own or with those that sets leave out.
fn event(row: u32, person: u32, start: Day, extra: bool) -> Event {
    Event {
        person,
        table: u16::from(row % 3 == 1) + 2 * u16::from(row % 3 == 2),
        row,
        start,
        end: start.plus(2),
        sort: if extra { start.plus(-1) } else { start },
        period: if extra { row } else { NO_PERIOD },
        concept: if extra { i64::from(row) } else { NO_CONCEPT },
    }
}

proptest! {
    #[test]
    fn a_set_is_its_rows_in_order((people, rows) in columns(), among in option::of(vec(0..200_u32, 0..100))) {
        let persons: Vec<u32> = rows.iter().map(|(person, _)| *person).collect();
        let starts: Vec<Day> = rows.iter().map(|(_, start)| *start).collect();
        // In two runs, the last one first, which meet at a place of no meaning.
        let cut = rows.len() / 3;
        let runs = [cut..rows.len(), 0..cut];
        let among: Option<PersonSet> = among.map(|some| some.into_iter().collect());
        let table = TableRows { table: 7, runs: &runs, persons: &persons, starts: &starts, among: among.as_ref() };
        let set = EventSet::of_rows(people, &table, |_, start| start.plus(1));

        let days = PersonDays::of_rows(people, &table);
        let odd = |person: u32, day: Day| (person + u32::from(day < Day::from_epoch_days(3))) % 2 == 1;
        let earliest_of = earliest_days(people, &table, odd);
        let numbers = count_rows(people, &table, odd);
        prop_assert_eq!((earliest_of.len(), numbers.len()), (people as usize, people as usize));

        let mut expected: Vec<(u32, Day, u32)> =
            (0..).zip(&rows).map(|(row, (person, start))| (*person, *start, row)).collect();
        let wanted = |person| person < people && among.as_ref().is_none_or(|among| among.contains(person));
        expected.retain(|(person, ..)| wanted(*person));
        expected.sort_unstable();
        let found: Vec<_> = set.iter().map(|event| (event.person, event.start, event.row)).collect();
        prop_assert_eq!(&found, &expected);
        prop_assert!(set.iter().all(|event| event.end == event.start.plus(1) && event.table == 7));
        for person in 0..people + 2 {
            let own: Vec<_> = set.of(person).map(|position| found[position]).collect();
            let twin: Vec<_> = expected.iter().filter(|(other, ..)| *other == person).copied().collect();
            prop_assert_eq!(&own, &twin);
            let twin: Vec<_> = twin.iter().map(|(_, start, _)| *start).collect();
            prop_assert_eq!(days.of(person), &twin[..]);
            if person < people {
                let earliest = twin.iter().copied().find(|day| day.is_known() && odd(person, *day));
                prop_assert_eq!(earliest_of[person as usize], earliest.unwrap_or(Day::UNKNOWN));
                let number = twin.iter().filter(|day| odd(person, **day)).count();
                prop_assert_eq!(numbers[person as usize] as usize, number);
            }
            for hint in 0..=set.len() + 1 {
                prop_assert_eq!(set.of_from(hint, person).len(), set.of(person).len());
            }
        }
        let groups: Vec<_> = set.groups().collect();
        let people_with: BTreeSet<u32> = expected.iter().map(|(person, ..)| *person).collect();
        prop_assert_eq!(groups.iter().map(|(person, _)| *person).collect::<BTreeSet<_>>(), people_with);
        prop_assert_eq!(groups.iter().map(|(_, own)| own.len()).sum::<usize>(), expected.len());
    }

    #[test]
    fn a_set_of_events_keeps_every_field((people, rows) in columns(), extra in any::<bool>()) {
        let events: Vec<_> = (0..).zip(&rows).map(|(row, (person, start))| event(row, *person, *start, extra)).collect();
        let set = EventSet::new(people, events.iter().copied());
        let mut expected = events;
        expected.retain(|event| event.person < people);
        expected.sort_by_key(|event| (event.person, event.start, event.table, event.row));
        let mut found: Vec<_> = set.iter().collect();
        prop_assert!(found.is_sorted_by_key(|event| (event.person, event.start)));
        found.sort_by_key(|event| (event.person, event.start, event.table, event.row));
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn events_of_sets_are_gathered_as_they_are((people, rows) in columns(), extra in any::<[bool; 2]>()) {
        let of_set = |set: u32| {
            let own = (0..).zip(&rows).filter(|(row, _)| row % 2 == set);
            let extra = extra[set as usize];
            EventSet::new(people, own.map(|(row, (person, start))| event(row, *person, *start, extra)))
        };
        let sets = [of_set(0), of_set(1)];
        let positions = |set: usize| (0..sets[set].len()).map(move |place| (set, place));
        let mut places: Vec<(usize, usize)> = positions(0).chain(positions(1)).collect();
        let event_at = |(set, place): &(usize, usize)| sets[*set].get(*place).unwrap();
        places.sort_by_key(|place| (event_at(place).person, event_at(place).start));
        let both = EventSet::of_sets(people, &[&sets[0], &sets[1]], &places);
        let expected: Vec<_> = places.iter().map(event_at).collect();
        prop_assert_eq!(&both.iter().collect::<Vec<_>>(), &expected);

        // Every second one, twice, and with a period now and then.
        let period = |place: usize| if place.is_multiple_of(3) { 5 } else { NO_PERIOD };
        let twice = (0..both.len()).step_by(2).flat_map(|place| [(place, period(place)), (place, 7)]);
        let twice: Vec<_> = twice.collect();
        let taken = both.at(people, &twice);
        let expected = twice.iter().map(|(place, period)| Event { period: *period, ..expected[*place] });
        prop_assert!(taken.iter().eq(expected));
        for person in 0..people {
            prop_assert!(taken.of(person).all(|position| taken.persons()[position] == person));
            let own = twice.iter().filter(|(place, _)| both.persons()[*place] == person);
            prop_assert_eq!(taken.of(person).len(), own.count());
        }
    }

    #[test]
    fn a_range_takes_the_days_in_it(first in known_day(), last in known_day(), days in vec(day(), 0..20)) {
        let range = DayRange { first, last };
        let inside = |day: &Day| day.is_known() && first <= *day && *day <= last;
        prop_assert!(days.iter().all(|day| range.contains(*day) == inside(day)));
        let mut sorted = days;
        sorted.sort_unstable();
        let taken: Vec<_> = sorted[range.positions(&sorted)].to_vec();
        prop_assert_eq!(taken, sorted.iter().filter(|day| inside(day)).copied().collect::<Vec<_>>());
    }

    #[test]
    fn a_range_meets_what_shares_a_day(first in 0..20_i32, more in -3..9_i32, start in 0..30_i32, length in 0..9_i32) {
        let day = Day::from_epoch_days;
        let range = DayRange { first: day(first), last: day(first + more) };
        let shares = (start..=start + length).any(|at| range.contains(day(at)));
        prop_assert_eq!(range.meets(day(start), day(start + length)), shares);
    }

    #[test]
    fn joined_intervals_are_the_connected_ones(intervals in intervals(), gap in 0..4_u32) {
        let mut found = intervals.clone();
        collapse(&mut found, gap);
        // Joining two at a time until no two can be joined.
        let joins = |one: &Interval, next: &Interval| next.start <= one.end.plus(gap.into());
        let mut twin: Vec<Interval> = Vec::new();
        for next in intervals {
            match twin.last().copied() {
                Some(last) if joins(&last, &next) => {
                    twin.pop();
                    twin.push(Interval { start: last.start, end: last.end.max(next.end) });
                }
                _ => twin.push(next),
            }
        }
        prop_assert_eq!(found, twin);
    }

    #[test]
    fn people_are_observed_in_their_own_intervals(
        given in vec((0..4_u32, known_day(), 0..6_i64), 0..10), joined in any::<bool>(), day in known_day(),
    ) {
        let given: Vec<_> = given
            .into_iter()
            .map(|(person, start, length)| (person, Interval { start, end: start.plus(length) }))
            .collect();
        let observed = ObservedIntervals::new(3, given.clone(), joined);
        for person in 0..4 {
            let own = |(other, interval): &&(u32, Interval)| *other == person && interval.contains(day);
            let containing = given.iter().filter(own).count();
            prop_assert_eq!(observed.around(person, day).is_some(), person < 3 && containing > 0);
            if !joined && person < 3 {
                prop_assert_eq!(observed.containing(person, day).count(), containing);
            }
            let kept: Vec<_> = observed.of(person).filter_map(|position| observed.get(position)).collect();
            prop_assert!(kept.is_sorted());
            if joined {
                prop_assert!(kept.windows(2).all(|two| two[0].end.plus(1) < two[1].start));
            }
        }
    }

    #[test]
    fn sets_of_people_are_sets(
        count in 1..150_u32, one in vec(0..200_u32, 0..60), other in vec(0..200_u32, 0..60),
    ) {
        let set = |people: &[u32]| {
            let mut set = PersonSet::none(count);
            people.iter().for_each(|person| set.insert(*person));
            set
        };
        let twin = |people: &[u32]| people.iter().copied().filter(|person| *person < count.div_ceil(64) * 64).collect::<BTreeSet<_>>();
        let (first, second) = (twin(&one), twin(&other));
        let check = |found: PersonSet, expected: BTreeSet<u32>| {
            prop_assert_eq!(found.len(), u64::try_from(expected.len()).unwrap());
            prop_assert_eq!(found.is_empty(), expected.is_empty());
            prop_assert_eq!(found.iter().collect::<BTreeSet<_>>(), expected);
            Ok(())
        };
        let combined = |combine: fn(&mut PersonSet, &PersonSet)| {
            let mut found = set(&one);
            combine(&mut found, &set(&other));
            found
        };
        check(combined(PersonSet::unite), first.union(&second).copied().collect())?;
        check(combined(PersonSet::intersect), first.intersection(&second).copied().collect())?;
        check(combined(PersonSet::subtract), first.difference(&second).copied().collect())?;
        check(PersonSet::all(count), (0..count).collect())?;
    }
}

#[test]
fn days_are_those_of_the_calendar() {
    let cases = BTreeMap::from([
        ("1970-01-01", 0),
        ("1969-12-31", -1),
        ("2000-02-29", 11_016),
        ("2020-01-01", 18_262),
    ]);
    for (date, days) in cases {
        let date: chrono::NaiveDate = date.parse().unwrap();
        assert_eq!(Day::from(date), Day::from_epoch_days(days));
        assert_eq!(Day::from_epoch_days(days).date(), Some(date));
    }
    assert_eq!(Day::LAST.plus(1), Day::UNKNOWN);
    assert_eq!(Day::FIRST.plus(-1), Day::UNKNOWN);
    assert_eq!(Day::UNKNOWN.plus(1), Day::UNKNOWN);
    assert_eq!(Day::UNKNOWN.date(), None);
    assert_eq!(Day::from_epoch_days(5).since(Day::from_epoch_days(2)), Some(3));
    assert_eq!(Day::from_epoch_days(5).since(Day::UNKNOWN), None);
}
