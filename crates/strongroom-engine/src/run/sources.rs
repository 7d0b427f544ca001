use std::ops::Range;

use strongroom_cohort::ResolvedConcepts;
use strongroom_cohort::ast::{Column, EventKind, Match, Profile};
use strongroom_omop::ConceptId;
use strongroom_timeline::{Event, EventSet, NO_CONCEPT, NO_PERIOD};

use super::machine::Machine;
use super::rules;
use super::tables::{id_at, kind_of_table, table_of_cohort, table_of_kind};
use crate::compile::{PlanId, SetId, SetNode, Source};

impl Machine<'_> {
    /// Finds the events of a set for everybody of the shard.
    pub(super) fn find(&self, node: &SetNode) -> EventSet {
        let Some(scope) = self.scope(node.environment, 0) else { return EventSet::EMPTY };
        let found = match &node.source {
            Source::Recorded { kind, concepts, matching } => {
                self.recorded(scope.profile, *kind, concepts, *matching)
            }
            Source::Cohort(plan) => self.entries_of(*plan),
            Source::Union(members) => self.union(scope.profile, members),
        };
        if node.filters.is_empty() { found } else { self.filter_set(node, &found) }
    }

    fn filter_set(&self, node: &SetNode, set: &EventSet) -> EventSet {
        let mut all = Vec::new();
        let mut rows = self.spare();
        for (person, positions) in set.groups() {
            let Some(scope) = self.scope(node.environment, person) else { continue };
            if self.watch.halts() {
                break;
            }
            rows.extend(positions.filter_map(|position| set.get(position)));
            for filter in &node.filters {
                if rows.is_empty() {
                    break;
                }
                self.filter(filter, &mut rows, scope, &[]);
            }
            all.append(&mut rows);
        }
        self.give_back(rows);
        EventSet::new(self.people(), all)
    }

    /// The records of a kind that have one of these concepts in the column that is compared.
    fn recorded(
        &self,
        profile: Profile,
        kind: EventKind,
        concepts: &ResolvedConcepts,
        matching: Match,
    ) -> EventSet {
        let only = match concepts {
            ResolvedConcepts::Every => None,
            ResolvedConcepts::Only(concepts) => Some(&**concepts),
        };
        let kinds = rules::kinds(profile, kind, only.is_some());
        if let [one] = kinds.as_slice() {
            return self.recorded_as(profile, *one, kind, only, matching);
        }
        let each = kinds.iter().map(|one| self.recorded_as(profile, *one, kind, only, matching));
        let all: Vec<Event> = each.flat_map(|set| set.iter().collect::<Vec<_>>()).collect();
        EventSet::new(self.people(), all)
    }

    fn recorded_as(
        &self,
        profile: Profile,
        kind: EventKind,
        asked: EventKind,
        only: Option<&[ConceptId]>,
        matching: Match,
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
                self.rows(profile, kind, &single(rows.filter(has_concept)))
            } else {
                self.rows(profile, kind, std::slice::from_ref(&(0..directory.rows())))
            };
            return match matching {
                Match::Standard | Match::Either => set,
                Match::Source => {
                    let standard = |row: u32| directory.concept(row as usize).map(ConceptId::value);
                    set.with_concepts(|row| {
                        id_at(sources(), row).or_else(|| standard(row)).unwrap_or(NO_CONCEPT)
                    })
                }
            };
        };
        let positions = directory.positions(only).into_iter();
        let by_standard: Vec<Range<usize>> = positions.map(|position| directory.run(position)).collect();
        if matching == Match::Standard {
            return self.rows(profile, kind, &by_standard);
        }
        let wanted = |id: i64| only.binary_search(&ConceptId::new(id)).is_ok();
        let sources = self.tables.ids(kind, Column::SourceConcept);
        let by_source = (0_u32..).zip(sources).filter(|(_, source)| wanted(**source)).map(|(row, _)| row);
        if matching == Match::Source {
            let set = self.rows(profile, kind, &single(by_source));
            return set.with_concepts(|row| id_at(sources, row).unwrap_or(NO_CONCEPT));
        }
        let found_already = |row: &u32| {
            let at = by_standard.partition_point(|run| run.end <= *row as usize);
            by_standard.get(at).is_some_and(|run| run.contains(&(*row as usize)))
        };
        let mut runs = single(by_source.filter(|row| !found_already(row)));
        runs.extend(by_standard.iter().cloned());
        let set = self.rows(profile, kind, &runs);
        set.with_concepts(|row| {
            let standard = directory.concept(row as usize).map(ConceptId::value).filter(|id| wanted(*id));
            standard.or_else(|| id_at(sources, row)).unwrap_or(NO_CONCEPT)
        })
    }

    /// The set of the rows of these runs of a kind's table.
    fn rows(&self, profile: Profile, kind: EventKind, runs: &[Range<usize>]) -> EventSet {
        let ends = self.recorded_ends(profile, kind);
        EventSet::of_runs(
            self.people(),
            table_of_kind(kind),
            runs,
            self.tables.persons(kind),
            self.tables.days(kind, Column::Start),
            |row, start| ends.complete(row, start),
        )
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

    fn union(&self, profile: Profile, members: &[SetId]) -> EventSet {
        let mut all: Vec<Event> = members.iter().flat_map(|member| self.set(*member).iter()).collect();
        self.unite(profile, &mut all);
        EventSet::new(self.people(), all)
    }

    /// Leaves every event once (R8).
    pub(super) fn unite(&self, profile: Profile, all: &mut Vec<Event>) {
        let days_too = rules::union_tells_days_apart(profile);
        let record = |event: &Event| self.tables.record(event).unwrap_or_else(|| event.row.into());
        let place = |event: &Event| (event.person, event.table, record(event));
        // What is kept of several rows of one record does not depend on where they stand.
        all.sort_by_cached_key(|event| {
            let concept = self.found_concept(event);
            (place(event), event.start, event.end, concept, event.period)
        });
        all.dedup_by(|one, other| {
            let days = |event: &Event| (event.start, event.end, event.period);
            place(one) == place(other) && (!days_too || days(one) == days(other))
        });
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
