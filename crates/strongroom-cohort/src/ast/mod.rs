//! The typed tree that every spelling of the language means.
//!
//! Plain data that may be nonsense: text, JSON, Circe JSON and All of Us JSON are read into it, the
//! checker says what is wrong with it, and only `resolve` turns it into something an engine takes.

mod cohort;
mod column;
mod concepts;
mod count;
mod dataset;
mod definition;
mod digest_prefix;
mod duration;
mod events;
mod example;
mod matching;
mod number;
mod parameter;
mod predicate;
mod value;
mod window;

pub use cohort::{
    Cohort, Entry, EventEntry, Exit, Merge, Observed, ObservedBy, Pick, Run, Sample, Step, StepAction, Supply,
};
pub use column::{Column, ColumnType, PersonColumn};
pub use concepts::{Code, ConceptItem, ConceptRef, ConceptSet, VocabularyCode};
pub use count::{CountTest, CountUnit};
pub use dataset::{Count, Dataset, DatasetTable, Feature, FeatureValue};
pub use definition::{Definition, Import, Profile};
pub use digest_prefix::DigestPrefix;
pub use duration::Duration;
pub use events::{
    DateSource, Endpoint, EventKind, EventSource, Events, Filter, Match, SameVisit, WindowTest,
};
pub use example::{ExamplePerson, ExampleRow, ExampleTest, Expectation};
pub use matching::{Match as Matching, MatchTolerance};
pub use number::{Number, Quantity, Unit};
pub use parameter::{Literal, Parameter, ParameterKind};
pub use predicate::{Comparison, Counted, Predicate};
pub use value::{AggregateFunction, ArithmeticOperator, Moment, Value};
pub use window::{Anchor, AnchorBase, AnchorPick, DateRange, Edge, Offset, Window};

use strongroom_primitives::BoundedText;

/// A title, label or concept name: one line of up to 1,000 characters, without meaning for the
/// result.
pub type Title = BoundedText<1, 1000>;

/// Whether a field has its default and is left out of the written form.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
