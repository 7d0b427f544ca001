//! The promises, kept on SQLite.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use strongroom_store::conformance;
use strongroom_store_sql::{Settings, SqlStore};
use tempfile::TempDir;

use crate::bed::SqliteBed;

/// A folder for stores that are gone after the test.
pub(crate) struct Folder {
    folder: TempDir,
    made: AtomicU32,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), made: AtomicU32::new(0) }
    }

    /// A path where there is nothing yet.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join(format!("{}.sqlite", self.made.fetch_add(1, Ordering::Relaxed)))
    }

    pub(crate) async fn store(&self) -> SqlStore {
        self.store_at(&self.path()).await
    }

    pub(crate) async fn store_at(&self, path: &Path) -> SqlStore {
        SqlStore::create_sqlite(path, &Settings::new()).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_keeps_every_promise() {
    let folder = Folder::new();
    conformance::check_all(async || folder.store().await).await;
    conformance::check_provable_log(async || folder.store().await).await;
    conformance::check_harms(&SqliteBed::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_survives_its_process() {
    let folder = Folder::new();
    let path = folder.path();
    conformance::check_durability(
        async || SqlStore::create_sqlite(&path, &Settings::new()).await.unwrap(),
        async |store: SqlStore| {
            store.close().await;
            SqlStore::open_sqlite(&path, &Settings::new()).await.unwrap()
        },
    )
    .await;
}
