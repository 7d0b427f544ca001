use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use chrono::NaiveDate;
use strongroom_omop::Table;
use strongroom_primitives::{ReleaseName, RowTier};
use strongroom_tiers::{DateShift, Generalisation, Generalised, Hidden, Policy, TierRules};

use super::coarser::{coarser, fits};
use super::moved::moved;
use super::{SnapshotError, SnapshotRequest};

fn day(text: &str) -> i32 {
    text.parse::<NaiveDate>().unwrap().to_epoch_days()
}

#[track_caller]
fn check(values: impl Array + 'static, form: Generalisation, expected: &[Option<&str>]) {
    let values: ArrayRef = Arc::new(values);
    let shown = coarser(&values, form, "2020-06-30".parse().unwrap());
    assert_eq!(shown.data_type(), values.data_type());
    let texts = cast(&shown, &DataType::Utf8).unwrap();
    assert_eq!(texts.as_string::<i32>().iter().collect::<Vec<_>>(), expected, "{form:?}");
}

#[test]
fn every_form_shows_less() {
    let dates = || Date32Array::from(vec![Some(day("1930-05-17")), None, Some(day("2019-12-31"))]);
    check(dates(), Generalisation::Year, &[Some("1930-01-01"), None, Some("2019-01-01")]);
    check(dates(), Generalisation::Month, &[Some("1930-05-01"), None, Some("2019-12-01")]);
    check(dates(), Generalisation::AgeAtMost { years: 88 }, &[Some("1932-06-30"), None, Some("2019-12-31")]);
    let noon = |text| i64::from(day(text)) * 86_400_000_000 + 43_200_000_000;
    let instants = || TimestampMicrosecondArray::from(vec![noon("1930-05-17"), noon("2019-12-31")]);
    check(instants(), Generalisation::Year, &[Some("1930-01-01T00:00:00"), Some("2019-01-01T00:00:00")]);
    check(
        instants(),
        Generalisation::AgeAtMost { years: 88 },
        &[Some("1932-06-30T00:00:00"), Some("2019-12-31T12:00:00")],
    );
    let years = Int64Array::from(vec![Some(1930), None, Some(1932), Some(2000)]);
    check(years, Generalisation::AgeAtMost { years: 88 }, &[Some("1932"), None, Some("1932"), Some("2000")]);
    let numbers = || Int64Array::from(vec![-1, 0, 9, 10, 99]);
    check(
        numbers(),
        Generalisation::Bands { width: 10 },
        &[Some("-10"), Some("0"), Some("0"), Some("10"), Some("90")],
    );
    check(
        numbers(),
        Generalisation::AtMost { limit: 9 },
        &[Some("-1"), Some("0"), Some("9"), Some("9"), Some("9")],
    );
    let floats = Float64Array::from(vec![12.5, -0.5]);
    check(floats, Generalisation::Bands { width: 5 }, &[Some("10.0"), Some("-5.0")]);
    let texts = StringArray::from(vec![Some("Zürich"), None, Some("Z")]);
    check(texts, Generalisation::Prefix { characters: 2 }, &[Some("Zü"), None, Some("Z")]);
}

#[test]
fn a_form_that_does_not_fit_shows_nothing_and_is_refused() {
    check(Int64Array::from(vec![7]), Generalisation::Year, &[None]);
    check(StringArray::from(vec!["x"]), Generalisation::Bands { width: 2 }, &[None]);
    for (table, column, form, expected) in [
        ("person", "year_of_birth", Generalisation::AgeAtMost { years: 88 }, true),
        ("person", "birth_datetime", Generalisation::AgeAtMost { years: 88 }, true),
        ("person", "month_of_birth", Generalisation::AgeAtMost { years: 88 }, false),
        ("death", "death_date", Generalisation::Month, true),
        ("person", "year_of_birth", Generalisation::Year, false),
        ("location", "zip", Generalisation::Prefix { characters: 3 }, true),
        ("location", "zip", Generalisation::AtMost { limit: 3 }, false),
    ] {
        let column = Table::named(table).unwrap().column(column).unwrap();
        assert_eq!(fits(form, column), expected, "{table}.{} {form:?}", column.name());
    }
}

#[test]
fn nobodys_dates_leave_the_calendar() {
    let dates: ArrayRef =
        Arc::new(Date32Array::from(vec![Some(day("0001-01-02")), None, Some(day("9999-12-31"))]));
    let moved = moved(&dates, &[-9, -9, 1]).unwrap();
    assert_eq!(cast(&moved, &DataType::Utf8).unwrap().as_string::<i32>().value(0), "0001-01-01");
    assert!(
        moved.is_null(1)
            && moved.as_primitive::<arrow::datatypes::Date32Type>().value(2) == day("9999-12-31")
    );
}

#[test]
fn what_cannot_be_shown_as_the_rules_say_is_refused() {
    let rules = || TierRules::new(Vec::new());
    let moving = || rules().with_date_shift(DateShift::between(-365, -1));
    let no_key = SnapshotError::NoKey;
    let shift = |table, column| SnapshotError::DateOfNobody { table, column };
    for (rules, secret, expected) in [
        (rules(), None, Ok(())),
        (moving(), None, Err(no_key)),
        (moving().with_hidden(Hidden::nothing().with_table("note_nlp")), Some([7; 32]), Ok(())),
        (moving(), Some([7; 32]), Err(shift("note_nlp", "nlp_date"))),
        (
            rules().with_hidden(Hidden::nothing().with_table("person")),
            None,
            Err(SnapshotError::RequiredTable { table: "person" }),
        ),
        (
            rules().with_hidden(Hidden::nothing().with_column("death", "death_date")),
            None,
            Err(SnapshotError::RequiredColumn { table: "death", column: "death_date" }),
        ),
        (
            rules().with_generalised(Generalised::nothing().with_column(
                "death",
                "death_date",
                Generalisation::AtMost { limit: 3 },
            )),
            None,
            Err(SnapshotError::FormDoesNotFit { table: "death", column: "death_date" }),
        ),
    ] {
        let policy = Policy::new(1, rules, TierRules::new(Vec::new())).unwrap();
        let secret = secret.as_ref().map(<[u8; 32]>::as_slice);
        let request = SnapshotRequest::new(policy, ReleaseName::new("registered").unwrap(), secret).unwrap();
        assert_eq!(request.check(RowTier::Registered, Table::all().iter()), expected);
    }
}
