use std::fs;
use std::path::Path;

use strongroom::cdr::{AgeAndSex, AgeBand};
use strongroom::disclosure::ReleasedCount;
use strongroom::omop::ConceptId;
use strongroom::workbench::CohortAnswer;

use crate::Failure;
use crate::demo::story::Story;

/// The longest bar, in characters.
const BAR: u64 = 30;

/// The count, the attrition and the breakdown, as far as they may be told.
pub(super) fn show(story: &Story, answer: &CohortAnswer) -> Result<(), Failure> {
    story.fact(&format!("people in the cohort: {}", answer.persons))?;

    story.fact("")?;
    story.fact(&format!("{:<36} {:>9}", "everybody in the release", answer.attrition.universe()))?;
    for (label, left) in answer.attrition.steps() {
        story.fact(&format!("{label:<36} {left:>9}"))?;
    }

    story.fact("")?;
    story.fact(&format!("{:<12} {:>9} {:<30}  {:>9}", "age", "women", "", "men"))?;
    let longest =
        answer.by_age_and_sex.cells().iter().filter_map(|(_, count)| count.exact()).max().unwrap_or(0);
    for age in AgeBand::all() {
        let of = |sex| cell(answer, AgeAndSex { age, sex });
        let (women, men) = (of(ConceptId::FEMALE), of(ConceptId::MALE));
        if [women, men].into_iter().flatten().all(|count| count == ReleasedCount::Exact(0)) {
            continue;
        }
        let number = |count: Option<ReleasedCount>| count.map_or_else(String::new, |count| count.to_string());
        story.fact(&format!(
            "{:<12} {:>9} {:<30}  {:>9} {}",
            age.to_string(),
            number(women),
            bar(women, longest),
            number(men),
            bar(men, longest)
        ))?;
    }
    Ok(())
}

fn cell(answer: &CohortAnswer, wanted: AgeAndSex) -> Option<ReleasedCount> {
    answer.by_age_and_sex.cells().iter().find(|(cell, _)| *cell == wanted).map(|(_, count)| *count)
}

fn bar(count: Option<ReleasedCount>, longest: u64) -> String {
    let length = count.and_then(ReleasedCount::exact).map_or(0, |persons| persons * BAR / longest.max(1));
    (0..length).map(|_| '█').collect()
}

/// The same as JSON.
pub(super) fn write(file: &Path, answer: &CohortAnswer) -> Result<(), Failure> {
    let cells: Vec<_> = answer.by_age_and_sex.cells().iter().collect();
    let cells: Vec<_> = cells
        .into_iter()
        .map(|(cell, count)| {
            serde_json::json!({ "age": cell.age.to_string(), "sex_concept_id": cell.sex, "persons": count })
        })
        .collect();
    let answer = serde_json::json!({
        "persons": answer.persons,
        "attrition": answer.attrition,
        "by_age_and_sex": cells,
    });
    Ok(fs::write(file, serde_json::to_string_pretty(&answer)? + "\n")?)
}
