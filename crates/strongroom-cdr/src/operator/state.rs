use std::fmt;

use serde::{Deserialize, Serialize};
use strongroom_primitives::{ReleaseName, RowTier, Sha256Digest};
use strongroom_release::TableName;

use crate::operator::OperatorError;
use crate::predicate::ColumnPredicate;

/// What another machine has to know to read the same rows: which release, which table or cohort of
/// it, which columns, which rows, in which shards. Nothing of what is read stands in it.
///
/// It is made by [`table_operator`](crate::AuthorizedCdr::table_operator) and
/// [`cohort_operator`](crate::AuthorizedCdr::cohort_operator), travels as JSON, and is of use to
/// whoever may read those rows anyway: [`open_operator`](crate::AuthorizedCdr::open_operator).
#[derive(Clone, PartialEq, Eq)]
pub struct OperatorState(Stored);

/// The formats of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "strongroom-operator/1")]
    Operator1,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    format: Format,
    origin: Origin,
    leaf: Leaf,
    shards: Option<Vec<u32>>,
}

/// Of which release it is, and under which policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Origin {
    pub(super) release: ReleaseName,
    /// The digest of the release's manifest.
    pub(super) manifest: Sha256Digest,
    pub(super) tier: RowTier,
    /// The version of the policy that the session was admitted by.
    pub(super) policy_version: u64,
    /// The digest of the policy that the release was built by.
    pub(super) built_by: Option<Sha256Digest>,
}

/// What is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(super) enum Leaf {
    Table(TableLeaf),
    Cohort(CohortLeaf),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableLeaf {
    pub(super) table: TableName,
    pub(super) columns: Vec<String>,
    pub(super) predicates: Vec<ColumnPredicate>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CohortLeaf {
    /// The definition's JSON.
    pub(super) definition: String,
    /// What it came to where it was resolved: its key of results for the digest of the manifest.
    pub(super) resolved: Sha256Digest,
    pub(super) columns: Vec<String>,
}

impl OperatorState {
    /// The most bytes of a state.
    pub const MAXIMUM_BYTES: usize = 4 << 20;

    pub(super) fn new(origin: Origin, leaf: Leaf, shards: Option<Vec<u32>>) -> Result<Self, OperatorError> {
        Self(Stored { format: Format::Operator1, origin, leaf, shards }).checked()
    }

    /// The state as JSON.
    ///
    /// # Errors
    /// [`OperatorError::TooLarge`].
    pub fn encode(&self) -> Result<Vec<u8>, OperatorError> {
        let bytes = serde_json::to_vec(&self.0).map_err(|error| malformed(&error))?;
        if bytes.len() > Self::MAXIMUM_BYTES {
            return Err(OperatorError::TooLarge { limit: Self::MAXIMUM_BYTES });
        }
        Ok(bytes)
    }

    /// Reads a state. That it can be read does not say that it can be opened.
    ///
    /// # Errors
    /// If there are too many bytes, or they are no state of a known format.
    pub fn decode(bytes: &[u8]) -> Result<Self, OperatorError> {
        // Read without the rest, because another format has other fields.
        #[derive(Deserialize)]
        struct Tag {
            format: String,
        }
        if bytes.len() > Self::MAXIMUM_BYTES {
            return Err(OperatorError::TooLarge { limit: Self::MAXIMUM_BYTES });
        }
        let stored: Stored =
            serde_json::from_slice(bytes).map_err(|error| match serde_json::from_slice::<Tag>(bytes) {
                Ok(tag) if is_other_format(&tag.format) => OperatorError::OtherFormat,
                _ => malformed(&error),
            })?;
        Self(stored).checked()
    }

    /// The shards that are read, in ascending order; nothing of a table that is not about people, which
    /// is not cut.
    #[must_use]
    pub fn shards(&self) -> Option<&[u32]> {
        self.0.shards.as_deref()
    }

    /// The part of it that reads one of its shards; nothing if that is none of them.
    #[must_use]
    pub fn of_shard(&self, shard: u32) -> Option<Self> {
        self.shards()?.contains(&shard).then(|| {
            let Stored { format, origin, leaf, .. } = &self.0;
            let (origin, leaf) = (origin.clone(), leaf.clone());
            Self(Stored { format: *format, origin, leaf, shards: Some(vec![shard]) })
        })
    }

    /// The names of the columns that are read, in their order.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let columns = match self.leaf() {
            Leaf::Table(leaf) => &leaf.columns,
            Leaf::Cohort(leaf) => &leaf.columns,
        };
        columns.iter().map(String::as_str)
    }

    pub(super) const fn origin(&self) -> &Origin {
        &self.0.origin
    }

    pub(super) const fn leaf(&self) -> &Leaf {
        &self.0.leaf
    }

    fn checked(self) -> Result<Self, OperatorError> {
        if !self.shards().is_none_or(|shards| shards.is_sorted_by(|one, next| one < next)) {
            return Err(OperatorError::Repeated { what: "a shard" });
        }
        let mut columns = Vec::from_iter(self.columns());
        columns.sort_unstable();
        if !columns.is_sorted_by(|one, next| one < next) {
            return Err(OperatorError::Repeated { what: "a column" });
        }
        Ok(self)
    }
}

fn is_other_format(format: &str) -> bool {
    format.strip_prefix("strongroom-operator/").is_some_and(|version| version != "1")
}

/// The message of the parser may repeat what it read; the place is enough.
fn malformed(error: &serde_json::Error) -> OperatorError {
    OperatorError::Malformed { line: error.line(), column: error.column() }
}

impl fmt::Debug for OperatorState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.leaf() {
            Leaf::Table(leaf) => leaf.table.table().name(),
            Leaf::Cohort(_) => "cohort",
        };
        f.debug_struct("OperatorState")
            .field("release", &self.origin().release)
            .field("reads", &what)
            .field("shards", &self.shards())
            .finish_non_exhaustive()
    }
}
