//! Questions to the trail. That they were asked is recorded before they are answered.

use std::io;

use strongroom_audit::{
    Action, Difference, Entry, Examination, Examiner, Query, Sighting, SignedCheckpoint, Subject, TreeHead,
    who_saw,
};
use strongroom_primitives::{ReleaseName, Timestamp};
use strongroom_store::{AuditLog, CheckpointFile, ProvableLog, StoreError};
use strongroom_store_sql::SqlStore;

use crate::key::Seed;
use crate::{Deployment, DeploymentError, EntryProof, checkpoints};

/// How many entries are read at once.
const PAGE: usize = 1024;

/// What was found in a trail, compared with the checkpoints that were signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailReport {
    examination: Examination,
    checkpoints: usize,
    ends_as_stored: bool,
}

impl TrailReport {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.examination.is_sound() && self.ends_as_stored
    }

    /// Everything that differs, in the order of the lines.
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        self.examination.differences()
    }

    /// Whether the trail is as long as the store says, with the root that it says.
    #[must_use]
    pub const fn ends_as_stored(&self) -> bool {
        self.ends_as_stored
    }

    /// The number of entries, and the root over them, such as they are.
    #[must_use]
    pub fn head(&self) -> &TreeHead {
        self.examination.head()
    }

    /// How many checkpoints it was compared with.
    #[must_use]
    pub const fn checkpoints(&self) -> usize {
        self.checkpoints
    }
}

/// Examines the trail as it is stored.
pub(crate) async fn examine(store: &SqlStore, kept: &CheckpointFile) -> Result<TrailReport, StoreError> {
    let heads = kept.heads()?;
    let end = store.tree_head().await?;
    let mut examiner = Examiner::new(heads.iter().copied());
    let mut from = 0;
    // What others append meanwhile is not looked at.
    while from < end.size() {
        let page = usize::try_from(end.size().saturating_sub(from)).unwrap_or(PAGE).min(PAGE);
        let lines = store.stored_lines(from, page).await?;
        let Some((last, _)) = lines.last() else { break };
        from = last.saturating_add(1);
        lines.iter().filter(|(number, _)| *number < end.size()).for_each(|(_, line)| examiner.line(line));
    }
    let examination = examiner.finish();
    let ends_as_stored = *examination.head() == end;
    Ok(TrailReport { examination, checkpoints: heads.len(), ends_as_stored })
}

impl Deployment {
    /// Reads the whole trail and compares it with every checkpoint that was signed. If it is sound, it is on
    /// record that it was read; to one that is not, nothing is added.
    ///
    /// # Errors
    /// If the trail or the checkpoints cannot be read, or the reading not be recorded.
    pub async fn verify_trail(&self) -> Result<TrailReport, DeploymentError> {
        let key = Seed::read(&self.folder)?.key(&self.document.origin)?;
        let report = examine(&self.store, &checkpoints::open(&self.folder, &key)?).await?;
        if report.is_sound() {
            self.record_reading(0, report.head().size()).await?;
        }
        Ok(report)
    }

    /// The proof of an entry, against a checkpoint that is signed for it.
    ///
    /// # Errors
    /// If there is no such entry, or the trail cannot be read or signed.
    pub async fn prove(&self, sequence: u64) -> Result<EntryProof, DeploymentError> {
        let entries = self.store.tree_head().await?.size();
        if sequence >= entries {
            return Err(DeploymentError::NoEntry { entries });
        }
        self.record_reading(sequence, 1).await?;
        let checkpoint = self.sign_checkpoint().await?;
        let verifier = self.verifier()?;
        let size = verifier.verify(&checkpoint)?.head().size();
        let inclusion = self.store.prove_inclusion(sequence, size).await?;
        let mut entry = self.store.read(sequence, 1).await?;
        let entry = entry.pop().ok_or(DeploymentError::NoEntry { entries })?;
        Ok(EntryProof::new(&entry, inclusion, &checkpoint, &verifier))
    }

    /// Gives the lines of the whole trail to `take`, without line feeds, and a checkpoint over exactly these.
    ///
    /// # Errors
    /// If the trail cannot be read or signed, or `take` fails.
    pub async fn export(
        &self,
        mut take: impl FnMut(&str) -> io::Result<()>,
    ) -> Result<SignedCheckpoint, DeploymentError> {
        let entries = self.store.tree_head().await?.size();
        self.record_reading(0, entries).await?;
        let checkpoint = self.sign_checkpoint().await?;
        let size = self.verifier()?.verify(&checkpoint)?.head().size();
        let cannot_write =
            |error| StoreError::unavailable_until("the file cannot be written; make room", error);
        self.for_each_entry(size, |entry| take(&entry.to_line()).map_err(cannot_write)).await?;
        Ok(checkpoint)
    }

    /// Who saw what is stored about a person, or something of a release's data.
    ///
    /// # Errors
    /// If nobody has the address, or the trail cannot be read.
    pub async fn who_saw(&self, named: &str) -> Result<Vec<Sighting>, DeploymentError> {
        let is_person = named.contains('@') || named.starts_with("person-");
        let subject = if is_person {
            Subject::Person(self.person_id(named).await?)
        } else {
            Subject::Release(named.parse::<ReleaseName>()?)
        };
        let entries = self.store.tree_head().await?.size();
        self.record_reading(0, entries).await?;
        // Of a long trail, only the entries that are asked about are kept.
        let mut seen: Vec<Entry> = Vec::new();
        self.for_each_entry(entries, |entry| {
            if !who_saw([&entry], &subject).is_empty() {
                seen.push(entry);
            }
            Ok(())
        })
        .await?;
        Ok(who_saw(seen, &subject))
    }

    /// The entries of what happened from one instant on and before another.
    ///
    /// # Errors
    /// If the trail cannot be read.
    pub async fn between(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Entry>, DeploymentError> {
        let entries = self.store.tree_head().await?.size();
        self.record_reading(0, entries).await?;
        let query = Query::new().between(from, until);
        let mut found = Vec::new();
        self.for_each_entry(entries, |entry| {
            if query.matches(entry.event()) {
                found.push(entry);
            }
            Ok(())
        })
        .await?;
        Ok(found)
    }

    /// The first so many entries.
    async fn for_each_entry(
        &self,
        entries: u64,
        mut take: impl FnMut(Entry) -> Result<(), StoreError>,
    ) -> Result<(), DeploymentError> {
        let mut from = 0;
        while from < entries {
            let page = usize::try_from(entries.saturating_sub(from)).unwrap_or(PAGE).min(PAGE);
            let read = self.store.read(from, page).await?;
            if read.is_empty() {
                return Err(StoreError::corrupt("the trail is shorter than its end says").into());
            }
            from = from.saturating_add(u64::try_from(read.len()).unwrap_or(u64::MAX));
            read.into_iter().try_for_each(&mut take)?;
        }
        Ok(())
    }

    async fn record_reading(&self, first: u64, entries: u64) -> Result<(), DeploymentError> {
        self.store.append(self.operator.events(Action::TrailRead { first, entries }, [])).await?;
        Ok(())
    }
}
