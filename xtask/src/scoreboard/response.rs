//! Media response against simulated truths, with one setting for all data sets.

use std::path::Path;

use anyhow::Context as _;
use stats::response::{Budget, Doubt, History, Options, Response, allocate, holdout, respond};

use super::columns::column;
use super::row::{Goal, Row};

/// Weeks in a year.
const YEAR: f64 = 52.18;
/// Weeks held out.
const HELD_OUT: usize = 26;

/// The columns of a file that are read.
struct Source {
    name: &'static str,
    file: &'static str,
    outcome: &'static str,
    spend: &'static [&'static str],
    controls: &'static [&'static str],
}

const ROAS: Source = Source {
    name: "MMM with known ROAS, z seen",
    file: "mmm-simulated/mmm_roas_data.csv",
    outcome: "y",
    spend: &["x1", "x2"],
    controls: &["z"],
};
const EXAMPLE: Source = Source {
    name: "MMM example",
    file: "mmm-simulated/mmm_example.csv",
    outcome: "y",
    spend: &["x1", "x2"],
    controls: &["event_1", "event_2"],
};
const OTHERS: [Source; 2] = [
    Source {
        name: "Robyn",
        file: "mmm-simulated/robyn_weekly.csv",
        outcome: "revenue",
        spend: &["tv_S", "ooh_S", "print_S", "search_S", "facebook_S"],
        controls: &["competitor_sales_B", "newsletter"],
    },
    Source {
        name: "Meridian, national",
        file: "mmm-simulated/meridian_national_media.csv",
        outcome: "conversions",
        spend: &["Channel0_spend", "Channel1_spend", "Channel2_spend", "Channel3_spend"],
        controls: &["competitor_activity_score_control", "sentiment_score_control"],
    },
];

/// A file read.
struct Loaded {
    outcome: Vec<f64>,
    spend: Vec<Vec<f64>>,
    controls: Vec<Vec<f64>>,
}

impl Loaded {
    fn new(data: &Path, source: &Source) -> anyhow::Result<Loaded> {
        let file = data.join(source.file);
        let all = |names: &[&str]| -> anyhow::Result<Vec<Vec<f64>>> {
            names.iter().map(|name| column(&file, name)).collect()
        };
        Ok(Loaded {
            outcome: column(&file, source.outcome)?,
            spend: all(source.spend).context("spend")?,
            controls: all(source.controls).context("controls")?,
        })
    }

    fn history(&self) -> History<'_> {
        History { outcome: &self.outcome, spend: &self.spend, controls: &self.controls, year: YEAR }
    }
}

/// The rows of the topic.
pub(super) fn rows(data: &Path) -> anyhow::Result<Vec<Row>> {
    let mut rows = known(data)?;
    let example = Loaded::new(data, &EXAMPLE)?;
    let found = respond(&example.history(), &Options::default()).context("a response")?;
    for (channel, (carry, steepness)) in [(0.4, 4.0), (0.2, 3.0)].into_iter().enumerate() {
        let one = &found.channels[channel];
        let of = |what: &str| format!("{}: {what} of x{}", EXAMPLE.name, channel + 1);
        let goal = |truth: f64| Goal::Within(0.75 * truth, 1.25 * truth);
        rows.push(Row::new(of("carry-over"), one.carry, goal(carry), format!("made with {carry}")));
        let published = format!("made with {steepness}");
        rows.push(Row::new(of("saturation"), one.steepness, goal(steepness), published));
    }
    for source in OTHERS {
        rows.extend(unknown(data, &source)?);
    }
    Ok(rows)
}

/// The data set whose returns are known, with and without the cause that spend and sales share.
fn known(data: &Path) -> anyhow::Result<Vec<Row>> {
    let truths = [93.388, 171.409];
    let loaded = Loaded::new(data, &ROAS)?;
    let seen = respond(&loaded.history(), &Options::default()).context("a response")?;
    let blind = History { controls: &[], ..loaded.history() };
    let unseen = respond(&blind, &Options::default()).context("a response")?;
    let mut rows = Vec::new();
    for (channel, truth) in truths.into_iter().enumerate() {
        let roas = seen.channels[channel].roas;
        let of = |what: &str| format!("{}: {what} of x{}", ROAS.name, channel + 1);
        rows.push(Row::new(
            of("ROAS"),
            roas.value,
            Goal::Within(0.85 * truth, 1.15 * truth),
            format!("truth {truth}"),
        ));
        rows.push(Row::new(of("low end"), roas.low, Goal::Below(truth), ""));
        rows.push(Row::new(of("high end"), roas.high, Goal::Above(truth), ""));
    }
    let width =
        |response: &Response| response.channels[0].roas.high - response.channels[0].roas.low;
    let warned = unseen.channels.iter().all(|one| one.doubts.contains(&Doubt::DemandUnseen));
    let x1 = unseen.channels[0].roas.value;
    let x2 = unseen.channels[1].roas.value;
    rows.push(Row::new(
        "the same, z unseen: it warns",
        f64::from(u8::from(warned)),
        Goal::Within(1.0, 1.0),
        "",
    ));
    rows.push(Row::new(
        "the same, z unseen: width of the interval of x1, times",
        width(&unseen) / width(&seen),
        Goal::Shown,
        "",
    ));
    rows.push(Row::new("the same, z unseen: ROAS of x1", x1, Goal::Shown, "truth 93.388"));
    rows.push(Row::new(
        "the same, z unseen: ROAS of x2",
        x2,
        Goal::Within(0.8 * 171.409, 1.2 * 171.409),
        "truth 171.409",
    ));
    let budget = Budget::of_last(loaded.outcome.len());
    let shared = allocate(&loaded.history(), &seen, &budget).context("an allocation")?;
    let free =
        shared.multiples.iter().zip(&shared.marginal).filter(|(m, _)| **m > 0.5 && **m < 1.5);
    let worst = free.map(|(_, one)| (one / shared.common - 1.0).abs()).fold(0.0, f64::max);
    rows.push(Row::new(
        "budget: marginal returns differ by, relative",
        worst,
        Goal::Below(1e-4),
        "",
    ));
    let outcome: f64 = loaded.outcome.iter().sum();
    rows.push(Row::new(
        "budget: gain, share of the outcome",
        shared.gain.value / outcome,
        Goal::Shown,
        "",
    ));
    Ok(rows)
}

/// A data set without a truth: what it tells of weeks held out, and whether draws matter.
fn unknown(data: &Path, source: &Source) -> anyhow::Result<Vec<Row>> {
    let loaded = Loaded::new(data, source)?;
    let held = holdout(&loaded.history(), &Options::default(), HELD_OUT).context("held out")?;
    let measured: Vec<Response> = (1..=3)
        .filter_map(|seed| respond(&loaded.history(), &Options { seed, ..Options::default() }))
        .collect();
    anyhow::ensure!(measured.len() == 3, "no response");
    let shares = |response: &Response| -> Vec<f64> {
        response.channels.iter().map(|one| one.share.value).collect()
    };
    let largest = shares(&measured[0]).into_iter().fold(0.0, f64::max);
    let moved = measured.iter().flat_map(|one| {
        shares(one).into_iter().zip(shares(&measured[0])).map(|(a, b)| (a - b).abs())
    });
    let ends = (0..measured[0].channels.len()).map(|place| {
        let highs = measured.iter().map(|one| one.channels[place].share.high);
        let (least, most) = highs.fold((f64::MAX, 0.0f64), |(l, m), x| (l.min(x), m.max(x)));
        (most - least) / most.max(1e-9)
    });
    let told = measured[0].channels.iter().filter(|one| one.is_told()).count();
    let of = |what: &str| format!("{}: {what}", source.name);
    Ok(vec![
        Row::new(
            of("error of 26 weeks held out"),
            held.response,
            Goal::Below(held.season),
            format!("trend and season {:.4}, with controls {:.4}", held.season, held.background),
        ),
        Row::new(
            of("contributions over seeds, relative"),
            moved.fold(0.0, f64::max) / largest,
            Goal::Below(0.1),
            "",
        ),
        Row::new(
            of("upper ends of contributions over seeds, relative"),
            ends.fold(0.0, f64::max),
            Goal::Shown,
            "",
        ),
        Row::new(
            of("channels whose return is told"),
            told as f64,
            Goal::Shown,
            format!("of {}", source.spend.len()),
        ),
    ])
}
