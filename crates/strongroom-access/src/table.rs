use std::fmt::{self, Write};

use crate::{AccessLine, AccessLineState, AccessView, AccountGap};

/// The page as a table for a terminal: one line for each thing asked for, and below it what to do.
/// No text of a person can begin a line of its own.
impl fmt::Display for AccessView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tier", self.tier())?;
        if let Some(workspace) = self.workspace() {
            write!(f, ", {workspace}")?;
        }
        match self.met_until() {
            Some(until) if self.lines().iter().any(|line| line.holds_until == Some(until)) => {
                writeln!(f, ": everything is met until {until}")?;
            }
            Some(_) => writeln!(f, ": everything is met")?,
            None => writeln!(f, ": {} missing", self.missing().count())?,
        }
        let width = self.lines().iter().map(|line| what(line).chars().count()).max().unwrap_or(0);
        for line in self.lines() {
            let what = what(line);
            let padding = width - what.chars().count();
            write!(f, "  {} {what}{:padding$}  {}", mark(line), "", state(line))?;
            if let Some(until) = line.holds_until {
                write!(f, ", until {until}")?;
            }
            f.write_char('\n')?;
            if let Some(bypass) = &line.bypass {
                writeln!(
                    f,
                    "      set aside until {} by {} and {}: {}",
                    bypass.until,
                    bypass.granted_by,
                    bypass.confirmed_by,
                    one_line(bypass.reason.as_str())
                )?;
            }
            if let Some(step) = &line.next_step {
                let from = if matches!(line.state, AccessLineState::Met) { "can be renewed: " } else { "" };
                writeln!(f, "      {from}{} ({})", one_line(&step.sentence), step.taken_by)?;
            }
        }
        Ok(())
    }
}

fn mark(line: &AccessLine) -> char {
    match line.state {
        AccessLineState::Met => '✓',
        AccessLineState::SetAside(_) => '~',
        AccessLineState::NotMet(_) | AccessLineState::NotInForce(_) | AccessLineState::NotUsable(_) => '✗',
    }
}

fn what(line: &AccessLine) -> String {
    one_line(&line.asked.to_string())
}

fn state(line: &AccessLine) -> String {
    match line.state {
        AccessLineState::Met => "met".to_owned(),
        AccessLineState::SetAside(gap) => format!("{gap}, set aside"),
        AccessLineState::NotMet(gap) => gap.to_string(),
        AccessLineState::NotInForce(gap) => gap.to_string(),
        AccessLineState::NotUsable(AccountGap::Suspended { until }) => format!("suspended until {until}"),
        AccessLineState::NotUsable(AccountGap::Disabled { since }) => format!("disabled since {since}"),
        AccessLineState::NotUsable(AccountGap::Closed { since }) => format!("closed since {since}"),
    }
}

/// The text with a space for every character that ends a line.
fn one_line(text: &str) -> String {
    let ends_a_line = |character| matches!(character, '\n' | '\u{85}' | '\u{2028}' | '\u{2029}');
    text.replace(ends_a_line, " ")
}
