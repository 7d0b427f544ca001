use chrono::NaiveDate;

use super::entries::Span;
use super::filters::later;
use super::observed::Interval;
use super::rules;
use crate::ast::{DateRange, Profile};

/// Joins entries of which the next starts at most `gap` days after everything before it has ended
/// (R11), unless observed time between them is missing and the profile minds.
pub(super) fn merged(profile: Profile, spans: Vec<(Span, Option<Interval>)>, gap: u32) -> Vec<Span> {
    let gap = i32::try_from(gap).unwrap_or(i32::MAX);
    let across = rules::merges_across_intervals(profile);
    let mut spans: Vec<_> = spans
        .into_iter()
        .filter_map(|(span, interval)| Some((if across { None } else { interval }, span.start?, span.end?)))
        .collect();
    // Intervals do not overlap where they matter, so entries of one stand together.
    spans.sort_unstable();
    let mut merged: Vec<(Option<Interval>, NaiveDate, NaiveDate)> = Vec::new();
    for (interval, start, end) in spans {
        match merged.last_mut() {
            Some((same, _, last))
                if *same == interval && later(*last, gap).is_none_or(|reach| start <= reach) =>
            {
                *last = (*last).max(end);
            }
            _ => merged.push((interval, start, end)),
        }
    }
    merged.into_iter().map(|(_, start, end)| Span { start: Some(start), end: Some(end) }).collect()
}

/// Cuts entries to calendar days and drops what lies outside. Who has no days keeps none.
pub(super) fn clipped(entries: Vec<Span>, range: DateRange) -> Vec<Span> {
    let cut = |entry: Span| {
        let (Some(start), Some(end)) = (entry.start, entry.end) else {
            return Some(entry);
        };
        let start = range.from.map_or(start, |from| from.max(start));
        let end = range.to.map_or(end, |to| to.min(end));
        (start <= end).then_some(Span { start: Some(start), end: Some(end) })
    };
    entries.into_iter().filter_map(cut).collect()
}
