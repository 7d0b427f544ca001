/// Numbers were handed over for release that cannot belong together.
///
/// Nothing is released then. The messages name no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InconsistentCounts {
    /// More persons than there are in the universe.
    #[error(
        "more persons are counted than the universe has; count them in the release the universe belongs to"
    )]
    MoreThanUniverse,
    /// The cells of a breakdown do not add up to its total.
    #[error(
        "the cells do not add up to the total; put every person into exactly one cell, with one for `unknown`"
    )]
    CellsDoNotAddUp,
    /// A step of an attrition has more persons than the step before it.
    #[error(
        "step {step} of the attrition has more persons than the step before it; a step can only leave people out"
    )]
    AttritionRises {
        /// The step, counted from 1.
        step: usize,
    },
}
