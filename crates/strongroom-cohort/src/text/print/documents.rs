use strongroom_omop::ConceptId;

use super::cohort::title;
use super::literal::{code, date, days, literal, quoted};
use super::predicate::Style;
use super::value::Binding;
use super::{Follow, Printer, name};
use crate::ast::{
    Code, ConceptItem, ConceptSet, Count, Dataset, ExamplePerson, ExampleRow, ExampleTest, Expectation,
    Feature, FeatureValue, Import, MatchTolerance, Matching, Parameter, ParameterKind, PersonColumn, Profile,
};
use crate::text::words::CONTINUATIONS;

impl Printer<'_> {
    pub(super) fn definition(&mut self) -> String {
        let definition = self.definition;
        let mut text = "language 1\n".to_owned();
        if definition.profile != Profile::Native1 {
            text.push_str(&format!("profile {}\n", definition.profile.name()));
        }
        let mut blocks: Vec<String> = Vec::new();
        blocks.push(lines(definition.imports.iter().map(import)));
        blocks.push(lines(definition.parameters.iter().map(|(name, given)| parameter(name.as_str(), given))));
        blocks.push(lines(definition.concept_sets.iter().map(|(name, set)| concept_set(name.as_str(), set))));
        blocks.push(lines(definition.events.iter().map(|(named, events)| {
            format!("let {} = {}", name(named.as_str()), self.events(events, Follow::Nothing))
        })));
        blocks.extend(definition.cohorts.iter().map(|cohort| self.cohort(cohort)));
        blocks.extend(definition.matches.iter().map(|matching| self.matching(matching)));
        blocks.extend(definition.datasets.iter().map(|dataset| self.dataset(dataset)));
        blocks.extend(definition.counts.iter().map(|count| self.count(count)));
        blocks.extend(definition.tests.iter().map(test));
        for block in blocks.iter().filter(|block| !block.is_empty()) {
            text.push('\n');
            text.push_str(block);
            text.push('\n');
        }
        text
    }

    fn matching(&mut self, matching: &Matching) -> String {
        let replacement = if matching.without_replacement { " without replacement" } else { "" };
        let mut parts = vec![format!("ratio {}{replacement}", matching.ratio)];
        if !matching.exact.is_empty() {
            let columns: Vec<&str> =
                matching.exact.iter().map(|column| PersonColumn::name(*column)).collect();
            parts.push(format!("exact {}", columns.join(", ")));
        }
        parts.extend(matching.near.iter().map(|(column, tolerance)| {
            let tolerance = match tolerance {
                MatchTolerance::Duration(duration) => duration.to_string(),
                MatchTolerance::Number(number) => number.to_string(),
            };
            format!("within {tolerance} of {}", column.name())
        }));
        parts.extend(matching.steps.iter().map(|step| self.step(step)));
        parts.push(format!("seed {}", matching.seed));
        let [named, from, to] =
            [&matching.name, &matching.from, &matching.to].map(|cohort| name(cohort.as_str()));
        format!("match {named} from {from} to {to} {{\n{}\n}}", parts.join("\n"))
    }

    fn dataset(&mut self, dataset: &Dataset) -> String {
        let mut parts = Vec::new();
        if !dataset.per_entry.is_empty() {
            let features = lines(dataset.per_entry.iter().map(|feature| self.feature(feature)));
            parts.push(format!("per entry {{\n{features}\n}}"));
        }
        parts.extend(dataset.tables.iter().map(|table| {
            let of = self.events(&table.of, Follow::Something);
            let columns: Vec<&str> = table.columns.iter().map(|column| column.name()).collect();
            let columns =
                if columns.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", columns.join(", ")) };
            format!("table {} = {of} {columns}", name(table.name.as_str()))
        }));
        let [named, from] = [&dataset.name, &dataset.from].map(|cohort| name(cohort.as_str()));
        format!("dataset {named} from {from} {{\n{}\n}}", parts.join("\n"))
    }

    fn feature(&mut self, feature: &Feature) -> String {
        let named = feature.name.as_str();
        // A word with which the value before could go on is no name here.
        let named = if CONTINUATIONS.contains(&named) { format!("`{named}`") } else { named.to_owned() };
        let is = match &feature.is {
            FeatureValue::Value(value) => self.value(value, Binding::Loose, Follow::Nothing),
            FeatureValue::Predicate(predicate) => self.predicate(predicate, Style::Braces, Follow::Nothing),
        };
        format!("{named} = {is}")
    }

    fn count(&mut self, count: &Count) -> String {
        let by: Vec<String> =
            count.by.iter().map(|value| self.value(value, Binding::Loose, Follow::Something)).collect();
        let by = if by.is_empty() { String::new() } else { format!(" by {}", by.join(", ")) };
        let policy = name(count.release_policy.as_str());
        format!("count {}{by} {{ release policy {policy} }}", name(count.of.as_str()))
    }
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<String>>().join("\n")
}

fn import(import: &Import) -> String {
    let names: Vec<String> = import.names.iter().map(|set| name(set.as_str())).collect();
    let names = if names.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", names.join(", ")) };
    let digest = import.digest.as_ref().map_or_else(String::new, |digest| format!(" @sha256:{digest}"));
    format!("import {names} from {}{digest}", quoted(&import.from))
}

fn parameter(named: &str, parameter: &Parameter) -> String {
    let kind = match parameter.kind {
        ParameterKind::Quantity => "quantity",
        ParameterKind::Duration => "duration",
        ParameterKind::Date => "date",
        ParameterKind::Int => "int",
        ParameterKind::Concepts => "concepts",
    };
    let default =
        parameter.default.as_ref().map_or_else(String::new, |given| format!(" = {}", literal(given)));
    format!("param {}: {kind}{default}", name(named))
}

fn concept_set(named: &str, set: &ConceptSet) -> String {
    let items: Vec<String> = set
        .include
        .iter()
        .map(|item| concept_item("include", item))
        .chain(set.exclude.iter().map(|item| concept_item("exclude", item)))
        .collect();
    let items = match items.as_slice() {
        [] => "{}".to_owned(),
        items => format!("{{\n{}\n}}", items.join("\n")),
    };
    format!("concepts {}{} {items}", name(named), title(set.title.as_ref()))
}

fn concept_item(word: &str, item: &ConceptItem) -> String {
    format!("{word} {}", concept(item))
}

pub(super) fn concept(item: &ConceptItem) -> String {
    let mut text = format!("{}{}", code(&item.concept), title(item.label.as_ref()));
    for (asked, what) in
        [(item.descendants, "descendants"), (item.mapped, "mapped"), (item.children, "children")]
    {
        if asked {
            text.push_str(" with ");
            text.push_str(what);
        }
    }
    text
}

fn test(test: &ExampleTest) -> String {
    let parts = lines(test.people.iter().map(person).chain(test.expect.iter().map(expectation)));
    format!("test {} {{\n{parts}\n}}", name(test.of.as_str()))
}

fn person(person: &ExamplePerson) -> String {
    let mut text = format!("person {}", name(person.name.as_str()));
    text.push_str(&match &person.sex {
        None => String::new(),
        Some(Code::Id(ConceptId::FEMALE)) => " female".to_owned(),
        Some(Code::Id(ConceptId::MALE)) => " male".to_owned(),
        Some(sex) => format!(" sex {}", code(sex)),
    });
    if let Some(born) = person.born {
        text.push_str(&format!(" born {}", date(born)));
    }
    if !person.observed.is_empty() {
        let observed: Vec<String> = person.observed.iter().map(|interval| days(*interval)).collect();
        text.push_str(&format!(" observed {}", observed.join(", ")));
    }
    if person.rows.is_empty() {
        text.push_str(" {}");
    } else {
        text.push_str(&format!(" {{\n{}\n}}", lines(person.rows.iter().map(row))));
    }
    text
}

fn row(row: &ExampleRow) -> String {
    let end = row.end.map_or_else(String::new, |end| format!(" .. {}", date(end)));
    let value = row.value.as_ref().map_or_else(String::new, |value| format!(" = {}", literal(value)));
    let visit =
        row.visit.as_ref().map_or_else(String::new, |visit| format!(" visit {}", name(visit.as_str())));
    format!("{}{end} {} {}{value}{visit}", date(row.start), row.kind.name(), code(&row.concept))
}

fn expectation(expectation: &Expectation) -> String {
    match expectation {
        Expectation::In { person, days: between } => {
            let between = between.map_or_else(String::new, |between| format!(" {}", days(between)));
            format!("expect {} in{between}", name(person.as_str()))
        }
        Expectation::Out { person, at } => {
            let at = at.as_ref().map_or_else(String::new, |at| format!(" at {}", quoted(at.as_str())));
            format!("expect {} out{at}", name(person.as_str()))
        }
    }
}
