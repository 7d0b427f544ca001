/// Why bytes of an index cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// The file begins otherwise than an index of this version.
    #[error("it is no index of this version; build the release again")]
    OtherFormat,
    /// A section ends too early, or says what cannot be.
    #[error("section `{0}` is damaged; run `strongroom cdr verify`, then fetch or build the release again")]
    Damaged(&'static str),
}
