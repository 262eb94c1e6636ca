//! Where the stored reports of a run lie now.
//!
//! Rule: a run wrote down its paths as it knew them. A state folder that was moved, or is looked at from elsewhere, has the
//! reports all the same, at the same place below it.

use model::run::RunRecord;
use std::path::{Component, Path, PathBuf};

/// The folder of stored reports in a state folder.
const REPORTS: &str = "reports";

/// The same record with the paths of its stored reports as they are below `state`, where they are not where it says.
pub(super) fn found(mut record: RunRecord, state: &Path) -> RunRecord {
    let kinds = ["report", "unsent"];
    let own = record.artefacts.iter_mut().filter(|one| kinds.contains(&one.kind.as_str()));
    let slices = record.slices.iter_mut().chain(&mut record.again);
    let paths = own.map(|one| &mut one.path).chain(slices.filter_map(|one| one.report.as_mut()));
    for path in paths {
        if let Some(place) = elsewhere(Path::new(path.as_str()), state) {
            *path = place.display().to_string();
        }
    }
    record
}

fn elsewhere(path: &Path, state: &Path) -> Option<PathBuf> {
    if path.exists() {
        return None;
    }
    let parts: Vec<Component<'_>> = path.components().collect();
    let at = parts.iter().rposition(|part| part.as_os_str() == REPORTS)?;
    let place = state.join(parts[at..].iter().collect::<PathBuf>());
    place.exists().then_some(place)
}
