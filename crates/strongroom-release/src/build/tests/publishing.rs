//! The same bytes every time, clear errors, and releases that are whole or not there.

use super::*;

#[test]
fn csv_and_parquet_of_the_same_rows_give_the_same_bytes() {
    // More rows than a page, some of them rejected, so that both kinds are cut differently.
    let rows = (1..100_000).map(|id| {
        let person = id % 3;
        format!("{id},{person},201826,2020-01-{:02},value {}\n", id % 28 + 1, id % 77)
    });
    let content: String = rows.collect();
    let csv = Fixture::new(&[(
        "observation.csv",
        &format!(
            "observation_id,person_id,observation_concept_id,observation_date,value_as_string\n{content}"
        ),
    )]);
    let csv_manifest = csv.build().unwrap();

    let parts = Fixture::new(&[]);
    for table in ["person", "observation_period", "concept"] {
        parts.remove(&format!("{table}.csv"));
        parts.put_parquet(&format!("{}.PARQUET", table.to_uppercase()), &csv.rows(table));
    }
    // The rejected rows are put back, in parts and in other physical types.
    let kept = csv.rows("observation");
    assert_eq!(kept.num_rows(), 66_666);
    let texts = kept.columns().iter().map(|column| cast(column, &DataType::Utf8).unwrap());
    let fields = kept
        .schema()
        .fields()
        .iter()
        .map(|field| arrow::datatypes::Field::new(field.name(), DataType::Utf8, true))
        .collect::<Vec<_>>();
    let texts =
        RecordBatch::try_new(std::sync::Arc::new(arrow::datatypes::Schema::new(fields)), texts.collect())
            .unwrap();
    parts.put_parquet("observation/part-1.parquet", &texts.slice(0, 5000));
    parts.put_parquet("observation/part-2.parquet", &kept.slice(5000, 61_666));
    parts.put("observation/_SUCCESS", "");
    let parts_manifest = parts.build().unwrap();

    assert_eq!(report(&parts_manifest, "observation").source, SourceKind::Parquet);
    assert_eq!(csv_manifest.files, parts_manifest.files);
    for file in &csv_manifest.files {
        let read = |fixture: &Fixture| fs::read(fixture.release().join(file.path.to_string())).unwrap();
        assert!(read(&csv) == read(&parts), "{} differs", file.path);
    }
}

#[test]
fn rows_of_parquet_parts_are_counted_through() {
    let fixture = Fixture::new(&[]);
    let death = |csv: &str| {
        let other = Fixture::new(&[("death.csv", csv)]);
        other.build().unwrap();
        other.rows("death")
    };
    let good = death("person_id,death_date\n1,2020-01-31\n2,2020-01-31\n");
    let stranger = Fixture::new(&[
        ("person.csv", &format!("{PERSON}3,8507,1960\n")),
        ("death.csv", "person_id,death_date\n1,2020-01-31\n3,2020-01-31\n"),
    ]);
    stranger.build().unwrap();
    fixture.put_parquet("death.parquet/a.parquet", &good);
    fixture.put_parquet("death.parquet/b.parquet", &stranger.rows("death"));
    let manifest = fixture.build().unwrap();
    assert_eq!(
        report(&manifest, "death").remarks(),
        ["death: 1 rows rejected, the person is not in `person` (row 4)"]
    );
}

#[test]
fn the_same_source_gives_the_same_bytes() {
    let fixture = Fixture::new(&[("death.csv", "person_id,death_date\n1,2020-01-31\n")]);
    let first = fixture.build().unwrap();
    let read = |name: &str| fs::read(fixture.release().join(name)).unwrap();
    let (manifest, person) = (read("manifest.json"), read("shards/00000/person.parquet"));
    fs::remove_dir_all(fixture.release()).unwrap();
    assert_eq!(fixture.build().unwrap(), first);
    assert!(manifest == read("manifest.json") && person == read("shards/00000/person.parquet"));
}

/// Builds from the tables that a release needs and these files, and compares the error.
#[track_caller]
fn check_error(files: &[(&str, &str)], without: &[&str], expected: &str) {
    let fixture = Fixture::new(files);
    without.iter().for_each(|name| fixture.remove(name));
    assert_eq!(fixture.build().unwrap_err().to_string(), expected);
    assert!(fixture.beside().is_empty(), "something is left: {:?}", fixture.beside());
}

#[test]
fn what_is_wrong_with_the_source_is_said() {
    check_error(
        &[],
        &["person.csv"],
        "the table `person` is missing: Strongroom needs `person.csv` or `person.parquet` in the folder; found \
         observation_period, concept",
    );
    check_error(
        &[("PERSON.csv", PERSON)],
        &[],
        "the table `person` is there twice, as `PERSON.csv` and as `person.csv`; remove one of them",
    );
    check_error(
        &[("death.csv", "")],
        &[],
        "`death.csv` is empty; its first line must name the columns (remove the file if the table has no rows)",
    );
    check_error(
        &[("death.csv", "person_id,died\n")],
        &[],
        "`death.csv` lacks `death_date`; found person_id and 1 columns that the table does not have: add the missing \
         columns, or rename those that hold them",
    );
    check_error(
        &[("death.parquet", "PAR1 or not")],
        &[],
        "`death.parquet` is not a Parquet file that can be read: it is damaged, encrypted, or compressed otherwise \
         than with zstd; write it again",
    );
    check_error(
        &[("person.csv", "person_id,gender_concept_id,year_of_birth\n1,8507,\n2,x,1970\n3,8507,\n")],
        &[],
        "no row of `person` could be used (3 read, 3 rejected, mostly because required `year_of_birth` empty); a \
         release needs at least one person",
    );
    let fixture = Fixture::new(&[]);
    let request = BuildRequest { omop: fixture.omop().join("nowhere"), ..fixture.request() };
    let error = build(&request, Timestamp::LAST, &Silent).unwrap_err().to_string();
    assert_eq!(error, "the OMOP folder cannot be read; check the path, its permissions and the disk");
}

#[test]
fn a_quote_that_is_never_closed_does_not_draw_the_file_into_memory() {
    let mut content =
        String::from("person_id,death_date,cause_source_value\n1,2020-01-31,\n1,2020-01-31,\"open\n");
    content.push_str(&"2,2020-01-31,\n".repeat(6_000_000));
    check_error(
        &[("death.csv", &content)],
        &[],
        "the record of `death.csv` that begins at line 3 is longer than 64 MiB; most likely a quote is opened there \
         and never closed: double quotes within a quoted cell must be written twice",
    );
}

#[test]
fn a_release_is_never_changed() {
    let fixture = Fixture::new(&[]);
    fs::create_dir(fixture.release()).unwrap();
    let error = fixture.build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`R1` exists already, and a release is never changed; choose another path, or remove it first"
    );
    assert_eq!(fixture.beside(), ["R1"]);
    assert_eq!(fs::read_dir(fixture.release()).unwrap().count(), 0);
}

#[test]
fn what_killed_builds_left_is_removed_unless_it_is_in_use() {
    let fixture = Fixture::new(&[]);
    let leftover = fixture.folder.path().join(".R1.building-abc");
    fs::create_dir_all(leftover.join("release/tables")).unwrap();
    let lock = File::create(leftover.join("lock")).unwrap();
    lock.lock().unwrap();
    let error = fixture.build().unwrap_err();
    assert_eq!(error.to_string(), "`R1` is being built by another process; wait until it has ended");
    assert!(leftover.exists() && !fixture.release().exists());

    drop(lock);
    let other = fixture.folder.path().join(".R10.building-abc");
    fs::create_dir(&other).unwrap();
    fixture.build().unwrap();
    assert!(!leftover.exists() && other.exists());
    verify(&fixture.release()).unwrap();
}

#[test]
fn every_flipped_byte_is_found() {
    let fixture = Fixture::new(&[]);
    let manifest = fixture.build().unwrap();
    let intact = verify(&fixture.release()).unwrap();
    assert_eq!(
        (intact.files, intact.bytes),
        (manifest.files.len() as u64, manifest.files.iter().map(|file| file.bytes).sum())
    );
    let files = manifest.files.iter().map(|file| file.path.to_string());
    for name in files.chain(["manifest.json", "manifest.json.sha256"].map(str::to_owned)) {
        let path = fixture.release().join(&name);
        let bytes = fs::read(&path).unwrap();
        for position in [0, bytes.len() / 3, bytes.len() / 2, bytes.len() - 1] {
            let mut flipped = bytes.clone();
            flipped[position] ^= 1;
            fs::write(&path, flipped).unwrap();
            let Err(VerifyError::Differs(differences)) = verify(&fixture.release()) else {
                panic!("byte {position} of {name} was flipped unseen");
            };
            // A digit of the manifest may belong to another file's digest, which then differs too.
            let first = differences.iter().next().map(Difference::to_string).unwrap();
            let named = name.strip_suffix(".sha256").unwrap_or(&name);
            assert!(first.contains(named), "{differences}");
        }
        fs::write(&path, bytes).unwrap();
    }
    verify(&fixture.release()).unwrap();
}

#[test]
fn all_differences_are_reported_at_once() {
    let fixture = Fixture::new(&[("death.csv", "person_id,death_date\n")]);
    fixture.build().unwrap();
    let release = fixture.release();
    fs::remove_file(release.join("shards/00000/person.parquet")).unwrap();
    fs::write(release.join("shards/00000/death.parquet"), "short").unwrap();
    fs::write(release.join("shards/00000/death.parquet.bak"), "").unwrap();
    fs::create_dir(release.join("notes")).unwrap();
    let Err(VerifyError::Differs(differences)) = verify(&release) else {
        panic!("nothing was found");
    };
    let found: Vec<_> = differences.iter().map(Difference::to_string).collect();
    assert_eq!(found.len(), 4);
    assert_eq!(found[0], "`shards/00000/person.parquet` is missing");
    assert!(found[1].starts_with("`shards/00000/death.parquet` has 5 bytes instead of "), "{}", found[1]);
    assert_eq!(found[2], "`notes` does not belong to it");
    assert_eq!(found[3], "`shards/00000/death.parquet.bak` does not belong to it");
}

#[test]
fn progress_is_heard_for_every_table() {
    #[derive(Default)]
    struct Heard(Mutex<Vec<String>>);
    impl Progress for Heard {
        fn table_started(&self, table: &'static Table, bytes: u64) {
            self.0.lock().unwrap().push(format!("{} starts, {bytes} bytes", table.name()));
        }
        fn table_advanced(&self, table: &'static Table, bytes: u64, rows: u64) {
            self.0.lock().unwrap().push(format!("{} at {bytes} bytes, {rows} rows", table.name()));
        }
        fn table_finished(&self, table: &'static Table, rows: u64) {
            self.0.lock().unwrap().push(format!("{} has {rows} rows", table.name()));
        }
    }
    let fixture = Fixture::new(&[]);
    let heard = Heard::default();
    build(&fixture.request(), Timestamp::LAST, &heard).unwrap();
    let heard = heard.0.into_inner().unwrap();
    let size = PERSON.len();
    assert_eq!(
        heard[..3],
        [
            format!("person starts, {size} bytes"),
            format!("person at {size} bytes, 2 rows"),
            "person has 2 rows".to_owned(),
        ]
    );
    assert_eq!(heard.len(), 9);
}

/// Keeps a copy of the folder in which a release is built, as it is at one moment.
struct Killed {
    folder: PathBuf,
    moments: Mutex<usize>,
}

impl Killed {
    fn moment(&self) {
        let mut left = self.moments.lock().unwrap();
        *left = left.wrapping_sub(1);
        if *left == 0 {
            let entries = fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().path());
            let building =
                entries.into_iter().find(|path| path.to_string_lossy().contains(".R1.building-")).unwrap();
            copy(&building, &self.folder.join("killed"));
        }
    }
}

impl Progress for Killed {
    fn table_started(&self, _table: &'static Table, _bytes: u64) {
        self.moment();
    }
    fn table_advanced(&self, _table: &'static Table, _bytes: u64, _rows: u64) {}
    fn table_finished(&self, _table: &'static Table, _rows: u64) {
        self.moment();
    }
    fn shard_table_finished(&self, _shard: u32, _table: &'static Table) {
        self.moment();
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn a_build_that_was_killed_is_gone_on_with() {
    let fixture = Fixture::new(&[
        ("death.csv", "person_id,death_date\n2,2020-01-31\n"),
        ("care_site.csv", "care_site_id\n1\n"),
    ]);
    let now = Timestamp::parse("2026-03-01T09:00:00Z").unwrap();
    let request = fixture.request().with_shard_people(NonZeroU32::MIN);
    let first = build(&request, now, &Silent).unwrap();
    let mut repeated = Vec::new();
    for moment in 1.. {
        fs::remove_dir_all(fixture.release()).unwrap();
        let killed = Killed { folder: fixture.folder.path().to_owned(), moments: Mutex::new(moment) };
        build(&request, now, &killed).unwrap();
        let copy = fixture.folder.path().join("killed");
        if !copy.exists() {
            break;
        }
        fs::remove_dir_all(fixture.release()).unwrap();
        // The journal may have been cut in the middle of a line.
        let journal = copy.join("journal");
        let mut text = fs::read(&journal).unwrap();
        text.extend(b"{\"table\":");
        fs::write(&journal, text).unwrap();
        fs::rename(&copy, fixture.folder.path().join(".R1.building-killed")).unwrap();
        let resumed = Killed { folder: PathBuf::new(), moments: Mutex::new(0) };
        assert_eq!(build(&request, now, &resumed).unwrap(), first, "killed at moment {moment}");
        verify(&fixture.release()).unwrap();
        assert_eq!(fixture.beside(), ["R1"]);
        repeated.push(0_usize.wrapping_sub(*resumed.moments.lock().unwrap()));
    }
    // The later it was killed, the less is left to do.
    assert!(repeated.len() > 10 && repeated.last() == Some(&0), "{repeated:?}");
    assert!(repeated[0] > repeated[repeated.len() / 2], "{repeated:?}");
}

#[test]
fn another_source_is_not_gone_on_with() {
    let fixture = Fixture::new(&[]);
    let killed = Killed { folder: fixture.folder.path().to_owned(), moments: Mutex::new(6) };
    build(&fixture.request(), Timestamp::LAST, &killed).unwrap();
    fs::remove_dir_all(fixture.release()).unwrap();
    fs::rename(fixture.folder.path().join("killed"), fixture.folder.path().join(".R1.building-killed"))
        .unwrap();
    fixture.put("concept.csv", format!("{CONCEPT}0,No matching concept,Metadata,None,No matching concept\n"));
    let manifest = fixture.build().unwrap();
    assert_eq!(manifest.files_of("concept").map(|file| file.rows).sum::<u64>(), 2);
    assert_eq!(fixture.beside(), ["R1"]);
}
