//! The machine: state folder, disk, ledger, clock.

use super::Finding;
use crate::{
    ledger::{Held, Ledger, LetterBook, LetterLimits},
    room::{self, GIVE, MAKE_ROOM, Room, nearest},
};
use chrono::{DateTime, TimeDelta, Utc};
use std::path::Path;

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
        return Finding::fail(check, reason, GIVE);
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

/// The disk below the state folder, and what a run may need of it.
pub(super) fn disk(folder: &Path) -> Finding {
    let check = "disk";
    match Room::of(folder, folder) {
        Ok(room) => {
            let (found, todo) = (room.said(folder), MAKE_ROOM);
            match room.free {
                _ if room.no_files => Finding::fail(check, found, todo),
                free if free < room::LEAST => Finding::fail(check, found, todo),
                free if free < room.needed.max(LITTLE_SPACE) => Finding::warn(check, found, todo),
                _ => Finding::ok(check, found),
            }
        }
        Err(error) => {
            let found = format!("the free space is not known: {error}");
            Finding::warn(check, found, "look at it with df")
        }
    }
}

/// The ledger, and when its latest run started.
pub(super) fn ledger(folder: &Path) -> (Finding, Option<DateTime<Utc>>) {
    let (check, path) = ("ledger", folder.join("ledger.sqlite"));
    let letters = LetterBook::new(&path, LetterLimits::default());
    if !path.exists() && letters.held().is_ok_and(|held| held.is_some_and(|held| held.letters > 0))
    {
        let todo = "bring it back as it was, or reports go out twice";
        return (Finding::fail(check, "it is gone, and mails have left from here", todo), None);
    }
    if !path.exists() {
        return (Finding::ok(check, "nothing ran here yet"), None);
    }
    let read = Ledger::open(&path).and_then(|ledger| Ok((ledger.last_start()?, ledger.lacks()?)));
    match read {
        Ok((last, None)) => (Finding::ok(check, "it can be read"), last),
        Ok((last, Some((run, left)))) => {
            let found = format!("it does not know all of run {run}, which mailed at {left}");
            let todo = "bring back the ledger as it was then, or reports go out twice";
            (Finding::fail(check, found, todo), last)
        }
        Err(error) => {
            let found = format!("[{}] {}", error.code(), room::told(&error, folder));
            let todo = match room::advice(&error, folder) {
                Some(_) => "the ledger itself may be whole: leave it as it is",
                None => {
                    "bring the ledger back from a back-up, as it was last; without it reports go out twice"
                }
            };
            (Finding::fail(check, found, todo), None)
        }
    }
}

/// The copies of mails, if there are any.
pub(super) fn letters(folder: &Path, limits: LetterLimits) -> Option<Finding> {
    let check = "letters";
    if limits.days == 0 {
        let found = "copies of mails are not kept: `show-sent` renders what it can again, and an older ledger that is brought back is not recognised";
        return Some(Finding::ok(check, found));
    }
    let book = LetterBook::new(&folder.join("ledger.sqlite"), limits);
    match book.probe().and_then(|()| book.held()) {
        Ok(Some(held)) if held.letters > 0 && !folder.join("messages.key").exists() => {
            let found =
                "messages.key is gone: mails get other ids than those that they answer or repeat";
            Some(Finding::warn(check, found, "bring it back from a back-up before the next run"))
        }
        Ok(held) => held.map(|Held { letters, bytes, oldest }| {
            let since = oldest.map(|at| format!(" since {}", at.date_naive())).unwrap_or_default();
            let (used, most) = (bytes.div_ceil(1 << 20), limits.bytes >> 20);
            Finding::ok(check, format!("copies of mails{since}: {letters}, {used} MiB of {most}"))
        }),
        Err(error) => {
            let todo = "mend it, or delete letters.sqlite; mails go out all the same, `show-sent` then shows fewer, and a ledger from before them is not recognised";
            Some(Finding::warn(check, error.to_string(), todo))
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
