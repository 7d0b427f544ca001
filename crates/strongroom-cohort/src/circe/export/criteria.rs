use serde_json::{Map, Value as Json, json};

use super::{Export, Plain};
use crate::ast::{Column, ConceptRef, DateSource, EventSource, Filter, Match, Pick, Predicate, Value};
use crate::circe::attributes::{Adjustment, Criterion};
use crate::circe::criteria::{contains, observed};
use crate::circe::filters::Scope;
use crate::circe::place::Place;
use crate::circe::ranges::write_day;
use crate::circe::tables::CRITERIA;

/// A criterion that is being written.
pub(super) struct Written<'f> {
    pub(super) criterion: &'static Criterion,
    properties: Map<String, Json>,
    /// Windows and same visits, which belong to what surrounds the criterion, by their position.
    pub(super) around: Vec<(usize, &'f Filter)>,
    nested: Vec<Json>,
    adjusted: bool,
    filtered: bool,
}

impl Written<'_> {
    /// `{"ConditionOccurrence": {…}}`
    pub(super) fn json(mut self) -> Json {
        let mut groups = self.nested;
        let group =
            if groups.len() > 1 { Some(json!({ "Type": "ALL", "Groups": groups })) } else { groups.pop() };
        if let Some(group) = group {
            self.properties.insert("CorrelatedCriteria".to_owned(), group);
        }
        json!({ self.criterion.name: self.properties })
    }
}

impl Export<'_> {
    /// A criterion that stands alone, with nothing around it.
    pub(super) fn alone(&self, place: &Place<'_>, plain: &Plain) -> Option<Json> {
        let written = self.criterion(place, plain)?;
        if written.around.is_empty() {
            return Some(written.json());
        }
        self.refuse(
            place,
            "in Circe windows and same visits are part of inclusion rules",
            "ask for them in a step, or in a `where` about `this`",
        )
    }

    pub(super) fn criterion<'f>(&self, place: &Place<'_>, plain: &'f Plain) -> Option<Written<'f>> {
        let EventSource::Recorded { kind, concepts, matching } = &plain.events.from else {
            return None;
        };
        let Some(criterion) = CRITERIA.iter().find(|criterion| criterion.kind == *kind) else {
            return self.refuse(
                place,
                "Circe does not know events of this kind",
                "use those of another kind",
            );
        };
        let mut properties = Map::new();
        if let Some(concepts) = concepts {
            let property = match matching {
                Match::Standard => criterion.codeset.then_some("CodesetId"),
                Match::Source => criterion.source,
                Match::Either => {
                    return self.refuse(
                        place,
                        "Circe compares the standard or the source concept, not either",
                        "take the union of both",
                    );
                }
            };
            let Some(property) = property else {
                return self.refuse(
                    place,
                    "Circe does not compare this concept of such events",
                    "remove the concepts",
                );
            };
            properties.insert(property.to_owned(), json!(self.set(place, concepts)?));
        }
        let mut written = Written {
            criterion,
            properties,
            around: Vec::new(),
            nested: Vec::new(),
            adjusted: false,
            filtered: false,
        };
        let consumed = self.given_days(place, plain, &mut written)?;
        let filters = place.field("filters");
        for (position, filter) in plain.events.filters.iter().enumerate() {
            if consumed.contains(&position) {
                continue;
            }
            // A filter that came with a name stands elsewhere.
            let own = position.checked_sub(plain.inherited).map(|position| filters.position(position));
            self.filter(own.as_ref().unwrap_or(place), (position, filter), &mut written)?;
        }
        let gap = written.properties.get("GapDays");
        if gap.is_some() && gap != written.properties.get("EraLength") {
            return self.refuse(
                place,
                "Circe compares the gap days with the range of the era's length",
                "ask the same of both, or of neither",
            );
        }
        Some(written)
    }

    fn filter<'f>(
        &self,
        place: &Place<'_>,
        (position, filter): (usize, &'f Filter),
        written: &mut Written<'f>,
    ) -> Option<()> {
        match filter {
            Filter::Where(predicate) => self.row_filter(place, predicate, written),
            Filter::During { .. } | Filter::SameVisit { .. } => {
                written.around.push((position, filter));
                written.filtered = true;
                Some(())
            }
            Filter::Keep(Pick::All) => Some(()),
            Filter::Keep(Pick::First)
                if written.criterion.first && !written.filtered && !written.adjusted =>
            {
                written.properties.insert("First".to_owned(), Json::Bool(true));
                Some(())
            }
            Filter::Keep(Pick::First) => self.refuse(
                place,
                "Circe takes the first record right after comparing concepts",
                "move `keep first` before the other filters if that is what you mean",
            ),
            Filter::Keep(_) => self.refuse(
                place,
                "of a criterion Circe keeps the first record or all",
                "keep entries in a step",
            ),
            Filter::Interval { start, end } => self.adjustment(place, (*start, *end), written),
        }
    }

    fn adjustment(
        &self,
        place: &Place<'_>,
        interval: (DateSource, DateSource),
        written: &mut Written<'_>,
    ) -> Option<()> {
        let end_of = |source| match source {
            DateSource::Start(days) => Some(("START_DATE", days)),
            DateSource::End(days) => Some(("END_DATE", days)),
            DateSource::Date(_) => None,
        };
        let (Some((start_with, start)), Some((end_with, end))) = (end_of(interval.0), end_of(interval.1))
        else {
            return self.refuse(
                place,
                "Circe gives calendar days only to periods, once, and if they lie within the period",
                "remove them, or ask first that the period contains them",
            );
        };
        let own_ends = start_with == "START_DATE" && end_with == "END_DATE";
        let possible = match written.criterion.adjustment {
            Adjustment::Full => true,
            Adjustment::OffsetsOnly => own_ends,
            Adjustment::None => false,
        };
        if !possible || written.adjusted || written.filtered {
            return self.refuse(
                place,
                "Circe moves the days of a record once, before other filters, and not for every kind",
                "move it before the other filters if that is what you mean, or remove it",
            );
        }
        written.adjusted = true;
        written.properties.insert(
            "DateAdjustment".to_owned(),
            json!({ "StartWith": start_with, "StartOffset": start, "EndWith": end_with, "EndOffset": end }),
        );
        Some(())
    }

    /// The calendar days that a period is given, and the filters that belong to them.
    fn given_days(&self, place: &Place<'_>, plain: &Plain, written: &mut Written<'_>) -> Option<Vec<usize>> {
        let filters = &plain.events.filters;
        let given = |filter: &Filter| match filter {
            Filter::Interval { start, end } => {
                let start = match start {
                    DateSource::Date(day) => Some(Some(*day)),
                    DateSource::Start(0) => Some(None),
                    _ => None,
                }?;
                let end = match end {
                    DateSource::Date(day) => Some(Some(*day)),
                    DateSource::End(0) => Some(None),
                    _ => None,
                }?;
                (start.is_some() || end.is_some()).then_some((start, end))
            }
            _ => None,
        };
        let Some((position, (start, end))) =
            filters.iter().enumerate().find_map(|(position, filter)| Some((position, given(filter)?)))
        else {
            return Some(Vec::new());
        };
        let mut consumed = vec![position];
        let mut period = Map::new();
        for (property, day) in [("StartDate", start), ("EndDate", end)] {
            let Some(day) = day else {
                continue;
            };
            let asked = Filter::Where(contains(&Value::Date(day)));
            let mut before = filters.iter().enumerate().take(position);
            let Some((at, _)) = before.find(|(at, filter)| !consumed.contains(at) && **filter == asked)
            else {
                return self.refuse(
                    place,
                    "Circe keeps only periods that contain the days they are given",
                    "ask for it before: start at most and end at least the day",
                );
            };
            consumed.push(at);
            period.insert(property.to_owned(), write_day(day));
        }
        let later = filters.iter().skip(position + 1);
        let looks_at_days = |filter: &Filter| match filter {
            Filter::Where(predicate) => nested_parts(predicate).is_none(),
            Filter::During { .. } | Filter::SameVisit { .. } => false,
            Filter::Keep(_) | Filter::Interval { .. } => true,
        };
        if !written.criterion.period || later.into_iter().any(looks_at_days) {
            return self.refuse(
                place,
                "Circe gives calendar days only to periods, after their other filters",
                "remove them, or move them behind the filters",
            );
        }
        written.properties.insert("UserDefinedPeriod".to_owned(), Json::Object(period));
        Some(consumed)
    }

    fn row_filter(&self, place: &Place<'_>, predicate: &Predicate, written: &mut Written<'_>) -> Option<()> {
        if self.source_concepts(predicate, written) {
            return Some(());
        }
        written.filtered = true;
        if self.attribute(written.criterion, &mut written.properties, predicate) {
            return Some(());
        }
        if let Some(parts) = nested_parts(predicate) {
            let inside = place.field("where");
            let group = match parts.as_slice() {
                [one] => self.group(&inside, one, Scope::Nested)?,
                several => {
                    let all = Predicate::All(several.iter().map(|part| (*part).clone()).collect());
                    self.group(&inside, &all, Scope::Nested)?
                }
            };
            written.nested.push(group);
            return Some(());
        }
        if let Predicate::All(parts) = predicate {
            let mut parts = parts.iter();
            return parts.try_for_each(|part| self.row_filter(place, part, written));
        }
        self.refuse(
            place,
            "Circe has no property for this filter, or has it once and it is taken",
            "say it in a step if it is about the entry; begin it with `observed [0d, 0d] of this` if it is about \
             other events; else remove it",
        )
    }

    fn source_concepts(&self, predicate: &Predicate, written: &mut Written<'_>) -> bool {
        let Predicate::In { value: Value::Column(Column::SourceConcept), concepts } = predicate else {
            return false;
        };
        let ConceptRef::Set(name) = concepts else {
            return false;
        };
        let (Some(property), Some(id)) = (written.criterion.source, self.ids.get(name)) else {
            return false;
        };
        let late = written.properties.contains_key("First") || written.properties.contains_key(property);
        if !late {
            written.properties.insert(property.to_owned(), json!(id));
        }
        !late
    }
}

/// What is asked of other events around the row, if the filter begins with asking that the row
/// starts in an observation period.
fn nested_parts(predicate: &Predicate) -> Option<Vec<&Predicate>> {
    let Predicate::All(parts) = predicate else {
        return None;
    };
    let observed = observed();
    let rest: Vec<_> = parts.iter().filter(|part| **part != observed).collect();
    (rest.len() < parts.len() && !rest.is_empty()).then_some(rest)
}
