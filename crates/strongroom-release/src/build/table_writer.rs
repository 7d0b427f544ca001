use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use arrow::datatypes::{DataType, Schema};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use sha2::{Digest, Sha256};
use strongroom_primitives::Sha256Digest;

use super::error::BuildError;
use crate::release::{FilePath, ReleaseFile};

/// The rows of a row group.
pub(super) const ROW_GROUP_ROWS: usize = 1 << 20;
/// Higher ones take much longer and save little.
const ZSTD_LEVEL: i32 = 3;

/// How the values of integers are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encodings {
    /// By a dictionary, as long as it is short.
    Dictionary,
    /// By their differences.
    Delta,
    /// All first bytes, then all second ones, and so on: what ascends slowly compresses well.
    ByteByByte,
}

impl Encodings {
    pub(super) const ALL: [Self; 3] = [Self::Dictionary, Self::Delta, Self::ByteByByte];

    const fn of_integers(self) -> Option<Encoding> {
        match self {
            Self::Dictionary => None,
            Self::Delta => Some(Encoding::DELTA_BINARY_PACKED),
            Self::ByteByByte => Some(Encoding::BYTE_STREAM_SPLIT),
        }
    }
}

/// How a file with these columns is written.
pub(super) fn properties(schema: &Schema, encodings: Encodings) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL).unwrap_or_default()))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS));
    if let Some(encoding) = encodings.of_integers() {
        for field in schema.fields().iter().filter(|field| field.data_type() == &DataType::Int64) {
            let column = ColumnPath::from(field.name().as_str());
            properties = properties
                .set_column_dictionary_enabled(column.clone(), false)
                .set_column_encoding(column, encoding);
        }
    }
    properties.build()
}

/// What is wrong with the disk is told apart from what is wrong with us.
pub(super) fn parquet_error(path: FilePath, error: ParquetError) -> BuildError {
    let path = path.to_string();
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(source) => BuildError::writing(path)(*source),
            Err(_) => BuildError::Encode { path },
        },
        _ => BuildError::Encode { path },
    }
}

/// A new file of a release; its digest is computed while it is written.
pub(super) struct HashingFile {
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl HashingFile {
    /// Makes the file, and its folder if need be. A file that a killed build left is replaced.
    pub(super) fn create(release: &Path, path: FilePath) -> Result<Self, BuildError> {
        let writing = BuildError::writing(path.to_string());
        let file = release.join(path.to_string());
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(&writing)?;
        }
        let file = File::create(file).map_err(writing)?;
        Ok(Self { file: BufWriter::with_capacity(1 << 18, file), hash: Sha256::new(), bytes: 0 })
    }

    /// Has the operating system put the file on the disk.
    pub(super) fn finish(self, path: FilePath, rows: u64) -> Result<ReleaseFile, BuildError> {
        let writing = BuildError::writing(path.to_string());
        let file = self.file.into_inner().map_err(|error| writing(error.into_error()))?;
        file.sync_all().map_err(writing)?;
        let sha256 = Sha256Digest::from_bytes(self.hash.finalize().into());
        Ok(ReleaseFile { path, sha256, bytes: self.bytes, rows })
    }
}

impl Write for HashingFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let length = self.file.write(buffer)?;
        self.hash.update(buffer.get(..length).unwrap_or(buffer));
        self.bytes += length as u64;
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
