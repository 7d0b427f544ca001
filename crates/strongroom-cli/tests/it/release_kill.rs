use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use strongroom_testkit::Synthetic;

use crate::command::{names_in, run, strongroom, succeed};

const BUILD: &str = "cdr build --omop omop --out releases/R1 --name R1 --tier registered";
const VERIFY: &str = "cdr verify releases/R1";

/// Where the release of an undisturbed build is put.
const UNDISTURBED: &str = "undisturbed";

/// Kills that are spread over the time of a build, and a little beyond.
const SPREAD: u32 = 40;
/// Kills as soon as the last file of the release is there, when all that is left is to publish it.
const AT_THE_END: u32 = 10;

/// When the builder is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    After(Duration),
    ManifestWritten,
}

/// Wherever the builder is killed, the release is whole or absent, the next build goes on from there,
/// and in the end the release is the one that an undisturbed build makes.
#[test]
fn a_killed_build_leaves_a_whole_release_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, releases) = (folder.path(), folder.path().join("releases"));
    Synthetic::new(400, 1).write_csv(&folder.join("omop")).unwrap();
    let duration = undisturbed(folder, &releases);

    let spread = (0..SPREAD).map(|step| Moment::After(duration * step * 21 / (SPREAD * 20)));
    let at_the_end = (0..AT_THE_END).map(|_| Moment::ManifestWritten);
    let (mut whole, mut absent, mut begun) = (0, 0, 0);
    for moment in spread.chain(at_the_end) {
        let mut builder = strongroom(folder, BUILD).stdout(Stdio::null()).spawn().unwrap();
        wait_for(moment, &mut builder, &releases);
        builder.kill().unwrap();
        builder.wait().unwrap();
        begun += u32::from(staged(&releases, "").is_some());
        if releases.join("R1").exists() {
            let verified = run(&mut strongroom(folder, VERIFY));
            assert_eq!(verified.code, Some(0), "killed at {moment:?}: {}", verified.stdout);
            fs::remove_dir_all(releases.join("R1")).unwrap();
            whole += 1;
        } else {
            absent += 1;
        }
        assert!(names_in(&releases).len() <= 1, "killed at {moment:?}: {:?} pile up", names_in(&releases));
    }
    assert!(begun >= SPREAD / 4, "only {begun} builds were killed at work; {whole} were done, {absent} not");

    succeed(folder, BUILD);
    succeed(folder, VERIFY);
    assert_eq!(names_in(&releases), ["R1"], "something was left behind");
    let (undisturbed, resumed) = (content(&folder.join(UNDISTURBED)), content(&releases.join("R1")));
    assert!(undisturbed.keys().eq(resumed.keys()), "{:?}", resumed.keys());
    for (file, bytes) in undisturbed {
        assert!(resumed.get(&file) == Some(&bytes), "{file} differs");
    }
}

/// The files of a release, but for when it was built.
fn content(release: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![String::new()]);
    while let Some(folder) = folders.pop() {
        for name in names_in(&release.join(&folder)) {
            let path = format!("{folder}{name}");
            if release.join(&path).is_dir() {
                folders.push(format!("{path}/"));
            } else {
                files.insert(path.clone(), fs::read(release.join(&path)).unwrap());
            }
        }
    }
    let manifest = files.get_mut("manifest.json").unwrap();
    let mut read: serde_json::Value = serde_json::from_slice(manifest).unwrap();
    assert!(read["built"].take().is_string());
    *manifest = read.to_string().into_bytes();
    files.remove("manifest.json.sha256").unwrap();
    files
}

/// Builds the release, puts it aside, and says how long the build took.
#[expect(clippy::disallowed_methods, reason = "the kills are spread over the time that a build really takes")]
fn undisturbed(folder: &Path, releases: &Path) -> Duration {
    let start = Instant::now();
    succeed(folder, BUILD);
    let duration = start.elapsed();
    fs::rename(releases.join("R1"), folder.join(UNDISTURBED)).unwrap();
    duration
}

/// Waits for the moment, or for the builder to end before it.
fn wait_for(moment: Moment, builder: &mut Child, releases: &Path) {
    match moment {
        Moment::After(duration) => thread::sleep(duration),
        Moment::ManifestWritten => {
            while staged(releases, "release/manifest.json").is_none() && builder.try_wait().unwrap().is_none()
            {
                thread::yield_now();
            }
        }
    }
}

/// The file in the hidden folder in which the release is being built, if it is there.
fn staged(releases: &Path, file: &str) -> Option<String> {
    let hidden = names_in(releases).into_iter().find(|name| name.starts_with('.'))?;
    releases.join(&hidden).join(file).exists().then_some(hidden)
}
