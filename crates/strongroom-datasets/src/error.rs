use std::io;

use strongroom_cdr::QueryError;
use strongroom_omop::Domain;

/// Why a dataset was not exported. Nothing of it is then left in the target folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The rows could not be read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The dataset names a concept set that the cohort's definition does not have.
    #[error(
        "table {number} ({domain}) names a concept set that the cohort's definition does not have; add the set \
         to the cohort, or leave `concepts` out"
    )]
    UnknownConceptSet {
        /// Which table of the dataset, counted from 1.
        number: usize,
        /// Its domain.
        domain: Domain,
    },
    /// The dataset takes a domain twice: two tables would have one file.
    #[error("table {number} takes {domain} a second time; put both concept sets into one")]
    RepeatedDomain {
        /// Which table of the dataset, counted from 1.
        number: usize,
        /// Its domain.
        domain: Domain,
    },
    /// The target exists.
    #[error("the target folder exists already; choose a name that is free")]
    TargetExists,
    /// The target has no parent folder, or it is not there.
    #[error("the folder that is to hold the export does not exist; create it first")]
    NoParent,
    /// A file could not be written.
    #[error("`{file}` of the export could not be written; check the free space and the permissions")]
    Write {
        /// The file, relative to the export.
        file: String,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
}
