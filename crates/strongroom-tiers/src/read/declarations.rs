use std::collections::{BTreeMap, BTreeSet};

use strongroom_primitives::{Label, NonEmpty, Paragraph, RequirementName, RowTier, Sha256Digest};

use super::fields::{Cursor, Fields, Report};
use crate::checks::{LONGEST_BYPASS_DAYS, LONGEST_VALIDITY_DAYS};
use crate::{
    BypassRule, ConductVersion, CountryCode, Declaration, EvidenceKind, IdentityDocument, Subject, TakenBy,
};

const ACTORS: &[(&str, TakenBy)] = &[
    ("the-researcher", TakenBy::TheResearcher),
    ("institution-official", TakenBy::InstitutionOfficial),
    ("programme-staff", TakenBy::ProgrammeStaff),
    ("workspace-owner", TakenBy::WorkspaceOwner),
];

const DOCUMENTS: &[(&str, IdentityDocument)] = &[
    ("passport", IdentityDocument::Passport),
    ("driving-licence", IdentityDocument::DrivingLicence),
    ("identity-card", IdentityDocument::IdentityCard),
    ("residence-permit", IdentityDocument::ResidencePermit),
    ("military-card", IdentityDocument::MilitaryCard),
    ("tribal-card", IdentityDocument::TribalCard),
];

pub(super) fn all<'d>(
    report: &mut Report<'d>,
    cursor: &Cursor<'d>,
) -> BTreeMap<RequirementName, Declaration> {
    let mut declarations = BTreeMap::new();
    let named = report.map(cursor, "requirement name", |key| RequirementName::new(key).ok());
    for (name, cursor) in named {
        if let Some(declaration) = declaration(report, &cursor, name.clone()) {
            declarations.insert(name, declaration);
        }
    }
    declarations
}

fn declaration<'d>(
    report: &mut Report<'d>,
    cursor: &Cursor<'d>,
    name: RequirementName,
) -> Option<Declaration> {
    let mut fields = report.table(cursor)?;
    let title = fields.required(report, "title").and_then(|cursor| report.value(&cursor, Label::new));
    let next_step =
        fields.required(report, "next_step").and_then(|cursor| report.value(&cursor, Paragraph::new));
    let taken_by = fields.optional("taken_by").and_then(|cursor| report.word(&cursor, ACTORS));
    let subject = fields.optional("subject").and_then(|cursor| {
        let words = [
            ("person", Subject::Person),
            ("institution", Subject::Institution),
            ("workspace", Subject::Workspace),
            ("person-in-workspace", Subject::PersonInWorkspace),
        ];
        report.word(&cursor, &words)
    });
    let sources = fields.optional("trusted_sources").map(|cursor| labels(report, &cursor));
    let days = 1..=i64::from(LONGEST_VALIDITY_DAYS);
    let valid = fields.optional("valid_for_days");
    let valid = valid.and_then(|cursor| report.integer(&cursor, days.clone()));
    let renewable = fields.optional("renewable_for_days");
    let renewable = renewable.and_then(|cursor| report.integer(&cursor, days));
    let evidence = fields.required(report, "evidence").and_then(|cursor| evidence(report, &cursor));
    let bypass = fields.optional("bypass").and_then(|cursor| bypass(report, &cursor));
    fields.end(report);
    Some(Declaration {
        name,
        title: title?,
        next_step: next_step?,
        taken_by: taken_by.unwrap_or(TakenBy::TheResearcher),
        subject: subject.unwrap_or(Subject::Person),
        trusted_sources: sources.unwrap_or_default().into_iter().collect(),
        valid_for_days: valid,
        renewable_for_days: renewable,
        evidence: evidence?,
        bypass,
    })
}

fn bypass<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Option<BypassRule> {
    let mut fields = report.table(cursor)?;
    let days = fields.required(report, "longest_days");
    let days = days.and_then(|cursor| report.integer(&cursor, 1..=i64::from(LONGEST_BYPASS_DAYS)));
    fields.end(report);
    Some(BypassRule { longest_days: days? })
}

fn evidence<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Option<EvidenceKind> {
    let mut fields = report.table(cursor)?;
    let kinds = EvidenceKind::NAMES.map(|name| (name, name));
    let kind = fields.required(report, "kind").and_then(|cursor| report.word(&cursor, &kinds));
    let Some(kind) = kind else {
        // Nobody knows the parameters of an unknown kind.
        fields.forget();
        return None;
    };
    let evidence = match kind {
        "two-step-verification" => Some(EvidenceKind::TwoStepVerification),
        "identity-proofing" => identity(report, &mut fields),
        "training" => training(report, &mut fields),
        "code-of-conduct" => code_of_conduct(report, &mut fields),
        "profile-confirmation" => Some(EvidenceKind::ProfileConfirmation),
        "publication-confirmation" => Some(EvidenceKind::PublicationConfirmation),
        "institution-agreement" => {
            let words = [("registered", RowTier::Registered), ("controlled", RowTier::Controlled)];
            let tier = fields.required(report, "tier").and_then(|cursor| report.word(&cursor, &words));
            tier.map(|tier| EvidenceKind::InstitutionAgreement { tier })
        }
        "self-attestation" => Some(EvidenceKind::SelfAttestation),
        "country" => {
            let only = fields.optional("only").map(|cursor| countries(report, &cursor));
            let all_but = fields.optional("all_but").map(|cursor| countries(report, &cursor));
            let (only, all_but) = (only.unwrap_or_default(), all_but.unwrap_or_default());
            Some(EvidenceKind::Country { only, all_but })
        }
        "approval" => {
            let by = fields.required(report, "by").and_then(|cursor| report.word(&cursor, ACTORS));
            by.map(|by| EvidenceKind::Approval { by })
        }
        "record" => Some(EvidenceKind::Record),
        _ => None,
    };
    fields.end(report);
    evidence
}

fn identity<'d>(report: &mut Report<'d>, fields: &mut Fields<'d>) -> Option<EvidenceKind> {
    let level = fields.required(report, "assurance_level");
    let level = level.and_then(|cursor| report.integer(&cursor, 1..=3));
    let verifiers = fields.optional("verifiers").map(|cursor| labels(report, &cursor));
    let mut documents = BTreeSet::new();
    if let Some(cursor) = fields.optional("documents") {
        for element in report.list(&cursor) {
            documents.extend(report.word(&element, DOCUMENTS));
        }
    }
    let verifiers = verifiers.unwrap_or_default().into_iter().collect();
    Some(EvidenceKind::IdentityProofing { assurance_level: level?, verifiers, documents })
}

fn training<'d>(report: &mut Report<'d>, fields: &mut Fields<'d>) -> Option<EvidenceKind> {
    let courses = fields.required(report, "courses").map(|cursor| {
        let courses = labels(report, &cursor);
        if courses.is_empty() && report.is_clean() {
            report.error(&cursor.path, "nobody has to pass anything", "name at least one course");
        }
        courses
    });
    let score = fields.required(report, "minimum_score_percent");
    let score = score.and_then(|cursor| report.integer(&cursor, 0..=100));
    let courses = NonEmpty::from_vec(courses?)?;
    Some(EvidenceKind::Training { courses, minimum_score_percent: score? })
}

/// Different labels in the order written.
fn labels<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Vec<Label> {
    let mut labels = Vec::new();
    for element in report.list(cursor) {
        match report.value(&element, Label::new) {
            Some(label) if labels.contains(&label) => {
                report.error(&element.path, "it is there twice", "remove one");
            }
            label => labels.extend(label),
        }
    }
    labels
}

fn code_of_conduct<'d>(report: &mut Report<'d>, fields: &mut Fields<'d>) -> Option<EvidenceKind> {
    let cursor = fields.required(report, "versions")?;
    let elements = report.list(&cursor);
    if elements.is_empty() && report.is_clean() {
        report.error(&cursor.path, "no version counts", "name the version to sign today");
    }
    let read = elements.iter().filter_map(|element| conduct_version(report, element)).collect();
    Some(EvidenceKind::CodeOfConduct { versions: NonEmpty::from_vec(read)? })
}

fn conduct_version<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> Option<ConductVersion> {
    let mut fields = report.table(cursor)?;
    let version = fields.required(report, "version").and_then(|cursor| report.value(&cursor, Label::new));
    let digest = fields.required(report, "text_sha256");
    let digest = digest.and_then(|cursor| report.value(&cursor, str::parse::<Sha256Digest>));
    let published = fields.required(report, "published").and_then(|cursor| report.instant(&cursor));
    let grace = fields.required(report, "grace_days");
    let grace = grace.and_then(|cursor| report.integer(&cursor, 0..=i64::from(LONGEST_VALIDITY_DAYS)));
    fields.end(report);
    Some(ConductVersion {
        version: version?,
        text_sha256: digest?,
        published: published?,
        grace_days: grace?,
    })
}

fn countries<'d>(report: &mut Report<'d>, cursor: &Cursor<'d>) -> BTreeSet<CountryCode> {
    let elements = report.list(cursor);
    let mut countries = BTreeSet::new();
    for element in elements {
        let Some(country) = report.value(&element, CountryCode::new) else { continue };
        if !countries.insert(country) {
            report.error(&element.path, "the country is there twice", "remove one");
        }
    }
    countries
}
