//! Releases built from people.

use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use strongroom_cdr::{BuildRequest, Cdr, Silent, build};
use strongroom_cohort::reference::PersonRecord;
use strongroom_omop::Domain;
use strongroom_primitives::{Clock, ManualClock, ReleaseName, RowTier};
use tempfile::TempDir;

use crate::access::now;
use crate::omop::{self, RowOrder};

pub(crate) const RELEASE: &str = "R2026Q1";
pub(crate) const TIER: RowTier = RowTier::Registered;

/// A release in a folder of its own.
pub(crate) struct Release {
    folder: TempDir,
}

impl Release {
    /// These people, with a table for every domain.
    pub(crate) fn of(people: &[PersonRecord]) -> Self {
        Self::with_domains(people, &Domain::ALL, RowOrder::AsGiven)
    }

    /// These people in shards of so many, with a table for every domain.
    pub(crate) fn in_shards(people: &[PersonRecord], each: u32) -> Self {
        let each = NonZeroU32::new(each).unwrap();
        Self::build(people, &Domain::ALL, RowOrder::AsGiven, |request| request.with_shard_people(each))
    }

    /// These people, with tables for these domains only.
    pub(crate) fn with_domains(people: &[PersonRecord], domains: &[Domain], order: RowOrder) -> Self {
        Self::build(people, domains, order, |request| request)
    }

    fn build(
        people: &[PersonRecord],
        domains: &[Domain],
        order: RowOrder,
        with: impl FnOnce(BuildRequest) -> BuildRequest,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let omop = folder.path().join("omop");
        fs::create_dir(&omop).unwrap();
        omop::write(&omop, people, domains, order);
        let release = Self { folder };
        let name = ReleaseName::new(RELEASE).unwrap();
        let request = with(BuildRequest::new(omop, release.path(), name, TIER));
        let manifest = build(&request, now(), &Silent).unwrap();
        for report in &manifest.load.tables {
            assert_eq!(report.rows_rejected(), 0, "{:?}", report.remarks());
        }
        release
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("release")
    }

    /// The release at a time that stands still.
    pub(crate) async fn open(&self) -> Cdr {
        self.open_with(Arc::new(ManualClock::at(now()))).await
    }

    pub(crate) async fn open_with(&self, clock: Arc<dyn Clock>) -> Cdr {
        let path: &Path = &self.path();
        Cdr::open(path, clock).await.unwrap()
    }
}
