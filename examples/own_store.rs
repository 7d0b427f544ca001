//! Storage of your own behind the traits, and the conformance kit that says whether it keeps what
//! they promise. Here: an audit log that keeps its entries as lines of text.
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

use std::error::Error;

use async_trait::async_trait;
use strongroom::audit::{AuditEvent, Chain, Checkpoint, Entry};
use strongroom::primitives::NonEmpty;
use strongroom::store::{AuditLog, StoreError, conformance};
use tokio::sync::Mutex;

struct LinesLog {
    state: Mutex<Lines>,
}

#[derive(Clone)]
struct Lines {
    chain: Chain,
    lines: Vec<String>,
}

impl LinesLog {
    fn new() -> Self {
        Self { state: Mutex::new(Lines { chain: Chain::new(), lines: Vec::new() }) }
    }
}

#[async_trait]
impl AuditLog for LinesLog {
    async fn append(&self, events: NonEmpty<AuditEvent>) -> Result<Checkpoint, StoreError> {
        let mut state = self.state.lock().await;
        // All events or none: work on a copy, and take it over at the end.
        let mut next = state.clone();
        for event in events.into_vec() {
            let entry = next.chain.append(event)?;
            next.lines.push(entry.to_line());
        }
        *state = next;
        Ok(state.chain.head())
    }

    async fn read(&self, from: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let state = self.state.lock().await;
        let lines = state.lines.iter().skip(usize::try_from(from).unwrap_or(usize::MAX)).take(limit);
        lines
            .map(|line| Entry::from_line(line).map_err(|_| StoreError::corrupt("a line is damaged")))
            .collect()
    }

    async fn head(&self) -> Result<Checkpoint, StoreError> {
        Ok(self.state.lock().await.chain.head())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    conformance::check_audit_log(async || LinesLog::new()).await;
    println!("the log keeps every promise of `AuditLog`");
    Ok(())
}
