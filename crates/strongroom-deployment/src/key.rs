//! The key that signs for the trail. The one place through which randomness for keys enters.

use std::path::Path;

use ring::rand::{SecureRandom, SystemRandom};
use strongroom_audit::{CheckpointKey, Origin};

use crate::{DeploymentError, files};

pub(crate) const KEY_FILE: &str = "checkpoint.key";
const FORMAT: &str = "strongroom-checkpoint-key/1";

/// The secret of a key, as it is written.
pub(crate) struct Seed([u8; 32]);

impl Seed {
    /// A new one, from the operating system.
    pub(crate) fn random() -> Result<Self, DeploymentError> {
        let mut seed = [0; 32];
        SystemRandom::new().fill(&mut seed).map_err(|_| DeploymentError::NoRandomness)?;
        Ok(Self(seed))
    }

    pub(crate) fn read(folder: &Path) -> Result<Self, DeploymentError> {
        let file = folder.join(KEY_FILE);
        Self::from_text(&files::read(&file)?).ok_or(DeploymentError::NoKey { file })
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<(), DeploymentError> {
        files::write_new(&folder.join(KEY_FILE), &self.to_text())
    }

    pub(crate) fn to_text(&self) -> String {
        let digits: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{FORMAT} {digits}\n")
    }

    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(FORMAT)?.strip_prefix(' ')?.trim_end();
        let mut seed = [0; 32];
        if digits.len() != 64 || !digits.is_ascii() {
            return None;
        }
        for (at, byte) in seed.iter_mut().enumerate() {
            *byte = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self(seed))
    }

    pub(crate) fn key(&self, origin: &str) -> Result<CheckpointKey, DeploymentError> {
        Ok(CheckpointKey::from_seed(Origin::new(origin)?, &self.0)?)
    }
}
