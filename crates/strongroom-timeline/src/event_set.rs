use std::ops::Range;

use crate::event::{NO_CONCEPT, NO_PERIOD};
use crate::{Day, Event};

/// Events of the people of a shard as columns, in the order of (person, start). What orders events
/// of one person and day any further is left to those who pick among them.
#[derive(Debug, Clone, Default)]
pub struct EventSet {
    persons: Vec<u32>,
    tables: Vec<u16>,
    rows: Vec<u32>,
    starts: Vec<Day>,
    ends: Vec<Day>,
    /// Empty where every event is ordered by its first day.
    sorts: Vec<Day>,
    /// Empty where no event is paired with a period.
    periods: Vec<u32>,
    /// Empty where nobody asks by which concept events were found.
    concepts: Vec<i64>,
    /// Where the events of each person begin, and where the last one's end; empty for sets so small
    /// that a search is cheaper.
    begins: Vec<u32>,
}

/// From how many events for each person of the shard on a set knows where everyone's begin.
const DENSE: usize = 8;

impl EventSet {
    /// No events.
    pub const EMPTY: Self = Self {
        persons: Vec::new(),
        tables: Vec::new(),
        rows: Vec::new(),
        starts: Vec::new(),
        ends: Vec::new(),
        sorts: Vec::new(),
        periods: Vec::new(),
        concepts: Vec::new(),
        begins: Vec::new(),
    };

    /// The set of these events, in any order, of so many people. Events of nobody among them are
    /// left out.
    #[must_use]
    pub fn new(people: u32, events: impl IntoIterator<Item = Event>) -> Self {
        let mut all: Vec<Event> = events.into_iter().filter(|event| event.person < people).collect();
        // Rows and tables make the order the same whichever way the events came.
        if !all.is_sorted_by_key(|event| (event.person, event.start)) {
            all.sort_by_key(|event| (event.person, event.start, event.table, event.row));
        }
        let mut set = Self::with_capacity(all.len());
        if all.iter().any(|event| event.sort != event.start) {
            set.sorts.extend(all.iter().map(|event| event.sort));
        }
        if all.iter().any(|event| event.period != NO_PERIOD) {
            set.periods.extend(all.iter().map(|event| event.period));
        }
        if all.iter().any(|event| event.concept != NO_CONCEPT) {
            set.concepts.extend(all.iter().map(|event| event.concept));
        }
        for event in &all {
            set.persons.push(event.person);
            set.tables.push(event.table);
            set.rows.push(event.row);
            set.starts.push(event.start);
            set.ends.push(event.end);
        }
        set.index(people);
        set
    }

    /// The set of rows of one table, given as runs of its columns of people and first days, which
    /// do not overlap and may come in any order. Their last days are given by `end`.
    ///
    /// Columns are read from front to back only: each row is dealt out to its person once, and a
    /// person's few are put in order there.
    #[must_use]
    pub fn of_runs(
        people: u32,
        table: u16,
        runs: &[Range<usize>],
        persons: &[u32],
        starts: &[Day],
        end: impl Fn(u32, Day) -> Day,
    ) -> Self {
        let columns = Columns { people, runs, persons, starts };
        let count = runs.iter().map(ExactSizeIterator::len).sum::<usize>();
        let mut set = Self::with_capacity(count);
        if count < people as usize / DENSE {
            let mut rows = Vec::with_capacity(count);
            columns.each(|person, row, start| rows.push((person, Row { start, row, end: end(row, start) })));
            rows.sort_unstable_by_key(|(person, row)| (*person, row.start, row.row));
            for (person, row) in rows {
                set.persons.push(person);
                set.push(row);
            }
        } else {
            let (rows, begins) = columns.dealt(end);
            for (person, (begin, end)) in (0..).zip(begins.iter().zip(begins.iter().skip(1))) {
                for row in rows.get(*begin as usize..*end as usize).unwrap_or_default() {
                    set.persons.push(person);
                    set.push(*row);
                }
            }
            set.begins = begins;
        }
        set.tables.resize(set.persons.len(), table);
        set
    }

    fn push(&mut self, row: Row) {
        self.rows.push(row.row);
        self.starts.push(row.start);
        self.ends.push(row.end);
    }

    fn with_capacity(count: usize) -> Self {
        Self {
            persons: Vec::with_capacity(count),
            tables: Vec::with_capacity(count),
            rows: Vec::with_capacity(count),
            starts: Vec::with_capacity(count),
            ends: Vec::with_capacity(count),
            ..Self::default()
        }
    }

    fn index(&mut self, people: u32) {
        if self.persons.len() >= people as usize / DENSE {
            self.begins = begins(people, &self.persons);
        }
    }

    /// The same, with the concept by which each event was found.
    #[must_use]
    pub fn with_concepts(mut self, of_row: impl Fn(u32) -> i64) -> Self {
        self.concepts = self.rows.iter().map(|row| of_row(*row)).collect();
        self
    }

    /// How many events there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.persons.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.persons.is_empty()
    }

    /// The people of the events.
    #[must_use]
    pub fn persons(&self) -> &[u32] {
        &self.persons
    }

    /// Their first days.
    #[must_use]
    pub fn starts(&self) -> &[Day] {
        &self.starts
    }

    /// Their last days.
    #[must_use]
    pub fn ends(&self) -> &[Day] {
        &self.ends
    }

    /// Whether events are picked in the order of their first days: none has another day to be ordered
    /// by.
    #[must_use]
    pub const fn is_in_order_of_picks(&self) -> bool {
        self.sorts.is_empty()
    }

    /// The event at a position, from 0.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<Event> {
        let start = *self.starts.get(position)?;
        Some(Event {
            person: *self.persons.get(position)?,
            table: *self.tables.get(position)?,
            row: *self.rows.get(position)?,
            start,
            end: *self.ends.get(position)?,
            sort: self.sorts.get(position).copied().unwrap_or(start),
            period: self.periods.get(position).copied().unwrap_or(NO_PERIOD),
            concept: self.concepts.get(position).copied().unwrap_or(NO_CONCEPT),
        })
    }

    /// Every event, in order.
    pub fn iter(&self) -> impl Iterator<Item = Event> {
        (0..self.len()).filter_map(|position| self.get(position))
    }

    /// The positions of a person's events.
    #[must_use]
    pub fn of(&self, person: u32) -> Range<usize> {
        if self.begins.is_empty() {
            let from = self.persons.partition_point(|other| *other < person);
            let rest = self.persons.get(from..).unwrap_or_default();
            let count = rest.iter().take_while(|other| **other == person).count();
            return from..from + count;
        }
        let at = person as usize;
        match (self.begins.get(at), self.begins.get(at + 1)) {
            (Some(begin), Some(end)) => *begin as usize..*end as usize,
            _ => 0..0,
        }
    }

    /// The positions of each person's events, person by person; people without events are left out.
    pub fn groups(&self) -> impl Iterator<Item = (u32, Range<usize>)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let person = *self.persons.get(at)?;
            let rest = self.persons.get(at..)?;
            let end = at + rest.iter().take_while(|other| **other == person).count();
            let group = at..end;
            at = end;
            Some((person, group))
        })
    }

    /// The bytes that it takes up.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.persons.len() * 18
            + (self.sorts.len() + self.periods.len() + self.begins.len()) * 4
            + self.concepts.len() * 8
    }
}

/// A row on its way to its person.
#[derive(Clone, Copy)]
struct Row {
    start: Day,
    row: u32,
    end: Day,
}

/// What rows are read from.
struct Columns<'c> {
    people: u32,
    runs: &'c [Range<usize>],
    persons: &'c [u32],
    starts: &'c [Day],
}

impl Columns<'_> {
    /// Hands over person, row and first day of every row of the runs. Rows of nobody among the
    /// people are left out.
    fn each(&self, mut visit: impl FnMut(u32, u32, Day)) {
        for run in self.runs {
            let (persons, starts) = (self.persons.get(run.clone()), self.starts.get(run.clone()));
            let (Some(persons), Some(starts), Ok(first)) = (persons, starts, u32::try_from(run.start)) else {
                continue;
            };
            for ((row, person), start) in (first..).zip(persons).zip(starts) {
                if *person < self.people {
                    visit(*person, row, *start);
                }
            }
        }
    }

    /// The rows in the order of (person, start, row), and where those of each person begin.
    fn dealt(&self, end: impl Fn(u32, Day) -> Day) -> (Vec<Row>, Vec<u32>) {
        let mut begins = vec![0_u32; self.people as usize + 1];
        self.each(|person, _, _| {
            if let Some(count) = begins.get_mut(person as usize + 1) {
                *count += 1;
            }
        });
        let mut sum = 0;
        for begin in &mut begins {
            sum += *begin;
            *begin = sum;
        }
        let nothing = Row { start: Day::UNKNOWN, row: 0, end: Day::UNKNOWN };
        let mut rows = vec![nothing; sum as usize];
        let mut next = begins.clone();
        self.each(|person, row, start| {
            let Some(place) = next.get_mut(person as usize) else { return };
            if let Some(slot) = rows.get_mut(*place as usize) {
                *slot = Row { start, row, end: end(row, start) };
            }
            *place += 1;
        });
        for (begin, end) in begins.iter().zip(begins.iter().skip(1)) {
            if end - begin > 1
                && let Some(own) = rows.get_mut(*begin as usize..*end as usize)
            {
                own.sort_unstable_by_key(|row| (row.start, row.row));
            }
        }
        (rows, begins)
    }
}

/// Where the events of each person begin in a sorted column of people, followed by its length.
pub(crate) fn begins(people: u32, persons: &[u32]) -> Vec<u32> {
    let mut begins = Vec::with_capacity(people as usize + 1);
    for (position, person) in (0_u32..).zip(persons) {
        while begins.len() <= *person as usize {
            begins.push(position);
        }
    }
    let end = u32::try_from(persons.len()).unwrap_or(u32::MAX);
    begins.resize(people as usize + 1, end);
    begins
}
