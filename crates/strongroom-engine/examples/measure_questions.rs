//! Measures the processor time of five questions on shards in memory, with attrition and without: some people with
//! about 100 events each, of 5,000 concepts of which a few are common.
//!
//! ```text
//! cargo run --release -p strongroom-engine --example measure_questions -- [SHARDS [QUESTION]]
//! ```

#![expect(clippy::print_stdout, reason = "it measures, and prints what it measured")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use strongroom_cohort::ast::{Column, EventKind};
use strongroom_cohort::reference::Birth;
use strongroom_cohort::{Concept, Limits, StandardConcept, Vocabulary, resolve, text};
use strongroom_engine::{
    ColumnData, Day, Directory, People, PersonSet, Program, Settings, Shard, ShardColumn, ShardError,
    Unwatched, entries, run,
};
use strongroom_omop::{ConceptId, SubjectId};
use strongroom_primitives::Label;

const PEOPLE: u32 = 65_536;
const EVENTS: u32 = 100;
const CONCEPTS: u64 = 5_000;
const REPEATS: u32 = 50;

/// Conditions of everybody, in the order of a shard's tables.
struct Synthetic {
    people: Arc<People>,
    directory: Arc<Directory>,
    columns: BTreeMap<ShardColumn, ColumnData>,
}

/// The multiplier of a full-period generator of 64 bits; its high bits are even enough for this.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

impl Synthetic {
    fn new(shard: u32) -> Self {
        let mut state = u64::from(shard) + 1;
        let mut rows = Vec::new();
        for person in 0..PEOPLE {
            for _ in 0..EVENTS {
                // The product of two makes low numbers, and so the first concepts, common.
                let concept = 1 + (next(&mut state) % CONCEPTS) * (next(&mut state) % CONCEPTS) / CONCEPTS;
                let day = i32::try_from(next(&mut state) % 7_300).unwrap_or(0);
                rows.push((i64::try_from(concept).unwrap_or(1), person, Day::from_epoch_days(10_000 + day)));
            }
        }
        rows.sort_unstable();
        let (mut concepts, mut begins) = (Vec::new(), Vec::new());
        for (row, (concept, ..)) in (0_u32..).zip(&rows) {
            if concepts.last() != Some(&ConceptId::new(*concept)) {
                concepts.push(ConceptId::new(*concept));
                begins.push(row);
            }
        }
        begins.push(PEOPLE * EVENTS);
        let days: Arc<[Day]> = rows.iter().map(|(.., day)| *day).collect();
        let records = (0..i64::from(PEOPLE * EVENTS)).collect();
        // A visit is what happened to a person in one month.
        let visits = rows.iter().map(|(_, person, day)| {
            i64::from(*person) * 1_000 + i64::from(day.epoch_days().unwrap_or(0) / 30)
        });
        let columns = BTreeMap::from([
            (ShardColumn::Person, ColumnData::Ordinals(rows.iter().map(|(_, person, _)| *person).collect())),
            (ShardColumn::Record, ColumnData::Ids(records)),
            (ShardColumn::Of(Column::Start), ColumnData::Days(Arc::clone(&days))),
            (ShardColumn::Of(Column::End), ColumnData::Days(days)),
            (ShardColumn::Of(Column::Visit), ColumnData::Ids(visits.collect())),
        ]);
        let mut people = People::default();
        people.subjects = (0..PEOPLE).map(|one| SubjectId::new((shard * PEOPLE + one).into())).collect();
        people.births = vec![Birth::Year(1970); PEOPLE as usize];
        Self {
            people: Arc::new(people),
            directory: Arc::new(Directory::new(concepts, begins).unwrap_or_default()),
            columns,
        }
    }
}

impl Shard for Synthetic {
    fn people(&self) -> Result<Arc<People>, ShardError> {
        Ok(Arc::clone(&self.people))
    }

    fn directory(&self, kind: EventKind) -> Result<Arc<Directory>, ShardError> {
        let own = kind == EventKind::Condition;
        Ok(if own { Arc::clone(&self.directory) } else { Arc::default() })
    }

    fn column(&self, kind: EventKind, column: ShardColumn) -> Result<Option<ColumnData>, ShardError> {
        Ok(self.columns.get(&column).filter(|_| kind == EventKind::Condition).cloned())
    }

    fn add_people_with(
        &self,
        _: EventKind,
        positions: &[usize],
        people: &mut PersonSet,
    ) -> Result<(), ShardError> {
        if let Some(ColumnData::Ordinals(persons)) = self.columns.get(&ShardColumn::Person) {
            for position in positions {
                for person in persons.get(self.directory.run(*position)).unwrap_or_default() {
                    people.insert(*person);
                }
            }
        }
        Ok(())
    }
}

/// The time that this thread was at work, which other processes do not change much. Linux tells it.
fn cpu_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split_whitespace().next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

/// So many concepts from this one on, every other one.
fn codes(from: u32, count: u32) -> String {
    let codes: Vec<_> = (0..count).map(|n| format!("OMOP:{}", from + 2 * n)).collect();
    format!("{{ {} }}", codes.join(", "))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let shards = std::env::args().nth(1).and_then(|shards| shards.parse().ok()).unwrap_or(1);
    let shards: Vec<_> = (0..shards).map(Synthetic::new).collect();
    let mut vocabulary = Vocabulary::new(Label::new("measured")?);
    for concept in 0..=5_000 {
        vocabulary.add_concept(ConceptId::new(concept), Concept::new(StandardConcept::Standard));
    }
    let (a, b, c) = (codes(400, 50), codes(1_001, 50), codes(2_000, 60));
    let any = codes(3_000, 500);
    let questions = [
        ("any of 500 concepts", format!("people where any conditions in {any}")),
        (
            "two groups and not a third",
            format!("people where any conditions in {a} and any conditions in {b} and no conditions in {c}"),
        ),
        (
            "first A, then B within 180 days",
            format!(
                "entry: conditions in {a}, first\nrequire any conditions in {b} during [0d, 180d] of index"
            ),
        ),
        (
            "new users, a year without",
            format!(
                "entry: conditions in {a}, all\nrequire no conditions in {a} during [-365d, -1d] of index"
            ),
        ),
        (
            "in the same visit",
            format!("entry: conditions in {a}, all\nrequire any conditions in {b} same visit as index"),
        ),
    ];
    let asked = std::env::args().nth(2).unwrap_or_default();
    for (what, clauses) in questions.into_iter().filter(|(what, _)| what.contains(&asked)) {
        let source = format!("language 1\ncohort c {{ observed unbounded\n{clauses} }}");
        let parsed = text::parse(&source, &Limits::default());
        let definition = parsed.definition.ok_or("the question is no definition")?;
        let cohort = resolve(&definition, &vocabulary, &Limits::default())?;
        let (never, settings) = (AtomicBool::new(false), Settings::default());
        let mut people = 0;
        let start = cpu_time();
        for _ in 0..REPEATS {
            let runs = run(&Program::new([&cohort]), &shards, &settings, &Unwatched, &never)?;
            people = runs.first().map_or(0, |run| run.attrition.included.people);
        }
        let with_attrition = cpu_time().saturating_sub(start) / REPEATS;
        let start = cpu_time();
        for _ in 0..REPEATS {
            entries(&Program::new([&cohort]), &shards, &settings, &Unwatched, &never)?;
        }
        let entries_alone = cpu_time().saturating_sub(start) / REPEATS;
        println!("{what:<34} {people:>8} people  {with_attrition:>9.2?}  {entries_alone:>9.2?}");
    }
    Ok(())
}
