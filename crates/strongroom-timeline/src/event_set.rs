use std::ops::Range;

use crate::event::{NO_CONCEPT, NO_PERIOD};
use crate::table_rows::Ordered;
use crate::{Day, Event, TableRows};

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

/// How many people there may be to each event of a set that knows where everyone's begin.
pub(crate) const DENSE: usize = 8;

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
        let mut all: Vec<Event> = events.into_iter().collect();
        all.retain(|event| event.person < people);
        // Rows and tables make the order the same whichever way the events came.
        if !all.is_sorted_by_key(|event| (event.person, event.start)) {
            all.sort_by_key(|event| (event.person, event.start, event.table, event.row));
        }
        let mut set = Self {
            persons: all.iter().map(|event| event.person).collect(),
            tables: all.iter().map(|event| event.table).collect(),
            rows: all.iter().map(|event| event.row).collect(),
            starts: all.iter().map(|event| event.start).collect(),
            ends: all.iter().map(|event| event.end).collect(),
            ..Self::EMPTY
        };
        if all.iter().any(|event| event.sort != event.start) {
            set.sorts = all.iter().map(|event| event.sort).collect();
        }
        if all.iter().any(|event| event.period != NO_PERIOD) {
            set.periods = all.iter().map(|event| event.period).collect();
        }
        if all.iter().any(|event| event.concept != NO_CONCEPT) {
            set.concepts = all.iter().map(|event| event.concept).collect();
        }
        set
    }

    /// The set of some rows of a table, whose last days are given by `end` for a row and its first
    /// day.
    ///
    /// Columns are read once, from front to back; a person's few rows are put in order where they
    /// meet.
    #[must_use]
    pub fn of_rows(people: u32, rows: &TableRows<'_>, end: impl Fn(u32, Day) -> Day) -> Self {
        let Ordered { persons, rows: numbers, starts, ends, begins } = rows.ordered(people, end);
        let tables = vec![rows.table; persons.len()];
        Self { persons, tables, rows: numbers, starts, ends, begins, ..Self::EMPTY }
    }

    /// Events of several sets by the set and the position in it, in the order of people and days.
    #[must_use]
    pub fn of_sets(people: u32, sets: &[&Self], places: &[(usize, usize)]) -> Self {
        let mut set = Self {
            persons: gathered(sets, places, |set| &set.persons),
            tables: gathered(sets, places, |set| &set.tables),
            rows: gathered(sets, places, |set| &set.rows),
            starts: gathered(sets, places, |set| &set.starts),
            ends: gathered(sets, places, |set| &set.ends),
            ..Self::EMPTY
        };
        let events = || places.iter().filter_map(|(set, place)| sets.get(*set)?.get(*place));
        if sets.iter().any(|set| !set.sorts.is_empty()) {
            set.sorts = events().map(|event| event.sort).collect();
        }
        if sets.iter().any(|set| !set.periods.is_empty()) {
            set.periods = events().map(|event| event.period).collect();
        }
        if sets.iter().any(|set| !set.concepts.is_empty()) {
            set.concepts = events().map(|event| event.concept).collect();
        }
        set.with_begins(people)
    }

    /// The same, which knows where everyone's events begin if they are many.
    fn with_begins(mut self, people: u32) -> Self {
        if self.len() >= people as usize / DENSE {
            self.begins = begins(people, &self.persons);
        }
        self
    }

    /// Its events at some positions in ascending order, each paired with a period or with [`NO_PERIOD`];
    /// a position may come several times.
    #[must_use]
    pub fn at(&self, people: u32, places: &[(usize, u32)]) -> Self {
        let mut set = Self {
            persons: taken(&self.persons, places),
            tables: taken(&self.tables, places),
            rows: taken(&self.rows, places),
            starts: taken(&self.starts, places),
            ends: taken(&self.ends, places),
            sorts: taken(&self.sorts, places),
            concepts: taken(&self.concepts, places),
            ..Self::EMPTY
        };
        if places.iter().any(|(_, period)| *period != NO_PERIOD) {
            set.periods = places.iter().map(|(_, period)| *period).collect();
        }
        set.with_begins(people)
    }

    /// The same, with the concept by which each event was found.
    #[must_use]
    pub fn with_concepts(mut self, of_row: impl Fn(u32) -> i64) -> Self {
        self.concepts = self.rows.iter().map(|row| of_row(*row)).collect();
        self
    }

    /// How many events there are.
    #[must_use]
    #[inline]
    pub const fn len(&self) -> usize {
        self.persons.len()
    }

    /// Whether there are none.
    #[must_use]
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.persons.is_empty()
    }

    /// The people of the events.
    #[must_use]
    #[inline]
    pub fn persons(&self) -> &[u32] {
        &self.persons
    }

    /// Their first days.
    #[must_use]
    #[inline]
    pub fn starts(&self) -> &[Day] {
        &self.starts
    }

    /// Their last days.
    #[must_use]
    #[inline]
    pub fn ends(&self) -> &[Day] {
        &self.ends
    }

    /// Whether events are picked in the order of their first days: none has another day to be ordered
    /// by.
    #[must_use]
    pub const fn is_in_order_of_picks(&self) -> bool {
        self.sorts.is_empty()
    }

    /// Whether any event is paired with a period.
    #[must_use]
    pub const fn is_paired(&self) -> bool {
        !self.periods.is_empty()
    }

    /// The event at a position, from 0.
    #[must_use]
    #[inline]
    pub fn get(&self, position: usize) -> Option<Event> {
        let start = *self.starts.get(position)?;
        Some(Event {
            person: *self.persons.get(position)?,
            table: *self.tables.get(position)?,
            row: *self.rows.get(position)?,
            start,
            end: *self.ends.get(position)?,
            sort: self.sorts.get(position).copied().unwrap_or(start),
            period: self.period(position),
            concept: self.concepts.get(position).copied().unwrap_or(NO_CONCEPT),
        })
    }

    /// What orders the event at a position among others of its person: its first day, table and row.
    #[must_use]
    #[inline]
    pub fn order_of(&self, position: usize) -> Option<(Day, u16, u32)> {
        Some((*self.starts.get(position)?, *self.tables.get(position)?, *self.rows.get(position)?))
    }

    /// The period that the event at a position is paired with; [`NO_PERIOD`] where it is not.
    #[must_use]
    #[inline]
    pub fn period(&self, position: usize) -> u32 {
        self.periods.get(position).copied().unwrap_or(NO_PERIOD)
    }

    /// The rows of the events in their tables.
    #[must_use]
    #[inline]
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// The table that all events are rows of; nothing where they are of several, or none are there.
    #[must_use]
    pub fn only_table(&self) -> Option<u16> {
        let (first, others) = self.tables.split_first()?;
        others.iter().all(|table| table == first).then_some(*first)
    }

    /// Every event, in order.
    pub fn iter(&self) -> impl Iterator<Item = Event> {
        (0..self.len()).filter_map(|position| self.get(position))
    }

    /// The positions of a person's events.
    #[must_use]
    #[inline]
    pub fn of(&self, person: u32) -> Range<usize> {
        self.of_from(0, person)
    }

    /// The positions of a person's events, found soonest where they begin at a position or not far
    /// behind it.
    #[must_use]
    #[inline]
    pub fn of_from(&self, hint: usize, person: u32) -> Range<usize> {
        if self.begins.is_empty() {
            let from = self.first_not_before(hint, person);
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

    /// The first position whose person is not before this one.
    #[inline]
    fn first_not_before(&self, hint: usize, person: u32) -> usize {
        let is_before = |position: usize| self.persons.get(position).is_some_and(|other| *other < person);
        if hint > 0 && !is_before(hint - 1) {
            return self.persons.partition_point(|other| *other < person);
        }
        // In steps that double until one is too far.
        let (mut from, mut step) = (hint, 1);
        while is_before(from + step - 1) {
            from += step;
            step *= 2;
        }
        let near = self.persons.get(from..self.len().min(from + step)).unwrap_or_default();
        from + near.partition_point(|other| *other < person)
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

/// What stands in a column at some places; nothing in one that is left empty.
fn taken<T: Copy>(column: &[T], places: &[(usize, u32)]) -> Vec<T> {
    places.iter().filter_map(|(place, _)| column.get(*place).copied()).collect()
}

/// What stands in a column of several sets at some places.
fn gathered<T: Copy>(
    sets: &[&EventSet],
    places: &[(usize, usize)],
    column: impl Fn(&EventSet) -> &[T],
) -> Vec<T> {
    let columns: Vec<&[T]> = sets.iter().map(|set| column(set)).collect();
    places.iter().filter_map(|(set, place)| columns.get(*set)?.get(*place).copied()).collect()
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
