use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use strongroom_cohort::Definition;
use strongroom_gate::{CreatePermit, TierSession};
use strongroom_omop::{ConceptId, SubjectId, Table};
use strongroom_primitives::{Clock, ReleaseName, RowTier, Sha256Digest};
use strongroom_release::{Manifest, Release, ReleaseError, ReleaseFile, sha256_of_file};

use crate::AuthorizedCdr;
use crate::lease::Lease;
use crate::query::{EngineFailure, QueryError, SessionTables};
use crate::secure::{StoredTable, Visibility};

const MANIFEST: &str = "manifest.json";

/// One release of a Curated Data Repository, open, and of no use yet: every query needs the
/// [`AuthorizedCdr`] that [`authorize`](Self::authorize) makes of a session.
///
/// ```text
///   Cdr ──authorize(TierSession)──► AuthorizedCdr ──► counts, breakdowns, attrition
///                                                 └──► rows, with an ExportPermit
/// ```
#[derive(Clone)]
pub struct Cdr {
    release: Release,
    /// Of the manifest, which has those of all files.
    digest: Sha256Digest,
    tables: Arc<BTreeMap<&'static str, StoredTable>>,
    withdrawn: BTreeSet<SubjectId>,
    clock: Arc<dyn Clock>,
}

/// Why a release cannot be opened for queries.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Its manifest cannot be read.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// The folder is not there or may not be entered.
    #[error("the release's folder cannot be opened; check the path and its permissions")]
    Folder,
    /// A table's file is missing or damaged.
    #[error("a file of table `{table}` cannot be read; run `strongroom cdr verify` on the release")]
    Table {
        /// The table.
        table: &'static str,
    },
}

impl Cdr {
    /// Opens the release in this folder. The clock tells, while queries run, whether their session
    /// has ended.
    ///
    /// Reads the manifest and the footer of every table's file; it does not verify the files
    /// ([`verify`](crate::verify()) does).
    ///
    /// # Errors
    /// If the folder holds no readable release.
    pub async fn open(folder: &Path, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let release = Release::open(folder)?;
        let manifest = folder.join(MANIFEST);
        let digest = sha256_of_file(&manifest)
            .map_err(|source| ReleaseError::Read { path: MANIFEST.to_owned(), source })?;
        let store: Arc<dyn ObjectStore> =
            Arc::new(LocalFileSystem::new_with_prefix(folder).map_err(|_| OpenError::Folder)?);
        let mut tables = BTreeMap::new();
        for table in release.manifest().tables().map(Table::name) {
            let files = release.manifest().files_of(table);
            let path = |file: &ReleaseFile| ObjectPath::from(file.path.to_string());
            let paths: Vec<_> = files.map(|file| (file.path.shard(), path(file))).collect();
            let stored = StoredTable::open(&store, paths).await;
            tables.insert(table, stored.map_err(|_| OpenError::Table { table })?);
        }
        Ok(Self { release, digest, tables: Arc::new(tables), withdrawn: BTreeSet::new(), clock })
    }

    /// The same release without these people: those who withdrew after it was built. To sessions
    /// authorised from now on they do not exist, in any table.
    #[must_use]
    pub fn without_people(mut self, withdrawn: impl IntoIterator<Item = SubjectId>) -> Self {
        self.withdrawn.extend(withdrawn);
        self
    }

    /// The release's name.
    #[must_use]
    pub fn release(&self) -> &ReleaseName {
        &self.manifest().name
    }

    /// The tier of access that its rows need.
    #[must_use]
    pub fn tier(&self) -> RowTier {
        self.manifest().tier
    }

    /// What the release consists of.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        self.release.manifest()
    }

    /// Takes the session in exchange for the means to query.
    ///
    /// # Errors
    /// If the session was admitted to another release or tier, or has ended.
    pub fn authorize(&self, session: TierSession) -> Result<AuthorizedCdr, QueryError> {
        if session.release() != self.release() || session.tier() != self.tier() {
            return Err(QueryError::OtherRelease);
        }
        let lease = Lease::new(session.not_after(), Arc::clone(&self.clock));
        let visibility = Visibility::new(session.hidden().clone(), &self.withdrawn);
        let stored = Arc::clone(&self.tables);
        let tables = SessionTables::new(self.release.clone(), self.digest, stored, visibility, lease);
        tables.check_lease()?;
        Ok(AuthorizedCdr::new(session, tables))
    }

    /// The concepts that the definition names by their ids and the release's vocabulary does not have, in
    /// ascending order: for whoever brings a definition from another release. Reads the vocabulary, and
    /// nothing about people.
    ///
    /// # Errors
    /// If the permit is for another release or has expired, or the vocabulary cannot be read.
    pub fn lacking_concepts(
        &self,
        definition: &Definition,
        permit: &CreatePermit,
    ) -> Result<Vec<ConceptId>, QueryError> {
        if permit.release() != self.release() || permit.tier() != self.tier() {
            return Err(QueryError::OtherRelease);
        }
        permit.check(self.clock.now()).map_err(|_| QueryError::SessionEnded)?;
        let unreadable = |error: ReleaseError| QueryError::Storage(EngineFailure::new(error.to_string()));
        let vocabulary = self.release.vocabulary().map_err(unreadable)?;
        let vocabulary = vocabulary.read_for(definition).map_err(unreadable)?;
        let named = definition.named_concepts().into_iter();
        Ok(named.filter(|concept| vocabulary.concept(*concept).is_none()).collect())
    }
}

impl fmt::Debug for Cdr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cdr").field("release", self.release()).finish_non_exhaustive()
    }
}
