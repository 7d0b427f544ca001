use super::*;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn paragraph(text: &str) -> Paragraph {
    Paragraph::new(text).unwrap()
}

fn requirement(gap: RequirementGap) -> Objection {
    Objection::RequirementNotMet {
        requirement: RequirementName::new("code-of-conduct").unwrap(),
        title: Label::new("Code of Conduct").unwrap(),
        gap,
        next_step: paragraph("Sign it."),
        taken_by: Actor::TheResearcher,
    }
}

fn agreement(gap: AgreementGap) -> Objection {
    Objection::AgreementNotInForce { tier: RowTier::Controlled, gap }
}

/// Every objection as a person reads it: reason | next step | who.
#[test]
fn every_objection_says_what_to_do_and_who_can() {
    let day = at("2026-03-01T09:00:00Z");
    let release = || ReleaseName::new("R1").unwrap();
    for (objection, expected) in [
        (
            Objection::AccountDisabled { since: day },
            "the account is closed since 2026-03-01T09:00:00Z | Review the account, and open it again if \
             all is well. | the programme's staff",
        ),
        (
            Objection::AccountSuspended { until: day },
            "the account is suspended until 2026-03-01T09:00:00Z | Wait until the account opens again at \
             2026-03-01T09:00:00Z. | the researcher",
        ),
        (
            Objection::AccountClosed { since: day },
            "the person left at 2026-03-01T09:00:00Z | Register again. | the researcher",
        ),
        (
            Objection::ReleaseWithdrawn { release: release(), since: day },
            "release R1 is withdrawn since 2026-03-01T09:00:00Z | Choose a live release. | the researcher",
        ),
        (
            Objection::ReleaseOnlyToReplicate { release: release(), newest: Some(release()) },
            "release R1 is open only to replicate a publication | Name the publication that you replicate, \
             or work on R1. | the researcher",
        ),
        (
            Objection::CopyToOtherTier { from: RowTier::Controlled, to: RowTier::Registered },
            "a workspace of the controlled tier cannot be copied to the registered tier | Choose a release \
             of the controlled tier. | the researcher",
        ),
        (
            Objection::OtherTierOpen { open: RowTier::Controlled, asked: RowTier::Registered },
            "a session of the controlled tier is open, and this one is of the registered tier | Close your \
             session in the controlled tier. | the researcher",
        ),
        (
            Objection::ExportClosed { kind: ExportKind::Counts, tier: RowTier::Registered },
            "nobody exports counts from the registered tier | Work with it where it is, or ask the \
             programme's staff what may leave. | the researcher",
        ),
        (
            Objection::ExportNeedsReview { kind: ExportKind::Counts, reviewers: 2 },
            "2 reviewers have to agree before counts leave | Submit the counts to 2 reviewers. | the \
             researcher",
        ),
        (
            Objection::NotAMember { workspace: Id::from_u128(1) },
            "workspace-00000000-0000-0000-0000-000000000001 does not exist or is not shared with the \
             person | Share the workspace with the person. | an owner of the workspace",
        ),
        (
            Objection::WorkspaceDeleted { since: day },
            "the workspace was deleted at 2026-03-01T09:00:00Z | Work in another workspace. | the \
             researcher",
        ),
        (
            Objection::WorkspaceLocked { since: day },
            "administrators locked the workspace at 2026-03-01T09:00:00Z | Review the workspace with its \
             owners, and unlock it if all is well. | the programme's staff",
        ),
        (
            Objection::WorkspaceOrphaned,
            "no owner of the workspace has access to its tier any more | Appoint an owner who has access \
             to the tier, or wait until one has again. | the programme's staff",
        ),
        (
            Objection::PurposeInReview,
            "the purpose of the workspace is not approved yet | Wait for the decision of the Resource \
             Access Board. | the researcher",
        ),
        (
            Objection::RoleTooLow { action: Action::Export, role: Role::Reader, needed: Role::Writer },
            "the person is a reader; to export needs a writer | Make the person a writer of the \
             workspace. | an owner of the workspace",
        ),
        (
            agreement(AgreementGap::NoInstitution),
            "the person belongs to no known institution | Add your institution to your profile. | the \
             researcher",
        ),
        (
            agreement(AgreementGap::NoAgreement),
            "the institution has no agreement for the controlled tier | Sign an agreement for the \
             controlled tier. | an official of the institution",
        ),
        (
            agreement(AgreementGap::NotYet { starts: day }),
            "the institution's agreement for the controlled tier begins at 2026-03-01T09:00:00Z | Wait \
             until the agreement begins at 2026-03-01T09:00:00Z. | the researcher",
        ),
        (
            agreement(AgreementGap::Ended { since: day }),
            "the institution's agreement for the controlled tier ended at 2026-03-01T09:00:00Z | Renew \
             the agreement for the controlled tier. | an official of the institution",
        ),
        (
            agreement(AgreementGap::AddressNotCovered),
            "the institution's agreement for the controlled tier does not cover the person's e-mail \
             address | Add the person to those whom the agreement for the controlled tier covers. | an \
             official of the institution",
        ),
        (requirement(RequirementGap::Missing), "Code of Conduct: missing | Sign it. | the researcher"),
        (
            requirement(RequirementGap::Lapsed { since: day }),
            "Code of Conduct: lapsed at 2026-03-01T09:00:00Z | Sign it. | the researcher",
        ),
        (
            requirement(RequirementGap::WrongVersion),
            "Code of Conduct: the version is no longer accepted | Sign it. | the researcher",
        ),
        (
            Objection::RequirementUndefined { requirement: RequirementName::new("vetting").unwrap() },
            "the policy asks for vetting, which is not defined | Define the requirement, or correct the \
             policy. | the programme's staff",
        ),
        (
            Objection::ReleaseUnavailable { release: release() },
            "release R1 is not in the catalogue of its tier | Publish the release in the catalogue of \
             its tier. | the programme's staff",
        ),
        (
            Objection::ReleaseArchived { release: release() },
            "release R1 is archived and takes no new workspaces | Choose a live release. | the \
             researcher",
        ),
        (
            Objection::DecisionExpired { since: day },
            "the decision expired at 2026-03-01T09:00:00Z | Ask again. | the researcher",
        ),
        (
            Objection::Rule {
                rule: Label::new("Audit week").unwrap(),
                objection: RuleObjection::new(
                    paragraph("no exports"),
                    paragraph("Come back."),
                    Actor::TheResearcher,
                ),
            },
            "Audit week: no exports | Come back. | the researcher",
        ),
    ] {
        let shown = format!("{objection} | {} | {}", objection.next_step(), objection.taken_by());
        assert_eq!(shown, expected);
    }
}

#[test]
fn a_refusal_lists_every_reason() {
    let refusal =
        Refusal::of(vec![agreement(AgreementGap::NoAgreement), requirement(RequirementGap::Missing)]);
    assert_eq!(
        refusal.unwrap().to_string(),
        "refused: the institution has no agreement for the controlled tier; Code of Conduct: missing"
    );
    assert_eq!(Refusal::of(vec![]), None);
}
