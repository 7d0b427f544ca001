use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{BoundedText, Paragraph};

use crate::CountryCode;

/// What a researcher says about themselves, for others to read. Nothing is decided by it but what a
/// requirement asks to have confirmed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    area_of_research: Option<Paragraph>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    degrees: BTreeSet<Degree>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    professional_url: Option<BoundedText<1, 2000>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    country: Option<CountryCode>,
}

/// An academic or professional degree (registration form of the All of Us Researcher Workbench).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Degree {
    /// Doctor of Philosophy.
    Phd,
    /// Doctor of Medicine.
    Md,
    /// Juris Doctor.
    Jd,
    /// Doctor of Education.
    Edd,
    /// Master of Science in Nursing.
    Msn,
    /// Master of Science.
    Ms,
    /// Master of Arts.
    Ma,
    /// Master of Business Administration.
    Mba,
    /// Master of Engineering.
    Me,
    /// Master of Social Work.
    Msw,
    /// Master of Public Health.
    Mph,
    /// Bachelor of Arts.
    Ba,
    /// Bachelor of Science.
    Bs,
    /// Bachelor of Science in Nursing.
    Bsn,
}

/// What somebody is at their institution (registration form of the All of Us Researcher Workbench).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum InstitutionalRole {
    /// A pupil of a high school.
    HighSchoolStudent,
    /// An undergraduate.
    Undergraduate,
    /// A student of another kind.
    Student,
    /// A trainee.
    Trainee,
    /// A fellow.
    Fellow,
    /// A doctoral researcher.
    PreDoctoral,
    /// A postdoctoral researcher.
    PostDoctoral,
    /// A researcher in the early years.
    EarlyCareer,
    /// A researcher in the middle years.
    MidCareer,
    /// A researcher in the late years.
    LateCareer,
    /// An associate scientist.
    AssociateScientist,
    /// A scientist in the middle years.
    MidCareerScientist,
    /// A senior scientist.
    SeniorScientist,
    /// A senior researcher.
    SeniorResearcher,
    /// A data analyst.
    DataAnalyst,
    /// A teacher.
    Teacher,
    /// An administrator.
    Administrator,
    /// A member of a project's staff.
    ProjectPersonnel,
    /// Something else, which has to be said.
    Other(BoundedText<1, 80>),
}

impl Profile {
    /// The same profile with this area of research.
    #[must_use]
    pub fn with_area_of_research(mut self, area: Paragraph) -> Self {
        self.area_of_research = Some(area);
        self
    }

    /// The same profile with these degrees.
    #[must_use]
    pub fn with_degrees(mut self, degrees: BTreeSet<Degree>) -> Self {
        self.degrees = degrees;
        self
    }

    /// The same profile with the address of a page about the person's work. It is shown, never
    /// fetched.
    #[must_use]
    pub fn with_professional_url(mut self, url: BoundedText<1, 2000>) -> Self {
        self.professional_url = Some(url);
        self
    }

    /// The same profile with this country of residence. Requirements about countries are met by
    /// evidence, not by this.
    #[must_use]
    pub fn with_country(mut self, country: CountryCode) -> Self {
        self.country = Some(country);
        self
    }

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The area of research.
    #[must_use]
    pub fn area_of_research(&self) -> Option<&Paragraph> {
        self.area_of_research.as_ref()
    }

    /// The degrees.
    #[must_use]
    pub fn degrees(&self) -> &BTreeSet<Degree> {
        &self.degrees
    }

    /// The address of a page about the person's work.
    #[must_use]
    pub fn professional_url(&self) -> Option<&str> {
        self.professional_url.as_ref().map(BoundedText::as_str)
    }

    /// The country of residence.
    #[must_use]
    pub fn country(&self) -> Option<CountryCode> {
        self.country
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_role_has_to_be_said() {
        for (text, is_role) in [
            (r#""data-analyst""#, true),
            (r#"{"other":"Librarian"}"#, true),
            (r#""other""#, false),
            (r#"{"other":""}"#, false),
            (r#""owner""#, false),
        ] {
            assert_eq!(serde_json::from_str::<InstitutionalRole>(text).is_ok(), is_role, "{text}");
        }
    }
}
