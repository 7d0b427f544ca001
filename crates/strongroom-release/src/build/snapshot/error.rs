/// Why rows cannot be shown as the rules of a tier say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The tier moves dates, and there is no key to move them by.
    #[error(
        "the policy moves the dates of this tier; give the secret of the release's family, the same for every \
         release of it"
    )]
    NoKey,
    /// A table is hidden without which there is no release.
    #[error(
        "the policy hides the table `{table}`, without which there is no release; hide columns of it instead"
    )]
    RequiredTable {
        /// The table.
        table: &'static str,
    },
    /// A column is hidden without which the rows of its table mean nothing.
    #[error(
        "the policy hides `{table}.{column}`, without which the rows of `{table}` mean nothing; hide the whole table"
    )]
    RequiredColumn {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A column cannot be made coarser as the policy says.
    #[error(
        "the policy generalises `{table}.{column}` in a form that does not fit what the column holds; years and \
         months are for dates, bands and limits for numbers, prefixes for texts, ages for dates and years of birth"
    )]
    FormDoesNotFit {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A date is to be moved of which the table does not say whose it is.
    #[error(
        "the policy moves `{table}.{column}`, but the table does not say whose date that is; hide the table or the \
         column, or except the column"
    )]
    DateOfNobody {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
}
