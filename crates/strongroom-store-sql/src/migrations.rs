//! The steps by which a schema is brought to its newest form, forward only. A table of the database
//! says which were taken, with the digest of each, so that nobody goes on from a schema that is not
//! the one this program was written for.

use sha2::{Digest, Sha256};
use sqlx::{PgPool, SqlitePool};
use strongroom_primitives::Sha256Digest;
use strongroom_store::StoreError;

use crate::failure::Failure;

/// One step. What it once was it stays: a change is another step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    pub(crate) number: i64,
    pub(crate) name: &'static str,
    pub(crate) statements: &'static str,
}

impl Migration {
    fn digest(&self) -> String {
        Sha256Digest::from_bytes(Sha256::digest(self.statements).into()).to_string()
    }
}

const TAKEN: &str = "CREATE TABLE IF NOT EXISTS strongroom_migration \
     (number BIGINT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL)";
const READ: &str = "SELECT number, digest FROM strongroom_migration ORDER BY number";
const RECORD: &str = "INSERT INTO strongroom_migration (number, name, digest) VALUES ($1, $2, $3)";

/// The steps that are still to be taken.
///
/// # Errors
/// If the database has taken steps that this program does not know, or others.
fn missing<'a>(known: &'a [Migration], taken: &[(i64, String)]) -> Result<&'a [Migration], StoreError> {
    for (step, (number, digest)) in known.iter().zip(taken) {
        if step.number != *number || step.digest() != *digest {
            return Err(StoreError::corrupt("its schema was made by other steps than this program's"));
        }
    }
    known.get(taken.len()..).ok_or_else(StoreError::newer_format)
}

/// In SQLite one transaction takes all steps, while nobody else writes.
pub(crate) async fn bring_forward_sqlite(pool: &SqlitePool, known: &[Migration]) -> Result<(), StoreError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.map_err(Failure::from)?;
    sqlx::query(TAKEN).execute(&mut *transaction).await.map_err(Failure::from)?;
    let taken = sqlx::query_as(READ).fetch_all(&mut *transaction).await.map_err(Failure::from)?;
    for step in missing(known, &taken)? {
        sqlx::raw_sql(step.statements).execute(&mut *transaction).await.map_err(Failure::from)?;
        let record = sqlx::query(RECORD).bind(step.number).bind(step.name).bind(step.digest());
        record.execute(&mut *transaction).await.map_err(Failure::from)?;
    }
    transaction.commit().await.map_err(Failure::from)?;
    Ok(())
}

/// In PostgreSQL too; programs that start at the same time wait for the first of them.
pub(crate) async fn bring_forward_postgres(pool: &PgPool, known: &[Migration]) -> Result<(), StoreError> {
    /// The bytes of "strongro".
    const LOCK: &str = "SELECT pg_advisory_xact_lock(8319119898186150511)";
    let mut transaction = pool.begin().await.map_err(Failure::from)?;
    sqlx::raw_sql(LOCK).execute(&mut *transaction).await.map_err(Failure::from)?;
    sqlx::query(TAKEN).execute(&mut *transaction).await.map_err(Failure::from)?;
    let taken = sqlx::query_as(READ).fetch_all(&mut *transaction).await.map_err(Failure::from)?;
    for step in missing(known, &taken)? {
        sqlx::raw_sql(step.statements).execute(&mut *transaction).await.map_err(Failure::from)?;
        let record = sqlx::query(RECORD).bind(step.number).bind(step.name).bind(step.digest());
        record.execute(&mut *transaction).await.map_err(Failure::from)?;
    }
    transaction.commit().await.map_err(Failure::from)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use strongroom_store::StoreErrorKind;

    use super::*;

    const ONE: Migration = Migration { number: 1, name: "one", statements: "CREATE TABLE a (x TEXT)" };
    const TWO: Migration = Migration { number: 2, name: "two", statements: "CREATE TABLE b (x TEXT)" };
    const OTHER: Migration = Migration { number: 1, name: "one", statements: "CREATE TABLE c (x TEXT)" };

    #[test]
    fn steps_are_taken_in_order_and_never_guessed() {
        let taken = |steps: &[Migration]| -> Vec<_> {
            steps.iter().map(|step| (step.number, step.digest())).collect()
        };
        for (known, before, expected) in [
            (&[ONE, TWO][..], &[][..], Ok(2)),
            (&[ONE, TWO], &[ONE], Ok(1)),
            (&[ONE, TWO], &[ONE, TWO], Ok(0)),
            (&[ONE], &[ONE, TWO], Err(StoreErrorKind::NewerFormat)),
            (&[ONE], &[OTHER], Err(StoreErrorKind::Corrupt)),
            (&[ONE, TWO], &[TWO], Err(StoreErrorKind::Corrupt)),
        ] {
            let found = missing(known, &taken(before)).map(<[_]>::len).map_err(|error| error.kind());
            assert_eq!(found, expected);
        }
    }
}
