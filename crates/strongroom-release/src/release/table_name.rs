use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use strongroom_omop::Table;
use strongroom_primitives::InvalidValue;

/// A table of the CDM by its name: `"person"`. Other names are no value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TableName(&'static Table);

/// Where a release keeps a file. Other paths are no value, so what a manifest says can never lead
/// outside its folder.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FilePath {
    /// A table that is not about people: `tables/concept.parquet`.
    Table(TableName),
    /// The rows about the people of one shard in a table: `shards/00000/measurement.parquet`.
    ShardTable {
        /// The shard, from 0.
        shard: u32,
        /// The table.
        table: TableName,
    },
    /// The index of the same rows, where they are events: `shards/00000/measurement.index`.
    ShardIndex {
        /// The shard, from 0.
        shard: u32,
        /// The table.
        table: TableName,
    },
    /// The index of the people of one shard: `shards/00000/people.index`.
    ShardPeople {
        /// The shard, from 0.
        shard: u32,
    },
    /// What is known of concepts and how they hang together: `vocabulary.index`.
    Vocabulary,
    /// How good the data are: `quality.json`.
    Quality,
    /// The same as a page: `quality.md`.
    QualityPage,
}

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

impl FilePath {
    /// The table whose rows the file holds; nothing of an index.
    #[must_use]
    pub const fn table(self) -> Option<&'static Table> {
        match self {
            Self::Table(name) | Self::ShardTable { table: name, .. } => Some(name.0),
            Self::ShardIndex { .. }
            | Self::ShardPeople { .. }
            | Self::Vocabulary
            | Self::Quality
            | Self::QualityPage => None,
        }
    }

    /// The shard that the file belongs to, if it does.
    #[must_use]
    pub const fn shard(self) -> Option<u32> {
        match self {
            Self::ShardTable { shard, .. } | Self::ShardIndex { shard, .. } | Self::ShardPeople { shard } => {
                Some(shard)
            }
            Self::Table(_) | Self::Vocabulary | Self::Quality | Self::QualityPage => None,
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.name())
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&match self {
            Self::Table(table) => format!("tables/{table}.parquet"),
            Self::ShardTable { shard, table } => format!("shards/{shard:05}/{table}.parquet"),
            Self::ShardIndex { shard, table } => format!("shards/{shard:05}/{table}.index"),
            Self::ShardPeople { shard } => format!("shards/{shard:05}/people.index"),
            Self::Vocabulary => "vocabulary.index".to_owned(),
            Self::Quality => "quality.json".to_owned(),
            Self::QualityPage => "quality.md".to_owned(),
        })
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

impl FromStr for FilePath {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let read = || {
            let Some((folder, file)) = text.rsplit_once('/') else {
                let files = [Self::Vocabulary, Self::Quality, Self::QualityPage];
                return files.into_iter().find(|file| file.to_string() == text);
            };
            let table = |end| file.strip_suffix(end).and_then(named_exactly).map(TableName);
            if folder == "tables" {
                return table(".parquet").map(Self::Table);
            }
            let shard: u32 = folder.strip_prefix("shards/")?.parse().ok()?;
            let path = match (file, table(".parquet"), table(".index")) {
                ("people.index", _, _) => Self::ShardPeople { shard },
                (_, Some(table), _) => Self::ShardTable { shard, table },
                (_, _, Some(table)) => Self::ShardIndex { shard, table },
                _ => return None,
            };
            Some(path)
        };
        // One spelling per path: numbers could be written with more zeros, or a sign.
        read().filter(|path| path.to_string() == text).ok_or_else(|| {
            InvalidValue::new(
                "path in a release",
                "expected `tables/` or `shards/`, a number and `/`, a table of the CDM 5.4, `.parquet` or `.index`",
            )
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

as_text!(TableName, FilePath);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_back() {
        for table in Table::all() {
            let name = TableName::new(table);
            assert_eq!(name.to_string().parse::<TableName>().unwrap(), name);
            let (shard, table) = (123_456, name);
            for path in [
                FilePath::Table(table),
                FilePath::ShardTable { shard, table },
                FilePath::ShardIndex { shard: 0, table },
                FilePath::ShardPeople { shard },
                FilePath::Vocabulary,
                FilePath::Quality,
                FilePath::QualityPage,
            ] {
                assert_eq!(path.to_string().parse::<FilePath>().unwrap(), path);
            }
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
            "shards/0/person.parquet",
            "shards/000000/person.parquet",
            "shards/+0001/person.parquet",
            "shards/00001/../person.parquet",
            "shards/00001/persons.index",
            "shards/person.parquet",
            "tables/person.index",
            "/vocabulary.index",
        ] {
            assert!(odd.parse::<FilePath>().is_err(), "{odd:?} was read as a path");
        }
    }
}
