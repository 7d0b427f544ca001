use proptest::prelude::*;
use strongroom_primitives::Label;

use super::*;

pub(crate) fn text<const MAX: usize>(text: &str) -> BoundedText<1, MAX> {
    BoundedText::new(text).unwrap()
}

fn any_text<const MAX: usize>() -> impl Strategy<Value = BoundedText<1, MAX>> {
    "[a-zäé]{1,9}( [A-Z0-9?.]{1,9}){0,6}".prop_map(|words| BoundedText::new(words).unwrap())
}

fn any_category() -> impl Strategy<Value = PurposeCategory> {
    prop_oneof![
        any_text::<80>().prop_map(|disease: Label| PurposeCategory::DiseaseFocused { disease }),
        any_text::<4000>().prop_map(|details| PurposeCategory::Other { details }),
        prop::sample::select(vec![
            PurposeCategory::MethodsDevelopment,
            PurposeCategory::ControlSet,
            PurposeCategory::Genetic,
            PurposeCategory::SocialBehavioural,
            PurposeCategory::PopulationHealth,
            PurposeCategory::DrugDevelopment,
            PurposeCategory::ForProfit,
            PurposeCategory::Educational,
        ]),
    ]
}

fn any_groups() -> impl Strategy<Value = Choices<Population>> {
    let all = vec![
        Population::RaceEthnicity,
        Population::RaceAsian,
        Population::RaceAmericanIndianAlaskaNative,
        Population::AgeOlderThan75,
        Population::Geography,
        Population::IncomeLevel,
        Population::Other { details: text("night workers") },
    ];
    prop::sample::subsequence(all, 1..=7).prop_map(|groups| Choices::new(groups).unwrap())
}

pub(crate) fn any_purpose() -> impl Strategy<Value = Purpose> {
    let ways = vec![
        Dissemination::PeerReviewedJournals,
        Dissemination::AdvisoryGroups,
        Dissemination::Other { details: text("a song") },
    ];
    let outcomes = vec![Outcome::PromoteHealthyLiving, Outcome::PrecisionIntervention];
    let answered = (
        prop::option::of(any_text()),
        prop::option::of(prop::sample::subsequence(ways, 1..=3).prop_map(|ways| Choices::new(ways).unwrap())),
        prop::option::of(prop_oneof![
            Just(IntendedOutcomes::NoneApply),
            prop::sample::subsequence(outcomes, 1..=2)
                .prop_map(|chosen| IntendedOutcomes::Intended(Choices::new(chosen).unwrap())),
        ]),
        prop::option::of(prop_oneof![
            Just(PopulationsOfInterest::NobodyInParticular),
            any_groups().prop_map(|groups| PopulationsOfInterest::Underrepresented { groups }),
            any_groups().prop_map(|groups| PopulationsOfInterest::ComparisonAcrossGroups { groups }),
        ]),
        prop::option::of(prop::option::of(any_text())),
        prop::option::of(any_text()),
    );
    let texts = (any_text(), any_text(), any_text());
    (prop::collection::vec(any_category(), 1..4), texts, answered).prop_map(
        |(categories, (question, approach, findings), answered)| {
            let (reason, dissemination, outcomes, populations, native, notes) = answered;
            let first = categories[0].clone();
            let purpose = Purpose::new(first, question, approach, findings);
            let purpose = categories.into_iter().skip(1).fold(purpose, Purpose::with_category);
            Purpose {
                reason,
                dissemination,
                outcomes,
                populations,
                american_indian_alaska_native: native.map(|details| AmericanIndianAlaskaNative {
                    research: AmericanIndianAlaskaNativeResearch::FindingsByGroup,
                    details,
                }),
                notes,
                ..purpose
            }
        },
    )
}

/// A purpose that leaves no question open.
pub(crate) fn complete() -> Purpose {
    Purpose::new(PurposeCategory::Educational, text("Who?"), text("So."), text("This."))
        .with_dissemination(Choices::one(Dissemination::PressRelease))
        .with_outcomes(IntendedOutcomes::NoneApply)
        .with_populations(PopulationsOfInterest::NobodyInParticular)
}

#[test]
fn there_are_ten_categories_and_each_has_its_word() {
    use PurposeCategory as Category;

    let all = [
        Category::DiseaseFocused { disease: text("Type 2 diabetes") },
        Category::MethodsDevelopment,
        Category::ControlSet,
        Category::Genetic,
        Category::SocialBehavioural,
        Category::PopulationHealth,
        Category::DrugDevelopment,
        Category::ForProfit,
        Category::Educational,
        Category::Other { details: text("a game") },
    ];
    for category in &all {
        let json = serde_json::to_string(category).unwrap();
        assert!(json.contains(&format!("\"{}\"", category.code())), "{json}");
        assert_eq!(serde_json::from_str::<Category>(&json).unwrap(), *category);
    }
    let words: std::collections::BTreeSet<_> = all.iter().map(Category::code).collect();
    assert_eq!(words.len(), 10);
}

#[test]
fn open_questions_are_named() {
    let bare = Purpose::new(PurposeCategory::Genetic, text("Who?"), text("So."), text("This."));
    assert!(bare.is_of_the_first_form() && !complete().is_of_the_first_form());
    assert!(bare.clone().with_category(PurposeCategory::Educational).is_of_the_first_form());
    assert_eq!(
        bare.unanswered(),
        [PurposeQuestion::Dissemination, PurposeQuestion::Outcomes, PurposeQuestion::Populations]
    );
    assert_eq!(complete().unanswered(), []);
    let with_outcomes = bare.with_outcomes(IntendedOutcomes::NoneApply);
    assert_eq!(with_outcomes.unanswered(), [PurposeQuestion::Dissemination, PurposeQuestion::Populations]);
}

#[test]
fn texts_and_choices_keep_their_limits() {
    let json = serde_json::to_string(&complete().with_notes(text("n")).with_reason(text("r"))).unwrap();
    let long = |length: usize| "x".repeat(length);
    for (from, to, read) in [
        (r#""Who?""#, format!("\"{}\"", long(4000)), true),
        (r#""Who?""#, format!("\"{}\"", long(4001)), false),
        (r#""Who?""#, "\"\"".to_owned(), false),
        (r#""r""#, format!("\"{}\"", long(500)), true),
        (r#""r""#, format!("\"{}\"", long(501)), false),
        (r#""n""#, format!("\"{}\"", long(1024)), true),
        (r#""n""#, format!("\"{}\"", long(1025)), false),
        (r#"["educational"]"#, "[]".to_owned(), false),
        (r#"["press-release"]"#, "[]".to_owned(), false),
        (r#"["press-release"]"#, r#"["press-release","press-release"]"#.to_owned(), false),
        (r#"["press-release"]"#, format!(r#"[{{"other":{{"details":"{}"}}}}]"#, long(100)), true),
        (r#"["press-release"]"#, format!(r#"[{{"other":{{"details":"{}"}}}}]"#, long(101)), false),
        (r#""nobody-in-particular""#, r#"{"underrepresented":{"groups":["sex"]}}"#.to_owned(), true),
        (r#""nobody-in-particular""#, r#"{"underrepresented":{"groups":[]}}"#.to_owned(), false),
        (
            r#""nobody-in-particular""#,
            r#"{"comparison-across-groups":{"groups":["eyes"]}}"#.to_owned(),
            false,
        ),
        (r#""approach""#, r#""secret":1,"approach""#.to_owned(), false),
    ] {
        let odd = json.replace(from, &to);
        assert_ne!(odd, json, "{from}");
        assert_eq!(serde_json::from_str::<Purpose>(&odd).is_ok(), read, "{from} by {} bytes", to.len());
    }
}

proptest! {
    #[test]
    fn every_purpose_round_trips(purpose in any_purpose()) {
        let json = serde_json::to_string(&purpose).unwrap();
        prop_assert_eq!(serde_json::from_str::<Purpose>(&json).unwrap(), purpose);
    }
}
