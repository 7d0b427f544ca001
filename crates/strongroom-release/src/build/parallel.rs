use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};

use super::error::BuildError;

/// Pieces of work done at the same time. Each holds a good part of a table in memory.
const AT_A_TIME: usize = 2;

/// Does all pieces of work, first ones first, and returns what they gave, in any order. Whoever
/// works for long looks from time to time whether another piece has failed.
pub(super) fn in_parallel<W: Sync, T: Send>(
    work: &[W],
    do_one: impl Fn(&W, &AtomicBool) -> Result<T, BuildError> + Sync,
) -> Result<Vec<T>, BuildError> {
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let do_some = || {
        let mut done = Vec::new();
        while let Some(piece) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
            if failed.load(Ordering::Relaxed) {
                break;
            }
            done.push(do_one(piece, &failed).inspect_err(|_| failed.store(true, Ordering::Relaxed))?);
        }
        Ok(done)
    };
    let results: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_A_TIME).map(|_| scope.spawn(do_some)).collect();
        let join =
            |worker: ScopedJoinHandle<'_, _>| worker.join().unwrap_or_else(|panic| resume_unwind(panic));
        workers.into_iter().map(join).collect()
    });
    results.into_iter().try_fold(Vec::new(), |mut all, some| {
        all.extend(some?);
        Ok(all)
    })
}
