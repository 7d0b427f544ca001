use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use strongroom_omop::Table;

use super::BuildRequest;
use super::error::BuildError;
use super::quality::ShardQuality;
use super::table_writer::HashingFile;
use crate::release::{
    FilePath, PeopleQuality, QualityFormat, QualityReport, ReleaseFile, TableQuality, UnitMix,
};

/// What was counted about all tables: those that are not about people, and those of the shards.
pub(super) fn quality_report(
    request: &BuildRequest,
    tables: &mut Vec<TableQuality>,
    shards: Vec<ShardQuality>,
) -> QualityReport {
    let mut people = PeopleQuality::default();
    let mut units = BTreeMap::new();
    for shard in shards {
        shard.people.iter().for_each(|other| people.add(other));
        for (concept, unit, rows) in shard.units {
            *units.entry((concept, unit)).or_default() += rows;
        }
        match tables.iter_mut().find(|table| table.table == shard.table.table) {
            Some(table) => table.add(&shard.table),
            None => tables.push(shard.table),
        }
    }
    tables.sort_by_key(|table| Table::all().iter().position(|other| other == table.table.table()));
    let snapshot = request.snapshot.as_ref().map(|snapshot| snapshot.record(request.tier));
    QualityReport {
        format: QualityFormat::V1,
        release: request.name.clone(),
        dates_moved: snapshot.is_some_and(|snapshot| snapshot.dates_moved),
        people,
        tables: std::mem::take(tables),
        units: UnitMix::among(units),
    }
}

/// Writes the report, and its page.
pub(super) fn write_quality(report: &QualityReport, release: &Path) -> Result<[ReleaseFile; 2], BuildError> {
    let json = report.to_json().map_err(BuildError::writing(FilePath::Quality.to_string()))?;
    let tables = report.tables.len() as u64;
    let write = |path: FilePath, text: &str| {
        let mut file = HashingFile::create(release, path)?;
        file.write_all(text.as_bytes()).map_err(BuildError::writing(path.to_string()))?;
        file.finish(path, tables)
    };
    Ok([write(FilePath::Quality, &json)?, write(FilePath::QualityPage, &report.page())?])
}
