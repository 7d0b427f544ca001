use std::ops::Range;

use crate::event_set::{DENSE, begins};
use crate::{Day, PersonSet};

/// Some rows of a table, to make a set of.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "plain slices, which whoever has a table has")]
pub struct TableRows<'t> {
    /// The number of the table.
    pub table: u16,
    /// Which rows: runs that do not overlap, in any order.
    pub runs: &'t [Range<usize>],
    /// The table's column of people.
    pub persons: &'t [u32],
    /// The table's column of first days.
    pub starts: &'t [Day],
    /// Whose rows: everybody's where there is nothing.
    pub among: Option<&'t PersonSet>,
}

/// A row on its way into a set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) person: u32,
    pub(crate) start: Day,
    row: u32,
    end: Day,
}

impl Row {
    const NOTHING: Self = Self { person: 0, start: Day::UNKNOWN, row: 0, end: Day::UNKNOWN };

    fn key(&self) -> (u32, Day, u32) {
        (self.person, self.start, self.row)
    }
}

/// Rows as columns, in the order of (person, start, row).
#[derive(Debug, Default)]
pub(crate) struct Ordered {
    pub(crate) persons: Vec<u32>,
    pub(crate) rows: Vec<u32>,
    pub(crate) starts: Vec<Day>,
    pub(crate) ends: Vec<Day>,
    /// Where the rows of each person begin, and where the last one's end; nothing where there are so
    /// few that a search is cheaper.
    pub(crate) begins: Vec<u32>,
}

impl Ordered {
    fn with_capacity(count: usize) -> Self {
        Self {
            persons: Vec::with_capacity(count),
            rows: Vec::with_capacity(count),
            starts: Vec::with_capacity(count),
            ends: Vec::with_capacity(count),
            begins: Vec::new(),
        }
    }

    fn extend(&mut self, rows: &[Row]) {
        self.persons.extend(rows.iter().map(|row| row.person));
        self.rows.extend(rows.iter().map(|row| row.row));
        self.starts.extend(rows.iter().map(|row| row.start));
        self.ends.extend(rows.iter().map(|row| row.end));
    }
}

/// How many rows are put in order at a time: as many as stay close to the processor.
const AT_A_TIME: usize = 2048;

/// How many rows a run has on average, at least, for its rows to be taken people by people.
const LONG: usize = 16;

impl TableRows<'_> {
    /// The rows of those among so many people, in order.
    pub(crate) fn ordered(&self, people: u32, end: impl Fn(u32, Day) -> Day) -> Ordered {
        match self.among {
            Some(among) => self.ordered_of(people, |person| person < people && among.contains(person), end),
            None => self.ordered_of(people, |person| person < people, end),
        }
    }

    fn ordered_of(&self, people: u32, takes: impl Fn(u32) -> bool, end: impl Fn(u32, Day) -> Day) -> Ordered {
        let count: usize = self.runs.iter().map(ExactSizeIterator::len).sum();
        let by_people = count >= people as usize / DENSE
            && count >= self.runs.len() * LONG
            && self.runs.iter().all(|run| self.persons.get(run.clone()).is_some_and(<[u32]>::is_sorted));
        let mut ordered = if by_people {
            self.by_people(people, count, takes, end)
        } else {
            self.sorted(people, takes, end)
        };
        if ordered.persons.len() < people as usize / DENSE {
            ordered.begins = Vec::new();
        } else if ordered.begins.is_empty() {
            ordered.begins = begins(people, &ordered.persons);
        }
        ordered
    }

    fn sorted(&self, people: u32, takes: impl Fn(u32) -> bool, end: impl Fn(u32, Day) -> Day) -> Ordered {
        let mut rows = Vec::new();
        self.each(|row| {
            if takes(row.person) {
                rows.push(Row { end: end(row.row, row.start), ..row });
            }
        });
        let rows = dealt_by_neighbours(people, rows);
        let mut ordered = Ordered::with_capacity(rows.len());
        ordered.extend(&rows);
        ordered
    }

    /// The rows in order, some people at a time, where every run is in the order of people: what is
    /// dealt out to them lies close together.
    fn by_people(
        &self,
        people: u32,
        count: usize,
        takes: impl Fn(u32) -> bool,
        end: impl Fn(u32, Day) -> Day,
    ) -> Ordered {
        let at_a_time = people as usize * AT_A_TIME / count.max(1) + 1;
        let at_a_time = u32::try_from(at_a_time).unwrap_or(people).min(people.max(1));
        let mut left: Vec<Range<usize>> = self.runs.to_vec();
        left.sort_unstable_by_key(|run| run.start);
        let mut ordered = Ordered::with_capacity(count);
        ordered.begins.reserve(people as usize + 1);
        let (mut gathered, mut dealt) = (Vec::new(), Vec::new());
        let mut places = Vec::new();
        let mut first = 0;
        while first < people {
            let behind = people.min(first.saturating_add(at_a_time));
            gathered.clear();
            places.clear();
            places.resize((behind - first) as usize + 1, 0_u32);
            for run in &mut left {
                let persons = self.persons.get(run.clone()).unwrap_or_default();
                let own = persons.iter().take_while(|person| **person < behind).count();
                let rest = run.start + own;
                // Every row is put down, and stays if it is wanted: nothing is there to be guessed.
                let begin = gathered.len();
                gathered.resize(begin + own, Row::NOTHING);
                let mut taken = begin;
                self.rows_of(run.start..rest, |row| {
                    if let Some(slot) = gathered.get_mut(taken) {
                        *slot = row;
                    }
                    let wanted = takes(row.person);
                    taken += usize::from(wanted);
                    if let Some(place) = places.get_mut((row.person - first) as usize + 1) {
                        *place += u32::from(wanted);
                    }
                });
                gathered.truncate(taken);
                run.start = rest;
            }
            let mut sum = 0;
            for place in &mut places {
                sum += *place;
                *place = sum;
            }
            let before = u32::try_from(ordered.persons.len()).unwrap_or(u32::MAX);
            ordered.begins.extend(places.iter().take((behind - first) as usize).map(|place| before + place));
            dealt.clear();
            dealt.resize(gathered.len(), Row::NOTHING);
            for row in &gathered {
                let Some(place) = places.get_mut((row.person - first) as usize) else { continue };
                if let Some(slot) = dealt.get_mut(*place as usize) {
                    *slot = Row { end: end(row.row, row.start), ..*row };
                }
                *place += 1;
            }
            // By now, each place is where the next person's rows begin.
            let mut begin = 0;
            for end in places.iter().map(|place| *place as usize) {
                if end > begin + 1 {
                    put_in_order(dealt.get_mut(begin..end).unwrap_or_default());
                }
                begin = end;
            }
            ordered.extend(&dealt);
            first = behind;
        }
        ordered.begins.push(u32::try_from(ordered.persons.len()).unwrap_or(u32::MAX));
        ordered
    }

    /// Hands over every row, run by run, without their last days.
    #[inline]
    pub(crate) fn each(&self, mut take: impl FnMut(Row)) {
        for run in self.runs {
            self.rows_of(run.clone(), &mut take);
        }
    }

    /// Hands over the rows of a run, without their last days.
    #[inline]
    fn rows_of(&self, run: Range<usize>, mut take: impl FnMut(Row)) {
        let (persons, starts) = (self.persons.get(run.clone()), self.starts.get(run.clone()));
        let (Some(persons), Some(starts), Ok(first)) = (persons, starts, u32::try_from(run.start)) else {
            return;
        };
        for ((row, person), start) in (first..).zip(persons).zip(starts) {
            take(Row { person: *person, start: *start, row, end: Day::UNKNOWN });
        }
    }
}

/// How many rows the people of a neighbourhood have together, about.
const OF_NEIGHBOURS: usize = 8;

/// Puts rows of so many people in order: they are dealt out to neighbourhoods of equally many people, and
/// put in order there.
fn dealt_by_neighbours(people: u32, mut rows: Vec<Row>) -> Vec<Row> {
    if rows.len() <= FEW {
        put_in_order(&mut rows);
        return rows;
    }
    let wanted = (rows.len() / OF_NEIGHBOURS).max(1);
    let shift = (people as usize / wanted).max(1).ilog2();
    let neighbourhood = |row: &Row| (row.person >> shift) as usize;
    let mut places = vec![0_u32; (people as usize >> shift) + 2];
    for row in &rows {
        if let Some(place) = places.get_mut(neighbourhood(row) + 1) {
            *place += 1;
        }
    }
    let mut sum = 0;
    for place in &mut places {
        sum += *place;
        *place = sum;
    }
    let mut dealt = vec![Row::NOTHING; rows.len()];
    for row in &rows {
        let Some(place) = places.get_mut(neighbourhood(row)) else { continue };
        if let Some(slot) = dealt.get_mut(*place as usize) {
            *slot = *row;
        }
        *place += 1;
    }
    // By now, each place is where the next neighbourhood begins.
    let mut begin = 0;
    for end in places.iter().map(|place| *place as usize) {
        if end > begin + 1 {
            put_in_order(dealt.get_mut(begin..end).unwrap_or_default());
        }
        begin = end;
    }
    dealt
}

/// Up to how many rows are put in order by moving each forward to its place.
const FEW: usize = 24;

/// Puts a few people's rows in order.
#[inline]
fn put_in_order(rows: &mut [Row]) {
    if rows.len() > FEW {
        rows.sort_unstable_by_key(Row::key);
        return;
    }
    for behind in 2..=rows.len() {
        let mut sorted = rows.get_mut(..behind).unwrap_or_default();
        while let [.., before, row] = sorted
            && before.key() > row.key()
        {
            std::mem::swap(before, row);
            let rest = sorted.len() - 1;
            sorted = sorted.get_mut(..rest).unwrap_or_default();
        }
    }
}
