use std::fmt;

use super::compare::Verdict;
use crate::EngineError;
use crate::cases::CaseId;

/// What became of a run, case by case.
///
/// Written out, it lists what is not identical, one case after the other, and ends with the line
/// `647 of 647 identical`. Cases without an expected result are listed and not counted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The cases that were run, in the order in which they were given.
    pub cases: Vec<JudgedCase>,
}

/// One case of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JudgedCase {
    /// Its id.
    pub id: CaseId,
    /// What it is about, where somebody said so.
    pub name: Option<String>,
    /// What became of it.
    pub verdict: Verdict,
}

impl Report {
    /// How many cases gave the expected result.
    #[must_use]
    pub fn identical(&self) -> usize {
        self.cases.iter().filter(|case| case.verdict == Verdict::Identical).count()
    }

    /// How many cases have an expected result.
    #[must_use]
    pub fn judged(&self) -> usize {
        self.cases.iter().filter(|case| case.verdict.is_judged()).count()
    }

    /// The cases that gave another result, in order.
    pub fn differing(&self) -> impl Iterator<Item = &CaseId> {
        let differs = |case: &&JudgedCase| matches!(case.verdict, Verdict::Different(_));
        self.cases.iter().filter(differs).map(|case| &case.id)
    }

    /// The cases that gave none, in order, and why.
    pub fn errors(&self) -> impl Iterator<Item = (&CaseId, &EngineError)> {
        self.cases.iter().filter_map(|case| match &case.verdict {
            Verdict::Failed(error) => Some((&case.id, error)),
            _ => None,
        })
    }

    /// Whether the engine can be called conformant: something was judged, and everything is
    /// identical.
    #[must_use]
    pub fn is_conformant(&self) -> bool {
        self.judged() > 0 && self.identical() == self.judged()
    }

    /// With which status a command ends: 0 if [conformant](Self::is_conformant), else 1.
    #[must_use]
    pub fn exit_status(&self) -> u8 {
        u8::from(!self.is_conformant())
    }
}

impl Verdict {
    /// Whether it says that the engine is right or wrong.
    #[must_use]
    pub const fn is_judged(&self) -> bool {
        !matches!(self, Self::NotJudged(_))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for case in self.cases.iter().filter(|case| case.verdict != Verdict::Identical) {
            writeln!(f, "{case}")?;
        }
        write!(f, "{} of {} identical", self.identical(), self.judged())
    }
}

impl fmt::Display for JudgedCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)?;
        if let Some(name) = &self.name {
            write!(f, " ({name})")?;
        }
        match &self.verdict {
            Verdict::Identical => f.write_str(": identical"),
            Verdict::Different(difference) => write!(f, ": {difference}"),
            Verdict::Failed(error) => write!(f, ": error: {error}"),
            Verdict::NotJudged(found) => write!(f, ": no expected result; {found}"),
        }
    }
}
