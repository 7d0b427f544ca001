use strongroom_omop::{ConceptId, Table};
use strongroom_primitives::ReleaseName;

use super::*;
use crate::release::TableName;

fn report() -> QualityReport {
    let mut table = TableQuality::of(TableName::new(Table::named("death").unwrap()));
    table.rows = 3000;
    for column in ["person_id", "death_date"] {
        table.known(column, 3000);
    }
    table.known("cause_concept_id", 1);
    table.found(Finding::EndBeforeStart, 0);
    table.found(Finding::AfterDeath, 2);
    table.found(Finding::BeforeBirth, 1);
    let unit = |unit: Option<i64>, rows| UnitRows { unit: unit.map(ConceptId::new), rows };
    QualityReport {
        format: QualityFormat::V1,
        release: ReleaseName::new("R1").unwrap(),
        dates_moved: false,
        people: PeopleQuality { count: 2999, died: 2999, died_again: 1, ..PeopleQuality::default() },
        tables: vec![table],
        units: vec![UnitMix {
            concept: ConceptId::new(3_004_410),
            units: vec![unit(Some(8554), 7), unit(None, 2)],
        }],
    }
}

#[test]
fn the_page_is_for_people() {
    let expected = "# Data quality of R1

Counts of rows and people of the release. Nothing was changed because of them.

## People

| | people | % |
|---|---:|---:|
| all | 2999 | 100.0 |
| year of birth unknown | 0 | 0.0 |
| never observed | 0 | 0.0 |
| died | 2999 | 100.0 |
| died more than once | 1 | < 0.1 |
| died before birth | 0 | 0.0 |

## What does not fit, or is not plausible

| finding | table | rows | % of its rows |
|---|---|---:|---:|
| starts before birth | `death` | 1 | < 0.1 |
| starts after death | `death` | 2 | < 0.1 |

## Measurements in several units

| concept | rows | unit concepts: rows |
|---:|---:|---|
| 3004410 | 9 | 8554: 7, none: 2 |

## Completeness

### `death`: 3000 rows

2 of 7 columns have a value in every row.
Without any value: `death_datetime`, `death_type_concept_id`, `cause_source_value`, `cause_source_concept_id`.

| column | rows with a value | % |
|---|---:|---:|
| `cause_concept_id` | 1 | < 0.1 |

";
    assert_eq!(report().page(), expected);
}

#[test]
fn counts_add_up_and_come_back() {
    let mut sum = report();
    let other = report();
    sum.tables[0].add(&other.tables[0]);
    sum.people.add(&other.people);
    assert_eq!((sum.tables[0].rows, sum.people.count), (6000, 5998));
    assert_eq!(sum.tables[0].findings.iter().map(|found| found.rows).collect::<Vec<_>>(), [2, 4]);
    let json = sum.to_json().unwrap();
    assert_eq!(serde_json::from_str::<QualityReport>(&json).unwrap(), sum);
}

#[test]
fn mixes_are_of_more_than_one_unit() {
    let rows =
        [((1, None), 5), ((1, Some(8554)), 9), ((2, Some(8554)), 3), ((3, Some(1)), 1), ((3, Some(2)), 1)];
    let mixes = UnitMix::among(rows.into_iter().collect());
    let shown: Vec<_> = mixes
        .iter()
        .map(|mix| (mix.concept.value(), mix.units.iter().map(|unit| unit.rows).collect::<Vec<_>>()))
        .collect();
    assert_eq!(shown, [(1, vec![9, 5]), (3, vec![1, 1])]);
}
