use std::fmt;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use crate::Notice;

/// Where notices go: a mail system, a queue, a file.
///
/// Synchronous and small: an adapter that sends over a network queues here and sends elsewhere.
/// Telling somebody has no part in any decision: access ends at its instant, told or not.
pub trait Notifier: Send + Sync {
    /// Takes the notice over for delivery.
    ///
    /// # Errors
    /// If it was not taken over. It may be offered again.
    fn notify(&self, notice: &Notice) -> Result<(), NotifyError>;
}

/// A notice was not taken over.
#[derive(Debug)]
pub struct NotifyError {
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl NotifyError {
    /// The notice was not taken over, for this reason.
    #[must_use]
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { source: source.into() }
    }
}

impl fmt::Display for NotifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the notice was not taken over; offer it again")
    }
}

impl std::error::Error for NotifyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.source.as_ref())
    }
}

/// Offers every notice once and returns those that were not taken over, with the reason of each.
/// One that fails keeps no other from being delivered.
#[must_use = "notices that were not taken over have to be offered again"]
pub fn deliver<'n>(notifier: &dyn Notifier, notices: &'n [Notice]) -> Vec<(&'n Notice, NotifyError)> {
    let offer = |notice| notifier.notify(notice).err().map(|error| (notice, error));
    notices.iter().filter_map(offer).collect()
}

/// Keeps notices in memory, for tests and for showing them in place.
#[derive(Debug, Default)]
pub struct RecordingNotifier {
    notices: Mutex<Vec<Notice>>,
}

impl RecordingNotifier {
    /// The notices taken over so far, oldest first.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Notifier for RecordingNotifier {
    fn notify(&self, notice: &Notice) -> Result<(), NotifyError> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).push(notice.clone());
        Ok(())
    }
}

/// Writes each notice as one line of JSON, for a mail system to pick up. No text in a notice can
/// begin another line.
#[derive(Debug)]
pub struct LineNotifier<W> {
    writer: Mutex<W>,
}

impl<W: Write + Send> LineNotifier<W> {
    /// Writes to this writer, which is flushed after every line.
    #[must_use]
    pub fn new(writer: W) -> Self {
        Self { writer: Mutex::new(writer) }
    }

    /// The writer.
    #[must_use]
    pub fn into_writer(self) -> W {
        self.writer.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W: Write + Send> Notifier for LineNotifier<W> {
    fn notify(&self, notice: &Notice) -> Result<(), NotifyError> {
        let mut line = serde_json::to_vec(notice).map_err(NotifyError::new)?;
        line.push(b'\n');
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.write_all(&line).and_then(|()| writer.flush()).map_err(NotifyError::new)
    }
}
