//! The checkpoints that a deployment has signed.

use std::path::Path;

use strongroom_audit::{Action, CheckpointKey, SignedCheckpoint};
use strongroom_store::{AuditLog, CheckpointFile, ProvableLog, StoreError, publish};

use crate::key::Seed;
use crate::{Deployment, DeploymentError};

pub(crate) const CHECKPOINTS_FILE: &str = "checkpoints";

/// The checkpoints in a folder, each with its signature checked.
pub(crate) fn open(folder: &Path, key: &CheckpointKey) -> Result<CheckpointFile, StoreError> {
    CheckpointFile::open(&folder.join(CHECKPOINTS_FILE), key.verifier())
}

impl Deployment {
    /// Signs how far the trail has come, if that is the trail of the last checkpoint, grown; keeps the
    /// checkpoint and gives it. Hand it to somebody else.
    ///
    /// # Errors
    /// If the trail cannot be read or is no longer the one that was signed before, or the checkpoint cannot
    /// be kept or recorded.
    pub async fn sign_checkpoint(&self) -> Result<SignedCheckpoint, DeploymentError> {
        let key = Seed::read(&self.folder)?.key(&self.document.origin)?;
        let head = self.store.tree_head().await?;
        let signed = Action::CheckpointSigned { size: head.size(), root: head.root() };
        self.store.append(self.operator.events(signed, [])).await?;
        Ok(publish(&*self.store, &key, &open(&self.folder, &key)?).await?)
    }
}
