//! A folder in which the kit harms journals.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Mutex;

use super::*;
use crate::conformance::{Harm, TestBed};

pub(super) struct JournalBed {
    folder: Folder,
    /// Of the journal that was made last.
    path: Mutex<PathBuf>,
}

impl JournalBed {
    pub(super) fn new() -> Self {
        Self { folder: Folder::new(), path: Mutex::default() }
    }

    fn path(&self) -> PathBuf {
        self.path.lock().unwrap().clone()
    }
}

/// The bytes with these of them exchanged, once.
fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1).into_bytes()
}

/// The journal with a text exchanged in every line, as if a program had written it so.
fn rewritten(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let (mut before, mut last) = (line::START, line::START);
    let mut written = replay::HEADER.to_vec();
    for one in bytes[replay::HEADER.len()..].split_inclusive(|byte| *byte == b'\n') {
        let (commit, digest) = line::unseal(before, one.strip_suffix(b"\n").unwrap()).unwrap();
        let (line, sealed) = line::seal(last, &std::str::from_utf8(commit).unwrap().replace(from, to));
        written.extend(line);
        (before, last) = (digest, sealed);
    }
    assert_ne!(written, bytes);
    written
}

impl TestBed for JournalBed {
    type Store = JournalStore;

    async fn make(&self) -> JournalStore {
        let path = self.folder.path();
        *self.path.lock().unwrap() = path.clone();
        JournalStore::create(&path).unwrap()
    }

    async fn harm(&self, store: JournalStore, harm: Harm) -> Result<JournalStore, StoreError> {
        drop(store);
        let bytes = fs::read(self.path()).unwrap();
        let harmed = match harm {
            Harm::PersonChanged => replaced(&bytes, "Revision 0", "Revision 9"),
            Harm::EntryChanged => replaced(&bytes, "workspace_unshared", "workspace_UNSHARED"),
            Harm::EntryRemoved => {
                let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
                lines.remove(2);
                lines.concat()
            }
            Harm::LaterPerson => {
                rewritten(&bytes, "strongroom-person-record/2", "strongroom-person-record/9")
            }
            Harm::LaterEntries => rewritten(&bytes, "strongroom-audit/1", "strongroom-audit/9"),
            Harm::LaterStore => replaced(&bytes, "strongroom-journal/1", "strongroom-journal/9"),
        };
        fs::write(self.path(), harmed).unwrap();
        JournalStore::open(&self.path())
    }

    async fn cut_off(&self, store: &JournalStore) {
        store.inner.file.lock().unwrap().file = File::open(self.path()).unwrap();
    }

    async fn restore(&self, store: JournalStore) -> JournalStore {
        drop(store);
        JournalStore::open(&self.path()).unwrap()
    }
}
