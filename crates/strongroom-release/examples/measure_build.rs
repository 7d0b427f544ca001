//! Builds a release and prints time, memory and sizes:
//! `cargo run --release -p strongroom-release --example measure_build -- OMOP_FOLDER RELEASE`

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures, and prints what it measured"
)]

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use strongroom_cohort::ast::{Column, EventKind};
use strongroom_engine::{Shard, ShardColumn};
use strongroom_primitives::{Clock, ReleaseName, RowTier, SystemClock};
use strongroom_release::{BuildRequest, Release, Silent, build, verify};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(omop), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("give the folder with the OMOP tables, and the folder that will be the release".into());
    };
    let source = folder_bytes(&omop)?;
    let begin = Instant::now();
    let request = BuildRequest::new(&omop, &out, ReleaseName::new("R1")?, RowTier::Registered);
    let manifest = build(&request, SystemClock.now(), &Silent)?;
    println!("build: {:.2} s, peak memory {} MB", begin.elapsed().as_secs_f64(), peak_memory_mb()?);

    let bytes = |end: &str| -> u64 {
        let files = manifest.files.iter().filter(|file| file.path.to_string().ends_with(end));
        files.map(|file| file.bytes).sum()
    };
    let (tables, indexes) = (bytes(".parquet"), bytes(".index"));
    println!("source {source} bytes; Parquet {tables}, indexes {indexes} bytes");
    println!("release / source: {:.3}", folder_bytes(&out)? as f64 / source as f64);
    let rows: u64 = manifest.load.tables.iter().map(|table| table.written).sum();
    println!("{} people, {rows} rows, {} shards", manifest.people(), manifest.shards());

    let begin = Instant::now();
    verify(&out)?;
    println!("verify: {:.2} s", begin.elapsed().as_secs_f64());

    let begin = Instant::now();
    let release = Release::open(&out)?;
    println!("open: {:.2} ms", begin.elapsed().as_secs_f64() * 1e3);
    for (name, column) in [
        ("person", ShardColumn::Person),
        ("record", ShardColumn::Record),
        ("start", ShardColumn::Of(Column::Start)),
        ("end", ShardColumn::Of(Column::End)),
        ("visit", ShardColumn::Of(Column::Visit)),
        ("visit.kind", ShardColumn::Of(Column::VisitKind)),
        ("type", ShardColumn::Of(Column::Type)),
        ("value", ShardColumn::Of(Column::Value)),
        ("unit", ShardColumn::Of(Column::Unit)),
    ] {
        let (begin, mut rows) = (Instant::now(), 0);
        for shard in release.shards() {
            for kind in EventKind::ALL {
                if black_box(shard.column(*kind, column)?).is_some() {
                    rows += shard.directory(*kind)?.rows();
                }
            }
        }
        let nanoseconds = begin.elapsed().as_secs_f64() * 1e9;
        println!("{name}: {rows} rows, {:.2} ns each", nanoseconds / rows as f64);
    }
    let mut sizes: std::collections::BTreeMap<String, (u64, u64)> = std::collections::BTreeMap::new();
    for file in &manifest.files {
        let path = file.path.to_string();
        let stem = Path::new(&path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        let size = sizes.entry(stem).or_default();
        *size = (size.0 + file.bytes, size.1 + file.rows);
    }
    for (file, (bytes, rows)) in sizes.iter().filter(|(_, (bytes, _))| *bytes > 100_000) {
        println!("{file}: {bytes} bytes, {:.2} for each row", *bytes as f64 / *rows as f64);
    }
    Ok(())
}

fn folder_bytes(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() {
            folder_bytes(&entry.path())?
        } else {
            fs::metadata(entry.path())?.len()
        };
    }
    Ok(bytes)
}

/// The most memory that this process ever had, where the system says so.
fn peak_memory_mb() -> std::io::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    Ok(peak.unwrap_or(0) / 1024)
}
