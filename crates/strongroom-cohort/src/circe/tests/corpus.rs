use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::{SAMPLE, json_of, read};
use crate::circe::export;

/// The public definitions, if they lie beside the workspace, after the sample: name and text.
pub(super) fn definitions() -> &'static [(String, String)] {
    static ALL: LazyLock<Vec<(String, String)>> = LazyLock::new(load);
    &ALL
}

fn load() -> Vec<(String, String)> {
    let root = Path::new("../../../shared/conformance/circe");
    let mut all = vec![("sample".to_owned(), SAMPLE.to_owned())];
    let mut files: Vec<PathBuf> = std::fs::read_dir(root.join("definitions"))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    for path in files {
        all.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
    }
    let probes = std::fs::read_to_string(root.join("probes.jsonl")).unwrap_or_default();
    for line in probes.lines() {
        let probe: serde_json::Value = serde_json::from_str(line).unwrap();
        all.push((format!("probe {} {}", probe["id"], probe["name"]), probe["definition"].to_string()));
    }
    all
}

#[test]
fn every_public_definition_survives_a_round_trip() {
    for (what, text) in definitions() {
        let once = read(text).unwrap_or_else(|errors| panic!("{what}: {errors}"));
        let exported = export(&once).unwrap_or_else(|errors| panic!("{what}: {errors:#?}"));
        let twice = read(&exported).unwrap_or_else(|errors| panic!("{what}: {errors}"));
        if once != twice {
            assert_eq!(json_of(&once), json_of(&twice), "{what}");
        }
    }
}
