use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{InvalidValue, Label, NonEmpty};

/// A score of 0 to 100 per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Percent(u8);

impl Percent {
    /// So many per cent.
    ///
    /// # Errors
    /// If it is more than 100.
    pub fn new(percent: u8) -> Result<Self, InvalidValue> {
        if percent <= 100 {
            Ok(Self(percent))
        } else {
            Err(InvalidValue::new("percentage", "expected 0 to 100"))
        }
    }

    /// The number of per cent.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Percent {
    type Error = InvalidValue;

    fn try_from(percent: u8) -> Result<Self, InvalidValue> {
        Self::new(percent)
    }
}

impl From<Percent> for u8 {
    fn from(percent: Percent) -> Self {
        percent.0
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

/// The courses that a training consists of, and the score that each of them has to be passed with.
/// A completion without a score does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingRule {
    courses: NonEmpty<Label>,
    pass_score: Percent,
}

/// The result that somebody had in a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseResult {
    course: Label,
    score: Percent,
}

impl TrainingRule {
    /// All of these courses, each with at least this score.
    #[must_use]
    pub fn new(courses: NonEmpty<Label>, pass_score: Percent) -> Self {
        Self { courses, pass_score }
    }

    /// The courses, in the order in which they are to be taken.
    #[must_use]
    pub fn courses(&self) -> &NonEmpty<Label> {
        &self.courses
    }

    /// The lowest score that passes.
    #[must_use]
    pub fn pass_score(&self) -> Percent {
        self.pass_score
    }
}

impl CourseResult {
    /// This score in that course.
    #[must_use]
    pub fn new(course: Label, score: Percent) -> Self {
        Self { course, score }
    }

    /// The course.
    #[must_use]
    pub fn course(&self) -> &Label {
        &self.course
    }

    /// The score.
    #[must_use]
    pub fn score(&self) -> Percent {
        self.score
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_above_the_whole_is_none() {
        assert_eq!(Percent::new(100).unwrap().to_string(), "100 %");
        assert!(Percent::new(101).is_err());
        assert!(serde_json::from_str::<Percent>("101").is_err());
        assert!(serde_json::from_str::<Percent>("-1").is_err());
    }

    #[test]
    fn a_training_has_a_course() {
        assert!(serde_json::from_str::<TrainingRule>(r#"{"courses":[],"pass_score":80}"#).is_err());
        assert!(serde_json::from_str::<TrainingRule>(r#"{"courses":["I"],"pass_score":80}"#).is_ok());
    }
}
