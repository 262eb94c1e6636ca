//! What reading a file may cost: at most 5 s, and 256 MiB for the whole process, by the kernel's mark.

use std::{
    fs,
    time::{Duration, Instant},
};

/// The longest time.
const TIME: Duration = Duration::from_secs(5);

/// The most memory, in KiB.
const MEMORY: u64 = 256 << 10;

/// What was used up when something began.
pub(crate) struct Begun {
    clock: Instant,
    work: Duration,
}

/// Begins: the kernel's mark of the most memory held is put back to what is held now.
pub(crate) fn begin() -> Begun {
    // Without such a mark the peak stays what it was, and the check fails rather than passes.
    let _ = fs::write("/proc/self/clear_refs", "5");
    Begun { clock: Instant::now(), work: worked() }
}

impl Begun {
    /// Whether time and memory stayed within their bounds. The time is that on the clock or that of work, whichever is
    /// less: the clock also runs while others use the machine, and the process may do other work besides.
    ///
    /// # Errors
    /// What it took instead.
    pub(crate) fn check(&self) -> Result<(), String> {
        let time = self.clock.elapsed().min(worked().saturating_sub(self.work));
        let status = fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
        let line =
            status.lines().find(|line| line.starts_with("VmHWM:")).ok_or("no peak is told")?;
        let kib: u64 = line
            .split_whitespace()
            .nth(1)
            .and_then(|kib| kib.parse().ok())
            .ok_or("the peak is no number")?;
        match time <= TIME && kib <= MEMORY {
            true => Ok(()),
            false => Err(format!("took {:.1} s and {} MiB", time.as_secs_f64(), kib >> 10)),
        }
    }
}

/// How much the process has worked so far, all of its threads together.
fn worked() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind its name, which may have blanks: the 12th and 13th field, in hundredths of a second.
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}
