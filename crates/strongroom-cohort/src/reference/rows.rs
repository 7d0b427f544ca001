use chrono::NaiveDate;
use strongroom_omop::ConceptId;

use super::observed::Interval;
use super::record::EventRecord;
use super::rules;
use crate::ast::{EventKind, Match, Profile};
use crate::resolved::ResolvedConcepts;

/// An event while it passes through filters: a record with the days that it has by now, or an entry
/// of another cohort.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row<'a> {
    pub(super) id: RowId,
    /// The record; nothing for an entry of a cohort.
    pub(super) record: Option<&'a EventRecord>,
    pub(super) start: Option<NaiveDate>,
    pub(super) end: Option<NaiveDate>,
    /// The day by which Circe orders events when it collects them.
    pub(super) sort: Option<NaiveDate>,
    pub(super) visit: Option<i64>,
    /// The concept by which it was found.
    pub(super) concept: Option<ConceptId>,
    /// The observation period that it is paired with.
    pub(super) period: Option<Interval>,
}

/// What makes a row the row it is (R8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum RowId {
    /// A record of a kind's table.
    Record(EventKind, i64),
    /// The entry at this position of a cohort, which is told apart by its address.
    Entry(usize, usize),
}

impl<'a> Row<'a> {
    pub(super) fn of(profile: Profile, record: &'a EventRecord, concept: Option<ConceptId>) -> Self {
        Self {
            id: RowId::Record(record.kind, record.record.value()),
            record: Some(record),
            start: record.start,
            end: rules::completed_end(profile, record),
            sort: record.start,
            visit: record.visit,
            concept,
            period: None,
        }
    }

    /// The place of its table in the order R9; entries of cohorts come last.
    pub(super) fn kind_rank(&self) -> EventKind {
        self.record.map_or(EventKind::Any, |record| record.kind)
    }

    /// The primary key of its record.
    pub(super) fn record_value(&self) -> Option<i64> {
        self.record.map(|record| record.record.value())
    }
}

/// The row of a record, if it has one of these concepts in the column that is compared.
pub(super) fn matched<'a>(
    profile: Profile,
    record: &'a EventRecord,
    concepts: &ResolvedConcepts,
    matching: Match,
) -> Option<Row<'a>> {
    let (standard, source) = (record.concept, record.source_concept);
    let concept = match concepts {
        ResolvedConcepts::Every => match matching {
            Match::Source => source.or(standard),
            Match::Standard | Match::Either => standard.or(source),
        },
        ResolvedConcepts::Only(_) => {
            let among = |concept: &ConceptId| concepts.contains(*concept);
            let found = match matching {
                Match::Standard => standard.filter(among),
                Match::Source => source.filter(among),
                Match::Either => standard.filter(among).or_else(|| source.filter(among)),
            };
            Some(found?)
        }
    };
    Some(Row::of(profile, record, concept))
}
