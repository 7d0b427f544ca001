//! The statements, which are the same text for both databases, and the one implementation of them
//! for each.

use crate::backend::Table;

pub(crate) const HEAD: &str = "SELECT length, digest, root, latest FROM audit_head WHERE one = 1";
pub(crate) const PERSON: &str = "SELECT id, version, body, digest FROM person WHERE id = $1";
pub(crate) const PERSON_AT: &str = "SELECT id, version, body, digest FROM person WHERE email = $1";
pub(crate) const WORKSPACE: &str = "SELECT id, version, body, digest FROM workspace WHERE id = $1";
pub(crate) const WORKSPACES_OF: &str = "SELECT w.id, w.version, w.body, w.digest FROM workspace_member m \
     JOIN workspace w ON w.id = m.workspace WHERE m.person = $1 ORDER BY w.id";
pub(crate) const PEOPLE_AFTER: &str =
    "SELECT id, version, body, digest FROM person WHERE id > $1 ORDER BY id LIMIT $2";
pub(crate) const WORKSPACES_AFTER: &str =
    "SELECT id, version, body, digest FROM workspace WHERE id > $1 ORDER BY id LIMIT $2";
pub(crate) const USAGE: &str = "SELECT id, version, body, digest FROM usage_record WHERE id = $1";
pub(crate) const USAGE_AFTER: &str =
    "SELECT id, version, body, digest FROM usage_record WHERE id > $1 ORDER BY id LIMIT $2";
pub(crate) const LINES: &str =
    "SELECT sequence, line FROM audit_entry WHERE sequence >= $1 ORDER BY sequence LIMIT $2";
pub(crate) const OWNER_OF: &str = "SELECT id FROM person WHERE email = $1";
pub(crate) const NEW_PERSON: &str = "INSERT INTO person (id, version, email, body, digest) \
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING";
pub(crate) const CHANGE_PERSON: &str = "UPDATE person SET version = $2, email = $3, body = $4, digest = $5 \
     WHERE id = $1 AND version = $6";
pub(crate) const NEW_WORKSPACE: &str = "INSERT INTO workspace (id, version, body, digest) \
     VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING";
pub(crate) const CHANGE_WORKSPACE: &str =
    "UPDATE workspace SET version = $2, body = $3, digest = $4 WHERE id = $1 AND version = $5";
pub(crate) const NEW_USAGE: &str = "INSERT INTO usage_record (id, version, body, digest) \
     VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING";
pub(crate) const CHANGE_USAGE: &str =
    "UPDATE usage_record SET version = $2, body = $3, digest = $4 WHERE id = $1 AND version = $5";
pub(crate) const NO_MEMBERS: &str = "DELETE FROM workspace_member WHERE workspace = $1";
pub(crate) const MEMBER: &str = "INSERT INTO workspace_member (person, workspace) VALUES ($1, $2)";
pub(crate) const PUT_HEAD: &str =
    "UPDATE audit_head SET length = $1, digest = $2, root = $3, latest = $4 WHERE one = 1";
pub(crate) const APPEND: &str = "INSERT INTO audit_entry (sequence, line) ";
pub(crate) const PUT_TILES: &str = "INSERT INTO audit_tile (id, hashes) ";
pub(crate) const OVER_TILES: &str = " ON CONFLICT (id) DO UPDATE SET hashes = excluded.hashes";
pub(crate) const TILES: &str = "SELECT id, hashes FROM audit_tile WHERE id IN (";

/// The documents of a table, a page at a time.
pub(crate) const fn bodies_after(table: Table) -> &'static str {
    match table {
        Table::Person => PEOPLE_AFTER,
        Table::Workspace => WORKSPACES_AFTER,
        Table::Usage => USAGE_AFTER,
    }
}

/// The rows that one statement writes at most: both databases limit the number of parameters.
pub(crate) const ROWS_AT_ONCE: usize = 512;

/// Implements [`crate::backend`] for a database of sqlx's. A macro, as the bounds of a generic
/// implementation are longer than the implementation.
macro_rules! implement {
    (
        $database:ty, $backend:ident, $transaction:ident, $snapshot:ident,
        $begin:literal, $begin_snapshot:literal, $lock:expr, $version:literal
    ) => {
        use async_trait::async_trait;
        use sqlx::{Error, Pool, QueryBuilder};

        use crate::backend::{Backend, BodyRow, HeadRow, Snapshot, Table, Transaction};
        use crate::statements as sql;

        pub(crate) struct $backend {
            readers: Pool<$database>,
            writer: Pool<$database>,
        }

        struct $transaction(sqlx::Transaction<'static, $database>);

        struct $snapshot(sqlx::Transaction<'static, $database>);

        type Body = (String, i64, String, String);

        fn body((id, version, body, digest): Body) -> BodyRow {
            BodyRow { id, version, body, digest }
        }

        fn head((length, digest, root, latest): (i64, String, String, i64)) -> HeadRow {
            HeadRow { length, digest, root, latest }
        }

        fn tiles_query(ids: &[i64]) -> QueryBuilder<$database> {
            let mut query = QueryBuilder::new(sql::TILES);
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            query.push(")");
            query
        }

        #[async_trait]
        impl Backend for $backend {
            async fn begin(&self) -> Result<Box<dyn Transaction>, Error> {
                Ok(Box::new($transaction(self.writer.begin_with($begin).await?)))
            }

            async fn begin_snapshot(&self) -> Result<Box<dyn Snapshot>, Error> {
                Ok(Box::new($snapshot(self.readers.begin_with($begin_snapshot).await?)))
            }

            async fn body(&self, table: Table, id: &str) -> Result<Option<BodyRow>, Error> {
                let statement = match table {
                    Table::Person => sql::PERSON,
                    Table::Workspace => sql::WORKSPACE,
                    Table::Usage => sql::USAGE,
                };
                let row = sqlx::query_as::<_, Body>(statement).bind(id).fetch_optional(&self.readers);
                Ok(row.await?.map(body))
            }

            async fn bodies_after(
                &self,
                table: Table,
                after: &str,
                limit: i64,
            ) -> Result<Vec<BodyRow>, Error> {
                let rows = sqlx::query_as::<_, Body>(sql::bodies_after(table)).bind(after).bind(limit);
                Ok(rows.fetch_all(&self.readers).await?.into_iter().map(body).collect())
            }

            async fn person_at(&self, email: &str) -> Result<Option<BodyRow>, Error> {
                let row = sqlx::query_as::<_, Body>(sql::PERSON_AT).bind(email).fetch_optional(&self.readers);
                Ok(row.await?.map(body))
            }

            async fn workspaces_of(&self, person: &str) -> Result<Vec<BodyRow>, Error> {
                let rows = sqlx::query_as::<_, Body>(sql::WORKSPACES_OF).bind(person);
                Ok(rows.fetch_all(&self.readers).await?.into_iter().map(body).collect())
            }

            async fn lines(&self, from: i64, limit: i64) -> Result<Vec<(i64, String)>, Error> {
                sqlx::query_as(sql::LINES).bind(from).bind(limit).fetch_all(&self.readers).await
            }

            async fn head(&self) -> Result<HeadRow, Error> {
                Ok(head(sqlx::query_as(sql::HEAD).fetch_one(&self.readers).await?))
            }

            async fn tiles(&self, ids: &[i64]) -> Result<Vec<(i64, Vec<u8>)>, Error> {
                if ids.is_empty() {
                    return Ok(Vec::new());
                }
                tiles_query(ids).build_query_as().fetch_all(&self.readers).await
            }

            async fn server_version(&self) -> Result<String, Error> {
                sqlx::query_scalar($version).fetch_one(&self.readers).await
            }

            async fn close(&self) {
                self.readers.close().await;
                self.writer.close().await;
            }
        }

        #[async_trait]
        impl Snapshot for $snapshot {
            async fn head(&mut self) -> Result<HeadRow, Error> {
                Ok(head(sqlx::query_as(sql::HEAD).fetch_one(&mut *self.0).await?))
            }

            async fn bodies_after(
                &mut self,
                table: Table,
                after: &str,
                limit: i64,
            ) -> Result<Vec<BodyRow>, Error> {
                let rows = sqlx::query_as::<_, Body>(sql::bodies_after(table)).bind(after).bind(limit);
                Ok(rows.fetch_all(&mut *self.0).await?.into_iter().map(body).collect())
            }

            async fn lines(&mut self, from: i64, limit: i64) -> Result<Vec<(i64, String)>, Error> {
                sqlx::query_as(sql::LINES).bind(from).bind(limit).fetch_all(&mut *self.0).await
            }
        }

        #[async_trait]
        impl Transaction for $transaction {
            async fn lock_head(&mut self) -> Result<HeadRow, Error> {
                Ok(head(sqlx::query_as($lock).fetch_one(&mut *self.0).await?))
            }

            async fn tiles(&mut self, ids: &[i64]) -> Result<Vec<(i64, Vec<u8>)>, Error> {
                if ids.is_empty() {
                    return Ok(Vec::new());
                }
                tiles_query(ids).build_query_as().fetch_all(&mut *self.0).await
            }

            async fn owner_of(&mut self, email: &str) -> Result<Option<String>, Error> {
                sqlx::query_scalar(sql::OWNER_OF).bind(email).fetch_optional(&mut *self.0).await
            }

            async fn put_person(&mut self, row: &BodyRow, email: &str, expected: i64) -> Result<bool, Error> {
                let statement = if expected == 0 { sql::NEW_PERSON } else { sql::CHANGE_PERSON };
                let query = sqlx::query(statement).bind(&row.id).bind(row.version).bind(email);
                let query = query.bind(&row.body).bind(&row.digest);
                let query = if expected == 0 { query } else { query.bind(expected) };
                Ok(query.execute(&mut *self.0).await?.rows_affected() == 1)
            }

            async fn put_workspace(
                &mut self,
                row: &BodyRow,
                members: &[String],
                expected: i64,
            ) -> Result<bool, Error> {
                let statement = if expected == 0 { sql::NEW_WORKSPACE } else { sql::CHANGE_WORKSPACE };
                let query = sqlx::query(statement).bind(&row.id).bind(row.version);
                let query = query.bind(&row.body).bind(&row.digest);
                let query = if expected == 0 { query } else { query.bind(expected) };
                if query.execute(&mut *self.0).await?.rows_affected() != 1 {
                    return Ok(false);
                }
                if expected != 0 {
                    sqlx::query(sql::NO_MEMBERS).bind(&row.id).execute(&mut *self.0).await?;
                }
                for member in members {
                    sqlx::query(sql::MEMBER).bind(member).bind(&row.id).execute(&mut *self.0).await?;
                }
                Ok(true)
            }

            async fn put_usage(&mut self, row: &BodyRow, expected: i64) -> Result<bool, Error> {
                let statement = if expected == 0 { sql::NEW_USAGE } else { sql::CHANGE_USAGE };
                let query = sqlx::query(statement).bind(&row.id).bind(row.version);
                let query = query.bind(&row.body).bind(&row.digest);
                let query = if expected == 0 { query } else { query.bind(expected) };
                Ok(query.execute(&mut *self.0).await?.rows_affected() == 1)
            }

            async fn append(&mut self, lines: &[(i64, String)]) -> Result<(), Error> {
                for lines in lines.chunks(sql::ROWS_AT_ONCE) {
                    let mut query = QueryBuilder::<$database>::new(sql::APPEND);
                    query.push_values(lines, |mut row, (sequence, line)| {
                        row.push_bind(*sequence).push_bind(line.as_str());
                    });
                    query.build().persistent(lines.len() == 1).execute(&mut *self.0).await?;
                }
                Ok(())
            }

            async fn put_tiles(&mut self, tiles: &[(i64, Vec<u8>)]) -> Result<(), Error> {
                for tiles in tiles.chunks(sql::ROWS_AT_ONCE) {
                    let mut query = QueryBuilder::<$database>::new(sql::PUT_TILES);
                    query.push_values(tiles, |mut row, (id, hashes)| {
                        row.push_bind(*id).push_bind(hashes.as_slice());
                    });
                    query.push(sql::OVER_TILES);
                    query.build().persistent(tiles.len() == 1).execute(&mut *self.0).await?;
                }
                Ok(())
            }

            async fn put_head(&mut self, head: &HeadRow) -> Result<(), Error> {
                let query = sqlx::query(sql::PUT_HEAD).bind(head.length).bind(&head.digest);
                query.bind(&head.root).bind(head.latest).execute(&mut *self.0).await?;
                Ok(())
            }

            async fn commit(self: Box<Self>) -> Result<(), Error> {
                self.0.commit().await
            }
        }
    };
}

pub(crate) use implement;
