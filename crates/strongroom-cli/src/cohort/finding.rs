use strongroom::cohort::aou::{AouProblem, AouProblemKind};
use strongroom::cohort::circe::{CirceError, CirceProblem, Unsayable};
use strongroom::cohort::text::{Places, Span, TextError, parse};
use strongroom::cohort::{Definition, JsonError, Limits, Problem, Severity, check};

use super::LineIndex;

/// Something wrong with a definition, in whichever form it was written, as it is shown.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    /// Such as `E031`; nothing where other tools' forms are read, whose errors have no codes.
    pub(crate) code: Option<&'static str>,
    pub(crate) severity: Severity,
    pub(crate) message: String,
    /// What it is about, or what stands next to the marked part.
    pub(crate) detail: Option<String>,
    pub(crate) help: Option<String>,
    /// Where in the JSON form.
    pub(crate) path: Option<String>,
    /// Where in the text.
    pub(crate) span: Option<Span>,
    pub(crate) fixes: Vec<Replacement>,
}

/// A text that would mend it.
#[derive(Debug, Clone)]
pub(crate) struct Replacement {
    pub(crate) explanation: String,
    pub(crate) replacement: String,
    pub(crate) span: Option<Span>,
}

/// Reads text and checks what was read: the definition, where its parts stand, and everything that
/// is wrong.
pub(crate) fn read_text(text: &str, limits: &Limits) -> (Option<Definition>, Places, Vec<Finding>) {
    let parsed = parse(text, limits);
    let mut findings: Vec<_> = parsed.errors.iter().map(Finding::from).collect();
    if let Some(definition) = &parsed.definition {
        let problems = check(definition);
        findings.extend(problems.iter().map(|problem| Finding::of_problem(problem, Some(&parsed.places))));
    }
    findings.sort_by_key(|finding| finding.span);
    (parsed.definition, parsed.places, findings)
}

impl Finding {
    fn new(severity: Severity, message: String) -> Self {
        Self {
            code: None,
            severity,
            message,
            detail: None,
            help: None,
            path: None,
            span: None,
            fixes: Vec::new(),
        }
    }

    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// What the checker says, at its place where there is a text.
    pub(crate) fn of_problem(problem: &Problem, places: Option<&Places>) -> Self {
        let span = places.map(|places| places.nearest(problem.path()));
        let kind = problem.kind();
        let fixes = problem.fixes().iter().map(|fix| Replacement {
            explanation: fix.explanation().to_owned(),
            replacement: fix.replacement().to_owned(),
            // Only where exactly that part is known can it be replaced.
            span: places.and_then(|places| places.get(fix.path().unwrap_or(problem.path()))),
        });
        Self {
            code: Some(kind.code()),
            detail: problem.detail().map(str::to_owned),
            help: Some(kind.help().to_owned()),
            path: Some(problem.path().to_string()),
            span,
            fixes: fixes.collect(),
            ..Self::new(problem.severity(), kind.message().to_owned())
        }
    }

    pub(crate) fn of_json(error: &JsonError, text: &str) -> Self {
        let (message, span) = match error {
            JsonError::Syntax { line, column } => ("the text is not JSON".to_owned(), Some((*line, *column))),
            other => (other.to_string(), None),
        };
        Self { span: span.map(|place| at(text, place)), ..Self::new(Severity::Error, message) }
    }

    pub(crate) fn of_circe(error: &CirceError, text: &str) -> Self {
        let finding = Self::new(Severity::Error, error.problem().to_string());
        match error.problem() {
            CirceProblem::Syntax { line, column } => {
                Self { span: Some(at(text, (*line, *column))), ..finding }
            }
            _ => Self { path: Some(error.path().to_string()), ..finding },
        }
    }

    pub(crate) fn of_workbench(problem: &AouProblem, text: &str) -> Self {
        let finding = Self::new(problem.severity(), problem.kind().to_string());
        match problem.kind() {
            AouProblemKind::NotJson { line, column } => {
                Self { span: Some(at(text, (*line, *column))), ..finding }
            }
            _ => Self { path: Some(problem.path().to_string()), ..finding },
        }
    }

    /// What Circe cannot say, at its place where there is a text.
    pub(crate) fn of_export(refused: &Unsayable, places: Option<&Places>) -> Self {
        Self {
            help: Some(refused.remedy().to_owned()),
            path: Some(refused.path().to_string()),
            span: places.map(|places| places.nearest(refused.path())),
            ..Self::new(Severity::Error, refused.what().to_owned())
        }
    }
}

impl From<&TextError> for Finding {
    fn from(error: &TextError) -> Self {
        let fixes = error.help.iter().map(|help| Replacement {
            explanation: help.explanation.clone(),
            replacement: help.replacement.clone(),
            span: Some(help.span),
        });
        Self {
            code: Some(error.code.as_str()),
            detail: Some(error.label.clone()).filter(|label| !label.is_empty()),
            help: error.note.map(str::to_owned),
            span: Some(error.span),
            fixes: fixes.collect(),
            ..Self::new(Severity::Error, error.message.clone())
        }
    }
}

fn at(text: &str, (line, column): (usize, usize)) -> Span {
    Span::before(LineIndex::new(text).byte_of_column(line, column))
}
