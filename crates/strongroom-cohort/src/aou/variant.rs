use super::build::{Builder, all_of, any_of};
use super::compare::{integers, inverted, numbers};
use super::problem::AouProblemKind as Kind;
use super::request::{Item, Range, VariantFilter};
use crate::ast::{Column, Comparison, EventKind, Events, Filter, Predicate, Value};

/// The word in a list of genes, consequences or significances for "none is known".
const UNKNOWN: &str = "n/a";

/// "The person carries such a variant": one of the variants named, or one that passes a filter.
pub(super) fn item(builder: &mut Builder<'_>, item: &Item) -> Option<Predicate> {
    let mut asked = Vec::new();
    for parameter in &item.parameters {
        if parameter.variant.is_none() && parameter.variants.is_none() {
            builder.problems.add(Kind::NoVariant, &parameter.path);
            return None;
        }
        asked.extend(parameter.variant.as_deref().map(|id| text_is(Column::VariantId, id)));
        asked.extend(parameter.variants.as_ref().map(|filter| passes(builder, filter)));
    }
    let variants = Events::of(EventKind::Variant).filtered(Filter::Where(any_of(asked)));
    Some(Predicate::Any(variants))
}

fn passes(builder: &mut Builder<'_>, filter: &VariantFilter) -> Predicate {
    let carried =
        Predicate::compare(Value::Column(Column::ParticipantCount), Comparison::Greater, Value::integer(0));
    let mut asked = Vec::new();
    match filter.term.as_deref().map(Term::read) {
        // An id says everything: the other filters are not read.
        Some(Term::Id(id)) => return Predicate::All(vec![text_is(Column::VariantId, &id), carried]),
        Some(term) => asked.extend(term.asked()),
        None => {}
    }
    asked.push(carried);
    asked.extend(one_of(&filter.genes, |genes| text_is(Column::Genes, genes), Column::Genes));
    for (texts, column) in
        [(&filter.consequences, Column::Consequence), (&filter.significance, Column::SignificanceText)]
    {
        let contains =
            |text: &str| Predicate::Like { value: Value::Column(column), pattern: format!("%{text}%") };
        asked.extend(one_of(texts, contains, column));
    }
    for (range, column) in [
        (filter.count, Column::AlleleCount),
        (filter.number, Column::AlleleNumber),
        (filter.frequency, Column::AlleleFrequency),
    ] {
        asked.extend(in_range(range, column));
    }
    if let Some((operator, operands)) = &filter.participants {
        if inverted(*operator, operands) {
            builder.problems.add(Kind::NeverTrue, &filter.path.field("participantCountRange"));
        }
        let count = Value::Column(Column::ParticipantCount);
        // That it is more than 0 is asked above.
        asked.extend(super::compare::compared(&count, *operator, integers(operands)));
    }
    if !filter.without.is_empty() {
        let without = filter.without.iter().map(|id| text_is(Column::VariantId, id));
        asked.push(Predicate::NoneOf(without.collect()));
    }
    all_of(asked)
}

/// A search term, by the first of these forms that it has.
enum Term {
    /// `rs` and digits.
    RsNumber(String),
    /// `contig:from-to`
    Positions { contig: String, from: i64, to: i64 },
    /// Four fields with dashes between them.
    Id(String),
    /// Anything else.
    Gene(String),
}

impl Term {
    fn read(term: &str) -> Self {
        let lower = term.to_ascii_lowercase();
        if lower.strip_prefix("rs").is_some_and(is_digits) {
            return Self::RsNumber(lower);
        }
        if let Some((contig, (from, to))) = term
            .split_once(':')
            .and_then(|(contig, range)| range.split_once('-').map(|range| (contig, range)))
            && !contig.is_empty()
            && is_digits(from)
            && is_digits(to)
            && let (Ok(from), Ok(to)) = (from.parse(), to.parse())
        {
            return Self::Positions { contig: contig.to_owned(), from, to };
        }
        let fields: Vec<_> = term.split('-').collect();
        if fields.len() == 4 && fields.iter().all(|field| !field.is_empty()) {
            return Self::Id(term.to_ascii_uppercase());
        }
        // Gene symbols are recorded in upper case.
        Self::Gene(term.to_ascii_uppercase())
    }

    fn asked(self) -> Vec<Predicate> {
        match self {
            Self::RsNumber(number) => vec![text_is(Column::RsNumber, &number)],
            Self::Positions { contig, from, to } => {
                let mut ends = integers(&[from, to]).into_iter();
                let range = ends.next().zip(ends.next()).map(|(low, high)| Predicate::Between {
                    value: Value::Column(Column::Position),
                    low,
                    high,
                });
                std::iter::once(text_is(Column::Contig, &contig)).chain(range).collect()
            }
            Self::Id(id) => vec![text_is(Column::VariantId, &id)],
            Self::Gene(symbol) => vec![text_is(Column::Gene, &symbol)],
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn text_is(column: Column, text: &str) -> Predicate {
    Predicate::compare(Value::Column(column), Comparison::Equal, Value::Text(text.to_owned()))
}

/// One of the texts of a list; nothing is asked by an empty list.
fn one_of(texts: &[String], asked: impl Fn(&str) -> Predicate, column: Column) -> Option<Predicate> {
    let each = texts.iter().map(|text| match text.as_str() {
        UNKNOWN => Predicate::Missing(Value::Column(column)),
        text => asked(text),
    });
    (!texts.is_empty()).then(|| any_of(each.collect()))
}

fn in_range((low, high): Range, column: Column) -> Vec<Predicate> {
    let mut asked = Vec::new();
    for (end, sign) in [(low, Comparison::AtLeast), (high, Comparison::AtMost)] {
        let end = end.and_then(|end| numbers(&[end]).pop());
        asked.extend(end.map(|end| Predicate::compare(Value::Column(column), sign, end)));
    }
    asked
}
