use std::io::{self, Write};

use strongroom::cdr::{BuildRequest, Manifest, QualityReport, ReleaseInfo};
use strongroom::primitives::{Clock, SystemClock};
use strongroom_testkit::Synthetic;

use crate::Failure;
use crate::arguments::{BuildArguments, QualityArguments, ReleaseArguments, SynthArguments};
use crate::bars::{TableBars, people_bar};
use crate::failure::CommandError;
use crate::policy;

pub(crate) fn build(arguments: BuildArguments) -> Result<(), Failure> {
    let BuildArguments { omop, out, name, tier, eras, policy, family, secret } = arguments;
    let mut request = BuildRequest::new(omop, out, name, tier);
    if eras {
        request = request.with_eras();
    }
    if let Some((policy, family)) = policy.zip(family) {
        let secret = secret.map(|file| policy::bytes(&file)).transpose()?;
        // Whatever wrote the file may have ended its line.
        let secret = secret.as_deref().map(<[u8]>::trim_ascii_end);
        request = request.with_policy(policy::policy(&policy)?, family, secret)?;
    }
    let manifest = strongroom::cdr::build(&request, SystemClock.now(), &TableBars::new())?;
    let mut output = io::stdout().lock();
    print_info(&mut output, &ReleaseInfo::from(manifest))?;
    writeln!(output, "\nThe release is complete in {}.", request.out.display())?;
    Ok(())
}

pub(crate) fn verify(arguments: &ReleaseArguments) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    match strongroom::cdr::verify(&arguments.release) {
        Ok(report) => {
            writeln!(
                output,
                "The release is intact: {} files, {:.1} MB, manifest {}.",
                report.files,
                megabytes(report.bytes),
                report.manifest
            )?;
            Ok(())
        }
        Err(strongroom::cdr::VerifyError::Differs(differences)) => {
            for difference in differences.iter() {
                writeln!(output, "{difference}")?;
            }
            Err(CommandError::NotIntact.into())
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn info(arguments: &ReleaseArguments) -> Result<(), Failure> {
    let info = strongroom::cdr::info(&arguments.release)?;
    print_info(&mut io::stdout().lock(), &info)?;
    Ok(())
}

pub(crate) fn quality(arguments: &QualityArguments) -> Result<(), Failure> {
    let report = QualityReport::open(&arguments.release.release)?;
    let mut output = io::stdout().lock();
    if arguments.json {
        serde_json::to_writer_pretty(&mut output, &report)?;
        writeln!(output)?;
    } else {
        write!(output, "{}", report.page())?;
    }
    Ok(())
}

pub(crate) fn synth(arguments: &SynthArguments) -> Result<(), Failure> {
    let bar = people_bar(arguments.persons);
    let synthetic = Synthetic::new(arguments.persons, arguments.seed);
    let summary = synthetic.write_parquet(&arguments.out, &mut |persons| bar.set_position(persons))?;
    bar.finish_and_clear();
    let mut output = io::stdout().lock();
    writeln!(
        output,
        "{} people with {} events, from seed {}, in {}",
        summary.persons(),
        summary.events(),
        arguments.seed,
        arguments.out.display()
    )?;
    Ok(())
}

/// The table of a release, for a person to read.
pub(crate) fn print_info(output: &mut impl Write, info: &ReleaseInfo) -> io::Result<()> {
    let unknown = || "not stated".to_owned();
    let cut_off = info.cut_off.map_or_else(unknown, |day| day.to_string());
    let stated = |version: &Option<_>| version.as_ref().map_or_else(unknown, ToString::to_string);
    writeln!(output, "Release     {} ({} tier), built {}", info.name, info.tier, info.built)?;
    writeln!(output, "CDM         {}", stated(&info.cdm_version))?;
    writeln!(output, "Vocabulary  {}", stated(&info.vocabulary_version))?;
    writeln!(output, "Cut-off     {cut_off}")?;
    writeln!(output, "People      {}", info.people)?;
    writeln!(output, "Size        {:.1} MB\n", megabytes(info.bytes))?;
    writeln!(
        output,
        "{:<24} {:>12} {:>9} {:>9} {:>16}",
        "table", "rows", "rejected", "odd", "unreadable cells"
    )?;
    for table in &info.tables {
        writeln!(
            output,
            "{:<24} {:>12} {:>9} {:>9} {:>16}",
            table.table.to_string(),
            table.rows,
            table.rejected,
            table.noted,
            table.unreadable
        )?;
    }
    if !info.remarks.is_empty() {
        writeln!(output, "\nRemarks of the load report")?;
        for remark in &info.remarks {
            writeln!(output, "  {remark}")?;
        }
    }
    Ok(())
}

/// How many people and rows a release has, in a line.
pub(crate) fn in_a_line(manifest: &Manifest) -> String {
    let rows: u64 = manifest.files.iter().map(|file| file.rows).sum();
    let bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    format!(
        "{} people, {rows} rows in {} tables, {:.1} MB",
        manifest.people(),
        manifest.files.len(),
        megabytes(bytes)
    )
}

#[expect(clippy::cast_precision_loss, reason = "printed with one decimal place")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
