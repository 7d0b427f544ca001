use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder};

use super::error::CdmError;
use super::table_data::{Batch, TableData};
use super::values::{Values, ValuesBuilder};

const ROWS: usize = 1 << 16;
/// The longest header that is looked at to tell commas from tabs.
const LONGEST_HEADER: u64 = 1 << 16;

/// Reads a CSV file to the end of the table.
///
/// Cells are separated by commas or tabs, whichever the header has. With tabs a quote is an
/// ordinary character unless the header itself is quoted, because the vocabularies that OHDSI
/// Athena exports have names with lone quotes.
pub(super) fn read(path: &Path, data: &mut TableData) -> Result<(), CdmError> {
    let reading = CdmError::reading(path);
    let mut input = BufReader::with_capacity(1 << 18, File::open(path).map_err(&reading)?);
    let mut header = Vec::new();
    (&mut input).take(LONGEST_HEADER).read_until(b'\n', &mut header).map_err(&reading)?;
    let tabs = header.contains(&b'\t');
    let quoting = !tabs || header.contains(&b'"');
    let mut reader = ReaderBuilder::new()
        .delimiter(if tabs { b'\t' } else { b',' })
        .quoting(quoting)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(1 << 18)
        .from_reader(Cursor::new(header).chain(input));
    let csv_error = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(source) => reading(source),
        _ => reading(io::ErrorKind::InvalidData.into()),
    };

    let mut record = ByteRecord::new();
    reader.read_byte_record(&mut record).map_err(csv_error)?;
    let cells = record.len();
    let positions = {
        let names: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
        data.positions(&names.iter().map(AsRef::as_ref).collect::<Vec<_>>())?
    };
    let mut builders: Vec<_> = positions
        .iter()
        .zip(data.wanted())
        .map(|(position, wanted)| position.map(|position| (position, ValuesBuilder::new(wanted.cell_type))))
        .collect();

    let mut rows = 0;
    loop {
        let more = reader.read_byte_record(&mut record).map_err(csv_error)?;
        if rows == ROWS || (!more && rows > 0) {
            let columns = builders
                .iter_mut()
                .map(|builder| builder.as_mut().map_or(Values::Missing, |(_, b)| b.finish()));
            let columns = columns.collect();
            data.push(Batch { rows, columns });
            rows = 0;
        }
        if !more {
            return Ok(());
        }
        rows += 1;
        if record.len() != cells {
            return Err(CdmError::Ragged { table: data.table.name(), row: data.len() + rows });
        }
        for (index, builder) in builders.iter_mut().enumerate() {
            if let Some((position, builder)) = builder {
                let cell = record.get(*position).unwrap_or_default();
                builder.append(cell).map_err(|_| data.unreadable(index, data.len() + rows))?;
            }
        }
    }
}
