use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use strongroom::cdr::Progress;
use strongroom::omop::Table;

/// Progress bars on the terminal's error stream, one per table that is being converted; nothing at
/// all without a terminal.
pub(crate) struct TableBars {
    bars: MultiProgress,
    running: Mutex<BTreeMap<&'static str, ProgressBar>>,
}

impl TableBars {
    pub(crate) fn new() -> Self {
        Self { bars: MultiProgress::new(), running: Mutex::new(BTreeMap::new()) }
    }

    fn with_running<T>(&self, use_bars: impl FnOnce(&mut BTreeMap<&'static str, ProgressBar>) -> T) -> T {
        use_bars(&mut self.running.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Progress for TableBars {
    fn table_started(&self, table: &'static Table, bytes: u64) {
        let bar = self.bars.add(ProgressBar::new(bytes).with_style(bytes_style()).with_message(table.name()));
        self.with_running(|running| running.insert(table.name(), bar));
    }

    fn table_advanced(&self, table: &'static Table, bytes: u64, _rows: u64) {
        self.with_running(|running| {
            if let Some(bar) = running.get(table.name()) {
                bar.set_position(bytes);
            }
        });
    }

    fn table_finished(&self, table: &'static Table, _rows: u64) {
        if let Some(bar) = self.with_running(|running| running.remove(table.name())) {
            bar.finish_and_clear();
        }
    }
}

/// One bar that counts people.
pub(crate) fn people_bar(persons: u64) -> ProgressBar {
    let bar = ProgressBar::new(persons).with_message("people");
    match ProgressStyle::with_template("{msg:24} {wide_bar} {human_pos} of {human_len} {eta:>4}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// One bar that counts the cases of a conformance run.
pub(crate) fn cases_bar() -> ProgressBar {
    let bar = ProgressBar::new(0).with_message("cases");
    match ProgressStyle::with_template("{msg:24} {wide_bar} {human_pos} of {human_len} {eta:>4}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn bytes_style() -> ProgressStyle {
    ProgressStyle::with_template("{msg:24} {wide_bar} {bytes:>10} of {total_bytes:>10} {eta:>4}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}
