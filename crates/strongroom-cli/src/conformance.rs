//! Engines against the results of other implementations.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use strongroom::cohort::aou::tables::{Tables, read};
use strongroom::cohort::{Definition, Limits};
use strongroom::primitives::Label;
use strongroom_conformance::run::{Options, run as run_cases};
use strongroom_conformance::{
    Case, Engine, EngineError, ReferenceEngine, cases, cdm, import_circe, import_workbench,
};

use crate::Failure;
use crate::arguments::{CirceArguments, ConformanceCommand, EngineName, WorkbenchArguments};
use crate::bars::cases_bar;

type Import = fn(&Case) -> Result<Definition, EngineError>;

pub(crate) fn run(command: &ConformanceCommand) -> Result<ExitCode, Failure> {
    match command {
        ConformanceCommand::Circe(arguments) => circe(arguments),
        ConformanceCommand::Aou(arguments) => workbench(arguments),
    }
}

fn circe(arguments: &CirceArguments) -> Result<ExitCode, Failure> {
    let definitions = cases::definitions(&arguments.definitions)?;
    let cases = Case::pair(definitions, cases::expected(&arguments.expected)?);
    let engine = match arguments.engine {
        EngineName::Reference => {
            let cdm = cdm::read(&arguments.cdm)?;
            ReferenceEngine::new(cdm.people, cdm.vocabulary, Limits::default())
        }
    };
    let mut options = Options::default();
    options.every = arguments.every;
    compare(&cases, import_circe, &engine, &options, arguments.show_rows)
}

fn workbench(arguments: &WorkbenchArguments) -> Result<ExitCode, Failure> {
    let cases: Vec<Case> = cases::workbench(&arguments.cases)?.into_iter().map(Case::from).collect();
    let engine = match arguments.engine {
        EngineName::Reference => workbench_engine(&arguments.tables)?,
    };
    let mut options = Options::default();
    // Whom a search finds is known, so the difference can be told.
    options.differing_lines = 20;
    compare(&cases, import_workbench, &engine, &options, false)
}

fn workbench_engine(folder: &Path) -> Result<ReferenceEngine, Failure> {
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
    let index = read(&tables, Label::new("cb_criteria")?)?;
    Ok(ReferenceEngine::new(index.people, index.vocabulary, Limits::default()))
}

/// Runs the cases, tells what differs, and ends with the line that counts what does not.
fn compare(
    cases: &[Case],
    import: Import,
    engine: &ReferenceEngine,
    options: &Options,
    show_rows: bool,
) -> Result<ExitCode, Failure> {
    let bar = cases_bar();
    let report = run_cases(cases, &import, engine, options, &|progress| {
        bar.set_length(u64::try_from(progress.total).unwrap_or(u64::MAX));
        bar.set_position(u64::try_from(progress.done).unwrap_or(u64::MAX));
    });
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
