//! What a process costs: the most memory that it held and the time that it computed, by the kernel's own marks.

use std::{
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
