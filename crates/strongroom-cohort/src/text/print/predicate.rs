use super::literal::{concept_ref, quoted};
use super::value::{Binding, count_unit, ends_with_events};
use super::{Follow, Printer, name};
use crate::ColumnName;
use crate::ast::{Anchor, CountTest, Counted, Events, Predicate};

/// How statements of statements are written: in braces, or joined by `and` and `or` as in row
/// filters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Braces,
    Joined,
}

impl Printer<'_> {
    pub(super) fn predicate(&mut self, predicate: &Predicate, style: Style, follow: Follow) -> String {
        match predicate {
            Predicate::Any(events) => self.quantified("any", events, follow),
            Predicate::No(events) => self.quantified("no", events, follow),
            Predicate::Count(counted) => self.counted(counted, follow),
            Predicate::All(members) => match joined(predicate, style) {
                Some(word) => self.joined(members, word, follow),
                None => format!("all {}", self.members(members, style)),
            },
            Predicate::AnyOf(members) => match joined(predicate, style) {
                Some(word) => self.joined(members, word, follow),
                None => format!("any of {}", self.members(members, style)),
            },
            Predicate::NoneOf(members) => format!("none of {}", self.members(members, style)),
            Predicate::NumberOf { test, of } => {
                format!("{} of {}", count_test(*test), self.members(of, style))
            }
            Predicate::Not(inner) => self.negated(inner, style, follow),
            Predicate::Observed { window, of } => {
                let window = self.window(window);
                if *of == Anchor::index() {
                    format!("observed {window}")
                } else {
                    format!("observed {window} of {}", self.anchor(of))
                }
            }
            Predicate::MemberOf { cohort, during } => {
                let cohort = name(cohort.as_str());
                match during {
                    Some((window, of)) => {
                        format!("member of {cohort} during {} of {}", self.window(window), self.anchor(of))
                    }
                    None => format!("member of {cohort}"),
                }
            }
            Predicate::PersonHas(what) if ColumnName::new(what.as_str()).is_ok() => {
                format!("person.has {}", name(what))
            }
            Predicate::PersonHas(what) => format!("person.has {}", quoted(what)),
            Predicate::Compare { left, op, right } => {
                let left = self.value(left, Binding::Loose, Follow::Something);
                format!("{left} {} {}", op.sign(), self.value(right, Binding::Loose, follow))
            }
            Predicate::Between { value, low, high } => {
                let value = self.value(value, Binding::Loose, Follow::Something);
                let low = self.value(low, Binding::Loose, Follow::Something);
                format!("{value} between {low} and {}", self.value(high, Binding::Loose, follow))
            }
            Predicate::In { .. } | Predicate::Like { .. } | Predicate::Missing(_) => {
                self.tested(predicate, false)
            }
        }
    }

    fn quantified(&mut self, word: &str, events: &Events, follow: Follow) -> String {
        format!("{word} {}", self.events(events, follow))
    }

    fn counted(&mut self, counted: &Counted, follow: Follow) -> String {
        let follow = if counted.within.is_some() { Follow::Something } else { follow };
        let of = self.events(&counted.of, follow);
        let per_concept = if counted.per_concept { " per concept" } else { "" };
        let within = counted.within.map_or_else(String::new, |within| format!(" within {within}"));
        format!("{} {}{per_concept} of {of}{within}", count_test(counted.test), count_unit(counted.unit))
    }

    fn negated(&mut self, inner: &Predicate, style: Style, follow: Follow) -> String {
        match inner {
            Predicate::In { .. } | Predicate::Like { .. } | Predicate::Missing(_) => self.tested(inner, true),
            _ => format!("not {}", self.operand(inner, style, follow)),
        }
    }

    /// A test of one value, or its opposite.
    fn tested(&mut self, predicate: &Predicate, negated: bool) -> String {
        let not = if negated { "not " } else { "" };
        match predicate {
            Predicate::In { value, concepts } => {
                let value = self.value(value, Binding::Loose, Follow::Something);
                format!("{value} {not}in {}", concept_ref(concepts))
            }
            Predicate::Like { value, pattern } => {
                let value = self.value(value, Binding::Loose, Follow::Something);
                format!("{value} {not}like {}", quoted(pattern))
            }
            Predicate::Missing(value) => {
                format!("{} is {not}missing", self.value(value, Binding::Loose, Follow::Something))
            }
            other => self.operand(other, Style::Braces, Follow::Something),
        }
    }

    fn joined(&mut self, members: &[Predicate], word: &str, follow: Follow) -> String {
        let last = members.len().saturating_sub(1);
        let members: Vec<String> = members
            .iter()
            .enumerate()
            .map(|(at, member)| {
                let follow = if at == last { follow } else { Follow::Something };
                self.operand(member, Style::Joined, follow)
            })
            .collect();
        members.join(&format!(" {word} "))
    }

    /// A statement as a part of another one without braces.
    fn operand(&mut self, predicate: &Predicate, style: Style, follow: Follow) -> String {
        if joined(predicate, style).is_some() {
            self.bracketed(|printer| printer.predicate(predicate, style, Follow::Nothing))
        } else {
            self.predicate(predicate, style, follow)
        }
    }

    fn members(&mut self, members: &[Predicate], style: Style) -> String {
        self.braced(members, |printer, member| {
            let text = printer.predicate(member, style, Follow::Nothing);
            // These could be taken for a part of the member before.
            let first = text.split(|c: char| !c.is_ascii_alphanumeric()).next();
            if text.starts_with(['-', '+']) || first == Some("end") { format!("({text})") } else { text }
        })
    }
}

/// The word by which several statements are joined in this style.
fn joined(predicate: &Predicate, style: Style) -> Option<&'static str> {
    match (predicate, style) {
        (Predicate::All(members), Style::Joined) if members.len() > 1 => Some("and"),
        (Predicate::AnyOf(members), Style::Joined) if members.len() > 1 => Some("or"),
        _ => None,
    }
}

fn count_test(test: CountTest) -> String {
    match test {
        CountTest::AtLeast(n) => format!("at least {n}"),
        CountTest::AtMost(n) => format!("at most {n}"),
        CountTest::Exactly(n) => format!("exactly {n}"),
        CountTest::Not(n) => format!("not {n}"),
        CountTest::Between(least, most) => format!("between {least} and {most}"),
    }
}

/// Whether a statement, written as in a row filter, ends with events or with a membership, so that a
/// filter after it would be theirs.
pub(super) fn is_open(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::Any(_) | Predicate::No(_) | Predicate::Count(_) | Predicate::MemberOf { .. } => true,
        Predicate::Not(inner) => match &**inner {
            Predicate::In { .. } | Predicate::Like { .. } | Predicate::Missing(_) => false,
            Predicate::All(members) | Predicate::AnyOf(members) if members.len() > 1 => false,
            inner => is_open(inner),
        },
        Predicate::All(members) | Predicate::AnyOf(members) if members.len() > 1 => {
            members.last().is_some_and(|last| joined(last, Style::Joined).is_none() && is_open(last))
        }
        Predicate::Compare { right, .. } => ends_with_events(right),
        Predicate::Between { high, .. } => ends_with_events(high),
        Predicate::All(_)
        | Predicate::AnyOf(_)
        | Predicate::NoneOf(_)
        | Predicate::NumberOf { .. }
        | Predicate::Observed { .. }
        | Predicate::PersonHas(_)
        | Predicate::In { .. }
        | Predicate::Like { .. }
        | Predicate::Missing(_) => false,
    }
}
