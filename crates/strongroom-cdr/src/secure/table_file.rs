use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::arrow::async_reader::{ParquetObjectReader, ParquetRecordBatchStreamBuilder};
use parquet::errors::ParquetError;

/// One table of a release: where its Parquet file lies, and its footer, read once.
///
/// The footer carries the row groups' statistics of all rows, hidden ones among them. It stays
/// inside this module's siblings; no plan, metric or error is made from it.
#[derive(Clone)]
pub(crate) struct TableFile {
    store: Arc<dyn ObjectStore>,
    path: Path,
    size: u64,
    footer: ArrowReaderMetadata,
}

impl TableFile {
    pub(crate) async fn open(store: Arc<dyn ObjectStore>, path: Path) -> Result<Self, ParquetError> {
        let size = store.head(&path).await?.size;
        let mut reader = ParquetObjectReader::new(Arc::clone(&store), path.clone()).with_file_size(size);
        let footer = ArrowReaderMetadata::load_async(&mut reader, ArrowReaderOptions::default()).await?;
        Ok(Self { store, path, size, footer })
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        self.footer.schema()
    }

    pub(crate) fn row_group_count(&self) -> usize {
        self.footer.metadata().num_row_groups()
    }

    pub(crate) fn reader(&self) -> ParquetRecordBatchStreamBuilder<ParquetObjectReader> {
        let reader =
            ParquetObjectReader::new(Arc::clone(&self.store), self.path.clone()).with_file_size(self.size);
        ParquetRecordBatchStreamBuilder::new_with_metadata(reader, self.footer.clone())
    }
}

impl fmt::Debug for TableFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableFile").field("path", &self.path.as_ref()).finish_non_exhaustive()
    }
}
