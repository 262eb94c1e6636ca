//! Places at which a process can be made to die, so that what it leaves behind can be looked at.
//!
//! Rule: a release build has no such places: nothing can be armed there, and reaching one costs nothing.

#[cfg(debug_assertions)]
use std::sync::OnceLock;

/// Where to die, and how.
#[cfg(debug_assertions)]
static DEATH: OnceLock<(String, fn())> = OnceLock::new();

/// Calls `die` as soon as `place` is reached; nothing in a release build. The steps of a published file are the places
/// `written:<end of its name>` and `renamed:<end of its name>`. The first word counts.
pub fn arm(place: &str, die: fn()) {
    #[cfg(debug_assertions)]
    let _ = DEATH.set((place.to_owned(), die));
    #[cfg(not(debug_assertions))]
    let _ = (place, die);
}

/// Says that a place is reached.
pub fn reached(place: &str) {
    #[cfg(debug_assertions)]
    if let Some((_, die)) = DEATH.get().filter(|(armed, _)| armed == place) {
        die();
    }
    #[cfg(not(debug_assertions))]
    let _ = place;
}

/// Says how far the file of a name has got.
pub(crate) fn reached_file(step: &str, path: &std::path::Path) {
    #[cfg(debug_assertions)]
    if let Some((armed, die)) = DEATH.get()
        && let Some((of, end)) = armed.split_once(':')
        && of == step
        && path.to_string_lossy().ends_with(end)
    {
        die();
    }
    #[cfg(not(debug_assertions))]
    let _ = (step, path);
}
