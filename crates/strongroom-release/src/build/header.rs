use strongroom_omop::{Column, Table};

use super::error::BuildError;

/// Which columns of a file are which columns of its table.
#[derive(Debug)]
pub(super) struct Header {
    table: &'static Table,
    /// For each column of the file, the position of its column in the table.
    positions: Vec<Option<usize>>,
    left_out: Vec<String>,
}

impl Header {
    /// Reads the names that a file gives to its columns; `path` is for errors.
    pub(super) fn read<'a>(
        table: &'static Table,
        path: &str,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<Self, BuildError> {
        let mut header = Self { table, positions: Vec::new(), left_out: Vec::new() };
        for (index, name) in names.enumerate() {
            let position = table.columns().iter().position(|column| column.is_named(name));
            match position.and_then(|position| table.columns().get(position)) {
                None => header.left_out.push(shown(index, name)),
                Some(column) if header.positions.contains(&position) => {
                    return Err(BuildError::ColumnTwice { path: path.to_owned(), column: column.name() });
                }
                Some(_) => {}
            }
            header.positions.push(position);
        }
        let missing: Vec<_> =
            header.missing().filter(|column| column.is_required()).map(Column::name).collect();
        if missing.is_empty() {
            return Ok(header);
        }
        let found = table.columns().iter().map(Column::name);
        Err(BuildError::MissingColumns {
            path: path.to_owned(),
            missing,
            found: found.filter(|name| !header.missing().any(|column| column.name() == *name)).collect(),
            unknown: header.left_out.len(),
        })
    }

    /// For each column of the file, the position of its column in the table; `None` if it is none.
    pub(super) fn positions(&self) -> &[Option<usize>] {
        &self.positions
    }

    /// The columns of the table that the file does not have.
    pub(super) fn missing(&self) -> impl Iterator<Item = &'static Column> {
        let columns = self.table.columns().iter().enumerate();
        columns.filter(|(position, _)| !self.positions.contains(&Some(*position))).map(|(_, column)| column)
    }

    /// What the report calls the columns that the table does not have.
    pub(super) fn left_out(&self) -> &[String] {
        &self.left_out
    }
}

/// A name if it looks like one; other text in a header may be a value that slipped into it.
fn shown(index: usize, name: &str) -> String {
    let name = name.trim();
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.len() <= 64;
    if plain { name.to_owned() } else { format!("column {}", index + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(names: &str) -> Result<Header, BuildError> {
        Header::read(Table::named("death").unwrap(), "death.csv", names.split(','))
    }

    #[test]
    fn columns_are_found_in_any_order_and_case() {
        let header = read("DEATH_DATE,person_id,ward,\"42\", Cause_Concept_Id ").unwrap();
        assert_eq!(header.positions(), [Some(1), Some(0), None, None, Some(4)]);
        assert_eq!(header.left_out(), ["ward", "column 4"]);
        let missing: Vec<_> = header.missing().map(Column::name).collect();
        assert_eq!(
            missing,
            ["death_datetime", "death_type_concept_id", "cause_source_value", "cause_source_concept_id"]
        );
    }

    #[test]
    fn what_is_wrong_with_a_header_is_said() {
        for (names, expected) in [
            (
                "person_id,ward",
                "`death.csv` lacks `death_date`; found person_id and 1 columns that the table does not have: add \
                 the missing columns, or rename those that hold them",
            ),
            (
                "17,1999-12-31",
                "the first line of `death.csv` names no column of its table; it must name the columns, separated by \
                 commas or tabs, `person_id`, `death_date` at least",
            ),
            (
                "person_id,death_date,PERSON_ID",
                "`death.csv` has the column `person_id` twice (its former name counts as the same); remove or \
                 rename one of them",
            ),
        ] {
            assert_eq!(read(names).unwrap_err().to_string(), expected);
        }
    }
}
