use std::collections::BTreeSet;

use strongroom_omop::ConceptId;

use crate::definition::{Definition, Entry, StepAction};
use crate::path::JsonPath;
use crate::problem::{Problem, ProblemKind};
use crate::walk::{Part, walk};
use crate::{Anchor, ConceptRef, ConceptSetExpression, Events, Predicate, RowPredicate, SetName, WindowEdge};

/// Everything that can be said against a definition without a vocabulary: errors and warnings, all
/// of them at once. The definition has to be within some [`Limits`](crate::Limits) of nesting.
#[must_use]
pub fn check(definition: &Definition) -> Vec<Problem> {
    let mut checker = Checker { definition, problems: Vec::new(), used: BTreeSet::new() };
    for node in walk(definition) {
        match node.part {
            Part::Set(set) => checker.concept_set(set, &node.path),
            Part::Predicate(predicate) => checker.predicate(predicate, node.has_index, &node.path),
            Part::Events(events) => checker.events(events, node.has_index, &node.path),
        }
    }
    checker.unused_sets();
    checker.no_record_needed();
    checker.problems
}

struct Checker<'a> {
    definition: &'a Definition,
    problems: Vec<Problem>,
    used: BTreeSet<&'a SetName>,
}

impl<'a> Checker<'a> {
    fn report(&mut self, kind: ProblemKind, path: JsonPath) {
        self.problems.push(Problem::new(kind, path));
    }

    fn concept_set(&mut self, set: &ConceptSetExpression, at: &JsonPath) {
        if set.include.is_empty() {
            self.report(ProblemKind::NothingIncluded, at.clone());
        }
        for (item, path) in item_paths(set, at) {
            self.concept(item, path);
        }
    }

    fn concept(&mut self, concept: ConceptId, at: JsonPath) {
        if concept <= ConceptId::NO_MATCHING_CONCEPT {
            self.report(ProblemKind::NotAConcept, at);
        }
    }

    fn predicate(&mut self, predicate: &Predicate, has_index: bool, at: &JsonPath) {
        match predicate {
            Predicate::AtLeast(count) => {
                if count.n == 0 {
                    self.report(ProblemKind::AtLeastZero, at.field("at_least").field("n"));
                }
            }
            Predicate::AgeAtIndex(range) => {
                let at = at.field("age_at_index");
                if !has_index {
                    self.report(ProblemKind::IndexWithoutMeaning, at.clone());
                }
                self.range(range.min, range.max, at);
            }
            Predicate::SexAtBirth(concepts) => {
                let at = at.field("sex_at_birth");
                if concepts.is_empty() {
                    self.report(ProblemKind::EmptyGroup, at.clone());
                }
                for (position, concept) in concepts.iter().enumerate() {
                    self.concept(*concept, at.position(position));
                }
            }
            Predicate::All(members) if members.is_empty() => {
                self.report(ProblemKind::EmptyGroup, at.field("all"));
            }
            Predicate::AnyOf(members) if members.is_empty() => {
                self.report(ProblemKind::EmptyGroup, at.field("any_of"));
            }
            Predicate::All(_)
            | Predicate::AnyOf(_)
            | Predicate::Any(_)
            | Predicate::No(_)
            | Predicate::Not(_) => {}
        }
    }

    fn events(&mut self, events: &'a Events, has_index: bool, at: &JsonPath) {
        if let Some(ConceptRef::Set(name)) = &events.concepts {
            self.used.insert(name);
            if !self.definition.concept_sets.contains_key(name) {
                self.report(ProblemKind::UnknownConceptSet, at.field("concepts"));
            }
        }
        for (position, filter) in events.filters.iter().enumerate() {
            let at = at.field("where").position(position);
            match filter {
                RowPredicate::Start(range) => self.range(range.from, range.to, at.field("start")),
                RowPredicate::Age(range) => self.range(range.min, range.max, at.field("age")),
            }
        }
        if let Some(window) = &events.during {
            let at = at.field("during");
            if window.of == Anchor::Index && !has_index {
                self.report(ProblemKind::IndexWithoutMeaning, at.clone());
            }
            if let (WindowEdge::Days(from), WindowEdge::Days(to)) = (window.from, window.to)
                && from > to
            {
                self.report(ProblemKind::InvertedRange, at);
            }
        }
    }

    fn range<T: PartialOrd>(&mut self, from: Option<T>, to: Option<T>, at: JsonPath) {
        match (from, to) {
            (None, None) => self.report(ProblemKind::OpenRange, at),
            (Some(from), Some(to)) if from > to => self.report(ProblemKind::InvertedRange, at),
            _ => {}
        }
    }

    fn unused_sets(&mut self) {
        for name in self.definition.concept_sets.keys() {
            if !self.used.contains(name) {
                let path = JsonPath::default().field("concept_sets").field(name.as_str());
                self.report(ProblemKind::UnusedConceptSet, path);
            }
        }
    }

    fn no_record_needed(&mut self) {
        let stays = self.definition.steps.iter().all(|step| match &step.action {
            StepAction::Require(predicate) => without_records(predicate).can_be_true,
            StepAction::Exclude(predicate) => without_records(predicate).can_be_false,
        });
        if self.definition.entry == Entry::Everyone && stays {
            self.report(ProblemKind::NoRecordNeeded, JsonPath::default().field("entry"));
        }
    }
}

/// Every concept of a set with the path of its item, included ones first.
pub(crate) fn item_paths(
    set: &ConceptSetExpression,
    at: &JsonPath,
) -> impl Iterator<Item = (ConceptId, JsonPath)> {
    [("include", &set.include), ("exclude", &set.exclude)].into_iter().flat_map(move |(field, items)| {
        let at = at.field(field);
        let items = items.iter().enumerate();
        items.map(move |(position, item)| (item.concept, at.position(position).field("concept")))
    })
}

/// The values that a predicate can have for people of whom there is no record but the person
/// itself. Only what is said about the person can differ between them.
#[derive(Clone, Copy)]
struct WithoutRecords {
    can_be_true: bool,
    can_be_false: bool,
}

fn without_records(predicate: &Predicate) -> WithoutRecords {
    let always = |value: bool| WithoutRecords { can_be_true: value, can_be_false: !value };
    match predicate {
        Predicate::Any(_) => always(false),
        Predicate::No(_) => always(true),
        Predicate::AtLeast(count) => always(count.n == 0),
        Predicate::AgeAtIndex(_) | Predicate::SexAtBirth(_) => {
            WithoutRecords { can_be_true: true, can_be_false: true }
        }
        Predicate::All(members) => WithoutRecords {
            can_be_true: members.iter().all(|member| without_records(member).can_be_true),
            can_be_false: members.iter().any(|member| without_records(member).can_be_false),
        },
        Predicate::AnyOf(members) => WithoutRecords {
            can_be_true: members.iter().any(|member| without_records(member).can_be_true),
            can_be_false: members.iter().all(|member| without_records(member).can_be_false),
        },
        Predicate::Not(inner) => {
            let inner = without_records(inner);
            WithoutRecords { can_be_true: inner.can_be_false, can_be_false: inner.can_be_true }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    /// Checks a definition of this entry and these steps, over the concept set `dx`.
    fn check_definition(entry: &str, steps: &str, expected: &[&str]) {
        let text = format!(
            r#"{{ "format": "cohort-ast/1", "profile": "native/1", "name": "c", "observed": "unbounded",
                 "concept_sets": {{ "dx": {{ "include": [ {{ "concept": 1 }} ] }} }},
                 "entry": {entry}, "steps": [ {steps} ] }}"#
        );
        check_text(&text, expected);
    }

    fn check_text(text: &str, expected: &[&str]) {
        let definition = Definition::from_json(text, &Limits::default()).unwrap();
        let found: Vec<_> = check(&definition)
            .iter()
            .map(|problem| format!("{} {}", problem.kind().code(), problem.path()))
            .collect();
        assert_eq!(found, expected, "for {text}");
    }

    const DX: &str = r#"{ "domain": "condition", "concepts": { "set": "dx" } }"#;

    fn first() -> String {
        format!(r#"{{ "first": {DX} }}"#)
    }

    #[test]
    fn a_sound_definition_has_no_problems() {
        check_definition(&first(), "", &[]);
        check_definition(
            &first(),
            r#"{ "require": { "any": { "domain": "drug", "where": [ { "start": { "from": "2010-01-01" } } ],
                 "during": { "from": { "d": -30 }, "to": { "d": 0 }, "of": "index" } } } }"#,
            &[],
        );
    }

    #[test]
    fn an_index_is_read_only_where_there_is_one() {
        let window = r#""during": { "from": { "d": 0 }, "to": "unbounded", "of": "index" }"#;
        let dx = format!(r#"{{ "domain": "condition", "concepts": {{ "set": "dx" }}, {window} }}"#);
        check_definition(&format!(r#"{{ "first": {dx} }}"#), "", &["E040 $.entry.first.during"]);
        check_definition(
            r#""everyone""#,
            &format!(
                r#"{{ "require": {{ "all": [ {{ "any": {dx} }}, {{ "age_at_index": {{ "min": 18 }} }} ] }} }}"#
            ),
            &["E040 $.steps[0].require.all[0].any.during", "E040 $.steps[0].require.all[1].age_at_index"],
        );
    }

    #[test]
    fn all_problems_are_found_at_once() {
        check_definition(
            &first(),
            r#"{ "require": { "all": [] } },
               { "exclude": { "any_of": [
                   { "at_least": { "n": 0, "unit": "dates", "of": { "domain": "visit" } } },
                   { "any": { "domain": "drug", "concepts": { "set": "rx" } } },
                   { "sex_at_birth": [] },
                   { "sex_at_birth": [ 8507, 0 ] },
                   { "age_at_index": { "min": 10, "max": 9 } },
                   { "age_at_index": {} } ] } },
               { "require": { "none": { "domain": "drug",
                   "where": [ { "age": { "max": 5 } }, { "start": { "from": "2010-01-02", "to": "2010-01-01" } } ],
                   "during": { "from": { "d": 1 }, "to": { "d": 0 }, "of": "index" } } } }"#,
            &[
                "E051 $.steps[0].require.all",
                "E052 $.steps[1].exclude.any_of[0].at_least.n",
                "E050 $.steps[1].exclude.any_of[1].any.concepts",
                "E051 $.steps[1].exclude.any_of[2].sex_at_birth",
                "E056 $.steps[1].exclude.any_of[3].sex_at_birth[1]",
                "E053 $.steps[1].exclude.any_of[4].age_at_index",
                "E054 $.steps[1].exclude.any_of[5].age_at_index",
                "E053 $.steps[2].require.none.where[1].start",
                "E053 $.steps[2].require.none.during",
            ],
        );
    }

    #[test]
    fn concept_sets_include_something_and_are_used() {
        check_text(
            r#"{ "format": "cohort-ast/1", "profile": "native/1", "name": "c", "observed": "unbounded",
                 "concept_sets": { "empty": { "include": [] },
                                   "odd": { "include": [ { "concept": 1 } ], "exclude": [ { "concept": -1 } ] } },
                 "entry": { "first": { "domain": "condition", "concepts": { "set": "empty" } } } }"#,
            &[
                "E055 $.concept_sets.empty",
                "E056 $.concept_sets.odd.exclude[0].concept",
                "W220 $.concept_sets.odd",
            ],
        );
    }

    #[test]
    fn a_cohort_of_people_without_records_is_pointed_out() {
        let check = |steps: &str, pointed_out: bool| {
            let expected = ["W220 $.concept_sets.dx", "W203 $.entry"];
            check_definition(r#""everyone""#, steps, &expected[..1 + usize::from(pointed_out)]);
        };
        let any = r#"{ "any": { "domain": "visit" } }"#;
        let sex = r#"{ "sex_at_birth": [ 8507 ] }"#;
        check("", true);
        check(&format!(r#"{{ "exclude": {any} }}"#), true);
        check(&format!(r#"{{ "require": {any} }}"#), false);
        check(&format!(r#"{{ "require": {sex} }}"#), true);
        check(&format!(r#"{{ "exclude": {sex} }}"#), true);
        check(&format!(r#"{{ "require": {{ "all": [ {sex}, {any} ] }} }}"#), false);
        check(&format!(r#"{{ "require": {{ "any_of": [ {sex}, {any} ] }} }}"#), true);
        check(&format!(r#"{{ "exclude": {{ "not": {any} }} }}"#), false);
        check(&format!(r#"{{ "exclude": {{ "not": {sex} }} }}"#), true);
    }
}
