//! What becomes of a tap when this program is ended on the way.
//!
//! Rule: a shell waits for the end of a pipe that this program alone holds open. However this program ends, by Ctrl-C,
//! SIGTERM or SIGKILL, the pipe ends; the shell then clears away what holds secrets and kills its process group, which
//! the tap is started in. Until then it holds the landing folder's lock, so that no second tap runs beside the first.

use rustix::process::{Pid, Signal, kill_process_group};
use std::{
    fs::File,
    io,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
};

/// It reads until nobody holds the other end, also when the tap sends its group a signal. What it removes are the tap's
/// settings, and drafts of them.
const SCRIPT: &str = r#"trap '' HUP INT TERM
read -r _
rm -f -- "$1"/config.json "$1"/.config.json.*.part
kill -KILL 0"#;

/// A running watch.
#[derive(Debug)]
pub(super) struct Watch {
    shell: Child,
    group: Pid,
}

impl Watch {
    /// Begins to watch; the tap's settings are written into `folder` after this.
    ///
    /// # Errors
    /// Why the shell does not start.
    pub(super) fn start(folder: &Path, lock: Option<&File>) -> io::Result<Self> {
        let held = match lock {
            Some(lock) => Stdio::from(lock.try_clone()?),
            None => Stdio::null(),
        };
        let shell = Command::new("/bin/sh")
            .args(["-c", SCRIPT, "tidings-watch"])
            .arg(folder)
            .env_clear()
            .env("PATH", super::PATH)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(held)
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let group = Pid::from_child(&shell);
        Ok(Self { shell, group })
    }

    /// Lets a command start in the group that is watched.
    pub(super) fn join(&self, command: &mut Command) {
        command.process_group(self.group.as_raw_nonzero().get());
    }

    /// Kills the group, the shell with it. Its number is its own until the shell is waited for.
    pub(super) fn kill(&self) {
        // Fails only when nothing is left to kill.
        let _ = kill_process_group(self.group, Signal::KILL);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.kill();
        let _ = self.shell.wait();
    }
}
