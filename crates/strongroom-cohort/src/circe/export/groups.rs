use serde_json::{Map, Value as Json, json};

use super::Export;
use crate::ast::{CountTest, CountUnit, Counted, Events, Predicate};
use crate::circe::filters::Scope;
use crate::circe::place::Place;

/// Something that can stand in a group.
enum Member {
    Correlated(Json),
    Demographic(Json),
    Group(Json),
}

/// How many members of a group have to be true.
#[derive(Clone, Copy)]
enum Needed {
    All,
    Any,
    AtLeast(u32),
    AtMost(u32),
}

impl Export<'_> {
    /// A predicate as a group.
    pub(super) fn group(&self, place: &Place<'_>, predicate: &Predicate, scope: Scope) -> Option<Json> {
        let (needed, members) = match predicate {
            Predicate::All(members) => (Needed::All, members.as_slice()),
            Predicate::AnyOf(members) => (Needed::Any, members.as_slice()),
            Predicate::NoneOf(members) => (Needed::AtMost(0), members.as_slice()),
            Predicate::NumberOf { test, of } => match test {
                CountTest::AtLeast(count) => (Needed::AtLeast(*count), of.as_slice()),
                CountTest::AtMost(count) => (Needed::AtMost(*count), of.as_slice()),
                CountTest::Exactly(0) => (Needed::AtMost(0), of.as_slice()),
                CountTest::Exactly(_) | CountTest::Not(_) | CountTest::Between(..) => {
                    return self.refuse(
                        place,
                        "of a group Circe asks for all, any, at least or at most a number",
                        "combine two groups",
                    );
                }
            },
            Predicate::Not(inner) => (Needed::AtMost(0), std::slice::from_ref(inner.as_ref())),
            one => (Needed::All, std::slice::from_ref(one)),
        };
        // A negation as such might be one of a demographic criterion, which is no negation of a group.
        let (needed, members) = match predicate {
            Predicate::Not(_) if self.demographic(predicate, scope).is_some() => {
                (Needed::All, std::slice::from_ref(predicate))
            }
            _ => (needed, members),
        };
        if members.is_empty() && matches!(needed, Needed::Any | Needed::AtLeast(1..)) {
            let remedy = "remove it, or what it stands in";
            return self.refuse(
                place,
                "Circe takes a group without members for true, and this is false",
                remedy,
            );
        }
        let scope = if matches!(needed, Needed::AtMost(_)) { scope.at_most() } else { scope };
        let mut lists: [Vec<Json>; 3] = Default::default();
        let mut all = true;
        for member in members {
            match self.member(place, member, scope) {
                Some(Member::Correlated(json)) => lists[0].push(json),
                Some(Member::Demographic(json)) => lists[1].push(json),
                Some(Member::Group(json)) => lists[2].push(json),
                None => all = false,
            }
        }
        all.then(|| written(needed, lists))
    }

    fn member(&self, place: &Place<'_>, predicate: &Predicate, scope: Scope) -> Option<Member> {
        match predicate {
            Predicate::Any(of) => self.counted(place, (CountTest::AtLeast(1), CountUnit::Rows), of, scope),
            Predicate::No(of) => self.counted(place, (CountTest::Exactly(0), CountUnit::Rows), of, scope),
            Predicate::Count(counted) => {
                let Counted { test, unit, per_concept: false, of, within: None } = counted.as_ref() else {
                    return self.refuse(
                        place,
                        "Circe counts events together, however far they lie apart",
                        "remove `per concept` and `within`",
                    );
                };
                self.counted(place, (*test, *unit), of, scope)
            }
            predicate => {
                if let Some(json) = self.demographic(predicate, scope) {
                    return Some(Member::Demographic(json));
                }
                let combined = matches!(
                    predicate,
                    Predicate::All(_)
                        | Predicate::AnyOf(_)
                        | Predicate::NoneOf(_)
                        | Predicate::NumberOf { .. }
                        | Predicate::Not(_)
                );
                if combined {
                    return self.group(place, predicate, scope).map(Member::Group);
                }
                if matches!(predicate, Predicate::Observed { .. }) {
                    return self.refuse(
                        place,
                        "Circe asks for observed days around the index once, before it keeps or drops entries",
                        "make it the first step, with days that include the index day, and keep entries after it",
                    );
                }
                self.refuse(
                    place,
                    "Circe has no such criterion",
                    "ask for events, or for age, gender, race, ethnicity or the days of the index event",
                )
            }
        }
    }

    fn counted(
        &self,
        place: &Place<'_>,
        counted: (CountTest, CountUnit),
        of: &Events,
        scope: Scope,
    ) -> Option<Member> {
        let plain = self.plain(place, of)?;
        if let [one] = plain.as_slice() {
            return self.correlated(place, one, counted, scope).map(Member::Correlated);
        }
        // Of several kinds together Circe cannot count, but it can say whether there is one.
        let needed = match counted {
            (CountTest::AtLeast(1), CountUnit::Rows) if !plain.is_empty() => Needed::Any,
            (CountTest::Exactly(0) | CountTest::AtMost(0), CountUnit::Rows) => Needed::AtMost(0),
            _ => {
                return self.refuse(
                    place,
                    "Circe counts events of one criterion, not of a union",
                    "ask for each member, or for any",
                );
            }
        };
        let one = (CountTest::AtLeast(1), CountUnit::Rows);
        let each: Vec<_> = plain.iter().map(|plain| self.correlated(place, plain, one, scope)).collect();
        let each = each.into_iter().collect::<Option<Vec<_>>>()?;
        Some(Member::Group(written(needed, [each, Vec::new(), Vec::new()])))
    }

    /// The opposite of a predicate that is never unknown.
    pub(super) fn opposite(&self, place: &Place<'_>, predicate: &Predicate) -> Option<Json> {
        self.group(place, &Predicate::NoneOf(vec![predicate.clone()]), Scope::Entry)
    }
}

/// A group that is true.
pub(super) fn empty() -> Json {
    written(Needed::All, Default::default())
}

fn written(needed: Needed, lists: [Vec<Json>; 3]) -> Json {
    let (kind, count) = match needed {
        Needed::All => ("ALL", None),
        Needed::Any => ("ANY", None),
        Needed::AtLeast(count) => ("AT_LEAST", Some(count)),
        Needed::AtMost(count) => ("AT_MOST", Some(count)),
    };
    let mut group = Map::new();
    group.insert("Type".to_owned(), json!(kind));
    if let Some(count) = count {
        // No list is as long as the largest number that Circe reads.
        group.insert("Count".to_owned(), json!(count.min(i32::MAX.unsigned_abs())));
    }
    for (name, list) in ["CriteriaList", "DemographicCriteriaList", "Groups"].into_iter().zip(lists) {
        group.insert(name.to_owned(), Json::Array(list));
    }
    Json::Object(group)
}
