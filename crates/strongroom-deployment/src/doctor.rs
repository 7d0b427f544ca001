//! Everything that can be checked about a deployment, and what to do about what is wrong.

use std::fmt;
use std::path::Path;

use strongroom_access::Institution;
use strongroom_audit::{Action, CheckpointKey};
use strongroom_cdr::verify;
use strongroom_primitives::{RowTier, Sha256Digest, Timestamp};
use strongroom_store::{AuditLog, CLOCK_TOLERANCE, ProvableLog, StoreError};
use strongroom_store_sql::SqlStore;

use crate::checkpoints;
use crate::deployment::read_policy;
use crate::document::{DOCUMENT_FILE, Document, digest};
use crate::key::{KEY_FILE, Seed};
use crate::{DeploymentError, Operator, ReleasePlace, files, trail};

/// An agreement that ends within so many days is told of.
const SOON: u32 = 30;
/// As many entries may come after the last checkpoint before it is told of.
const UNSIGNED: u64 = 1_000;

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// What was checked.
    pub what: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "well, soon no longer, and not")]
pub enum Outcome {
    /// It is as it should be, with what was found.
    Good(String),
    /// It works, and something should be done.
    Warning(String),
    /// It is not as it should be, with what to do.
    Bad(String),
}

impl Check {
    /// Whether something is not as it should be.
    #[must_use]
    pub const fn is_bad(&self) -> bool {
        matches!(self.outcome, Outcome::Bad(_))
    }

    fn good(what: impl Into<String>, found: impl Into<String>) -> Self {
        Self { what: what.into(), outcome: Outcome::Good(found.into()) }
    }

    fn warning(what: impl Into<String>, found: impl Into<String>) -> Self {
        Self { what: what.into(), outcome: Outcome::Warning(found.into()) }
    }

    fn bad(what: impl Into<String>, error: impl fmt::Display) -> Self {
        Self { what: what.into(), outcome: Outcome::Bad(error.to_string()) }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, found) = match &self.outcome {
            Outcome::Good(found) => ("ok  ", found),
            Outcome::Warning(found) => ("note", found),
            Outcome::Bad(found) => ("BAD ", found),
        };
        write!(f, "{mark}  {:<14} {found}", self.what)
    }
}

/// Checks everything about the deployment in a folder that can be checked, and goes on where something is
/// wrong. It changes nothing but an older schema of the store, as opening it does, and shows nothing of
/// anybody's record.
pub async fn doctor(folder: &Path, operator: &Operator) -> Vec<Check> {
    let mut checks = vec![check_rights(folder)];
    let document = match Document::read(folder) {
        Ok(document) => document,
        Err(error) => {
            checks.push(Check::bad("deployment", error));
            return checks;
        }
    };
    checks.push(check_policy(folder, &document));
    let key = Seed::read(folder).and_then(|seed| seed.key(&document.origin));
    match document.store.open(folder, false).await {
        Ok(store) => {
            checks.extend(check_store(&store).await);
            checks.push(check_document(folder, &store).await);
            checks.push(check_clock(&store, operator.now()).await);
            match &key {
                Ok(key) => checks.extend(check_trail(folder, key, &store).await),
                Err(error) => checks.push(Check::bad("key", error)),
            }
            store.close().await;
        }
        Err(error) => checks.push(Check::bad("store", with_cause(&error))),
    }
    checks.extend(check_institutions(&document.institutions, operator.now()));
    if document.releases.is_empty() {
        checks.push(Check::warning("releases", "there is none; add one with `strongroom release add`"));
    }
    checks.extend(document.releases.iter().map(check_release));
    checks
}

/// The error, with what the database or the file system said.
fn with_cause(error: &StoreError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(" (because: {cause})"));
        source = cause.source();
    }
    text
}

fn check_rights(folder: &Path) -> Check {
    for file in [folder.to_owned(), folder.join(KEY_FILE), folder.join(DOCUMENT_FILE)] {
        match files::rights_of_others(&file) {
            Ok(None) => {}
            Ok(Some(mode)) => {
                let remedy = if file == folder { "700" } else { "600" };
                let found = format!("`{}` has the rights {mode}; run chmod {remedy} on it", file.display());
                return Check::bad("rights", found);
            }
            Err(source) => return Check::bad("rights", DeploymentError::unreadable(&file, source)),
        }
    }
    Check::good("rights", "folder, key and document are for their owner alone")
}

fn check_policy(folder: &Path, document: &Document) -> Check {
    match read_policy(folder, document) {
        Err(error) => Check::bad("policy", error),
        Ok(policy) => {
            let found = format!("version {}, digest {}", policy.version(), policy.digest());
            match policy.warnings().len() {
                0 => Check::good("policy", found),
                odd => Check::warning(
                    "policy",
                    format!("{found}; {odd} things in it are odd: see `strongroom policy check`"),
                ),
            }
        }
    }
}

/// Everything that is stored, read and thrown away.
async fn check_store(store: &SqlStore) -> Vec<Check> {
    let version = match store.server_version().await {
        Ok(version) => version,
        Err(error) => return vec![Check::bad("store", with_cause(&error))],
    };
    let mut lines = 0_u64;
    let read = store.copy_out(|_| {
        lines = lines.saturating_add(1);
        Ok(())
    });
    match read.await {
        // Its first and its last line are the copy's own.
        Ok(head) => {
            let documents = lines.saturating_sub(2).saturating_sub(head.size());
            vec![Check::good("store", format!("{version}; {documents} documents, each as it was written"))]
        }
        Err(error) => vec![Check::bad("store", with_cause(&error))],
    }
}

/// The digest of the deployment's document that the trail says last.
pub(crate) async fn recorded_document(store: &SqlStore) -> Result<Option<Sha256Digest>, StoreError> {
    const PAGE: u64 = 1024;
    let mut end = store.tree_head().await?.size();
    while end > 0 {
        let start = end.saturating_sub(PAGE);
        let entries = store.read(start, usize::try_from(end.saturating_sub(start)).unwrap_or(1024)).await?;
        let last = entries.iter().rev().find_map(|entry| match entry.event().action() {
            Action::DeploymentChanged { document, .. } => Some(*document),
            _ => None,
        });
        if last.is_some() {
            return Ok(last);
        }
        end = start;
    }
    Ok(None)
}

async fn check_document(folder: &Path, store: &SqlStore) -> Check {
    let text = match files::read(&folder.join(DOCUMENT_FILE)) {
        Ok(text) => text,
        Err(error) => return Check::bad("deployment", error),
    };
    match recorded_document(store).await {
        Err(error) => Check::bad("deployment", with_cause(&error)),
        Ok(recorded) if recorded == Some(digest(&text)) => {
            Check::good("deployment", "the document is the one whose digest the trail says")
        }
        Ok(_) => Check::bad(
            "deployment",
            format!(
                "`{DOCUMENT_FILE}` is not the document that the trail says: it was edited by hand, or a command \
                 was interrupted; take it from a backup, or repeat the command"
            ),
        ),
    }
}

async fn check_clock(store: &SqlStore, now: Timestamp) -> Check {
    let last = async {
        let end = store.tree_head().await?.size();
        Ok::<_, StoreError>(store.read(end.saturating_sub(1), 1).await?.pop())
    };
    match last.await {
        Err(error) => Check::bad("clock", with_cause(&error)),
        Ok(None) => Check::good("clock", "the trail is empty"),
        Ok(Some(entry)) => {
            let last = entry.event().at();
            let ahead = last.unix_microseconds().saturating_sub(now.unix_microseconds());
            if u128::try_from(ahead).is_ok_and(|ahead| ahead > CLOCK_TOLERANCE.as_micros()) {
                Check::bad(
                    "clock",
                    format!(
                        "it shows {now}, and the trail ends at {last}; set the clock right: until then \
                             everything is refused"
                    ),
                )
            } else {
                Check::good("clock", format!("it shows {now}, and the trail ends at {last}"))
            }
        }
    }
}

async fn check_trail(folder: &Path, key: &CheckpointKey, store: &SqlStore) -> Vec<Check> {
    let kept = match checkpoints::open(folder, key) {
        Ok(kept) => kept,
        Err(error) => return vec![Check::bad("checkpoints", with_cause(&error))],
    };
    let report = match trail::examine(store, &kept).await {
        Ok(report) => report,
        Err(error) => return vec![Check::bad("trail", with_cause(&error))],
    };
    let size = report.head().size();
    let trail = if report.is_sound() {
        Check::good(
            "trail",
            format!("{size} entries, each bound to the one before, root {}", report.head().root()),
        )
    } else {
        let first = report
            .differences()
            .first()
            .map_or_else(|| "its end is not the one that the store says".to_owned(), ToString::to_string);
        Check::bad("trail", format!("{first}; see `strongroom audit verify` for all that differs"))
    };
    let signed = kept.heads().ok().and_then(|heads| heads.last().map(strongroom_audit::TreeHead::size));
    let unsigned = size.saturating_sub(signed.unwrap_or(0));
    let checkpoints = if unsigned > UNSIGNED || signed.is_none() {
        Check::warning(
            "checkpoints",
            format!(
                "{} signed, {unsigned} entries since the last; sign one with `strongroom audit checkpoint`, and \
                 hand it to somebody else",
                report.checkpoints()
            ),
        )
    } else {
        Check::good(
            "checkpoints",
            format!("{} signed, {unsigned} entries since the last", report.checkpoints()),
        )
    };
    vec![trail, checkpoints]
}

fn check_institutions(institutions: &[Institution], now: Timestamp) -> Vec<Check> {
    if institutions.is_empty() {
        let found =
            "there is none, so nobody is covered by an agreement; add one with `strongroom institution add`";
        return vec![Check::warning("institutions", found)];
    }
    institutions
        .iter()
        .map(|institution| {
            let ends =
                RowTier::ALL.iter().filter_map(|tier| Some((tier, institution.agreement(*tier)?.ends())));
            let mut ends: Vec<_> = ends.collect();
            ends.sort_by_key(|(_, end)| *end);
            let what = "institutions";
            match ends.first() {
                None => Check::warning(what, format!("{} has signed nothing", institution.name())),
                Some((tier, end)) if *end <= now => Check::warning(
                    what,
                    format!("{}: the agreement for {tier} ended at {end}; renew it", institution.name()),
                ),
                Some((tier, end)) if *end <= now.plus_days(SOON) => Check::warning(
                    what,
                    format!("{}: the agreement for {tier} ends at {end}; renew it", institution.name()),
                ),
                Some((_, end)) => {
                    Check::good(what, format!("{}: covered until {end} at least", institution.name()))
                }
            }
        })
        .collect()
}

fn check_release(release: &ReleasePlace) -> Check {
    let what = format!("release {}", release.name);
    match verify(&release.folder) {
        Err(error) => Check::bad(what, format!("`{}`: {error}", release.folder.display())),
        Ok(report) if report.manifest != release.manifest => Check::bad(
            what,
            format!(
                "`{}` holds another release than the one that was added; put that one back",
                release.folder.display()
            ),
        ),
        Ok(report) => Check::good(what, format!("{} files, each as its manifest says", report.files)),
    }
}
