//! What the cohort language costs: reading, checking and rendering a document, and looking a large
//! concept set up in a vocabulary.

use std::error::Error;
use std::fmt::Write as _;

use criterion::{Criterion, criterion_group, criterion_main};
use strongroom::cohort::ast::{Code, ConceptItem, ConceptSet, Entry, EventKind, Events};
use strongroom::cohort::text::parse;
use strongroom::cohort::{
    Cohort, CohortName, Concept, Definition, Limits, SetName, StandardConcept, Vocabulary, check, render,
    resolve,
};
use strongroom::omop::ConceptId;
use strongroom::primitives::Label;

/// The allocator of the command and of its language server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const LINES: usize = 200;
const CONCEPTS: i64 = 78_000;
const ITEMS: i64 = 1_609;

fn language(criterion: &mut Criterion) {
    let (Ok(sound), Ok(doubtful), Ok(vocabulary), Ok(large)) =
        (document(true), document(false), vocabulary(), large_set())
    else {
        return;
    };
    let limits = Limits::default();
    let mut group = criterion.benchmark_group("language");
    for (name, text) in [
        ("parse, check and render 200 lines", sound),
        ("the same with a warning and its correction for most lines", doubtful),
    ] {
        group.bench_function(name, |bench| {
            bench.iter(|| {
                let definition = parse(&text, &limits).definition?;
                Some((check(&definition).len(), render::markdown(&definition).len()))
            });
        });
    }
    group.bench_function("resolve 1,609 items over 78,000 concepts", |bench| {
        bench.iter(|| resolve(&large, &vocabulary, &limits).is_ok());
    });
    group.finish();
}

/// 200 lines of sets, named events and steps that look back on time which everybody was observed
/// for, or need not have been.
fn document(observed: bool) -> Result<String, std::fmt::Error> {
    let mut text = "language 1\n\n".to_owned();
    for set in 0..40 {
        writeln!(text, "concepts set_{set} \"Set {set}\" {{ include SNOMED:{set} with descendants }}")?;
        writeln!(text, "let events_{set} = conditions in set_{set}")?;
    }
    text.push_str("\ncohort measured \"Measured\" {\n  observed by observation_period\n");
    text.push_str("  entry:  events_0, first\n  index:  start\n");
    if observed {
        text.push_str("  require observed [-365d, 0d] of index\n");
    }
    let others = LINES.saturating_sub(text.lines().count() + 2);
    for step in 0..others {
        let set = step % 40;
        writeln!(
            text,
            "  exclude any events_{set} during [-{}d, -1d] of index as \"step {step}\"",
            step + 2
        )?;
    }
    text.push_str("  exit:   end of observation\n}\n");
    Ok(text)
}

/// Concepts in a tree where each has ten below it, to the root's last leaf.
fn vocabulary() -> Result<Vocabulary, Box<dyn Error>> {
    let mut vocabulary = Vocabulary::new(Label::new("synthetic")?);
    for number in 1..=CONCEPTS {
        let concept = Concept::new(StandardConcept::Standard).coded("SNOMED", number.to_string());
        vocabulary.add_concept(ConceptId::new(number), concept);
        let mut above = number;
        while above > 0 {
            vocabulary.add_descendants(ConceptId::new(above), [ConceptId::new(number)]);
            above /= 10;
        }
    }
    Ok(vocabulary)
}

/// Every third concept from the middle of the tree, half of them by code, with what is below them.
fn large_set() -> Result<Definition, Box<dyn Error>> {
    let items = (0..ITEMS).map(|number| {
        let concept = 1_000 + number * 3;
        let mut item = match number % 2 {
            0 => ConceptItem::only(ConceptId::new(concept)),
            _ => ConceptItem::new(Code::of("SNOMED", concept.to_string())),
        };
        item.descendants = true;
        item
    });
    let name = SetName::new("large")?;
    let entry = Entry::first(Events::of(EventKind::Condition).in_set(name.clone()));
    let cohort = Cohort::new(CohortName::new("measured")?, entry);
    Ok(Definition::of(cohort).with_concept_set(name, ConceptSet::including(items)))
}

criterion_group!(benches, language);
criterion_main!(benches);
