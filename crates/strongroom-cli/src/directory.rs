//! The public directory of all projects, for anybody.

use std::io::{self, Write};

use strongroom::primitives::{Clock, SystemClock, Timestamp};
use strongroom::workspaces::{Directory, DirectoryHit, DirectoryQuery};

use crate::Failure;
use crate::arguments::{DirectoryCommand, OnArguments};
use crate::deployment::on;

pub(crate) fn run(command: &DirectoryCommand) -> Result<(), Failure> {
    match command {
        DirectoryCommand::Search { words, tier, category, limit, on: at } => {
            let mut query = DirectoryQuery::new(&words.join(" "));
            if let Some(tier) = tier {
                query = query.with_tier(*tier);
            }
            if let Some(category) = category {
                query = query.with_category(*category);
            }
            let directory = directory(at)?;
            Ok(print(&directory.search(&query, 0, *limit))?)
        }
        DirectoryCommand::Export { since, on: at } => {
            let since = since.unwrap_or_else(|| Timestamp::from_unix_microseconds(i64::MIN));
            let document = directory(at)?.export(since, SystemClock.now());
            let mut output = io::stdout().lock();
            serde_json::to_writer_pretty(&mut output, &document)?;
            Ok(writeln!(output)?)
        }
    }
}

fn directory(at: &OnArguments) -> Result<Directory, Failure> {
    on(at, async |open| Ok(open.enrolment()?.directory().await?))
}

fn print((all, hits): &(usize, Vec<DirectoryHit<'_>>)) -> io::Result<()> {
    let mut output = io::stdout().lock();
    for DirectoryHit { entry, .. } in hits {
        writeln!(output, "{}", entry.title())?;
        let institution = entry.institution().map_or("no institution", |name| name.as_str());
        writeln!(
            output,
            "  {institution}, {} tier, {}, {}",
            entry.tier(),
            entry.status(),
            entry.workspace()
        )?;
        writeln!(output, "  {}", entry.purpose().scientific_question())?;
    }
    match (all, hits.len()) {
        (0, _) => writeln!(output, "No project has all of this."),
        (all, shown) if *all > shown => {
            writeln!(output, "{shown} of {all} projects; name more words, or more of them with --limit.")
        }
        _ => Ok(()),
    }
}
