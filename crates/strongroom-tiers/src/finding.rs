use std::fmt;

use strongroom_primitives::NonEmpty;

/// A place within a document as the names of the fields that lead to it, such as
/// `tiers.controlled.requirements[2]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(Vec<Segment>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Segment {
    Field(String),
    Element(usize),
}

impl FieldPath {
    /// The document as a whole.
    pub(crate) fn root() -> Self {
        Self::default()
    }

    /// The path with this dot-separated continuation. Names that hold a dot come through
    /// [`field`](Self::field).
    pub(crate) fn of(text: &str) -> Self {
        Self(text.split('.').map(|name| Segment::Field(name.to_owned())).collect())
    }

    pub(crate) fn field(&self, name: &str) -> Self {
        self.and(Segment::Field(name.to_owned()))
    }

    pub(crate) fn element(&self, index: usize) -> Self {
        self.and(Segment::Element(index))
    }

    fn and(&self, segment: Segment) -> Self {
        let mut path = self.clone();
        path.0.push(segment);
        path
    }

    pub(crate) fn segments(&self) -> &[Segment] {
        &self.0
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("the document");
        }
        for (index, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Field(name) if index == 0 => f.write_str(name)?,
                Segment::Field(name) => write!(f, ".{name}")?,
                Segment::Element(element) => write!(f, "[{element}]")?,
            }
        }
        Ok(())
    }
}

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Position {
    /// The line, from 1.
    #[must_use]
    pub fn line(self) -> usize {
        self.line
    }

    /// The column in characters, from 1.
    #[must_use]
    pub fn column(self) -> usize {
        self.column
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a policy is taken or it is not")]
pub enum Severity {
    /// The policy is not taken.
    Error,
    /// The policy is taken; its authors may have meant something else.
    Warning,
}

/// Something that is wrong with a policy, or odd: where, what, and what to write instead.
///
/// A finding never repeats a text of the document but the names of requirements, tables and
/// columns on the way to the place, and these only if they are well-formed: a file that was read
/// by mistake does not end up in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub(crate) severity: Severity,
    pub(crate) path: FieldPath,
    pub(crate) position: Option<Position>,
    pub(crate) problem: String,
    pub(crate) remedy: String,
}

impl Finding {
    pub(crate) fn error(path: FieldPath, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            path,
            position: None,
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }

    pub(crate) fn warning(path: FieldPath, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(path, problem, remedy) }
    }

    pub(crate) fn at(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// How much it weighs.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The field it is about.
    #[must_use]
    pub fn path(&self) -> &FieldPath {
        &self.path
    }

    /// The place in the text, if the policy was read from one.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.position
    }

    /// What is wrong.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// What to write instead.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.severity == Severity::Warning {
            f.write_str("warning: ")?;
        }
        write!(f, "{}", self.path)?;
        if let Some(position) = self.position {
            write!(f, " ({position})")?;
        }
        write!(f, ": {}; {}", self.problem, self.remedy)
    }
}

/// Why a policy was not taken: every error that was found, in the order of the text, each with
/// its place and its remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    findings: Box<NonEmpty<Finding>>,
}

impl PolicyError {
    /// The errors among these findings as one, if there are any.
    pub(crate) fn of(findings: impl IntoIterator<Item = Finding>) -> Option<Self> {
        let errors = findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
        NonEmpty::from_vec(errors).map(|findings| Self { findings: Box::new(findings) })
    }

    /// The findings, at least one, all of them errors.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter()
    }
}

impl From<Finding> for PolicyError {
    fn from(finding: Finding) -> Self {
        Self { findings: Box::new(NonEmpty::new(finding)) }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the policy is not taken")?;
        for finding in self.findings() {
            write!(f, "\n  {finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for PolicyError {}
