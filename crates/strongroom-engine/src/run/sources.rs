use std::ops::Range;

use strongroom_cohort::ResolvedConcepts;
use strongroom_cohort::ast::{Column, EventKind, Match, Profile};
use strongroom_omop::ConceptId;
use strongroom_timeline::{Day, Event, EventSet, NO_CONCEPT, NO_PERIOD, PersonSet, TableRows};

use super::machine::Machine;
use super::tables::{id_at, kind_of_table, table_of_cohort, table_of_kind};
use super::{row_filters, rules};
use crate::compile::{Filter, PlanId, SetId, SetNode, Source};

/// Which records are wanted.
#[derive(Clone, Copy)]
struct Wanted<'w> {
    profile: Profile,
    matching: Match,
    /// Whose: everybody's where there is nothing.
    among: Option<&'w PersonSet>,
    /// What their rows must pass.
    filters: &'w [Filter],
}

/// The rows of a kind that have one of some concepts, as they stand in its table.
pub(super) struct PlainRows<'m> {
    table: u16,
    persons: &'m [u32],
    starts: &'m [Day],
    runs: Vec<Range<usize>>,
}

impl PlainRows<'_> {
    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.runs.iter().map(ExactSizeIterator::len).sum()
    }

    /// Those of some people, or of everybody, to be put in order.
    pub(super) fn among<'r>(&'r self, among: Option<&'r PersonSet>) -> TableRows<'r> {
        let Self { table, persons, starts, ref runs } = *self;
        TableRows { table, runs, persons, starts, among }
    }
}

impl Machine<'_> {
    /// The kind and the standard concepts of a set that is nothing but their records.
    pub(super) fn plain_records(&self, id: SetId, profile: Profile) -> Option<(EventKind, &[ConceptId])> {
        let node = self.program.set(id).filter(|node| node.filters.is_empty())?;
        let Source::Recorded { kind, concepts: ResolvedConcepts::Only(only), matching: Match::Standard } =
            &node.source
        else {
            return None;
        };
        let [kind] = rules::kinds(profile, *kind, true)[..] else { return None };
        Some((kind, only))
    }

    /// The rows of such a set.
    pub(super) fn plain_rows(&self, id: SetId, profile: Profile) -> Option<PlainRows<'_>> {
        let (kind, only) = self.plain_records(id, profile)?;
        let directory = self.tables.directory(kind)?;
        let runs = directory.positions(only).into_iter().map(|position| directory.run(position)).collect();
        let (persons, starts) = (self.tables.persons(kind), self.tables.days(kind, Column::Start));
        Some(PlainRows { table: table_of_kind(kind), persons, starts, runs })
    }

    /// Finds the events of a set for some people of the shard, or for everybody.
    pub(super) fn find(&self, node: &SetNode, among: Option<&PersonSet>) -> EventSet {
        let Some(scope) = self.scope(node.environment, 0) else { return EventSet::EMPTY };
        let mut rest = node.filters.as_slice();
        let found = match &node.source {
            Source::Recorded { kind, concepts, matching } => {
                let (filters, others) = rest.split_at(row_filters::of_rows(rest));
                rest = others;
                let wanted = Wanted { profile: scope.profile, matching: *matching, among, filters };
                self.recorded(*kind, concepts, wanted)
            }
            Source::Cohort(plan) => self.entries_of(*plan),
            Source::Union(members) => self.union(scope.profile, members),
        };
        if rest.is_empty() { found } else { self.filter_set(rest, &found, scope) }
    }

    /// The records of a kind that have one of these concepts in the column that is compared.
    fn recorded(&self, kind: EventKind, concepts: &ResolvedConcepts, wanted: Wanted<'_>) -> EventSet {
        let only = match concepts {
            ResolvedConcepts::Every => None,
            ResolvedConcepts::Only(concepts) => Some(&**concepts),
        };
        let kinds = rules::kinds(wanted.profile, kind, only.is_some());
        if let [one] = kinds.as_slice() {
            return self.recorded_as(*one, kind, only, wanted);
        }
        let each = kinds.iter().map(|one| self.recorded_as(*one, kind, only, wanted));
        let all: Vec<Event> = each.flat_map(|set| set.iter().collect::<Vec<_>>()).collect();
        EventSet::new(self.people(), all)
    }

    fn recorded_as(
        &self,
        kind: EventKind,
        asked: EventKind,
        only: Option<&[ConceptId]>,
        wanted: Wanted<'_>,
    ) -> EventSet {
        let Some(directory) = self.tables.directory(kind) else { return EventSet::EMPTY };
        if directory.rows() == 0 {
            return EventSet::EMPTY;
        }
        let Some(only) = only else {
            let sources = || self.tables.ids(kind, Column::SourceConcept);
            let has_concept =
                |row: &u32| directory.concept(*row as usize).is_some() || id_at(sources(), *row).is_some();
            let set = if asked == EventKind::Any {
                let rows = (0..directory.rows()).filter_map(|row| u32::try_from(row).ok());
                self.rows(wanted, kind, &single(rows.filter(has_concept)))
            } else {
                self.rows(wanted, kind, std::slice::from_ref(&(0..directory.rows())))
            };
            return match wanted.matching {
                Match::Standard | Match::Either => set,
                Match::Source => {
                    let standard = |row: u32| directory.concept(row as usize).map(ConceptId::value);
                    set.with_concepts(|row| {
                        id_at(sources(), row).or_else(|| standard(row)).unwrap_or(NO_CONCEPT)
                    })
                }
            };
        };
        if only.is_empty() {
            return EventSet::EMPTY;
        }
        let positions = directory.positions(only).into_iter();
        let by_standard: Vec<Range<usize>> = positions.map(|position| directory.run(position)).collect();
        if wanted.matching == Match::Standard {
            return self.rows(wanted, kind, &by_standard);
        }
        let is_asked = |id: i64| only.binary_search(&ConceptId::new(id)).is_ok();
        let sources = self.tables.ids(kind, Column::SourceConcept);
        let by_source = self.by_source(kind).into_iter().flat_map(|by_source| by_source.of(only));
        if wanted.matching == Match::Source {
            let set = self.rows(wanted, kind, &single(by_source));
            return set.with_concepts(|row| id_at(sources, row).unwrap_or(NO_CONCEPT));
        }
        let found_already = |row: &u32| {
            let at = by_standard.partition_point(|run| run.end <= *row as usize);
            by_standard.get(at).is_some_and(|run| run.contains(&(*row as usize)))
        };
        let mut runs = single(by_source.filter(|row| !found_already(row)));
        runs.extend(by_standard.iter().cloned());
        let set = self.rows(wanted, kind, &runs);
        set.with_concepts(|row| {
            let standard = directory.concept(row as usize).map(ConceptId::value).filter(|id| is_asked(*id));
            standard.or_else(|| id_at(sources, row)).unwrap_or(NO_CONCEPT)
        })
    }

    /// The set of those of the wanted people's rows that lie in these runs of a kind's table.
    fn rows(&self, wanted: Wanted<'_>, kind: EventKind, runs: &[Range<usize>]) -> EventSet {
        let ends = self.recorded_ends(wanted.profile, kind);
        let passing =
            self.row_filter(wanted.filters, kind, wanted.profile).map(|filter| filter.passing(runs));
        let rows = TableRows {
            table: table_of_kind(kind),
            runs: passing.as_deref().unwrap_or(runs),
            persons: self.tables.persons(kind),
            starts: self.tables.days(kind, Column::Start),
            among: wanted.among,
        };
        EventSet::of_rows(self.people(), &rows, |row, start| ends.complete(row, start))
    }

    /// The entries of another cohort.
    fn entries_of(&self, plan: PlanId) -> EventSet {
        let Some(run) = self.plan(plan) else { return EventSet::EMPTY };
        let entries = run.groups().flat_map(|(person, entries)| {
            (0..).zip(entries).map(move |(position, entry)| Event {
                person,
                table: table_of_cohort(plan.0),
                row: position,
                start: entry.start,
                end: entry.end,
                sort: entry.start,
                period: NO_PERIOD,
                concept: NO_CONCEPT,
            })
        });
        EventSet::new(self.people(), entries)
    }

    /// The concept by which an event was found.
    pub(super) fn found_concept(&self, event: &Event) -> Option<i64> {
        if event.concept != NO_CONCEPT {
            return Some(event.concept);
        }
        kind_of_table(event.table)?;
        self.tables.concept(event).or_else(|| self.tables.id(event, Column::SourceConcept))
    }
}

/// Every row as a run of its own.
fn single(rows: impl Iterator<Item = u32>) -> Vec<Range<usize>> {
    rows.map(|row| row as usize..row as usize + 1).collect()
}
