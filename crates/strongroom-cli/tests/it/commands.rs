use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use strongroom_testkit::Synthetic;

use crate::command::{names_in, run, strongroom, succeed};

/// A command, the code it ends with, and what it says: on standard output, and as an error.
type Case = (&'static str, i32, &'static str, &'static str);

const USAGE: &[Case] = &[
    ("", 2, "", "Usage: strongroom <COMMAND>"),
    ("--help", 0, "Usage: strongroom <COMMAND>", ""),
    ("--version", 0, concat!("strongroom ", env!("CARGO_PKG_VERSION")), ""),
    ("open", 2, "", "unrecognized subcommand 'open'"),
    ("cdr", 2, "", "Usage: strongroom cdr <COMMAND>"),
    ("cdr build --omop omop --out R2 --name R2", 2, "", "--tier <TIER>"),
    ("cdr build --omop omop --out R2 --name R/2 --tier registered", 2, "", "invalid value 'R/2' for '--name"),
    (
        "cdr build --omop omop --out R2 --name R2 --tier public",
        2,
        "",
        "expected `registered` or `controlled`",
    ),
    ("cdr verify", 2, "", "<RELEASE>"),
    ("lsp --omop omop --release R1", 2, "", "'--omop <DIR>' cannot be used with '--release <DIR>'"),
    ("lsp --release nowhere", 5, "", "holds no `manifest.json`"),
    ("cdr synth --persons some --out R2", 2, "", "invalid value 'some' for '--persons"),
];

const BUILD: &[Case] = &[
    (
        "cdr build --omop nowhere --out R2 --name R2 --tier registered",
        5,
        "",
        "error: the OMOP folder cannot be read; check the path, its permissions and the disk\n  because: ",
    ),
    (
        "cdr build --omop empty --out R2 --name R2 --tier registered",
        5,
        "",
        "found no file named after any of the",
    ),
    ("cdr build --omop only-people --out R2 --name R2 --tier registered", 5, "", "found person"),
    (
        "cdr build --omop without-births --out R2 --name R2 --tier registered",
        5,
        "",
        "error: `person.csv` lacks `year_of_birth`; found person_id, gender_concept_id",
    ),
    (
        "cdr build --omop omop --out R1 --name R2 --tier controlled",
        5,
        "",
        "error: `R1` exists already, and a release is never changed; choose another path",
    ),
    (
        "cdr build --omop omop --out person.csv --name R2 --tier controlled",
        5,
        "",
        "`person.csv` exists already",
    ),
    (
        "cdr build --omop omop --out R2 --name R2 --tier registered --policy all-of-us",
        2,
        "",
        "--family <NAME>",
    ),
    (
        "cdr build --omop omop --out R2 --name R2 --tier registered --policy all-of-us --family R",
        5,
        "",
        "error: the policy moves the dates of this tier; give the secret of the release's family",
    ),
    (
        "cdr build --omop omop --out R2 --name R2 --tier registered --policy all-of-us --family R --secret short",
        2,
        "",
        "expected at least 32 secret random bytes",
    ),
    ("cdr synth --persons 1 --out person.csv", 5, "", "error: the output directory cannot be created"),
];

const RELEASE: &[Case] = &[
    ("cdr verify R1", 0, "The release is intact: ", ""),
    (
        "cdr verify changed",
        1,
        "`shards/00000/person.parquet` has another content\n",
        "error: the release is not intact",
    ),
    ("cdr verify shortened", 1, "`shards/00000/person.parquet` has ", "error: the release is not intact"),
    ("cdr verify more", 1, "`notes.txt` does not belong to it\n", "error: the release is not intact"),
    (
        "cdr verify other-manifest",
        1,
        "`manifest.json` has another content\n",
        "error: the release is not intact",
    ),
    ("cdr verify omop", 5, "", "error: the folder holds no `manifest.json`, so it is no release"),
    ("cdr verify nowhere", 5, "", "error: the folder holds no `manifest.json`, so it is no release"),
    ("cdr info R1", 0, "Release     R1 (registered tier), built ", ""),
    ("cdr info R1", 0, "People      50\n", ""),
    ("cdr info omop", 5, "", "error: the folder holds no `manifest.json`, so it is no release"),
    ("cdr quality R1", 0, "# Data quality of R1\n", ""),
    ("cdr quality R1 --json", 0, "\"format\": \"strongroom-quality/1\"", ""),
    ("cdr quality omop", 5, "", "error: "),
];

#[test]
fn every_command_says_what_is_wrong_and_ends_with_its_code() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let before = names_in(folder.path());
    for (arguments, code, stdout, stderr) in [USAGE, BUILD, RELEASE].into_iter().flatten() {
        let outcome = run(&mut strongroom(folder.path(), arguments));
        assert_eq!(outcome.code, Some(*code), "{arguments}: {}", outcome.stderr);
        assert!(outcome.stdout.contains(stdout), "{arguments} wrote: {}", outcome.stdout);
        assert!(outcome.stderr.contains(stderr), "{arguments} complained: {}", outcome.stderr);
        assert_eq!(outcome.stderr.is_empty(), *code == 0, "{arguments} complained: {}", outcome.stderr);
        assert_eq!(names_in(folder.path()), before, "{arguments} left something behind");
    }
}

#[test]
fn equal_seeds_give_equal_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let said = succeed(folder.path(), "cdr synth --persons 60 --seed 7 --out first");
    assert!(said.starts_with("60 people with "), "{said}");
    succeed(folder.path(), "cdr synth --persons 60 --seed 7 --out second");
    succeed(folder.path(), "cdr synth --persons 60 --seed 8 --out third");
    let [first, second, third] = ["first", "second", "third"].map(|name| content(&folder.path().join(name)));
    assert!(first.len() > 10, "{:?}", first.keys());
    assert!(first == second, "equal seeds gave other bytes");
    assert!(first != third, "the seed made no difference");
}

#[test]
fn a_policy_says_what_of_the_rows_a_release_shows() {
    let folder = tempfile::tempdir().unwrap();
    Synthetic::new(50, 1).write_csv(&folder.path().join("omop")).unwrap();
    fs::write(folder.path().join("secret"), "0123456789abcdef0123456789abcdef\n").unwrap();
    let build = "cdr build --omop omop --tier registered --policy all-of-us --family R --secret secret";
    succeed(folder.path(), &format!("{build} --name R1 --out R1"));
    succeed(folder.path(), "cdr verify R1");
    let said = succeed(folder.path(), "cdr quality R1 --json");
    assert!(said.contains("\"dates_moved\": true"), "{said}");
    // The end of a line belongs to the file, not to the secret.
    fs::write(folder.path().join("secret"), "0123456789abcdef0123456789abcdef").unwrap();
    succeed(folder.path(), &format!("{build} --name R1 --out R1-again"));
    let days = "shards/00000/observation_period.parquet";
    let [first, again] =
        ["R1", "R1-again"].map(|name| fs::read(folder.path().join(name).join(days)).unwrap());
    assert!(first == again, "one secret moved days in two ways");
}

#[test]
fn whoever_has_read_enough_closes_the_pipe() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    for arguments in [
        "--help",
        "cdr build --omop omop --out R3 --name R3 --tier registered",
        "cdr info R1",
        "cdr verify R1",
        "cdr verify changed",
        "cdr synth --persons 10 --out people",
        "demo --out demo",
    ] {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let outcome = run(strongroom(folder.path(), arguments).stdout(writer));
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{arguments}");
    }
    succeed(folder.path(), "cdr verify R3");
}

/// Makes what the cases speak of: a source, sources that lack something, a release, and releases
/// to which something was done.
fn prepare(folder: &Path) {
    let omop = folder.join("omop");
    Synthetic::new(50, 1).write_csv(&omop).unwrap();
    let people = fs::read_to_string(omop.join("person.csv")).unwrap();
    fs::write(folder.join("person.csv"), &people).unwrap();
    fs::create_dir(folder.join("empty")).unwrap();
    fs::write(folder.join("short"), "0123456789abcdef0123456789abcde\n").unwrap();
    fs::create_dir(folder.join("only-people")).unwrap();
    fs::write(folder.join("only-people/person.csv"), &people).unwrap();
    copy(&omop, &folder.join("without-births"));
    fs::write(folder.join("without-births/person.csv"), people.replacen("year_of_birth", "born", 1)).unwrap();

    succeed(folder, "cdr build --omop omop --out R1 --name R1 --tier registered");
    let damage = |name: &str, file: &str, change: &dyn Fn(&mut Vec<u8>)| {
        copy(&folder.join("R1"), &folder.join(name));
        let file = folder.join(name).join(file);
        let mut bytes = fs::read(&file).unwrap_or_default();
        change(&mut bytes);
        fs::write(file, bytes).unwrap();
    };
    damage("changed", "shards/00000/person.parquet", &|bytes| *bytes.get_mut(700).unwrap() ^= 1);
    damage("shortened", "shards/00000/person.parquet", &|bytes| bytes.truncate(700));
    damage("more", "notes.txt", &|bytes| bytes.extend(b"looks fine"));
    damage("other-manifest", "manifest.json", &|bytes| bytes.push(b'\n'));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for name in names_in(from) {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}

fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    names_in(folder).into_iter().map(|name| (name.clone(), fs::read(folder.join(name)).unwrap())).collect()
}
