use strongroom::access::{Agreement, EmailAddress, EmailDomain, Institution, Membership};
use strongroom::primitives::{Id, InvalidValue, Label, Paragraph, RowTier, Timestamp, kind};
use strongroom::workspaces::{
    Choices, Dissemination, IntendedOutcomes, Outcome, PopulationsOfInterest, Purpose, PurposeCategory,
};

pub(super) fn ada() -> Result<(Label, EmailAddress), InvalidValue> {
    Ok((Label::new("Ada Lovelace")?, EmailAddress::new("ada@analytical.example")?))
}

pub(super) fn charles() -> Result<(Label, EmailAddress), InvalidValue> {
    Ok((Label::new("Charles Babbage")?, EmailAddress::new("charles@analytical.example")?))
}

pub(super) fn grace() -> Result<(Label, EmailAddress), InvalidValue> {
    Ok((Label::new("Grace Hopper")?, EmailAddress::new("grace@analytical.example")?))
}

/// Of the programme's own staff.
pub(super) fn margaret() -> Result<(Label, EmailAddress), InvalidValue> {
    Ok((Label::new("Margaret Hamilton")?, EmailAddress::new("margaret@programme.example")?))
}

/// A university that has signed for the registered tier, for a year.
pub(super) fn institution(id: Id<kind::Institution>, now: Timestamp) -> Result<Institution, InvalidValue> {
    let members = Membership::Domains([EmailDomain::new("analytical.example")?].into());
    let agreement = Agreement::new(now, now.plus_days(365), members)?;
    Ok(Institution::new(id, Label::new("Analytical University")?)
        .with_agreement(RowTier::Registered, agreement))
}

pub(super) fn purpose() -> Result<Purpose, InvalidValue> {
    Ok(Purpose::new(
        PurposeCategory::DiseaseFocused { disease: Label::new("Diabetes mellitus")? },
        Paragraph::new("Who is followed up within a year of the first diagnosis, and who is not?")?,
        Paragraph::new("Count people by age and sex from their first diagnosis on.")?,
        Paragraph::new("Groups that wait longer for a first measurement than others.")?,
    )
    .with_dissemination(Choices::one(Dissemination::PeerReviewedJournals))
    .with_outcomes(IntendedOutcomes::Intended(Choices::one(Outcome::ImproveHealthEquality)))
    .with_populations(PopulationsOfInterest::NobodyInParticular))
}
