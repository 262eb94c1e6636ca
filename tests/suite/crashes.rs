//! A sample of `cargo xtask crashes`: the program killed at random moments, and started twice at once.

use std::{fs, process::Command};
use xtask::crashes::{self, Ended, Place};

#[test]
fn runs_killed_at_random_moments_double_nothing_and_lose_nothing() {
    let toll = crashes::random(5, 6).expect("the program runs");
    assert!(toll.faults.is_empty(), "{}", toll.faults.join("\n"));
    assert_eq!((toll.count.doubles, toll.count.lost), (0, 0), "{toll:?}");
    assert!(toll.killed > 0, "{toll:?}");
}

#[test]
fn of_two_processes_started_at_once_one_mails() {
    let faults = crashes::starts(4).expect("the program starts");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A disk of a few pages more than the state of the run before, until the next one finds more.
#[test]
fn a_full_disk_fails_loudly_and_leaves_the_old_outputs() {
    let place = Place::new(1).expect("a place");
    let Some(disk) = Disk::mounted(&place) else { return };
    assert_eq!(place.run(0).expect("started").code, Some(0));
    let before = crashes::published(&place, 0).expect("read");
    assert!(before.len() >= 4, "{:?}", before.keys());
    place.sink.take();
    place.rows(1).expect("written");
    // From no room at all to room for almost everything: wherever it ends, it ends well.
    let mut failed = 0;
    for room in [0, 30_000, 120_000, 300_000, 600_000] {
        disk.leave(&place, room);
        let ended: Ended = place.run(1).expect("started");
        failed += u32::from(ended.code != Some(0));
        assert!(ended.code.is_some(), "no signal ends it: {}", ended.said);
        let says = ["the disk is full", "MiB free for `", "a run may need", "make room"];
        let is_told = says.iter().all(|part| ended.said.contains(part));
        assert!(ended.code == Some(0) || is_told, "room {room}: {}", ended.said);
        assert_eq!(crashes::faults(&place).expect("read"), Vec::<String>::new(), "room {room}");
        assert_eq!(crashes::published(&place, 0).expect("read"), before, "room {room}");
    }
    assert!(failed > 0, "the disk is full at least once");
    fs::remove_file(place.state().join("ballast")).expect("removed");
    let ended = place.run(1).expect("started");
    assert!(matches!(ended.code, Some(0 | 4)), "{ended:?}");
    let mails = place.to_readers(place.sink.take());
    let count = crashes::count(&place, &mails, &place.receipts(1).expect("receipts"));
    assert_eq!((count.doubles, count.lost), (0, 0), "{count:?}");
    assert_eq!(crashes::drafts(&place).expect("read"), Vec::<std::path::PathBuf>::new());
}

/// A small file system for the state folder; unmounted when dropped.
struct Disk(std::path::PathBuf);

impl Disk {
    fn mounted(place: &Place) -> Option<Self> {
        fs::create_dir_all(place.state()).expect("made");
        let mount = ["-t", "tmpfs", "-o", "size=8m", "tmpfs"];
        let mounted = Command::new("mount").args(mount).arg(place.state()).output();
        if !mounted.is_ok_and(|output| output.status.success()) {
            eprintln!("skipped: a small disk, for want of the right to mount one");
            return None;
        }
        Some(Self(place.state()))
    }

    /// Fills the disk but for so many bytes.
    fn leave(&self, place: &Place, room: u64) {
        let ballast = place.state().join("ballast");
        let _ = fs::remove_file(&ballast);
        let free = Command::new("df").args(["--output=avail", "-B1"]).arg(&self.0).output();
        let free = String::from_utf8(free.expect("df").stdout).expect("text");
        let free: u64 = free.lines().last().expect("a line").trim().parse().expect("bytes");
        fs::write(ballast, vec![0; free.saturating_sub(room) as usize]).expect("filled");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // One that stays mounted hides the folder below it, which is empty.
        let _ = Command::new("umount").arg(&self.0).status();
    }
}
