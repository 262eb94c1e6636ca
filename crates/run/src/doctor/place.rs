//! The machine: state folder, disk, ledger, clock.

use super::Finding;
use crate::ledger::Ledger;
use chrono::{DateTime, TimeDelta, Utc};
use std::path::Path;

/// With less free space a run may fail.
const LEAST_SPACE: u64 = 200 << 20;

/// With less free space somebody should look soon.
const LITTLE_SPACE: u64 = 2 << 30;

/// No clock of today shows an earlier moment: 2026-01-01.
const EARLIEST: i64 = 1_767_225_600;

/// Nor a later one: 2100-01-01.
const LATEST: i64 = 4_102_444_800;

/// A clock that jumps further than this since the last run may be wrong.
const LONG_SILENCE: TimeDelta = TimeDelta::days(400);

/// The state folder: it is there or can be made, can be written, and is its owner's alone.
pub(super) fn state(folder: &Path) -> Finding {
    let check = "state folder";
    let shown = folder.display();
    let (place, is_there) = nearest(folder);
    if let Err(reason) = writable(place) {
        let todo = "name another folder as `state`, or give it to the user under whom Tidings runs";
        return Finding::fail(check, reason, todo);
    }
    if !is_there {
        return Finding::ok(check, format!("`{shown}` is made by the first run"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder).map(|known| known.permissions().mode() & 0o777);
        match mode {
            Ok(mode) if mode & 0o077 != 0 => {
                let found = format!("`{shown}` is open to others: mode {mode:o}");
                return Finding::warn(
                    check,
                    found,
                    format!("chmod 700 {shown}; the next run does so, too"),
                );
            }
            Ok(_) => {}
            Err(error) => {
                return Finding::fail(check, format!("`{shown}`: {error}"), "mend its permissions");
            }
        }
    }
    Finding::ok(check, format!("`{shown}` can be written and is private"))
}

/// Whether a file can be made in a folder, tried with one that has no name.
pub(super) fn writable(folder: &Path) -> Result<(), String> {
    if !folder.is_dir() {
        return Err(format!("`{}` is no folder", folder.display()));
    }
    let tried = tempfile::tempfile_in(folder).map(drop);
    tried.map_err(|error| format!("`{}` cannot be written: {error}", folder.display()))
}

/// The folder, or the nearest one above it that is there, and whether it is the folder itself.
pub(super) fn nearest(folder: &Path) -> (&Path, bool) {
    if folder.exists() {
        return (folder, true);
    }
    // The last ancestor of a relative path is empty: the present folder.
    let above =
        folder.ancestors().skip(1).find(|above| !above.as_os_str().is_empty() && above.exists());
    (above.unwrap_or(Path::new(".")), false)
}

/// The disk below the state folder.
pub(super) fn disk(folder: &Path) -> Finding {
    let check = "disk";
    let (place, _) = nearest(folder);
    let known = match rustix::fs::statvfs(place) {
        Ok(known) => known,
        Err(error) => {
            return Finding::warn(
                check,
                format!("the free space is not known: {error}"),
                "look at it with df",
            );
        }
    };
    let free = known.f_bavail.saturating_mul(known.f_frsize);
    let found = format!("{} MiB free for `{}`", free >> 20, folder.display());
    let todo = "make room: lake, answers and outbox of the state folder can be made again";
    if known.f_files > 0 && known.f_favail == 0 {
        return Finding::fail(check, format!("{found}, and no file can be added"), todo);
    }
    match free {
        free if free < LEAST_SPACE => Finding::fail(check, found, todo),
        free if free < LITTLE_SPACE => Finding::warn(check, found, todo),
        _ => Finding::ok(check, found),
    }
}

/// The ledger, and when its latest run started.
pub(super) fn ledger(folder: &Path) -> (Finding, Option<DateTime<Utc>>) {
    let (check, path) = ("ledger", folder.join("ledger.sqlite"));
    if !path.exists() {
        return (Finding::ok(check, "nothing ran here yet"), None);
    }
    let read = Ledger::open(&path).and_then(|ledger| ledger.last_start());
    match read {
        Ok(last) => (Finding::ok(check, "it can be read"), last),
        Err(error) => {
            let why = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
            let found = format!("[{}] {error}{}", error.code(), why.unwrap_or_default());
            let todo = "bring the ledger back from a back-up; without it reports go out twice";
            (Finding::fail(check, found, todo), None)
        }
    }
}

/// The clock, held against the last run.
pub(super) fn clock(now: DateTime<Utc>, last: Option<DateTime<Utc>>) -> Finding {
    let (check, shown) = ("clock", now.format("%Y-%m-%d %H:%M:%S UTC"));
    let todo = "set the clock, by NTP at best, before anything is scheduled";
    if !(EARLIEST..LATEST).contains(&now.timestamp()) {
        return Finding::fail(check, format!("it shows {shown}"), todo);
    }
    match last {
        Some(last) if now < last => {
            let behind = (last - now).num_seconds();
            Finding::fail(
                check,
                format!("it shows {shown}, {behind} s before the last run started"),
                todo,
            )
        }
        Some(last) if now - last > LONG_SILENCE => {
            let days = (now - last).num_days();
            let todo = "make sure that the clock is right; missed moments are reckoned by it";
            Finding::warn(check, format!("it shows {shown}, {days} days after the last run"), todo)
        }
        _ => Finding::ok(check, format!("it shows {shown}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Level, *};

    #[test]
    fn a_clock_that_was_set_back_or_jumped_is_seen() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment");
        let now = at("2026-11-21T16:00:00Z");
        assert_eq!(clock(now, None).level, Level::Ok);
        assert_eq!(clock(now, Some(at("2026-11-21T15:59:59Z"))).level, Level::Ok);
        let back = clock(now, Some(at("2026-11-21T16:00:30Z")));
        assert!(back.level == Level::Fail && back.found.contains("30 s before"), "{back:?}");
        assert_eq!(clock(at("1970-01-02T00:00:00Z"), None).level, Level::Fail);
        assert_eq!(clock(at("2036-11-21T16:00:00Z"), Some(now)).level, Level::Warn);
    }

    #[test]
    fn a_state_folder_that_is_not_there_is_not_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let wanted = folder.path().join("a/b");
        assert_eq!(state(&wanted).level, Level::Ok);
        assert!(!folder.path().join("a").exists(), "it only looks");
        std::fs::write(folder.path().join("file"), "x").expect("written");
        assert_eq!(state(&folder.path().join("file")).level, Level::Fail);
        assert_eq!(state(&folder.path().join("file/below")).level, Level::Fail);
    }
}
