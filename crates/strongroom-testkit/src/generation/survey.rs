use strongroom_omop::ConceptId;

use super::chart::{Answer, Chart, Contact};
use crate::concepts as c;
use crate::random::Random;

/// What may be answered to a question.
#[derive(Debug)]
enum Answers {
    /// One of these concepts.
    OneOf(&'static [ConceptId]),
    /// A whole number of this closed interval, in `value_as_number`.
    Number(i32, i32),
    /// Free text, in `value_as_string`.
    Text(&'static [&'static str]),
}

const QUESTIONS: [(ConceptId, Answers); 12] = [
    (
        c::QUESTION_EDUCATION,
        Answers::OneOf(&[
            c::ANSWER_NO_SCHOOL_DIPLOMA,
            c::ANSWER_SCHOOL_DIPLOMA,
            c::ANSWER_COLLEGE,
            c::ANSWER_ADVANCED_DEGREE,
        ]),
    ),
    (
        c::QUESTION_INCOME,
        Answers::OneOf(&[c::ANSWER_INCOME_LOW, c::ANSWER_INCOME_MIDDLE, c::ANSWER_INCOME_HIGH]),
    ),
    (
        c::QUESTION_EMPLOYMENT,
        Answers::OneOf(&[c::ANSWER_EMPLOYED, c::ANSWER_OUT_OF_WORK, c::ANSWER_RETIRED, c::ANSWER_STUDENT]),
    ),
    (c::QUESTION_INSURANCE, Answers::OneOf(&[c::ANSWER_YES, c::ANSWER_NO])),
    (c::QUESTION_SMOKED_100, Answers::OneOf(&[c::ANSWER_YES, c::ANSWER_NO])),
    (
        c::QUESTION_SMOKING_FREQUENCY,
        Answers::OneOf(&[c::ANSWER_EVERY_DAY, c::ANSWER_SOME_DAYS, c::ANSWER_NOT_AT_ALL]),
    ),
    (c::QUESTION_CIGARETTES_PER_DAY, Answers::Number(0, 40)),
    (c::QUESTION_ALCOHOL, Answers::OneOf(&[c::ANSWER_NEVER, c::ANSWER_MONTHLY, c::ANSWER_WEEKLY])),
    (
        c::QUESTION_GENERAL_HEALTH,
        Answers::OneOf(&[c::ANSWER_EXCELLENT, c::ANSWER_GOOD, c::ANSWER_FAIR, c::ANSWER_POOR]),
    ),
    (
        c::QUESTION_FATIGUE,
        Answers::OneOf(&[c::ANSWER_NONE, c::ANSWER_MILD, c::ANSWER_MODERATE, c::ANSWER_SEVERE]),
    ),
    (c::QUESTION_PAIN, Answers::Number(0, 10)),
    (
        c::QUESTION_COMMENT,
        // Commas, quotation marks, line breaks and letters beyond ASCII, for readers of CSV.
        Answers::Text(&[
            "no",
            "Better in summer, worse in winter",
            "My GP calls it \"wear and tear\"",
            "First line\nsecond line",
            "naïve question, but: why?",
        ]),
    ),
];

/// Answers that are none, in a thousand.
const NON_ANSWERS: [(Option<ConceptId>, u32); 4] = [
    (None, 910),
    (Some(c::ANSWER_SKIP), 40),
    (Some(c::ANSWER_PREFER_NOT_TO_ANSWER), 30),
    (Some(c::ANSWER_DONT_KNOW), 20),
];

/// One adult in three answers the survey; some of them again on another day.
pub(super) fn take(chart: &mut Chart<'_>, random: &mut Random) {
    let surveys = match random.below(100) {
        0..3 => 2,
        3..34 => 1,
        _ => 0,
    };
    for _ in 0..surveys {
        let date = chart.observed_day(random);
        if chart.age_on(date) < 18 {
            return;
        }
        for (question, answers) in &QUESTIONS {
            let non_answer = random.weighted(&NON_ANSWERS).flatten();
            let answer = match (non_answer, answers) {
                (Some(concept), _) => Answer::Concept(concept),
                (None, Answers::OneOf(concepts)) => {
                    random.pick(concepts).map_or(Answer::None, Answer::Concept)
                }
                (None, Answers::Number(low, high)) => Answer::Number(random.between(*low, *high)),
                (None, Answers::Text(texts)) => random.pick(texts).map_or(Answer::None, Answer::Text),
            };
            let contact = Contact::without_visit(date);
            chart.observation(contact, c::SURVEY_RECORD, *question, answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_below_the_groups_is_asked_once() {
        let asked: Vec<_> = QUESTIONS.iter().map(|&(question, _)| question).collect();
        let declared: Vec<_> =
            c::QUESTIONS.iter().filter(|term| term.id >= c::QUESTION_EDUCATION).map(|term| term.id).collect();
        assert_eq!(asked, declared);
    }
}
