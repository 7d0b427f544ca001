use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use strongroom_omop::Table;
use strongroom_primitives::InvalidValue;

/// A table of the CDM by its name: `"person"`. Other names are no value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TableName(&'static Table);

/// Where a release keeps a table: `"tables/person.parquet"`. Other paths are no value, so what a
/// manifest says can never lead outside its folder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TablePath(&'static Table);

impl TableName {
    /// The name of this table.
    #[must_use]
    pub const fn new(table: &'static Table) -> Self {
        Self(table)
    }

    /// The table.
    #[must_use]
    pub const fn table(self) -> &'static Table {
        self.0
    }
}

impl TablePath {
    /// The path of this table.
    #[must_use]
    pub const fn new(table: &'static Table) -> Self {
        Self(table)
    }

    /// The table.
    #[must_use]
    pub const fn table(self) -> &'static Table {
        self.0
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.name())
    }
}

impl fmt::Display for TablePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("tables/{}.parquet", self.0.name()))
    }
}

impl FromStr for TableName {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        named_exactly(text)
            .map(Self)
            .ok_or_else(|| InvalidValue::new("table name", "expected a table of the CDM 5.4 in lower case"))
    }
}

impl FromStr for TablePath {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        text.strip_prefix("tables/")
            .and_then(|rest| rest.strip_suffix(".parquet"))
            .and_then(named_exactly)
            .map(Self)
            .ok_or_else(|| {
                InvalidValue::new("table path", "expected `tables/`, a table of the CDM 5.4, `.parquet`")
            })
    }
}

/// One spelling per table: [`Table::named`] alone would also take upper case.
fn named_exactly(name: &str) -> Option<&'static Table> {
    Table::named(name).filter(|table| table.name() == name)
}

macro_rules! as_text {
    ($($type:ty),*) => {$(
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?
                    .parse()
                    .map_err(serde::de::Error::custom)
            }
        }
    )*};
}

as_text!(TableName, TablePath);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_one_path_and_it_is_read_back() {
        for table in Table::all() {
            let path = TablePath::new(table);
            assert_eq!(path.to_string().parse::<TablePath>().unwrap(), path);
            let name = TableName::new(table);
            assert_eq!(name.to_string().parse::<TableName>().unwrap(), name);
        }
    }

    #[test]
    fn no_other_path_is_a_value() {
        for odd in [
            "",
            "person",
            "tables/person",
            "tables/PERSON.parquet",
            "tables/../person.parquet",
            "/tables/person.parquet",
            "tables/persons.parquet",
            "tables\\person.parquet",
            "manifest.json",
        ] {
            assert!(odd.parse::<TablePath>().is_err(), "{odd:?} was read as a path");
        }
    }
}
