use std::fmt;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use strongroom_primitives::InvalidValue;
use strongroom_store::StoreError;
use strongroom_store_sql::{Settings, SqlStore};

/// The file of the store in SQLite.
pub(crate) const SQLITE_FILE: &str = "store.sqlite";

/// Where a deployment keeps people, workspaces and its trail.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "one for each database that there is a store for")]
pub enum StorePlace {
    /// In the deployment's folder: for one program at a time.
    Sqlite,
    /// In the PostgreSQL database at this address, which may hold a password.
    Postgres(String),
}

impl StorePlace {
    /// Opens the store, or makes the file of one that is new.
    pub(crate) async fn open(&self, folder: &Path, new: bool) -> Result<SqlStore, StoreError> {
        let settings = Settings::new();
        match self {
            Self::Sqlite if new => SqlStore::create_sqlite(&folder.join(SQLITE_FILE), &settings).await,
            Self::Sqlite => SqlStore::open_sqlite(&folder.join(SQLITE_FILE), &settings).await,
            Self::Postgres(address) => SqlStore::open_postgres(address, &settings).await,
        }
    }
}

impl FromStr for StorePlace {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        if text == "sqlite" {
            Ok(Self::Sqlite)
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Ok(Self::Postgres(text.to_owned()))
        } else {
            Err(InvalidValue::new(
                "store",
                "expected `sqlite`, or an address such as postgres://user@host/database",
            ))
        }
    }
}

impl fmt::Debug for StorePlace {
    /// Without the address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "Sqlite",
            Self::Postgres(_) => "Postgres([not shown])",
        })
    }
}
