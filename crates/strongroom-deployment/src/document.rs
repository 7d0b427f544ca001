use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use strongroom_access::Institution;
use strongroom_primitives::{ReleaseName, RowTier, Sha256Digest, Timestamp};
use strongroom_tiers::Policy;

use crate::{DeploymentError, StorePlace, files};

pub(crate) const DOCUMENT_FILE: &str = "deployment.json";

/// What a deployment is run by, beside its policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    format: Format,
    /// The name of its trail.
    pub(crate) origin: String,
    pub(crate) created: Timestamp,
    pub(crate) store: StorePlace,
    /// The digest of the policy in force.
    pub(crate) policy: Sha256Digest,
    /// Its version: the next one has a higher one.
    pub(crate) policy_version: u64,
    pub(crate) institutions: Vec<Institution>,
    pub(crate) releases: Vec<ReleasePlace>,
}

/// A release that people of a deployment can work on, and where it lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ReleasePlace {
    /// Its name.
    pub name: ReleaseName,
    /// The tier of access that its rows need.
    pub tier: RowTier,
    /// Its folder.
    pub folder: PathBuf,
    /// The digest of its manifest, which holds those of all its files.
    pub manifest: Sha256Digest,
    /// When it was added.
    pub added: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-deployment/1")]
    V1,
}

impl Document {
    pub(crate) fn new(origin: String, created: Timestamp, store: StorePlace, policy: &Policy) -> Self {
        Self {
            format: Format::V1,
            origin,
            created,
            store,
            policy: policy.digest(),
            policy_version: policy.version(),
            institutions: Vec::new(),
            releases: Vec::new(),
        }
    }

    pub(crate) fn read(folder: &Path) -> Result<Self, DeploymentError> {
        let file = folder.join(DOCUMENT_FILE);
        if file.try_exists().is_ok_and(|there| !there) {
            return Err(DeploymentError::NoDeployment { folder: folder.to_owned() });
        }
        Self::from_text(&files::read(&file)?, &file)
    }

    pub(crate) fn from_text(text: &str, file: &Path) -> Result<Self, DeploymentError> {
        serde_json::from_str(text).map_err(|error| {
            let tag = serde_json::from_str::<serde_json::Value>(text).ok();
            let tag = tag.as_ref().and_then(|document| document.get("format")?.as_str());
            let version = tag.and_then(|tag| tag.strip_prefix("strongroom-deployment/")?.parse::<u32>().ok());
            let (file, line) = (file.to_owned(), error.line());
            if version.is_some_and(|version| version > 1) {
                DeploymentError::LaterFormat { file }
            } else {
                DeploymentError::Unparsable { file, line }
            }
        })
    }

    pub(crate) fn to_text(&self) -> Result<String, DeploymentError> {
        Ok(serde_json::to_string_pretty(self).map_err(strongroom_store::StoreError::unavailable)? + "\n")
    }
}

pub(crate) fn digest(text: &str) -> Sha256Digest {
    Sha256Digest::from_bytes(Sha256::digest(text).into())
}
