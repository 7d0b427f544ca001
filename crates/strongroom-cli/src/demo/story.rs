use std::cell::Cell;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use strongroom::access::AccessView;
use strongroom::gate::Refusal;

/// Tells the demo on standard output: headings, sentences, facts. Bold only on a terminal.
pub(super) struct Story {
    chapters: Cell<u32>,
    bold: bool,
}

impl Story {
    pub(super) fn new() -> Self {
        Self { chapters: Cell::new(0), bold: io::stdout().is_terminal() }
    }

    pub(super) fn title(&self, text: &str) -> io::Result<()> {
        self.heading(text)
    }

    pub(super) fn chapter(&self, text: &str) -> io::Result<()> {
        self.chapters.set(self.chapters.get() + 1);
        self.line("")?;
        self.heading(&format!("{}. {text}", self.chapters.get()))
    }

    /// A sentence or two.
    pub(super) fn say(&self, text: &str) -> io::Result<()> {
        self.line(text)
    }

    /// Something that was found or done.
    pub(super) fn fact(&self, text: &str) -> io::Result<()> {
        self.line(&format!("   {text}"))
    }

    pub(super) fn refusal(&self, refusal: &Refusal) -> io::Result<()> {
        for objection in refusal.objections().iter() {
            self.line(&format!("   ✗ {objection}"))?;
            self.line(&format!("       {} ({})", objection.next_step(), objection.taken_by()))?;
        }
        Ok(())
    }

    /// The page of what somebody has and lacks.
    pub(super) fn page(&self, page: &AccessView) -> io::Result<()> {
        page.to_string().lines().try_for_each(|line| self.line(&format!("   {line}")))
    }

    pub(super) fn place(&self, path: &Path, what: &str) -> io::Result<()> {
        self.line(&format!("   {:<40} {what}", path.display().to_string()))
    }

    fn heading(&self, text: &str) -> io::Result<()> {
        if self.bold { self.line(&format!("\u{1b}[1m{text}\u{1b}[0m")) } else { self.line(text) }
    }

    fn line(&self, text: &str) -> io::Result<()> {
        writeln!(io::stdout(), "{}", text.trim_end())
    }
}
