//! Which process is at work, and whether it still lives.
//!
//! Rule: a process is dead only when that is certain. A process id alone proves nothing, because ids
//! come round again; the boot and the start time beside it do.

use serde::{Deserialize, Serialize};
use std::{fs, path::Path};

/// A process, for as long as it lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Process {
    /// The machine and, in a container, the world of process ids.
    host: String,
    /// The boot of the machine.
    boot: String,
    /// The process id.
    pid: u32,
    /// When it started, in the kernel's ticks since the boot.
    started: Option<u64>,
}

/// What is known of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    Alive,
    Dead,
    /// It runs, or ran, where we cannot look.
    Elsewhere,
}

impl Process {
    /// This process.
    pub(super) fn this() -> Self {
        let pid = std::process::id();
        Self {
            host: host(),
            boot: line("/proc/sys/kernel/random/boot_id"),
            pid,
            started: start(pid),
        }
    }

    /// Whether it lives, as far as can be seen from `here`.
    pub(super) fn life(&self, here: &Self) -> Life {
        if self == here {
            return Life::Alive;
        }
        if self.host != here.host || self.host.is_empty() {
            return Life::Elsewhere;
        }
        let same_start = self.started.is_some() && start(self.pid) == self.started;
        if self.boot == here.boot && same_start { Life::Alive } else { Life::Dead }
    }

    /// The process id, for people.
    pub(super) fn pid(&self) -> u32 {
        self.pid
    }
}

/// The machine's name and its process world; empty where the system tells neither.
fn host() -> String {
    let name = line("/proc/sys/kernel/hostname");
    let world = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    if name.is_empty() { name } else { format!("{name} {}", world.display()) }
}

/// The start time of a living process: the 22nd field of its `stat`, counted after the name in brackets,
/// which may hold spaces and brackets itself.
fn start(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat")).ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace();
    let state = fields.next()?;
    // A zombie has ended; only its parent has not noticed yet.
    if matches!(state, "Z" | "X") {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

fn line(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_lives_until_it_ends_and_its_number_proves_nothing() {
        let this = Process::this();
        assert!(this.started.is_some(), "these tests need /proc");
        assert_eq!(this.life(&Process::this()), Life::Alive);
        let of = |change: fn(&mut Process)| {
            let mut other = this.clone();
            change(&mut other);
            other.life(&this)
        };
        assert_eq!(of(|p| p.started = p.started.map(|ticks| ticks + 1)), Life::Dead);
        assert_eq!(of(|p| p.boot = "another".into()), Life::Dead);
        assert_eq!(of(|p| p.pid = 4_194_305), Life::Dead);
        assert_eq!(of(|p| p.host = "another".into()), Life::Elsewhere);
        let mut child = std::process::Command::new("sleep").arg("60").spawn().expect("started");
        let alive = Process { pid: child.id(), started: start(child.id()), ..this.clone() };
        assert_eq!(alive.life(&this), Life::Alive);
        child.kill().expect("killed");
        child.wait().expect("ended");
        assert_eq!(alive.life(&this), Life::Dead);
    }
}
