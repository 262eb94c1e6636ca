//! The steps with their rates, and the times between them.

use super::{
    Mode,
    reading::{FEWEST, Reading},
    words::{
        columns, count, count_cell, difference_cell, differences_cell, interval_cell, row,
        share_cell, time_cell,
    },
};
use model::{
    label::Label,
    report::{Argument, Cell, Message, Row, Table, Verdict},
};
use stats::survey::{Change, Direction};

/// Good or bad where the interval of a change leaves out zero.
pub(super) fn verdict(change: Option<&Change>) -> Verdict {
    match change.and_then(|change| change.direction) {
        Some(Direction::Up) => Verdict::Good,
        Some(Direction::Down) => Verdict::Bad,
        None => Verdict::Neutral,
    }
}

/// A row per step, and the whole way where it has more than one passage.
pub(super) fn steps(reading: &Reading<'_>) -> Table {
    let headings = [
        ("Step", "步骤"),
        ("Reached", "到达"),
        ("Of the step before", "占上一步"),
        ("95% interval", "95%区间"),
    ];
    let reached = reading.told().map(|told| told.reached.clone()).unwrap_or_default();
    let mut rows: Vec<Row> = Vec::new();
    for (step, count) in reached.iter().enumerate() {
        let label = Cell::Label(reading.steps[step].label.clone());
        let mut cells = vec![label, count_cell(*count)];
        match step {
            0 => cells.extend([Cell::Empty, Cell::Empty]),
            step => cells.extend(rates(reading, Some(step))),
        }
        rows.push(row(cells));
    }
    if reading.steps.len() > 2 {
        let mut cells = vec![whole(), count_cell(reached.last().copied().unwrap_or_default())];
        cells.extend(rates(reading, None));
        rows.push(Row { cells, total: true });
    }
    let note = match reading.spec.mode {
        Mode::Loose => "funnel.loose",
        Mode::Strict => "funnel.strict",
    };
    Table {
        title: Label::new("How many reach each step", "各步到达数"),
        columns: columns(&headings),
        rows,
        note: Some(Message::new(note)),
    }
}

fn whole() -> Cell {
    Cell::Label(Label::new("First to last", "首步至末步"))
}

/// The rate into a step with its interval.
fn rates(reading: &Reading<'_>, step: Option<usize>) -> [Cell; 2] {
    let rate = reading.rate(step);
    let share = rate.map(|rate| rate.share);
    let interval = interval_cell(rate.map(|rate| rate.wilson), share.unwrap_or(1.0));
    match share {
        Some(_) => [share_cell(share, Verdict::Neutral), interval],
        None => [Cell::Empty, Cell::Empty],
    }
}

/// A row per rate: what it was in the period before, what it is, and how sure the difference is.
pub(super) fn changes(reading: &Reading<'_>) -> Option<Table> {
    if !reading.has_base() {
        return None;
    }
    let headings = [
        ("Rate into", "进入该步的比率"),
        ("Before", "上期"),
        ("Now", "本期"),
        ("Change", "变动"),
        ("95% interval", "95%区间"),
    ];
    let line = |label: Cell, step: Option<usize>| -> Option<Vec<Cell>> {
        let change = reading.change(step)?;
        let now = reading.rate(step)?.share;
        Some(vec![
            label,
            share_cell(Some(now - change.difference), Verdict::Neutral),
            share_cell(Some(now), Verdict::Neutral),
            difference_cell(change.difference, verdict(Some(&change))),
            differences_cell(change.low, change.high),
        ])
    };
    let steps = 1..reading.steps.len();
    let named = |step: usize| Cell::Label(reading.steps[step].label.clone());
    let mut rows: Vec<Row> =
        steps.filter_map(|step| line(named(step), Some(step))).map(row).collect();
    if reading.steps.len() > 2 {
        rows.extend(line(whole(), None).map(|cells| Row { cells, total: true }));
    }
    let before = Argument::Period(reading.previous);
    Some(Table {
        title: Label::new("Against the period before", "与上期相比"),
        columns: columns(&headings),
        rows,
        note: Some(Message::new("funnel.changes").with("before", before)),
    })
}

/// A row per passage: how long it takes, and who may still take it.
pub(super) fn times(reading: &Reading<'_>) -> Table {
    let headings = [
        ("From one step to the next", "步骤之间"),
        ("Half of all have gone on after", "半数进入下一步所需"),
        ("Half of those who go on", "已进入者的中位用时"),
        ("Still under way", "尚在途中"),
    ];
    let by_days = reading.cohort.by_days;
    let passages = || 0..reading.steps.len() - 1;
    let longest =
        |times: &dyn Fn(usize) -> Option<f64>| passages().filter_map(times).fold(0.0, f64::max);
    let waited = |step: usize| reading.wait(step)?.median;
    let longest_wait = longest(&|step| waited(step).filter(|_| !reading.few_went_on(step)[1]));
    let longest_took =
        longest(&|step| reading.took(step).filter(|_| !reading.few_went_on(step)[0]));
    let passage = |step: usize| {
        let [from, to] = [&reading.steps[step].label, &reading.steps[step + 1].label];
        let name = Label::new(
            format!("{} → {}", from.en, to.en),
            format!("{} → {}", from.zh_cn, to.zh_cn),
        );
        let [few_counted, few] = reading.few_went_on(step);
        let too_few =
            || Cell::Message(Message::new("funnel.few_went").with("minimum", count(FEWEST)));
        let half = reading.wait(step).map(|wait| match wait.median {
            Some(_) if few => too_few(),
            Some(seconds) => time_cell(seconds, longest_wait, by_days),
            None => Cell::Message(Message::new("funnel.not_half")),
        });
        let took = match few_counted {
            true => Some(too_few()),
            false => reading.took(step).map(|seconds| time_cell(seconds, longest_took, by_days)),
        };
        let waiting = reading.waiting_at(step);
        row(vec![
            Cell::Label(name),
            half.unwrap_or(Cell::Empty),
            took.unwrap_or(Cell::Empty),
            if reading.spec.window.is_some() { count_cell(waiting) } else { Cell::Empty },
        ])
    };
    Table {
        title: Label::new("Time between steps", "步骤间用时"),
        columns: columns(&headings),
        rows: passages().map(passage).collect(),
        note: Some(
            Message::new("funnel.times")
                .with("people", Argument::Label(reading.spec.people.clone())),
        ),
    }
}
