use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::arrow::async_reader::{AsyncFileReader, ParquetRecordBatchStreamBuilder};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};

/// One table of a release: where its Parquet files lie, one for each shard where the table is about
/// people, and their footers, read once. There is one file at least, and all have the same schema.
///
/// A footer carries the row groups' statistics of all rows, hidden ones among them. It stays
/// inside this module's siblings; no plan, metric or error is made from it.
#[derive(Clone)]
pub(crate) struct StoredTable {
    schema: SchemaRef,
    files: Arc<[StoredFile]>,
}

/// One of its files.
#[derive(Clone)]
pub(super) struct StoredFile {
    /// The shard whose people it is about; nothing where the table is not about people.
    shard: Option<u32>,
    bytes: StoredBytes,
    footer: ArrowReaderMetadata,
}

impl StoredTable {
    /// Opens the files at these paths, each with the number of its shard, if it has one.
    pub(crate) async fn open(store: &Arc<dyn ObjectStore>, paths: Vec<(Option<u32>, Path)>) -> Result<Self> {
        let mut files = Vec::with_capacity(paths.len());
        for (shard, path) in paths {
            let size = store.head(&path).await?.size;
            let mut bytes = StoredBytes { store: Arc::clone(store), path, size };
            let footer = ArrowReaderMetadata::load_async(&mut bytes, ArrowReaderOptions::default()).await?;
            files.push(StoredFile { shard, bytes, footer });
        }
        let differs = || ParquetError::General("the files of a table differ in their columns".into());
        let schema = Arc::clone(files.first().ok_or_else(differs)?.footer.schema());
        if files.iter().any(|file| file.footer.schema().fields() != schema.fields()) {
            return Err(differs());
        }
        Ok(Self { schema, files: files.into() })
    }

    pub(crate) const fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Its files, in the order of their shards.
    pub(super) fn files(&self) -> &[StoredFile] {
        &self.files
    }
}

impl StoredFile {
    pub(super) const fn shard(&self) -> Option<u32> {
        self.shard
    }

    /// How many rows each row group has.
    pub(super) fn row_groups(&self) -> impl Iterator<Item = usize> {
        let groups = self.footer.metadata().row_groups().iter();
        groups.map(|group| usize::try_from(group.num_rows()).unwrap_or(usize::MAX))
    }

    pub(super) fn row_group_count(&self) -> usize {
        self.footer.metadata().num_row_groups()
    }

    pub(super) fn reader(&self) -> ParquetRecordBatchStreamBuilder<StoredBytes> {
        ParquetRecordBatchStreamBuilder::new_with_metadata(self.bytes.clone(), self.footer.clone())
    }
}

impl fmt::Debug for StoredTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredTable").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

/// The file's bytes in its object store.
#[derive(Clone)]
pub(super) struct StoredBytes {
    store: Arc<dyn ObjectStore>,
    path: Path,
    size: u64,
}

impl AsyncFileReader for StoredBytes {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes>> {
        async move { self.store.get_range(&self.path, range).await.map_err(ParquetError::from) }.boxed()
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, Result<Vec<Bytes>>> {
        async move { self.store.get_ranges(&self.path, &ranges).await.map_err(ParquetError::from) }.boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        _options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, Result<Arc<ParquetMetaData>>> {
        let size = self.size;
        async move { Ok(Arc::new(ParquetMetaDataReader::new().load_and_finish(self, size).await?)) }.boxed()
    }
}
