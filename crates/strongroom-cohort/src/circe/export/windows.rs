use serde_json::{Map, Value as Json, json};

use super::{Export, Plain};
use crate::ast::{Anchor, CountTest, CountUnit, Endpoint, Filter, Offset, SameVisit, Window, WindowTest};
use crate::circe::filters::Scope;
use crate::circe::place::Place;
use crate::circe::windows::{word_of, write_edge};

/// A window of a correlated criterion.
#[derive(Clone, Copy)]
struct Around<'a> {
    test: WindowTest,
    window: &'a Window,
    endpoint: Endpoint,
}

impl Export<'_> {
    /// A correlated criterion: so many of these events around the index event.
    pub(super) fn correlated(
        &self,
        place: &Place<'_>,
        plain: &Plain,
        counted: (CountTest, CountUnit),
        scope: Scope,
    ) -> Option<Json> {
        let written = self.criterion(place, plain)?;
        let (kind, count) = match counted.0 {
            CountTest::Exactly(count) => (0, count),
            CountTest::AtMost(count) => (1, count),
            CountTest::AtLeast(count) => (2, count),
            CountTest::Not(_) | CountTest::Between(..) => {
                let remedy = "combine two counts in a group";
                return self.refuse(place, "Circe asks for at least, at most or exactly a number", remedy);
            }
        };
        let Ok(count) = i32::try_from(count) else {
            return self.refuse(place, "the number is too large for Circe", "write a smaller one");
        };
        let mut occurrence = json!({ "Type": kind, "Count": count, "IsDistinct": false });
        if counted.1 != CountUnit::Rows {
            let Some(word) = word_of(written.criterion, counted.1) else {
                return self.refuse(
                    place,
                    "Circe cannot count events of this kind in this unit",
                    "count rows, dates or concepts",
                );
            };
            occurrence = json!({ "Type": kind, "Count": count, "IsDistinct": true, "CountColumn": word });
        }
        let mut json = self.windows(place, &written.around, scope)?;
        json.insert("Criteria".to_owned(), written.json());
        json.insert("Occurrence".to_owned(), occurrence);
        Some(Json::Object(json))
    }

    fn windows(
        &self,
        place: &Place<'_>,
        filters: &[(usize, &Filter)],
        scope: Scope,
    ) -> Option<Map<String, Json>> {
        let mut around = Vec::new();
        let mut ignoring = Vec::new();
        let mut restrict_visit = false;
        for (_, filter) in filters {
            match filter {
                Filter::During { test, window, of, ignoring_observation } => {
                    around.push(Around { test: *test, window, endpoint: self.endpoint(place, of, scope)? });
                    ignoring.push(*ignoring_observation);
                }
                Filter::SameVisit { or: SameVisit::Visit, as_anchor } => {
                    self.endpoint(place, as_anchor, scope)?;
                    restrict_visit = true;
                }
                _ => {
                    return self.refuse(
                        place,
                        "in Circe the same visit is an equal, known visit id",
                        "write `same visit as`",
                    );
                }
            }
        }
        // Without a window an event may lie anywhere, in observed time or not.
        let ignores = ignoring.first().copied().unwrap_or(true);
        if ignoring.iter().any(|ignoring| *ignoring != ignores) {
            let remedy = "write `ignoring observation` at both windows or at neither";
            return self.refuse(place, "Circe ignores observation for both windows or neither", remedy);
        }
        let (start, end) = self.two_windows(place, &around, ignores)?;
        let mut json = Map::new();
        json.insert("StartWindow".to_owned(), start);
        if let Some(end) = end {
            json.insert("EndWindow".to_owned(), end);
        }
        json.insert("RestrictVisit".to_owned(), Json::Bool(restrict_visit));
        json.insert("IgnoreObservationPeriod".to_owned(), Json::Bool(ignores));
        Some(json)
    }

    /// `StartWindow` and `EndWindow`. Whichever day a window asks for, without `ignoring
    /// observation` the start has to lie in the index event's observation period.
    fn two_windows(
        &self,
        place: &Place<'_>,
        around: &[Around<'_>],
        ignores: bool,
    ) -> Option<(Json, Option<Json>)> {
        let anywhere = Window::all();
        let everything = Around { test: WindowTest::Start, window: &anywhere, endpoint: Endpoint::Start };
        let (start, end) = match around {
            [] => (everything, None),
            [one] if one.test == WindowTest::Start || ignores => (*one, None),
            [one] => (everything, Some(*one)),
            [start, end] => (*start, Some(*end)),
            [all, start, end] if !ignores && all.test == WindowTest::Start && unbounded(all.window) => {
                (*start, Some(*end))
            }
            _ => {
                let remedy = "join the windows to two, or ask for the events twice";
                return self.refuse(place, "Circe has two windows for each criterion", remedy);
            }
        };
        Some((self.window(place, start)?, end.map_or(Some(None), |end| self.window(place, end).map(Some))?))
    }

    fn window(&self, place: &Place<'_>, around: Around<'_>) -> Option<Json> {
        if around.test == WindowTest::AnyDay {
            let remedy = "use `during` or `ending during`";
            return self.refuse(place, "Circe tests the first or the last day of events, not any", remedy);
        }
        let (Some(from), Some(to)) = (write_edge(&around.window.from, 1), write_edge(&around.window.to, -1))
        else {
            let remedy = "write the days";
            return self.refuse(place, "Circe counts windows in days, without parameters", remedy);
        };
        Some(json!({
            "Start": from,
            "End": to,
            "UseIndexEnd": around.endpoint == Endpoint::End,
            "UseEventEnd": around.test == WindowTest::End,
        }))
    }

    fn endpoint(&self, place: &Place<'_>, anchor: &Anchor, scope: Scope) -> Option<Endpoint> {
        if anchor.on == scope.anchor() {
            return Some(anchor.endpoint);
        }
        self.refuse(
            place,
            "Circe counts days from the index event, and within nested criteria from their record",
            "use that anchor, or nest the criteria the other way around",
        )
    }
}

const fn unbounded(window: &Window) -> bool {
    matches!((&window.from.at, &window.to.at), (Offset::InfinitelyBefore, Offset::InfinitelyAfter))
}
