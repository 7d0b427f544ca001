//! What the store needs of a database, in terms of rows. Two implementations: `sqlite` and
//! `postgres`.

use async_trait::async_trait;
use sqlx::Error;

/// The row of the trail's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeadRow {
    pub(crate) length: i64,
    /// Of the last entry.
    pub(crate) digest: String,
    /// Of the Merkle tree.
    pub(crate) root: String,
    /// The latest instant of any event, in microseconds since 1970.
    pub(crate) latest: i64,
}

/// A stored document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BodyRow {
    pub(crate) id: String,
    pub(crate) version: i64,
    pub(crate) body: String,
    /// See [`crate::rows::body_digest`].
    pub(crate) digest: String,
}

/// Where documents are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Person,
    Workspace,
    Usage,
}

/// A database, read outside of any transaction.
#[async_trait]
pub(crate) trait Backend: Send + Sync {
    /// Starts the transaction of the one writer.
    async fn begin(&self) -> Result<Box<dyn Transaction>, Error>;
    /// Starts a transaction that sees everything as it is at one moment, whatever is written meanwhile.
    async fn begin_snapshot(&self) -> Result<Box<dyn Snapshot>, Error>;
    async fn body(&self, table: Table, id: &str) -> Result<Option<BodyRow>, Error>;
    /// Those with a greater id, by ascending id.
    async fn bodies_after(&self, table: Table, after: &str, limit: i64) -> Result<Vec<BodyRow>, Error>;
    async fn person_at(&self, email: &str) -> Result<Option<BodyRow>, Error>;
    /// By ascending id.
    async fn workspaces_of(&self, person: &str) -> Result<Vec<BodyRow>, Error>;
    /// Numbers and lines, in order.
    async fn lines(&self, from: i64, limit: i64) -> Result<Vec<(i64, String)>, Error>;
    async fn head(&self) -> Result<HeadRow, Error>;
    async fn tiles(&self, ids: &[i64]) -> Result<Vec<(i64, Vec<u8>)>, Error>;
    /// What the database calls itself.
    async fn server_version(&self) -> Result<String, Error>;
    /// Waits until all connections are closed.
    async fn close(&self);
}

/// All of a database as it was at one moment.
#[async_trait]
pub(crate) trait Snapshot: Send {
    async fn head(&mut self) -> Result<HeadRow, Error>;
    /// Those with a greater id, by ascending id.
    async fn bodies_after(&mut self, table: Table, after: &str, limit: i64) -> Result<Vec<BodyRow>, Error>;
    /// Numbers and lines, in order.
    async fn lines(&mut self, from: i64, limit: i64) -> Result<Vec<(i64, String)>, Error>;
}

/// A transaction that holds the trail's end: nobody else appends before it is over. Dropped, it is
/// rolled back.
#[async_trait]
pub(crate) trait Transaction: Send {
    /// The trail's end, which is locked from now on.
    async fn lock_head(&mut self) -> Result<HeadRow, Error>;
    async fn tiles(&mut self, ids: &[i64]) -> Result<Vec<(i64, Vec<u8>)>, Error>;
    /// The id of the person with this address.
    async fn owner_of(&mut self, email: &str) -> Result<Option<String>, Error>;
    /// Puts the person in the place of the version `expected`, or where none is if that is 0;
    /// whether it was there.
    async fn put_person(&mut self, row: &BodyRow, email: &str, expected: i64) -> Result<bool, Error>;
    /// The same for a workspace and its members.
    async fn put_workspace(
        &mut self,
        row: &BodyRow,
        members: &[String],
        expected: i64,
    ) -> Result<bool, Error>;
    /// The same for what a person uses.
    async fn put_usage(&mut self, row: &BodyRow, expected: i64) -> Result<bool, Error>;
    async fn append(&mut self, lines: &[(i64, String)]) -> Result<(), Error>;
    async fn put_tiles(&mut self, tiles: &[(i64, Vec<u8>)]) -> Result<(), Error>;
    async fn put_head(&mut self, head: &HeadRow) -> Result<(), Error>;
    async fn commit(self: Box<Self>) -> Result<(), Error>;
}
