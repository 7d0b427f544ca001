use std::fmt::Write;

use super::report::{QualityReport, TableQuality, UnitMix};

/// The unit mixes that the page shows; `quality.json` has all of them.
const MIXES: usize = 50;

impl QualityReport {
    /// The report as a page for people, in Markdown.
    #[must_use]
    pub fn page(&self) -> String {
        let mut page = String::new();
        // Writing to a text cannot fail.
        self.write(&mut page).unwrap_or_default();
        page
    }

    fn write(&self, page: &mut String) -> std::fmt::Result {
        writeln!(page, "# Data quality of {}\n", self.release)?;
        writeln!(page, "Counts of rows and people of the release. Nothing was changed because of them.\n")?;
        if self.dates_moved {
            writeln!(
                page,
                "The policy moves the dates of every person by the same number of days, but not the year of birth: \
                 what happened soon after birth may seem to lie before it.\n"
            )?;
        }
        self.write_people(page)?;
        self.write_findings(page)?;
        self.write_units(page)?;
        self.write_completeness(page)
    }

    fn write_people(&self, page: &mut String) -> std::fmt::Result {
        let people = &self.people;
        writeln!(page, "## People\n\n| | people | % |\n|---|---:|---:|")?;
        for (what, count) in [
            ("all", people.count),
            ("year of birth unknown", people.birth_unknown),
            ("never observed", people.never_observed),
            ("died", people.died),
            ("died more than once", people.died_again),
            ("died before birth", people.died_before_birth),
        ] {
            writeln!(page, "| {what} | {count} | {} |", percent(count, people.count))?;
        }
        writeln!(page)
    }

    fn write_findings(&self, page: &mut String) -> std::fmt::Result {
        writeln!(page, "## What does not fit, or is not plausible\n")?;
        let mut findings: Vec<_> = self
            .tables
            .iter()
            .flat_map(|table| table.findings.iter().map(move |found| (table, found)))
            .collect();
        if findings.is_empty() {
            return writeln!(page, "Nothing.\n");
        }
        findings.sort_by_key(|(_, found)| (found.finding, std::cmp::Reverse(found.rows)));
        writeln!(page, "| finding | table | rows | % of its rows |\n|---|---|---:|---:|")?;
        for (table, found) in findings {
            let share = percent(found.rows, table.rows);
            writeln!(page, "| {} | `{}` | {} | {share} |", found.finding, table.table, found.rows)?;
        }
        writeln!(page)
    }

    fn write_units(&self, page: &mut String) -> std::fmt::Result {
        writeln!(page, "## Measurements in several units\n")?;
        if self.units.is_empty() {
            return writeln!(page, "None.\n");
        }
        // First those in which most rows have another unit than the usual one.
        let others = |mix: &UnitMix| mix.units.iter().skip(1).map(|unit| unit.rows).sum::<u64>();
        let mut mixes: Vec<_> = self.units.iter().collect();
        mixes.sort_by_key(|mix| std::cmp::Reverse(others(mix)));
        writeln!(page, "| concept | rows | unit concepts: rows |\n|---:|---:|---|")?;
        for mix in mixes.iter().take(MIXES) {
            let units = mix.units.iter().map(|unit| match unit.unit {
                Some(concept) => format!("{}: {}", concept.value(), unit.rows),
                None => format!("none: {}", unit.rows),
            });
            let rows: u64 = mix.units.iter().map(|unit| unit.rows).sum();
            writeln!(
                page,
                "| {} | {rows} | {} |",
                mix.concept.value(),
                units.collect::<Vec<_>>().join(", ")
            )?;
        }
        if mixes.len() > MIXES {
            writeln!(page, "\nand {} more in `quality.json`.", mixes.len() - MIXES)?;
        }
        writeln!(page)
    }

    fn write_completeness(&self, page: &mut String) -> std::fmt::Result {
        writeln!(page, "## Completeness\n")?;
        for table in &self.tables {
            write_table(table, page)?;
        }
        Ok(())
    }
}

fn write_table(table: &TableQuality, page: &mut String) -> std::fmt::Result {
    writeln!(page, "### `{}`: {} rows\n", table.table, table.rows)?;
    if table.rows == 0 {
        return Ok(());
    }
    let full = table.columns.iter().filter(|column| column.known == table.rows).count();
    let empty: Vec<_> = table
        .columns
        .iter()
        .filter(|column| column.known == 0)
        .map(|column| format!("`{}`", column.column))
        .collect();
    writeln!(page, "{full} of {} columns have a value in every row.", table.columns.len())?;
    if !empty.is_empty() {
        writeln!(page, "Without any value: {}.", empty.join(", "))?;
    }
    let some: Vec<_> =
        table.columns.iter().filter(|column| column.known > 0 && column.known < table.rows).collect();
    if !some.is_empty() {
        writeln!(page, "\n| column | rows with a value | % |\n|---|---:|---:|")?;
        for column in some {
            writeln!(
                page,
                "| `{}` | {} | {} |",
                column.column,
                column.known,
                percent(column.known, table.rows)
            )?;
        }
    }
    writeln!(page)
}

/// Rounded down to a tenth, so that only all are 100 % and only none are 0 %.
fn percent(part: u64, all: u64) -> String {
    let tenths = u128::from(part) * 1000 / u128::from(all.max(1));
    match (part, tenths) {
        (1.., 0) => "< 0.1".to_owned(),
        _ => format!("{}.{}", tenths / 10, tenths % 10),
    }
}
