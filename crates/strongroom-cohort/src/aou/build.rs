use super::Mode;
use super::events::Sets;
use super::flags::kind_of_data;
use super::problem::AouProblemKind as Kind;
use super::reader::Problems;
use super::request::{Group, Item, Modifier, Operands, Request};
use super::words::{EventDomain, ItemType};
use super::{demographic, events, temporal, variant};
use crate::CohortName;
use crate::ast::{Cohort, Definition, Entry, Predicate, Profile, Step, Title};
use crate::limits::{Limit, LimitError, Limits};
use crate::path::JsonPath;

/// Makes a definition of what was read, as far as it makes sense; whatever does not is a problem.
pub(super) struct Builder<'a> {
    pub(super) mode: Mode,
    limits: Limits,
    pub(super) problems: &'a mut Problems,
    pub(super) definition: Definition,
}

impl<'a> Builder<'a> {
    pub(super) fn new(mode: Mode, limits: Limits, problems: &'a mut Problems) -> Self {
        let profile = match mode {
            Mode::Workbench => Profile::AouWorkbench1,
            Mode::Strict => Profile::Native1,
        };
        Self { mode, limits, problems, definition: Definition::new(profile) }
    }

    pub(super) fn cohort(mut self, request: &Request, name: CohortName) -> Definition {
        let mut cohort = Cohort::new(name, Entry::everyone());
        for (position, group) in request.includes.iter().enumerate() {
            let predicate = self.group(group, &format!("include_{}", position + 1));
            cohort = cohort.with_step(labelled(Step::require(predicate), group.name.as_ref()));
        }
        // Without includes the Workbench builds the excludes as if they were includes.
        let selected = self.mode == Mode::Workbench && request.includes.is_empty();
        if selected && !request.excludes.is_empty() {
            self.problems.add(Kind::ExcludesSelect, &JsonPath::default().field("excludes"));
        }
        for (position, group) in request.excludes.iter().enumerate() {
            let predicate = self.group(group, &format!("exclude_{}", position + 1));
            let step = if selected { Step::require(predicate) } else { Step::exclude(predicate) };
            cohort = cohort.with_step(labelled(step, group.name.as_ref()));
        }
        let at = JsonPath::default().field("dataFilters");
        if self.mode == Mode::Workbench && !request.data_filters.is_empty() {
            self.problems.add(Kind::DataFiltersCounted, &at);
        }
        for (position, column) in request.data_filters.iter().enumerate() {
            match kind_of_data(column) {
                Some(kind) => {
                    cohort = cohort.with_step(Step::require(Predicate::PersonHas(kind.to_owned())));
                }
                None => self.problems.add(Kind::UnknownDataFilter, &at.position(position)),
            }
        }
        self.definition.with_cohort(cohort)
    }

    fn group(&mut self, group: &Group, scope: &str) -> Predicate {
        if let Some(time) = &group.time {
            return temporal::group(self, group, time, scope);
        }
        let mut members = Vec::with_capacity(group.items.len());
        for (position, item) in group.items.iter().enumerate() {
            let Some(item) = item else { continue };
            members.extend(self.item(item, &format!("{scope}_item_{}", position + 1)));
        }
        any_of(members)
    }

    fn item(&mut self, item: &Item, scope: &str) -> Option<Predicate> {
        if !matches!(item.is, ItemType::Events(_)) {
            self.ignore_modifiers(item);
        }
        match item.is {
            ItemType::Person => demographic::item(self, item),
            ItemType::Variant => variant::item(self, item),
            ItemType::Flag(column) => kind_of_data(column).map(|kind| Predicate::PersonHas(kind.to_owned())),
            ItemType::Events(_) if asks_for_measurements(item) => {
                self.ignore_modifiers(item);
                kind_of_data("has_physical_measurement_data")
                    .map(|kind| Predicate::PersonHas(kind.to_owned()))
            }
            ItemType::Events(domain) => events::item(self, item, domain, &Sets::new(scope)),
        }
    }

    /// Whether so many copies of an item's modifiers and attributes stay within the limits. Copies
    /// are what a definition can grow by, so they are counted before they are made.
    pub(super) fn may_copy(&mut self, item: &Item, copies: usize) -> bool {
        let operands = |modifier: &Modifier| match &modifier.operands {
            Operands::Integers(operands) => operands.len(),
            Operands::Days(operands) => operands.len(),
        };
        let modifiers: usize = item.modifiers.iter().map(|modifier| 1 + operands(modifier)).sum();
        let attributes = item.parameters.iter().flat_map(|parameter| &parameter.attributes);
        let operands = |test: &(_, Vec<f64>)| test.1.len();
        let attributes: usize =
            attributes.map(|attribute| 1 + attribute.test.as_ref().map_or(0, operands)).sum();
        let fits = copies <= 1 || (modifiers + attributes).saturating_mul(copies) <= self.limits.list;
        if !fits {
            let error = LimitError::new(Limit::Nodes, self.limits.nodes, item.path.clone());
            self.problems.add(Kind::TooLarge(error), &item.path);
        }
        fits
    }

    fn ignore_modifiers(&mut self, item: &Item) {
        if !item.modifiers.is_empty() {
            self.problems.add(Kind::ModifiersIgnored, &item.path.field("modifiers"));
        }
    }
}

/// A single physical measurement that names nothing asks whether there are any at all.
pub(super) fn asks_for_measurements(item: &Item) -> bool {
    item.is == ItemType::Events(EventDomain::PhysicalMeasurement)
        && matches!(item.parameters.as_slice(), [only] if only.concept.is_none() && only.attributes.is_empty())
}

/// At least one of them; a single one needs no group.
pub(super) fn any_of(mut members: Vec<Predicate>) -> Predicate {
    match members.pop() {
        Some(only) if members.is_empty() => only,
        Some(last) => {
            members.push(last);
            Predicate::AnyOf(members)
        }
        None => Predicate::AnyOf(Vec::new()),
    }
}

/// All of them; a single one needs no group.
pub(super) fn all_of(mut members: Vec<Predicate>) -> Predicate {
    match members.pop() {
        Some(only) if members.is_empty() => only,
        Some(last) => {
            members.push(last);
            Predicate::All(members)
        }
        None => Predicate::All(Vec::new()),
    }
}

fn labelled(step: Step, label: Option<&Title>) -> Step {
    match label {
        Some(label) => step.with_label(label.clone()),
        None => step,
    }
}
