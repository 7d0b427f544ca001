mod declarations;
mod fields;
mod first_format;
mod tiers;

use strongroom_primitives::Label;

use crate::checks::LARGEST_VERSION;
use crate::draft::PolicyDraft;
use crate::finding::{FieldPath, Finding, Severity};
use crate::source::{Document, Syntax};
use crate::{Policy, PolicyError};
use fields::{Fields, Report};

pub(crate) const FORMAT: &str = "strongroom-policy/2";
const FIRST_FORMAT: &str = "strongroom-policy/1";

/// What was found out about a document: the policy, if it is one, and everything that is wrong or
/// odd with it.
#[derive(Debug, Clone)]
pub struct Checked {
    policy: Option<Policy>,
    findings: Vec<Finding>,
}

impl Checked {
    /// The policy; `None` if there is an error among the findings.
    #[must_use]
    pub fn policy(&self) -> Option<&Policy> {
        self.policy.as_ref()
    }

    /// Errors and warnings, in the order of the text.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The policy, or the errors.
    ///
    /// # Errors
    /// If there is an error among the findings.
    pub fn into_result(self) -> Result<Policy, PolicyError> {
        let unread = || Finding::error(FieldPath::root(), "it is not a policy", "check the file");
        match self.policy {
            Some(policy) => Ok(policy),
            None => Err(PolicyError::of(self.findings).unwrap_or_else(|| unread().into())),
        }
    }
}

/// Reads a `strongroom-policy/2` document and tells everything that is wrong or odd with it.
///
/// Any bytes give an answer. Larger documents than 256 KiB are refused unread. What is wrong with
/// the notation is told first, then what is wrong with single fields, then what is wrong between
/// them: each time all of it.
#[must_use]
pub fn check(bytes: &[u8], syntax: Syntax) -> Checked {
    read_by(bytes, syntax, policy)
}

/// Reads a `strongroom-policy/1` document as a policy of today, with the same meaning.
///
/// The first format declared nothing: its requirements are taken by name, those of All of Us and
/// those that are called as a kind is. It let the controlled tier ask for everything below without
/// saying so; that is written down now. The version stays, for the meaning does.
#[must_use]
pub fn migrate(bytes: &[u8]) -> Checked {
    read_by(bytes, Syntax::of(bytes), first_format::policy)
}

fn read_by(
    bytes: &[u8],
    syntax: Syntax,
    read: impl for<'a> FnOnce(&mut Report<'a>, &mut Fields<'a>) -> Option<PolicyDraft>,
) -> Checked {
    let document = match Document::read(bytes, syntax) {
        Ok(document) => document,
        Err(findings) => return Checked { policy: None, findings },
    };
    let mut report = Report::new(&document);
    let draft = match report.root() {
        Some(mut fields) => {
            let draft = read(&mut report, &mut fields);
            fields.end(&mut report);
            draft
        }
        None => None,
    };
    let Some(draft) = draft.filter(|_| report.is_clean()) else {
        return Checked { policy: None, findings: report.finish() };
    };
    draft.check().into_iter().for_each(|finding| report.place(finding));
    let findings = report.finish();
    let wrong = findings.iter().any(|finding| finding.severity() == Severity::Error);
    Checked { policy: (!wrong).then(|| Policy::from_checked(draft)), findings }
}

fn policy<'d>(report: &mut Report<'d>, fields: &mut Fields<'d>) -> Option<PolicyDraft> {
    // A document of another format has other fields: complaints about them would help nobody.
    if !is_format(report, fields, FORMAT) {
        return None;
    }
    let version = fields.required(report, "version");
    let version = version.and_then(|cursor| report.integer(&cursor, 1..=largest_version()));
    let mut draft = PolicyDraft::new(version.unwrap_or(1));
    if let Some(cursor) = fields.optional("programme") {
        draft.programme = report.value(&cursor, Label::new);
    }
    if let Some(cursor) = fields.optional("releases") {
        draft.releases = tiers::releases(report, &cursor).unwrap_or_default();
    }
    if let Some(cursor) = fields.optional("notices") {
        draft.notices = tiers::notices(report, &cursor).unwrap_or_default();
    }
    if let Some(cursor) = fields.optional("reviews") {
        draft.reviews = tiers::reviews(report, &cursor).unwrap_or_default();
    }
    if let Some(cursor) = fields.required(report, "tiers") {
        tiers::all(report, &cursor, &mut draft);
    }
    if let Some(cursor) = fields.required(report, "requirements") {
        draft.declarations = declarations::all(report, &cursor);
    }
    Some(draft)
}

fn is_format<'d>(report: &mut Report<'d>, fields: &mut Fields<'d>, expected: &'static str) -> bool {
    let remedy = format!("write `format = \"{expected}\"` if it is one");
    let Some(cursor) = fields.optional("format") else {
        report.error(fields.path(), format!("it does not say that it is a {expected} document"), remedy);
        fields.forget();
        return false;
    };
    let Some(written) = report.text(&cursor) else {
        fields.forget();
        return false;
    };
    if written == expected {
        return true;
    }
    if written == FIRST_FORMAT {
        report.error(&cursor.path, format!("it is a {FIRST_FORMAT} document"), "migrate it first");
    } else if written == FORMAT {
        report.error(&cursor.path, format!("it is a {FORMAT} document already"), "read it as it is");
    } else {
        report.error(&cursor.path, format!("it is no {expected} document"), remedy);
    }
    fields.forget();
    false
}

fn largest_version() -> i64 {
    i64::try_from(LARGEST_VERSION).unwrap_or(i64::MAX)
}
