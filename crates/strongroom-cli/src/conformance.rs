//! Engines against the results of other implementations.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use strongroom::cohort::aou::tables::{Index, Tables, read};
use strongroom::cohort::reference::PersonRecord;
use strongroom::cohort::{Definition, Limits, Vocabulary};
use strongroom::primitives::Label;
use strongroom_conformance::run::{Options, Progress, run as run_cases, run_beside};
use strongroom_conformance::{
    Case, Engine, EngineError, NativeEngine, ReferenceEngine, cases, cdm, import_circe, import_workbench,
};

use crate::Failure;
use crate::arguments::{CirceArguments, ConformanceCommand, EngineName, WorkbenchArguments};
use crate::bars::cases_bar;

/// How many people the engine takes at once.
const PEOPLE_OF_A_SHARD: usize = 3_001;

type Import = fn(&Case) -> Result<Definition, EngineError>;

pub(crate) fn run(command: &ConformanceCommand) -> Result<ExitCode, Failure> {
    match command {
        ConformanceCommand::Circe(arguments) => circe(arguments),
        ConformanceCommand::Aou(arguments) => workbench(arguments),
    }
}

fn circe(arguments: &CirceArguments) -> Result<ExitCode, Failure> {
    let definitions = cases::definitions(&arguments.definitions)?;
    let expected = arguments.expected.as_deref().map(cases::expected).transpose()?;
    let beside_reference = expected.is_none();
    let cases = Case::pair(definitions, expected.unwrap_or_default());
    let cdm = cdm::read(&arguments.cdm)?;
    let reference = beside_reference
        .then(|| ReferenceEngine::new(cdm.people.clone(), cdm.vocabulary.clone(), Limits::default()));
    let engine = chosen(arguments.engine, cdm.people, cdm.vocabulary);
    let mut options = Options::default();
    options.every = arguments.every;
    options.differing_lines = if beside_reference { 20 } else { 0 };
    compare(&cases, import_circe, &*engine, reference.as_ref(), &options, arguments.show_rows)
}

fn workbench(arguments: &WorkbenchArguments) -> Result<ExitCode, Failure> {
    let cases: Vec<Case> = cases::workbench(&arguments.cases)?.into_iter().map(Case::from).collect();
    let index = workbench_index(&arguments.tables)?;
    let engine = chosen(arguments.engine, index.people, index.vocabulary);
    let mut options = Options::default();
    // Whom a search finds is known, so the difference can be told.
    options.differing_lines = 20;
    compare(&cases, import_workbench, &*engine, None, &options, false)
}

/// The engine of this name over these people, in shards of a size that does not divide usual numbers.
fn chosen(name: EngineName, people: Vec<PersonRecord>, vocabulary: Vocabulary) -> Box<dyn Engine + Sync> {
    match name {
        EngineName::Reference => Box::new(ReferenceEngine::new(people, vocabulary, Limits::default())),
        EngineName::Native => {
            Box::new(NativeEngine::in_memory(people, PEOPLE_OF_A_SHARD, vocabulary, Limits::default()))
        }
    }
}

fn workbench_index(folder: &Path) -> Result<Index, Failure> {
    let table = |name: &str| match fs::read_to_string(folder.join(format!("{name}.json"))) {
        Err(error) if error.kind() == ErrorKind::NotFound && name != "cb_search_person" => Ok(String::new()),
        read => read,
    };
    let tables = Tables {
        search_person: &table("cb_search_person")?,
        person: &table("person")?,
        death: &table("death")?,
        search_all_events: &table("cb_search_all_events")?,
        criteria: &table("cb_criteria")?,
        criteria_ancestor: &table("cb_criteria_ancestor")?,
        variant_attribute: &table("cb_variant_attribute")?,
        variant_attribute_genes: &table("cb_variant_attribute_genes")?,
        variant_attribute_contig_position: &table("cb_variant_attribute_contig_position")?,
        variant_attribute_rs_number: &table("cb_variant_attribute_rs_number")?,
        variant_to_person: &table("cb_variant_to_person")?,
    };
    Ok(read(&tables, Label::new("cb_criteria")?)?)
}

/// Runs the cases, tells what differs from what is expected or from the reference evaluator, and ends with
/// the line that counts what does not.
fn compare(
    cases: &[Case],
    import: Import,
    engine: &(dyn Engine + Sync),
    reference: Option<&ReferenceEngine>,
    options: &Options,
    show_rows: bool,
) -> Result<ExitCode, Failure> {
    let bar = cases_bar();
    let show = |progress: Progress<'_>| {
        bar.set_length(u64::try_from(progress.total).unwrap_or(u64::MAX));
        bar.set_position(u64::try_from(progress.done).unwrap_or(u64::MAX));
    };
    let report = match reference {
        Some(reference) => run_beside(cases, &import, engine, reference, options, &show),
        None => run_cases(cases, &import, engine, options, &show),
    };
    bar.finish_and_clear();
    let mut output = io::stdout().lock();
    if show_rows {
        for id in report.differing() {
            let Some(case) = cases.iter().find(|case| case.id() == id) else { continue };
            let mut rows = import(case).and_then(|definition| engine.run(&definition)).unwrap_or_default();
            rows.sort_unstable();
            writeln!(output, "the rows of {id}:")?;
            for row in rows {
                writeln!(output, "  {row}")?;
            }
        }
    }
    writeln!(output, "{report}")?;
    Ok(ExitCode::from(report.exit_status()))
}
