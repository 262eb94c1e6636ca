//! What a process costs: the most memory that it held and the time that it computed, by the kernel's own marks.

use std::{
    collections::BTreeMap,
    fs,
    process::{Child, ExitStatus},
    thread,
    time::Duration,
};

/// The kernel's ticks in a second, as Linux tells them to programs.
const TICKS: f64 = 100.0;

/// How a process ended, and what it cost.
pub(crate) struct Watched {
    pub(crate) ended: ExitStatus,
    /// The most memory that it held, in MiB.
    pub(crate) peak: f64,
    /// The seconds that it computed, over all cores: a busy machine hardly changes them.
    pub(crate) computed: f64,
}

/// Waits for a process and watches it meanwhile.
///
/// # Errors
/// When it cannot be waited for.
pub(crate) fn watch(child: &mut Child) -> std::io::Result<Watched> {
    let folder = format!("/proc/{}", child.id());
    let (mut peak, mut computed) = (0.0_f64, 0.0_f64);
    loop {
        if let Some(ended) = child.try_wait()? {
            return Ok(Watched { ended, peak, computed });
        }
        let told = |file: &str| fs::read_to_string(format!("{folder}/{file}")).ok();
        if let Some(kib) = told("status").as_deref().and_then(high_water) {
            peak = peak.max(kib / 1024.0);
        }
        if let Some(ticks) = told("stat").as_deref().and_then(ticks) {
            computed = computed.max(ticks / TICKS);
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// The same for a process with all that it starts: the most memory that they held at once, what they share counted once.
///
/// # Errors
/// When it cannot be waited for.
pub(crate) fn watch_all(child: &mut Child) -> std::io::Result<Watched> {
    let (mut peak, mut computed) = (0.0_f64, BTreeMap::new());
    loop {
        if let Some(ended) = child.try_wait()? {
            return Ok(Watched { ended, peak, computed: computed.values().sum() });
        }
        let (mut family, mut held) = (vec![child.id()], 0.0);
        while let Some(member) = family.pop() {
            let told = |file: &str| fs::read_to_string(format!("/proc/{member}/{file}")).ok();
            held += told("smaps_rollup").as_deref().and_then(share).unwrap_or_default();
            if let Some(ticks) = told("stat").as_deref().and_then(ticks) {
                computed.insert(member, ticks / TICKS);
            }
            for task in fs::read_dir(format!("/proc/{member}/task")).into_iter().flatten().flatten()
            {
                let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
                family.extend(children.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
            }
        }
        peak = peak.max(held / 1024.0);
        thread::sleep(Duration::from_millis(20));
    }
}

/// What a process holds, shared pages by its part of them.
fn share(rollup: &str) -> Option<f64> {
    let line = rollup.lines().find(|line| line.starts_with("Pss:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn high_water(status: &str) -> Option<f64> {
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Ticks in the program and in the kernel for it; the name before them may hold blanks.
fn ticks(stat: &str) -> Option<f64> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let tick = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some(tick(11)? + tick(12)?)
}
