//! Definitions under `circe/1` as Circe's JSON, as far as Circe goes.

mod criteria;
mod filters;
mod groups;
mod sets;
mod steps;
mod windows;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use thiserror::Error;

use super::place::Place;
use crate::SetName;
use crate::ast::{Definition, EventSource, Events, Filter, Profile};
use crate::limits::Limits;
use crate::path::JsonPath;

/// Something that a definition says and Circe cannot, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("at {path}: {what}; {remedy}")]
pub struct Unsayable {
    path: JsonPath,
    what: &'static str,
    remedy: &'static str,
}

impl Unsayable {
    /// Where in the JSON form of the definition.
    #[must_use]
    pub const fn path(&self) -> &JsonPath {
        &self.path
    }

    /// What Circe cannot say there.
    #[must_use]
    pub const fn what(&self) -> &'static str {
        self.what
    }

    /// What to do.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        self.remedy
    }
}

/// Writes the main cohort as a Circe cohort definition that gives the same rows.
///
/// Named events are written out. Datasets, counts, tests, matches and other cohorts of the document are left out: they do not
/// change the cohort. So are labels of steps that are no inclusion rules.
///
/// # Errors
/// If the definition is not under `circe/1`, or says something that Circe cannot: each such place.
pub fn export(definition: &Definition) -> Result<String, Vec<Unsayable>> {
    let cx = Export::new(definition);
    if definition.profile != Profile::Circe1 {
        cx.refuse::<()>(
            &Place::Root.field("profile"),
            "Circe follows the rules of `circe/1`, and this definition follows others",
            "change the profile, which changes the meaning, and look at the result before",
        );
        return Err(cx.problems.into_inner());
    }
    // What follows recurses.
    let limits = Limits { nesting: 256, nodes: usize::MAX, ..Limits::default() };
    if let Err(error) = limits.check(definition) {
        let (what, remedy) = ("the definition is too large to be written", "split it");
        return Err(vec![Unsayable { path: error.path().clone(), what, remedy }]);
    }
    let json = steps::cohort(&cx);
    let problems = cx.problems.into_inner();
    match json {
        Some(json) if problems.is_empty() => Ok(format!("{json:#}")),
        _ => Err(problems),
    }
}

/// What an export knows while it writes. Writers answer `None` for what Circe cannot say, and note
/// it here.
struct Export<'a> {
    definition: &'a Definition,
    ids: BTreeMap<&'a SetName, i32>,
    problems: RefCell<Vec<Unsayable>>,
    /// How many named events may still be written out: names of names can grow without end.
    names: Cell<usize>,
}

/// Records of one kind with all their filters, and how many of the filters stand elsewhere, under
/// the names that were written out.
struct Plain {
    events: Events,
    inherited: usize,
}

impl<'a> Export<'a> {
    fn new(definition: &'a Definition) -> Self {
        Self {
            definition,
            ids: sets::ids(definition),
            problems: RefCell::new(Vec::new()),
            names: Cell::new(1000),
        }
    }

    fn refuse<T>(&self, place: &Place<'_>, what: &'static str, remedy: &'static str) -> Option<T> {
        self.problems.borrow_mut().push(Unsayable { path: place.path(), what, remedy });
        None
    }

    /// The events with names written out and unions taken apart. Filters of a union are those of
    /// each member, which holds for all but `keep`.
    fn plain(&self, place: &Place<'_>, events: &Events) -> Option<Vec<Plain>> {
        let members = match &events.from {
            EventSource::Recorded { .. } => {
                return Some(vec![Plain { events: events.clone(), inherited: 0 }]);
            }
            EventSource::Named(name) => {
                let Some(left) = self.names.get().checked_sub(1) else {
                    return self.refuse(place, "the named events never end", "write the events out");
                };
                self.names.set(left);
                let Some(named) = self.definition.events.get(name) else {
                    return self.refuse(place, "no events have this name", "define them in the document");
                };
                self.plain(place, named)?
            }
            EventSource::Union(members) => {
                let at = place.field("from");
                let list = at.field("union");
                let each = |(position, member)| self.plain(&list.position(position), member);
                let members: Vec<_> = members.iter().enumerate().map(each).collect();
                members.into_iter().collect::<Option<Vec<_>>>()?.into_iter().flatten().collect()
            }
            EventSource::Cohort(_) => {
                return self.refuse(
                    place,
                    "Circe cannot use one cohort in another",
                    "write the events of the other cohort here",
                );
            }
        };
        let keeps = events.filters.iter().any(|filter| matches!(filter, Filter::Keep(_)));
        if keeps && members.len() != 1 {
            return self.refuse(
                place,
                "Circe keeps the first of the events of one criterion, not of a union",
                "keep the first of each member, or keep entries in a step",
            );
        }
        let with_filters = |mut member: Plain| {
            member.inherited = member.events.filters.len();
            member.events.filters.extend(events.filters.iter().cloned());
            member
        };
        Some(members.into_iter().map(with_filters).collect())
    }
}
