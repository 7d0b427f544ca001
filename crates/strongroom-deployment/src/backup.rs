//! A deployment in one file, and from it.
//!
//! ```text
//!   {"format":"strongroom-deployment-backup/1","deployment":"…","policy":"…","key":"…","checkpoints":"…"}
//!   the lines of a strongroom-store-copy/1
//! ```
//!
//! The copy has a digest of its own. The deployment's document is the one whose digest the trail says, the
//! policy the one whose digest the document says, the key the one that signed the checkpoints, and these are
//! about the trail: so everything is checked that is restored.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use strongroom_audit::{Action, CheckpointKey, TreeHead};
use strongroom_store::{AuditLog, ProvableLog, StoreErrorKind};
use strongroom_store_sql::SqlStore;
use strongroom_tiers::Policy;

use crate::checkpoints::{self, CHECKPOINTS_FILE};
use crate::deployment::{POLICY_FILE, code};
use crate::document::{DOCUMENT_FILE, Document, digest};
use crate::key::{KEY_FILE, Seed};
use crate::place::SQLITE_FILE;
use crate::{Deployment, DeploymentError, Operator, StorePlace, doctor, files, trail};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    format: Format,
    deployment: String,
    policy: String,
    key: String,
    checkpoints: String,
}

#[derive(Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-deployment-backup/1")]
    V1,
}

impl Deployment {
    /// Writes everything of the deployment but its releases into a file that is not there yet, as it is at
    /// one moment, after a checkpoint was signed. Says which trail it holds. Keep the file as secret as the
    /// folder: people's records and the key are in it.
    ///
    /// # Errors
    /// If something of the deployment cannot be read or is damaged, or the file cannot be written; there is
    /// then no file.
    pub async fn back_up(&self, file: &Path) -> Result<TreeHead, DeploymentError> {
        let unwritable = |source| DeploymentError::unwritable(file, source);
        let mut writer = BufWriter::new(files::create_new(file).map_err(unwritable)?);
        let written = self.write_backup(file, &mut writer).await;
        if written.is_err() {
            // Half a backup is none; if it cannot be removed either, its end is missing and it is refused.
            drop(std::fs::remove_file(file));
        }
        written
    }

    async fn write_backup(
        &self,
        file: &Path,
        writer: &mut BufWriter<File>,
    ) -> Result<TreeHead, DeploymentError> {
        self.sign_checkpoint().await?;
        let lock = files::lock(&self.folder)?;
        let header = Header {
            format: Format::V1,
            deployment: files::read(&self.folder.join(DOCUMENT_FILE))?,
            policy: files::read(&self.folder.join(POLICY_FILE))?,
            key: files::read(&self.folder.join(KEY_FILE))?,
            checkpoints: files::read(&self.folder.join(CHECKPOINTS_FILE))?,
        };
        let header = serde_json::to_string(&header).map_err(strongroom_store::StoreError::unavailable)?;
        let unwritable = |source| DeploymentError::unwritable(file, source);
        writeln!(writer, "{header}").map_err(unwritable)?;
        let head = self.store.copy_out(|line| writeln!(writer, "{line}")).await?;
        drop(lock);
        writer.flush().and_then(|()| writer.get_ref().sync_all()).map_err(unwritable)?;
        Ok(head)
    }
}

/// Makes a deployment in an empty folder from a backup, with its store in `place`, which must be empty too,
/// and checks all of it: the store's copy, the trail against every checkpoint, document and policy against
/// the trail.
///
/// # Errors
/// If there is something already, or the backup is damaged; the folder then holds no deployment.
pub async fn restore(
    file: &Path,
    folder: &Path,
    place: StorePlace,
    operator: Operator,
) -> Result<Deployment, DeploymentError> {
    let mut lines =
        BufReader::new(File::open(file).map_err(|source| DeploymentError::unreadable(file, source))?).lines();
    let (header, mut document) = read_header(file, lines.next())?;
    let policy = Policy::from_toml(&header.policy)?;
    if policy.digest() != document.policy {
        return Err(damaged("its policy is not the one that was in force"));
    }
    let seed = Seed::from_text(&header.key).ok_or_else(|| damaged("it holds no key"))?;
    let key = seed.key(&document.origin)?;
    files::make_folder(folder)?;
    let store = place.open(folder, true).await?;
    if let Err(error) = fill(&store, lines, &header, folder, &seed, &key).await {
        store.close().await;
        clear(folder, &place);
        return Err(error);
    }
    document.store = place;
    let text = document.to_text()?;
    let changed = Action::DeploymentChanged { fact: code("restored")?, document: digest(&text) };
    store.append(operator.events(changed, [])).await?;
    files::write_new(&folder.join(POLICY_FILE), &header.policy)?;
    files::write_new(&folder.join(DOCUMENT_FILE), &text)?;
    Ok(Deployment { folder: folder.to_owned(), document, policy, store: Arc::new(store), operator })
}

fn read_header(file: &Path, line: Option<io::Result<String>>) -> Result<(Header, Document), DeploymentError> {
    let no_backup = || DeploymentError::NoBackup { file: file.to_owned() };
    let line = line.ok_or_else(no_backup)?.map_err(|source| DeploymentError::unreadable(file, source))?;
    let header: Header = serde_json::from_str(&line).map_err(|_| no_backup())?;
    let document = Document::from_text(&header.deployment, file)?;
    Ok((header, document))
}

/// Fills the store and writes what is not a document of the deployment, and checks that all of it belongs
/// together.
async fn fill(
    store: &SqlStore,
    lines: impl Iterator<Item = io::Result<String>> + Send,
    header: &Header,
    folder: &Path,
    seed: &Seed,
    key: &CheckpointKey,
) -> Result<(), DeploymentError> {
    if store.tree_head().await?.size() != 0 {
        let message = "there is something in the database already; name a schema or a database that is empty";
        return Err(strongroom_store::StoreError::of_kind(StoreErrorKind::Conflict, message).into());
    }
    store.copy_in(lines).await?;
    seed.write(folder)?;
    files::write_new(&folder.join(CHECKPOINTS_FILE), &header.checkpoints)?;
    if doctor::recorded_document(store).await? != Some(digest(&header.deployment)) {
        return Err(damaged("the trail speaks of another document of the deployment"));
    }
    if !trail::examine(store, &checkpoints::open(folder, key)?).await?.is_sound() {
        return Err(damaged("its trail is not the one of its checkpoints"));
    }
    Ok(())
}

/// Takes away what was written into the folder, which had been empty, so that it can be tried again. A
/// database that was filled stays, and is refused as one that is not empty.
fn clear(folder: &Path, place: &StorePlace) {
    let store = [SQLITE_FILE.to_owned(), format!("{SQLITE_FILE}-wal"), format!("{SQLITE_FILE}-shm")];
    let of_sqlite = store.iter().map(String::as_str).filter(|_| *place == StorePlace::Sqlite);
    for name in [KEY_FILE, CHECKPOINTS_FILE].into_iter().chain(of_sqlite) {
        // What cannot be removed is found by the next try, which says so.
        drop(std::fs::remove_file(folder.join(name)));
    }
}

const fn damaged(what: &'static str) -> DeploymentError {
    DeploymentError::DamagedBackup { what }
}
