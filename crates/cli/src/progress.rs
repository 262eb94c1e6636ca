//! A line on a terminal while a run is under way.

use indicatif::{ProgressBar, ProgressStyle};
use model::run::Stage;
use run::Progress;
use std::{io::IsTerminal, time::Duration};

/// A spinner with the stage's name; nothing when stderr is no terminal.
pub(crate) struct Spinner(ProgressBar);

impl Spinner {
    pub(crate) fn new() -> Self {
        let bar = match std::io::stderr().is_terminal() {
            true => ProgressBar::new_spinner(),
            false => ProgressBar::hidden(),
        };
        bar.set_style(ProgressStyle::default_spinner());
        Self(bar)
    }
}

impl Progress for Spinner {
    fn begins(&self, stage: Stage) {
        self.0.set_message(stage.word());
        self.0.enable_steady_tick(Duration::from_millis(120));
    }

    fn ended(&self, stage: Stage, _: Duration) {
        if stage == Stage::Deliver {
            self.0.finish_and_clear();
        }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A bar over a known number of runs.
pub(crate) fn bar(length: u64) -> ProgressBar {
    match std::io::stderr().is_terminal() {
        true => ProgressBar::new(length),
        false => ProgressBar::hidden(),
    }
}
