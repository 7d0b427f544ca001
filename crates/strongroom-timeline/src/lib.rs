//! Sets of dated events as sorted columns, and the operations on them that cohorts are made of.
//!
//! ```text
//!            person  0   0   0   2   2   5
//!  EventSet  start   d1  d4  d9  d2  d2  d7        in the order (person, start)
//!            end     d1  d5  d9  d3  d2  d8
//!                    └── of(0) ──┘   └─ of(5)
//!
//!  DayRange::positions   the events of one person in a window, without a copy
//!  ObservedIntervals     when people are observed; around(person, day)
//!  collapse              intervals that touch become one
//!  PersonSet             who, as one bit each: unite, intersect, subtract
//! ```
//!
//! Columns are plain slices of four or eight bytes an element. Days are days since 1970-01-01, and
//! every interval and range includes both of its ends. People are ordinals from 0 within one shard.
//!
//! ```
//! use strongroom_timeline::{Day, DayRange, EventSet, TableRows};
//!
//! let day = Day::from_epoch_days;
//! // The columns of a table: who, and when.
//! let persons = [0, 0, 2, 1];
//! let starts = [day(40), day(10), day(5), day(7)];
//! let rows = TableRows { table: 0, runs: &[0..4], persons: &persons, starts: &starts, among: None };
//! let set = EventSet::of_rows(3, &rows, |_, start| start);
//! assert_eq!(set.persons(), [0, 0, 1, 2]);
//!
//! // Of the first person, what lies in the 30 days from the first event on?
//! let own = &set.starts()[set.of(0)];
//! let window = DayRange { first: day(10), last: day(39) };
//! assert_eq!(window.positions(own), 0..1);
//! ```
//!
//! # What this crate does not do
//!
//! It knows no tables, concepts or rules: which events make a set, and which end an event has, is
//! for an engine to say. It reads nothing and allocates only whole columns, never for a row.

mod day;
mod event;
mod event_set;
mod interval;
mod observed;
mod person_days;
mod person_set;
mod range;
mod row_passes;
mod table_rows;

pub use day::Day;
pub use event::{Event, NO_CONCEPT, NO_PERIOD};
pub use event_set::EventSet;
pub use interval::{Interval, collapse};
pub use observed::ObservedIntervals;
pub use person_days::PersonDays;
pub use person_set::PersonSet;
pub use range::DayRange;
pub use row_passes::{count_rows, earliest_days};
pub use table_rows::TableRows;
