//! Whether a history of calls to one stored thing could have happened one call after the other: the
//! search of Wing and Gong (1993), which remembers where it has been (Lowe, 2017).

use std::collections::HashSet;

/// What was asked of a store about one thing, and what it answered.
///
/// Instants are those of any clock that all callers share and that never shows the same twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever records a history makes these")]
pub struct Operation {
    /// When it was called.
    pub called: u64,
    /// When it returned; `None` if it never did, or as unavailable: it may then have taken effect,
    /// at any time since.
    pub returned: Option<u64>,
    /// What was asked.
    pub call: Call,
    /// What was answered; not looked at if it did not return.
    pub answer: Answer,
}

/// What can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two calls of every store of things")]
pub enum Call {
    /// To load it.
    Load,
    /// To put this revision in the place of the version `expected`.
    Commit {
        /// The number of the version.
        expected: u64,
        /// The new state, as a number.
        revision: u64,
    },
}

/// What can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the answers to the two calls")]
pub enum Answer {
    /// A load: there is none.
    Absent,
    /// A load: this version, with this revision.
    Loaded {
        /// The number of the version.
        version: u64,
        /// The state, as a number.
        revision: u64,
    },
    /// A commit: it took effect, and made this version.
    Committed {
        /// The number of the version.
        version: u64,
    },
    /// A commit: it came from another version than the stored one.
    Refused,
}

/// Version and revision; version 0 is that of what is absent.
type State = (u64, u64);

/// Whether calls to one thing, which was absent before the first, could have been made one after the
/// other. At most 64 of them.
///
/// # Panics
/// If there are more.
#[must_use]
pub fn is_linearisable(history: &[Operation]) -> bool {
    assert!(history.len() <= 64, "a history of at most 64 calls");
    let all = history.iter().enumerate().fold(0_u64, |all, (at, _)| all | 1 << at);
    let must_be_done = history
        .iter()
        .enumerate()
        .filter(|(_, operation)| operation.returned.is_some())
        .fold(0_u64, |all, (at, _)| all | 1 << at);
    let mut seen: HashSet<(u64, State)> = HashSet::new();
    let mut open: Vec<(u64, State)> = vec![(0, (0, 0))];
    while let Some((done, state)) = open.pop() {
        if done & must_be_done == must_be_done {
            return true;
        }
        // Whatever returned before another was called must be done before it.
        let waiting = || history.iter().enumerate().filter(|(at, _)| (all & !done) >> at & 1 == 1);
        let first_return = waiting().filter_map(|(_, operation)| operation.returned).min();
        for (at, operation) in waiting() {
            if first_return.is_some_and(|returned| operation.called > returned) {
                continue;
            }
            if let Some(next) = after(state, operation) {
                let step = (done | 1 << at, next);
                if seen.insert(step) {
                    open.push(step);
                }
            }
        }
    }
    false
}

/// The state after the call, if the answer is the one that the state demands.
fn after((version, revision): State, operation: &Operation) -> Option<State> {
    let answer = operation.returned.map(|_| operation.answer);
    match (operation.call, answer) {
        (Call::Load, None) => Some((version, revision)),
        (Call::Load, Some(Answer::Absent)) => (version == 0).then_some((version, revision)),
        (Call::Load, Some(Answer::Loaded { version: told, revision: shown })) => {
            ((told, shown) == (version, revision) && version > 0).then_some((version, revision))
        }
        (Call::Commit { expected, revision: new }, None) => {
            (expected == version).then_some((version.saturating_add(1), new))
        }
        (Call::Commit { expected, revision: new }, Some(Answer::Committed { version: made })) => {
            (expected == version && made > version).then_some((made, new))
        }
        (Call::Commit { expected, .. }, Some(Answer::Refused)) => {
            (expected != version).then_some((version, revision))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(called: u64, returned: u64, version: u64) -> Operation {
        let answer =
            if version == 0 { Answer::Absent } else { Answer::Loaded { version, revision: version * 10 } };
        Operation { called, returned: Some(returned), call: Call::Load, answer }
    }

    fn commit(called: u64, returned: Option<u64>, expected: u64, taken: bool) -> Operation {
        let call = Call::Commit { expected, revision: (expected + 1) * 10 };
        let answer = if taken { Answer::Committed { version: expected + 1 } } else { Answer::Refused };
        Operation { called, returned, call, answer }
    }

    #[test]
    fn histories_are_judged() {
        for (what, history, expected) in [
            ("nothing", vec![], true),
            ("one after the other", vec![commit(1, Some(2), 0, true), load(3, 4, 1)], true),
            (
                "a read that misses a commit which had returned",
                vec![commit(1, Some(2), 0, true), load(3, 4, 0)],
                false,
            ),
            ("a read beside a commit, before", vec![commit(1, Some(4), 0, true), load(2, 3, 0)], true),
            ("a read beside a commit, after", vec![commit(1, Some(4), 0, true), load(2, 3, 1)], true),
            ("reads that go back", vec![commit(1, Some(6), 0, true), load(2, 3, 1), load(4, 5, 0)], false),
            (
                "two winners from one version",
                vec![commit(1, Some(4), 0, true), commit(2, Some(3), 0, true)],
                false,
            ),
            (
                "one winner from one version",
                vec![commit(1, Some(4), 0, true), commit(2, Some(3), 0, false)],
                true,
            ),
            ("a loser without a winner", vec![commit(1, Some(2), 0, false)], false),
            (
                "a loser before the winner began",
                vec![commit(1, Some(2), 0, false), commit(3, Some(4), 0, true)],
                false,
            ),
            ("a commit that never returned, seen", vec![commit(1, None, 0, true), load(2, 3, 1)], true),
            ("a commit that never returned, not seen", vec![commit(1, None, 0, true), load(2, 3, 0)], true),
            (
                "a commit that never returned, seen and lost",
                vec![commit(1, None, 0, true), load(2, 3, 1), load(4, 5, 0)],
                false,
            ),
        ] {
            assert_eq!(is_linearisable(&history), expected, "{what}");
        }
    }
}
