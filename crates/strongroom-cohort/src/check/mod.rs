//! What can be said against a definition without a vocabulary.

mod circles;
mod kinds;
mod lints;
mod ranges;
mod references;
mod scopes;
mod similar;
mod units;

use crate::ast::{Definition, Predicate, Profile};
use crate::path::JsonPath;
use crate::problem::{Fix, Problem, ProblemKind};
use crate::text::{Piece, piece, written_name, written_text};
use crate::walk::{Node, walk};

pub(crate) use similar::similar;

/// Everything that can be said against a definition without a vocabulary: errors and warnings, all
/// of them at once, in the order in which they stand. The definition has to be within some
/// [`Limits`](crate::Limits) of nesting.
#[must_use]
pub fn check(definition: &Definition) -> Vec<Problem> {
    let mut findings = Findings::new(definition.profile);
    let nodes: Vec<Node<'_>> = walk(definition).collect();
    references::check(definition, &nodes, &mut findings);
    for node in &nodes {
        scopes::check(node, &mut findings);
        ranges::check(definition, node, &mut findings);
        ranges::groups(definition, node, &mut findings);
        kinds::check(definition, node, &mut findings);
    }
    for (position, cohort) in definition.cohorts.iter().enumerate() {
        let at = JsonPath::default().field("cohorts").position(position);
        lints::check(definition, cohort, &at, &mut findings);
    }
    ranges::days(definition, &mut findings);
    units::check(definition, &nodes, &mut findings);
    let mut problems = findings.problems;
    problems.sort_by(|one, other| (one.path(), one.kind()).cmp(&(other.path(), other.kind())));
    problems.dedup_by(|later, earlier| (later.path(), later.kind()) == (earlier.path(), earlier.kind()));
    problems
}

/// The predicates of which one is made, and where they stand.
fn members<'a>(predicate: &'a Predicate, at: &JsonPath) -> Vec<(&'a Predicate, JsonPath)> {
    let list = |members: &'a [Predicate], at: JsonPath| {
        members.iter().enumerate().map(|(position, member)| (member, at.position(position))).collect()
    };
    match predicate {
        Predicate::All(members) => list(members, at.field("all")),
        Predicate::AnyOf(members) => list(members, at.field("any_of")),
        Predicate::NoneOf(members) => list(members, at.field("none_of")),
        Predicate::NumberOf { of, .. } => list(of, at.field("number_of").field("of")),
        Predicate::Not(inner) => vec![(inner, at.field("not"))],
        _ => Vec::new(),
    }
}

/// What was found so far.
struct Findings {
    profile: Profile,
    problems: Vec<Problem>,
    /// How many pairs of characters may still be compared to find out which name was meant.
    comparable: usize,
    /// How many bytes of corrections may still be written that repeat parts of the definition.
    writable: usize,
}

/// With names of usual length, some ten thousand of them.
const COMPARABLE: usize = 4 << 20;
/// As much as a long definition.
const WRITABLE: usize = 1 << 20;

impl Findings {
    const fn new(profile: Profile) -> Self {
        Self { profile, problems: Vec::new(), comparable: COMPARABLE, writable: WRITABLE }
    }

    /// The known names that may have been meant; none after many were looked for, since one name that
    /// is wrong everywhere is meant once.
    fn meant<'a>(&mut self, name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let (letters, mut near) = (name.len(), Vec::new());
        for other in known {
            let Some(left) = self.comparable.checked_sub(letters * other.len() + 1) else {
                self.comparable = 0;
                return Vec::new();
            };
            self.comparable = left;
            near.push(other);
        }
        similar(name, near)
    }

    /// A part of the definition as a correction needs it; nothing after much was written, since
    /// each of many corrections can repeat a long part.
    fn written(&mut self, definition: &Definition, part: &Piece<'_>) -> Option<String> {
        if self.writable == 0 {
            return None;
        }
        let text = piece(definition, part);
        self.writable = self.writable.saturating_sub(text.len());
        Some(text)
    }

    fn report(&mut self, kind: ProblemKind, at: JsonPath) {
        self.add(Problem::new(kind, at));
    }

    fn report_about(&mut self, kind: ProblemKind, at: JsonPath, detail: impl Into<String>) {
        self.add(Problem::new(kind, at).about(detail));
    }

    /// A name that is not there, and what may have been meant.
    fn unknown_name<'a>(
        &mut self,
        kind: ProblemKind,
        at: JsonPath,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) {
        let mut problem = Problem::new(kind, at).about(format!("`{name}`"));
        for similar in self.meant(name, known) {
            problem =
                problem.fixed_by(Fix::new(format!("did you mean `{similar}`?"), written_name(&similar)));
        }
        self.add(problem);
    }

    /// A label that is not there, which may hold any text.
    fn unknown_label<'a>(&mut self, at: JsonPath, label: &str, known: impl IntoIterator<Item = &'a str>) {
        let problem = Problem::new(ProblemKind::UnknownStep, at).about(format!("“{label}”"));
        let meant = self.meant(label, known);
        self.add(meant.into_iter().fold(problem, |problem, meant| {
            problem.fixed_by(Fix::new(format!("did you mean “{meant}”?"), written_text(&meant)))
        }));
    }

    /// The position 0.
    fn nth_zero(&mut self, at: JsonPath) {
        let ways = [("the first", "first"), ("the second", "nth 2")];
        let problem = Problem::new(ProblemKind::NthZero, at);
        self.add(ways.into_iter().fold(problem, |problem, (which, written)| {
            problem.fixed_by(Fix::new(which, format!("keep {written}")))
        }));
    }

    fn add(&mut self, problem: Problem) {
        // Other tools let through what is no mistake in their own rules: a definition of theirs
        // must run as it does there, however odd it looks here.
        let foreign = self.profile != Profile::Native1;
        if !(foreign && problem.kind().is_about_style()) {
            self.problems.push(problem);
        }
    }
}
