use strongroom_omop::Table;

/// Hears how far a build has come. First every table is read, then every shard written; what a build
/// that was killed had done is not heard of again. Two tables may be converted at the same time, so calls for
/// different tables come from different threads, interleaved.
pub trait Progress: Sync {
    /// A table is begun, whose files have so many bytes together.
    fn table_started(&self, table: &'static Table, bytes: u64);
    /// Of the table begun, so many bytes and rows have been read since its beginning. For Parquet
    /// the bytes are estimated from the rows.
    fn table_advanced(&self, table: &'static Table, bytes: u64, rows: u64);
    /// The table is complete and has so many rows.
    fn table_finished(&self, table: &'static Table, rows: u64);
    /// The rows of the table about the people of one shard have been put in order and written.
    fn shard_table_finished(&self, _shard: u32, _table: &'static Table) {}
}

/// Nobody listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn table_started(&self, _table: &'static Table, _bytes: u64) {}
    fn table_advanced(&self, _table: &'static Table, _bytes: u64, _rows: u64) {}
    fn table_finished(&self, _table: &'static Table, _rows: u64) {}
}
