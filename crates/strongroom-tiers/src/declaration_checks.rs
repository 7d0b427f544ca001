use std::collections::BTreeSet;

use crate::checks::{LONGEST_BYPASS_DAYS, LONGEST_VALIDITY_DAYS};
use crate::finding::FieldPath;
use crate::{Declaration, EvidenceKind, Finding, Subject};

/// Everything that is wrong or odd with a declared requirement.
pub(crate) fn check(findings: &mut Vec<Finding>, declaration: &Declaration) {
    let path = FieldPath::of("requirements").field(declaration.name().as_str());
    validity(findings, &path, declaration);
    bypass(findings, &path, declaration);
    subject(findings, &path, declaration);
    parameters(findings, &path.field("evidence"), declaration.evidence());
}

fn validity(findings: &mut Vec<Finding>, path: &FieldPath, declaration: &Declaration) {
    if declaration.valid_for_days().is_some_and(|days| !(1..=LONGEST_VALIDITY_DAYS).contains(&days)) {
        findings.push(Finding::error(
            path.field("valid_for_days"),
            format!("the number is outside 1 to {LONGEST_VALIDITY_DAYS}"),
            "choose one within, or leave the field out if evidence does not lapse",
        ));
    }
    let Some(renewable) = declaration.renewable_for_days() else { return };
    let path = path.field("renewable_for_days");
    match declaration.valid_for_days() {
        _ if renewable == 0 => findings.push(Finding::error(
            path,
            "nobody could renew it before it lapses",
            "choose a number from 1 on, or leave the field out",
        )),
        None => findings.push(Finding::error(
            path,
            "it does not lapse, so there is nothing to renew",
            "write `valid_for_days`, or remove this",
        )),
        Some(days) if renewable > days => findings.push(Finding::error(
            path,
            "it is more than `valid_for_days`",
            "choose a smaller number, or leave the field out",
        )),
        Some(_) => {}
    }
}

fn bypass(findings: &mut Vec<Finding>, path: &FieldPath, declaration: &Declaration) {
    let Some(bypass) = declaration.bypass() else { return };
    let path = path.field("bypass");
    if !declaration.evidence().may_be_bypassed() {
        findings.push(Finding::error(
            path,
            format!("nobody can be excused from evidence of the kind {}", declaration.evidence().name()),
            "remove the bypass",
        ));
        return;
    }
    if !(1..=LONGEST_BYPASS_DAYS).contains(&bypass.longest_days) {
        findings.push(Finding::error(
            path.field("longest_days"),
            format!("the number is outside 1 to {LONGEST_BYPASS_DAYS}"),
            "choose one within; an excuse can be given again",
        ));
    }
}

fn subject(findings: &mut Vec<Finding>, path: &FieldPath, declaration: &Declaration) {
    let of_the_institution = declaration.subject() == Subject::Institution;
    let of_the_person = declaration.subject() == Subject::Person;
    let wrong = match declaration.evidence() {
        EvidenceKind::Approval { .. } | EvidenceKind::Record => false,
        EvidenceKind::InstitutionAgreement { .. } => !(of_the_person || of_the_institution),
        EvidenceKind::TwoStepVerification
        | EvidenceKind::IdentityProofing { .. }
        | EvidenceKind::ProfileConfirmation
        | EvidenceKind::PublicationConfirmation => !of_the_person,
        EvidenceKind::Training { .. }
        | EvidenceKind::CodeOfConduct { .. }
        | EvidenceKind::SelfAttestation
        | EvidenceKind::Country { .. } => {
            !(of_the_person || declaration.subject() == Subject::PersonInWorkspace)
        }
    };
    if wrong {
        findings.push(Finding::error(
            path.field("subject"),
            format!("evidence of the kind {} is not about such a subject", declaration.evidence().name()),
            "leave the field out, or ask for an approval or a record",
        ));
    }
}

fn parameters(findings: &mut Vec<Finding>, path: &FieldPath, evidence: &EvidenceKind) {
    match evidence {
        EvidenceKind::IdentityProofing { assurance_level, verifiers, documents } => {
            if !(1..=3).contains(assurance_level) {
                findings.push(Finding::error(
                    path.field("assurance_level"),
                    "the number is outside 1 to 3",
                    "choose an identity assurance level; 2 is usual",
                ));
            }
            if verifiers.is_empty() && documents.is_empty() {
                findings.push(Finding::error(
                    path.field("verifiers"),
                    "nobody could prove who they are",
                    "name who may vouch for people, or a document",
                ));
            }
        }
        EvidenceKind::Training { minimum_score_percent, .. } => {
            if *minimum_score_percent > 100 {
                findings.push(Finding::error(
                    path.field("minimum_score_percent"),
                    "the number is outside 0 to 100",
                    "choose one within",
                ));
            }
        }
        EvidenceKind::CodeOfConduct { versions } => {
            let mut seen = BTreeSet::new();
            let mut newest = None;
            for (index, version) in versions.iter().enumerate() {
                let path = path.field("versions").element(index);
                if !seen.insert(&version.version) {
                    let problem = "the version is there twice";
                    findings.push(Finding::error(path.field("version"), problem, "remove one"));
                }
                if newest.is_some_and(|newest| version.published <= newest) {
                    findings.push(Finding::error(
                        path.field("published"),
                        "it is published before the version above",
                        "write the oldest version first",
                    ));
                }
                if version.grace_days > LONGEST_VALIDITY_DAYS {
                    findings.push(Finding::error(
                        path.field("grace_days"),
                        format!("the number is outside 0 to {LONGEST_VALIDITY_DAYS}"),
                        "choose one within",
                    ));
                }
                newest = Some(version.published);
            }
        }
        EvidenceKind::Country { only, all_but } => {
            if only.is_empty() == all_but.is_empty() {
                findings.push(Finding::error(
                    path.clone(),
                    "it names no country, or names them in two ways",
                    "write either `only` or `all_but`, with at least one country",
                ));
            }
        }
        EvidenceKind::TwoStepVerification
        | EvidenceKind::ProfileConfirmation
        | EvidenceKind::PublicationConfirmation
        | EvidenceKind::SelfAttestation
        | EvidenceKind::InstitutionAgreement { .. }
        | EvidenceKind::Approval { .. }
        | EvidenceKind::Record => {}
    }
}
