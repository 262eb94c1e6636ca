//! Reading the competition files, and working on all their series at once.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;

/// One series of a competition.
pub(super) struct Series {
    /// Its place in the file, from 0.
    pub place: usize,
    /// What the forecaster sees.
    pub history: Vec<f64>,
    /// What came then.
    pub future: Vec<f64>,
}

/// Reads `<file>-train.csv` and `<file>-test.csv`: an id, then the values, empty at the right.
pub(super) fn load(data: &Path, folder: &str, file: &str) -> anyhow::Result<Vec<Series>> {
    let read = |part: &str| -> anyhow::Result<Vec<Vec<f64>>> {
        let path = data.join(folder).join(format!("{file}-{part}.csv"));
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("the data set is absent: {}", path.display()))?;
        Ok(text.lines().skip(1).map(values).collect())
    };
    let (histories, futures) = (read("train")?, read("test")?);
    anyhow::ensure!(histories.len() == futures.len(), "{folder}: as many tests as series");
    Ok(histories
        .into_iter()
        .zip(futures)
        .enumerate()
        .map(|(place, (history, future))| Series { place, history, future })
        .collect())
}

fn values(line: &str) -> Vec<f64> {
    line.split(',').skip(1).filter_map(|cell| cell.trim_matches('"').parse().ok()).collect()
}

/// Applies `work` to every item on all cores; results in the order of the items.
pub(super) fn over_all<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(items.len())));
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some((place, item)) = {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    items.get(place).map(|item| (place, item))
                } {
                    let result = work(item);
                    done.lock().expect("no worker panics with the lock").push((place, result));
                }
            });
        }
    });
    let mut results = done.into_inner().expect("no worker panics with the lock");
    results.sort_by_key(|result| result.0);
    results.into_iter().map(|result| result.1).collect()
}
