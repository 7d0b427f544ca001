//! One cell of text, as CSV files and oddly typed Parquet columns have it. `Err` means that it
//! holds something else than its column; `Ok(None)` that nothing is known.

use chrono::NaiveDate;

/// The cell holds something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreadable;

pub(super) type Cell<T> = Result<Option<T>, Unreadable>;

/// Nothing, or `\N` as PostgreSQL and MySQL write it.
fn is_null(cell: &[u8]) -> bool {
    matches!(cell, b"" | br"\N")
}

fn known(cell: &[u8]) -> Result<Option<&str>, Unreadable> {
    let cell = cell.trim_ascii();
    if is_null(cell) { Ok(None) } else { str::from_utf8(cell).map(Some).map_err(|_| Unreadable) }
}

/// A whole number; `8507.0` is one, because tools without missing integers write them so.
pub(super) fn integer(cell: &[u8]) -> Cell<i64> {
    let Some(text) = known(cell)? else { return Ok(None) };
    let whole = match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|digit| digit == b'0') => whole,
        Some(_) => return Err(Unreadable),
        None => text,
    };
    whole.parse().map(Some).map_err(|_| Unreadable)
}

/// A number. What is not finite stands for a missing one.
pub(super) fn float(cell: &[u8]) -> Cell<f64> {
    let Some(text) = known(cell)? else { return Ok(None) };
    let number: f64 = text.parse().map_err(|_| Unreadable)?;
    Ok(number.is_finite().then_some(number))
}

/// `2020-01-31` or `20200131`; a time of day after a space or `T` is passed over.
pub(super) fn date(cell: &[u8]) -> Cell<NaiveDate> {
    let Some(text) = known(cell)? else { return Ok(None) };
    let day = text.split_once([' ', 'T']).map_or(text, |(day, _)| day);
    let (year, month, day) = match *day.as_bytes() {
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] | [y1, y2, y3, y4, m1, m2, d1, d2] => {
            (number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?)
        }
        _ => return Err(Unreadable),
    };
    let year = i32::try_from(year).map_err(|_| Unreadable)?;
    NaiveDate::from_ymd_opt(year, month, day).map(Some).ok_or(Unreadable)
}

pub(super) fn text(cell: &[u8]) -> Cell<&str> {
    if is_null(cell) { Ok(None) } else { str::from_utf8(cell).map(Some).map_err(|_| Unreadable) }
}

fn number(digits: &[u8]) -> Result<u32, Unreadable> {
    digits.iter().try_fold(0, |sum, digit| match digit {
        b'0'..=b'9' => Ok(sum * 10 + u32::from(digit - b'0')),
        _ => Err(Unreadable),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: PartialEq + std::fmt::Debug>(read: fn(&[u8]) -> Cell<T>, cases: &[(&str, Cell<T>)]) {
        for (cell, expected) in cases {
            assert_eq!(read(cell.as_bytes()), *expected, "{cell:?}");
        }
    }

    #[test]
    fn numbers() {
        check(
            integer,
            &[
                ("8507", Ok(Some(8507))),
                (" -1 ", Ok(Some(-1))),
                ("8507.0", Ok(Some(8507))),
                ("", Ok(None)),
                (r"\N", Ok(None)),
                ("8507.5", Err(Unreadable)),
                ("x", Err(Unreadable)),
                ("9223372036854775808", Err(Unreadable)),
            ],
        );
        check(
            float,
            &[
                ("48.1", Ok(Some(48.1))),
                ("-1e-3", Ok(Some(-0.001))),
                (" ", Ok(None)),
                ("NaN", Ok(None)),
                ("1,5", Err(Unreadable)),
            ],
        );
    }

    #[test]
    fn days() {
        let day = NaiveDate::from_ymd_opt(2020, 2, 29);
        check(
            date,
            &[
                ("2020-02-29", Ok(day)),
                ("20200229", Ok(day)),
                ("2020-02-29 23:59:59", Ok(day)),
                ("2020-02-29T00:00:00Z", Ok(day)),
                ("", Ok(None)),
                ("2019-02-29", Err(Unreadable)),
                ("29/02/2020", Err(Unreadable)),
                ("2020-2-29", Err(Unreadable)),
            ],
        );
    }

    #[test]
    fn texts_keep_their_blanks() {
        assert_eq!(text(b" a "), Ok(Some(" a ")));
        assert_eq!(text(b""), Ok(None));
        assert_eq!(text(b"\xff"), Err(Unreadable));
    }
}
