use crate::{Day, TableRows};

/// The earliest of each person's rows' first days that is known and `counts`, unknown where there is none,
/// of so many people. Nothing is put in order.
#[must_use]
pub fn earliest_days(people: u32, rows: &TableRows<'_>, counts: impl Fn(u32, Day) -> bool) -> Vec<Day> {
    let mut earliest = vec![Day::UNKNOWN; people as usize];
    rows.each(|row| {
        let Some(day) = earliest.get_mut(row.person as usize) else { return };
        let is_earlier = row.start.is_known() && (!day.is_known() || row.start < *day);
        if is_earlier
            && rows.among.is_none_or(|among| among.contains(row.person))
            && counts(row.person, row.start)
        {
            *day = row.start;
        }
    });
    earliest
}

/// How many of each person's rows have a first day, known or not, that `counts`, of so many people.
#[must_use]
pub fn count_rows(people: u32, rows: &TableRows<'_>, counts: impl Fn(u32, Day) -> bool) -> Vec<u32> {
    let mut numbers = vec![0_u32; people as usize];
    rows.each(|row| {
        let takes =
            rows.among.is_none_or(|among| among.contains(row.person)) && counts(row.person, row.start);
        if let Some(number) = numbers.get_mut(row.person as usize) {
            *number = number.saturating_add(u32::from(takes));
        }
    });
    numbers
}
