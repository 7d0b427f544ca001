//! How long something takes, run after run.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Prints median and 99th percentile, and returns the median.
pub(crate) fn measure<T>(title: &str, rounds: usize, mut run: impl FnMut() -> T) -> Duration {
    for _ in 0..rounds / 10 {
        black_box(run());
    }
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let started = Instant::now();
            black_box(run());
            started.elapsed()
        })
        .collect();
    times.sort();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    println!("{title}: median {:?}, p99 {:?}", at(50), at(99));
    at(50)
}
