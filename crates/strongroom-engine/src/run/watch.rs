use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

/// How often people are taken through before somebody asks whether to go on.
const EVERY: u32 = 512;

/// Watches over the work on one shard: whether somebody wants it stopped, and how much it holds.
pub(crate) struct Watch<'w> {
    stop: &'w AtomicBool,
    limit: usize,
    held: Cell<usize>,
    steps: Cell<u32>,
    halted: Cell<Option<Halt>>,
}

/// Why the work on a shard ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Halt {
    Stopped,
    TooLarge,
}

impl<'w> Watch<'w> {
    /// Leaves off when `stop` is set, or when more than `limit` bytes of event sets are held.
    pub(crate) const fn new(stop: &'w AtomicBool, limit: usize) -> Self {
        Self { stop, limit, held: Cell::new(0), steps: Cell::new(0), halted: Cell::new(None) }
    }

    /// Counts what is kept from now on.
    pub(super) fn hold(&self, bytes: usize) {
        self.held.set(self.held.get().saturating_add(bytes));
        if self.held.get() > self.limit {
            self.halted.set(Some(Halt::TooLarge));
        }
    }

    /// Whether to leave off, asked for every person: results are incomplete then.
    #[inline]
    pub(super) fn halts(&self) -> bool {
        let steps = self.steps.get().wrapping_add(1);
        self.steps.set(steps);
        if steps.is_multiple_of(EVERY) && self.stop.load(Ordering::Relaxed) {
            self.halted.set(Some(Halt::Stopped));
        }
        self.halted.get().is_some()
    }

    pub(super) fn halted(&self) -> Option<Halt> {
        self.halted.get()
    }
}
