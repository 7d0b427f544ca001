use crate::{Day, TableRows};

/// The first days of some rows of a table, person by person and in order: all that is needed to count
/// rows in windows, at a fraction of what a set of events costs.
#[derive(Debug, Clone, Default)]
pub struct PersonDays {
    /// Where the days of each person begin, and where the last one's end.
    begins: Vec<u32>,
    days: Vec<Day>,
}

impl PersonDays {
    /// The days of so many people.
    #[must_use]
    pub fn of_rows(people: u32, rows: &TableRows<'_>) -> Self {
        let takes = |person: u32| person < people && rows.among.is_none_or(|among| among.contains(person));
        // How many there are of each, two places ahead; then where each person's begin, one ahead.
        let mut begins = vec![0_u32; people as usize + 2];
        rows.each(|row| {
            if let Some(count) = begins.get_mut(row.person as usize + 2) {
                *count += u32::from(takes(row.person));
            }
        });
        let mut sum = 0;
        for begin in &mut begins {
            sum += *begin;
            *begin = sum;
        }
        let mut days = vec![Day::UNKNOWN; sum as usize];
        rows.each(|row| {
            let Some(place) = begins.get_mut(row.person as usize + 1) else { return };
            if let (Some(day), true) = (days.get_mut(*place as usize), takes(row.person)) {
                *day = row.start;
                *place += 1;
            }
        });
        // By now, each place is where the person's days end.
        begins.pop();
        let mut begin = 0;
        for end in begins.iter().skip(1).map(|end| *end as usize) {
            if end > begin + 1 {
                days.get_mut(begin..end).unwrap_or_default().sort_unstable();
            }
            begin = end;
        }
        Self { begins, days }
    }

    /// A person's days, unknown ones first.
    #[must_use]
    #[inline]
    pub fn of(&self, person: u32) -> &[Day] {
        let at = person as usize;
        match (self.begins.get(at), self.begins.get(at + 1)) {
            (Some(begin), Some(end)) => self.days.get(*begin as usize..*end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// How many days there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.days.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// The bytes that it takes up.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        (self.begins.len() + self.days.len()) * 4
    }
}
