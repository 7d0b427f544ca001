//! Reading one cell of text. `None` means that the cell holds something else than its type; an
//! empty cell is recognised before, by [`is_null`] or [`is_blank`].

use std::ops::RangeInclusive;

use chrono::NaiveDate;

/// Longer texts are taken for damage. The limit keeps a batch of texts well below the 2 GiB that
/// an Arrow array of this kind can hold.
const LONGEST_TEXT: usize = 1 << 20;

/// The days that can be written with four digits of year: 0001-01-01 to 9999-12-31.
pub(super) const DAYS: RangeInclusive<i32> = -719_162..=2_932_896;
pub(super) const MICROSECONDS_PER_DAY: i64 = 86_400_000_000;

/// A moment without time zone, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// Days since 1970-01-01.
    pub(super) day: i32,
    /// Microseconds since 1970-01-01 00:00:00.
    pub(super) microseconds: i64,
}

/// Whether a cell of text is null: empty, or `\N` as PostgreSQL and MySQL write it.
pub(super) fn is_null(cell: &[u8]) -> bool {
    matches!(cell, b"" | br"\N")
}

/// Whether a cell that should hold a number or a date is null: as [`is_null`], or only spaces.
pub(super) fn is_blank(cell: &[u8]) -> bool {
    is_null(cell.trim_ascii())
}

/// Text in UTF-8 of at most 1 MiB.
pub(super) fn text(cell: &[u8]) -> Option<&str> {
    if cell.len() > LONGEST_TEXT {
        return None;
    }
    str::from_utf8(cell).ok()
}

/// A whole number. `8507.0` is one: tools that know no missing integers write them as floats.
pub(super) fn integer(cell: &[u8]) -> Option<i64> {
    let text = str::from_utf8(cell.trim_ascii()).ok()?;
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    whole.parse().ok()
}

/// A finite number, with or without exponent.
pub(super) fn float(cell: &[u8]) -> Option<f64> {
    let number: f64 = str::from_utf8(cell.trim_ascii()).ok()?.parse().ok()?;
    number.is_finite().then_some(number)
}

/// `2020-01-31` or `20200131`, alone or with a time of day after a space or `T`: `09:30`,
/// `09:30:15`, `09:30:15.123456`. An offset (`Z`, ` UTC`, `+02:00`) may follow and is not applied,
/// because the CDM stores the time of the clock on the wall.
pub(super) fn moment(cell: &[u8]) -> Option<Moment> {
    let (year, month, day, rest) = match *cell.trim_ascii() {
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, ref rest @ ..]
        | [y1, y2, y3, y4, m1, m2, d1, d2, ref rest @ ..] => ([y1, y2, y3, y4], [m1, m2], [d1, d2], rest),
        _ => return None,
    };
    let year = number(&year).filter(|year| *year > 0)?;
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, number(&month)?, number(&day)?)?;
    let day = date.to_epoch_days();
    let time = match rest {
        [] => 0,
        [b' ' | b'T', time @ ..] => time_of_day(time)?,
        _ => return None,
    };
    Some(Moment { day, microseconds: i64::from(day) * MICROSECONDS_PER_DAY + time })
}

/// Microseconds since midnight.
fn time_of_day(time: &[u8]) -> Option<i64> {
    let (hour, minute, rest) = match *time {
        [h1, h2, b':', m1, m2, ref rest @ ..] => (number(&[h1, h2])?, number(&[m1, m2])?, rest),
        _ => return None,
    };
    let (second, rest) = match *rest {
        [b':', s1, s2, ref rest @ ..] => (number(&[s1, s2])?, rest),
        _ => (0, rest),
    };
    let (microsecond, rest) = match *rest {
        [b'.', ref rest @ ..] => fraction(rest)?,
        _ => (0, rest),
    };
    let possible = hour < 24 && minute < 60 && second < 60 && is_offset(rest);
    possible.then(|| i64::from((hour * 60 + minute) * 60 + second) * 1_000_000 + i64::from(microsecond))
}

/// The microseconds in the digits after the point, of which those after the sixth are cut, and
/// what follows the digits.
fn fraction(rest: &[u8]) -> Option<(u32, &[u8])> {
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = rest.split_at_checked(length).filter(|_| length > 0)?;
    let six = digits.iter().copied().chain(std::iter::repeat(b'0')).take(6);
    Some((six.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')), rest))
}

fn is_offset(rest: &[u8]) -> bool {
    match *rest {
        [] | [b'Z'] | [b' ', b'U', b'T', b'C'] => true,
        [b'+' | b'-', h1, h2] => number(&[h1, h2]).is_some(),
        [b'+' | b'-', h1, h2, m1, m2] | [b'+' | b'-', h1, h2, b':', m1, m2] => {
            number(&[h1, h2, m1, m2]).is_some()
        }
        _ => false,
    }
}

/// The number that these digits write, if they are all digits.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum: u32, digit| {
        let digit = digit.is_ascii_digit().then(|| u32::from(digit - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn integers() {
        let cases: &[(&str, Option<i64>)] = &[
            ("8507", Some(8507)),
            (" 8507 ", Some(8507)),
            ("-1", Some(-1)),
            ("+1", Some(1)),
            ("8507.0", Some(8507)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("8507.5", None),
            ("8.5e3", None),
            ("1,000", None),
            (".0", None),
            ("NULL", None),
            ("٣", None),
        ];
        for (cell, expected) in cases {
            assert_eq!(integer(cell.as_bytes()), *expected, "{cell:?}");
        }
    }

    #[test]
    fn floats() {
        let cases: &[(&str, Option<f64>)] = &[
            ("48.1", Some(48.1)),
            ("-1e-3", Some(-0.001)),
            ("7", Some(7.0)),
            ("NaN", None),
            ("inf", None),
            ("1e400", None),
            ("48,1", None),
        ];
        for (cell, expected) in cases {
            assert_eq!(float(cell.as_bytes()), *expected, "{cell:?}");
        }
    }

    #[test]
    fn moments() {
        const DAY: i64 = MICROSECONDS_PER_DAY;
        let cases: &[(&str, Option<(i32, i64)>)] = &[
            ("1970-01-02", Some((1, DAY))),
            ("19700102", Some((1, DAY))),
            (" 1970-01-02 ", Some((1, DAY))),
            ("1970-01-02 00:00:00", Some((1, DAY))),
            ("1970-01-02T00:00:01", Some((1, DAY + 1_000_000))),
            ("1970-01-02 00:01", Some((1, DAY + 60_000_000))),
            ("1970-01-02 00:00:00.5", Some((1, DAY + 500_000))),
            ("1970-01-02 00:00:00.1234567", Some((1, DAY + 123_456))),
            ("1969-12-31 23:59:59.999999", Some((-1, -1))),
            ("19700102 00:00:01", Some((1, DAY + 1_000_000))),
            ("1970-01-02T00:00:00Z", Some((1, DAY))),
            ("1970-01-02 00:00:00 UTC", Some((1, DAY))),
            ("1970-01-02 00:00:00+02", Some((1, DAY))),
            ("1970-01-02 00:00:00.000-05:30", Some((1, DAY))),
            ("2000-02-29", Some((11_016, 11_016 * DAY))),
            ("1900-02-29", None),
            ("0000-01-01", None),
            ("1970-13-01", None),
            ("1970-1-2", None),
            ("02/01/1970", None),
            ("1970-01-02x", None),
            ("1970-01-02 ", Some((1, DAY))),
            ("1970-01-02 24:00:00", None),
            ("1970-01-02 00:60:00", None),
            ("1970-01-02 00:00:00.", None),
            ("1970-01-02 00:00:00 CET", None),
            ("18262", None),
        ];
        for (cell, expected) in cases {
            let found = moment(cell.as_bytes()).map(|moment| (moment.day, moment.microseconds));
            assert_eq!(found, *expected, "{cell:?}");
        }
    }

    #[test]
    fn nulls_and_texts() {
        assert!(is_null(b"") && is_null(br"\N") && !is_null(b" ") && !is_null(b"NULL"));
        assert!(is_blank(b"  ") && is_blank(br" \N "));
        assert_eq!(text("María".as_bytes()), Some("María"));
        assert_eq!(text(b"Mar\xeda"), None);
        assert_eq!(text(&[b'x'; LONGEST_TEXT]).map(str::len), Some(LONGEST_TEXT));
        assert_eq!(text(&[b'x'; LONGEST_TEXT + 1]), None);
    }

    proptest! {
        #[test]
        fn reading_any_bytes_never_panics(cell: Vec<u8>, tail in "[0-9 :.TZ+-]{0,20}") {
            let almost = format!("1970-01-02{tail}");
            for cell in [cell.as_slice(), almost.as_bytes()] {
                let _ = (integer(cell), float(cell), moment(cell), text(cell), is_blank(cell));
            }
        }

        #[test]
        fn what_chrono_writes_is_read_back(seconds in -62_135_596_800_i64..253_402_300_800) {
            let written = chrono::DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
            let expected = Moment { day: written.date().to_epoch_days(), microseconds: seconds * 1_000_000 };
            for format in ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"] {
                prop_assert_eq!(moment(written.format(format).to_string().as_bytes()), Some(expected));
            }
        }
    }
}
