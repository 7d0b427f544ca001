use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use strongroom_primitives::Timestamp;
use thiserror::Error;

/// How often somebody may do something: searches for people, invitations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    most: usize,
    minutes: u32,
}

/// When somebody did something, as far back as a limit looks. Stored as a
/// `strongroom-rate-window/1` document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateWindow {
    format: Format,
    times: VecDeque<Timestamp>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[default]
    #[serde(rename = "strongroom-rate-window/1")]
    V1,
}

/// It was done too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this was done {most} times within {minutes} minutes; try again at {again}")]
pub struct TooOften {
    most: usize,
    minutes: u32,
    again: Timestamp,
}

impl TooOften {
    /// The first instant at which it can be done again.
    #[must_use]
    pub fn again(&self) -> Timestamp {
        self.again
    }
}

impl RateLimit {
    /// At most so many times in any so many minutes.
    #[must_use]
    pub const fn new(most: usize, minutes: u32) -> Self {
        Self { most, minutes }
    }

    /// Searches for people: 30 in an hour.
    pub const SEARCHES: Self = Self::new(30, 60);
    /// Invitations: 20 in an hour.
    pub const INVITATIONS: Self = Self::new(20, 60);
}

impl RateWindow {
    /// How many times are remembered; more may have been.
    #[must_use]
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// The window after doing it once more at `now`.
    ///
    /// What was done later than `now` counts as if it had been done now: a clock that is set back
    /// makes no room.
    ///
    /// # Errors
    /// If that would be too often; the window stays as it is then.
    pub fn take(&self, limit: RateLimit, now: Timestamp) -> Result<Self, TooOften> {
        let counts = |time: &Timestamp| time.plus_minutes(limit.minutes) > now;
        let mut times: VecDeque<Timestamp> = self.times.iter().copied().filter(counts).collect();
        if times.len() >= limit.most {
            // Room is made when all but `most - 1` of them have left the window.
            let first = times.len() - limit.most;
            let again = times.get(first).map_or(Timestamp::LAST, |time| time.plus_minutes(limit.minutes));
            return Err(TooOften { most: limit.most, minutes: limit.minutes, again });
        }
        // Kept in order, so that the one that leaves first is in front.
        let place = times.iter().position(|time| *time > now).unwrap_or(times.len());
        times.insert(place, now);
        Ok(Self { format: Format::V1, times })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn minute(minute: u32) -> Timestamp {
        Timestamp::parse("2026-03-01T09:00:00Z").unwrap().plus_minutes(minute)
    }

    #[test]
    fn room_is_made_when_the_first_leaves_the_window() {
        let limit = RateLimit::new(2, 10);
        let window = RateWindow::default().take(limit, minute(0)).unwrap().take(limit, minute(4)).unwrap();
        assert_eq!(window.take(limit, minute(9)).unwrap_err().again(), minute(10));
        assert_eq!(window.take(limit, minute(0)).unwrap_err().again(), minute(10), "the clock was set back");
        assert!(window.take(limit, minute(10)).is_ok());
        assert_eq!(
            RateWindow::default().take(RateLimit::new(0, 10), minute(0)).unwrap_err().again(),
            Timestamp::LAST
        );
    }

    proptest! {
        #[test]
        fn never_more_than_the_limit_in_any_window(
            most in 1_usize..5,
            minutes in 1_u32..20,
            steps in prop::collection::vec(0_u32..6, 0..60),
        ) {
            let limit = RateLimit::new(most, minutes);
            let (mut window, mut done, mut now) = (RateWindow::default(), Vec::new(), 0);
            for step in steps {
                now += step;
                let in_window = done.iter().filter(|then| **then + minutes > now).count();
                match window.take(limit, minute(now)) {
                    Ok(next) => {
                        prop_assert!(in_window < most);
                        done.push(now);
                        window = next;
                    }
                    Err(refused) => {
                        prop_assert_eq!(in_window, most);
                        prop_assert!(window.take(limit, refused.again()).is_ok());
                    }
                }
                let json = serde_json::to_string(&window).unwrap();
                prop_assert_eq!(&serde_json::from_str::<RateWindow>(&json).unwrap(), &window);
            }
        }
    }
}
