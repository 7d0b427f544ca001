use chrono::{Datelike, NaiveDate};

/// The last day of the data: nothing is recorded after it.
pub const DATA_CUT_OFF: NaiveDate = day(2024, 12, 31);

/// A day that is known to exist; any other becomes the last day of the calendar.
pub(crate) const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => NaiveDate::MAX,
    }
}

/// The day so many days later, or earlier if negative.
pub(crate) fn plus_days(date: NaiveDate, days: i32) -> NaiveDate {
    NaiveDate::from_epoch_days(date.to_epoch_days().saturating_add(days)).unwrap_or(date)
}

/// Days from one date to another; negative if the other is earlier.
pub(crate) fn days_between(from: NaiveDate, to: NaiveDate) -> i32 {
    to.to_epoch_days() - from.to_epoch_days()
}

/// Completed years of age on a day.
pub(crate) fn age_on(birth: NaiveDate, date: NaiveDate) -> i32 {
    let before_birthday = (date.month(), date.day()) < (birth.month(), birth.day());
    date.year() - birth.year() - i32::from(before_birthday)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_grows_on_the_birthday_and_after_29_february_on_the_day_after() {
        let check = |birth, date, age| assert_eq!(age_on(birth, date), age, "{birth} to {date}");
        check(day(1980, 5, 17), day(2020, 5, 16), 39);
        check(day(1980, 5, 17), day(2020, 5, 17), 40);
        check(day(1980, 2, 29), day(2021, 2, 28), 40);
        check(day(1980, 2, 29), day(2021, 3, 1), 41);
    }

    #[test]
    fn days_are_counted_across_leap_days() {
        assert_eq!(plus_days(day(2024, 2, 28), 2), day(2024, 3, 1));
        assert_eq!(plus_days(day(1970, 1, 1), -1), day(1969, 12, 31));
        assert_eq!(days_between(day(2024, 1, 1), day(2025, 1, 1)), 366);
    }
}
