//! Planted curves are found, what the data cannot tell is not told, and a proposal brings the same at the margin.

use super::world::{
    Dice, World, charts, day, keys, names, notes, number, of, section, tables, told,
};
use model::report::{Argument, Cell, MarkKind, Message, Section, Table, Tick};
use std::fmt::Write;

const WEEKS: usize = 120;
const TEXT: &str = "type = \"text\"";
const REAL: &str = "type = \"decimal\", scale = 8, round = true";

const SETTINGS: &str = "outcome = \"sales\"\nspend = \"spent\"\nby = \"channel\"\n";

/// What was spent on each channel and what came in, week by week.
struct Market {
    spend: Vec<(&'static str, Vec<f64>)>,
    outcome: Vec<f64>,
    control: Option<Vec<f64>>,
}

/// Adstock by plain loops: weights 1, c, c² … c¹² over their sum.
fn lasting(spend: &[f64], carry: f64, before: impl Fn(usize, usize) -> Option<usize>) -> Vec<f64> {
    let whole: f64 = (0..13).map(|k| carry.powi(k)).sum();
    let mut found = Vec::new();
    for week in 0..spend.len() {
        let mut sum = 0.0;
        for k in 0..13 {
            if let Some(place) = before(week, k) {
                sum += carry.powi(k as i32) * spend[place];
            }
        }
        found.push(sum / whole);
    }
    found
}

/// Effect, carry-over and steepness that are planted.
const PLANTED: [(&str, f64, f64, f64); 2] =
    [("search", 300.0, 0.5, 3.0), ("video", 500.0, 0.2, 1.0)];

fn curve((_, effect, carry, steepness): (&str, f64, f64, f64), spend: &[f64]) -> Vec<f64> {
    let most = spend.iter().copied().fold(0.0, f64::max);
    let past = lasting(spend, carry, |week, k| week.checked_sub(k));
    past.into_iter().map(|x| effect * (0.5 * steepness * x / most).tanh()).collect()
}

/// Two channels whose returns are known, beside a little noise.
fn planted(noise: f64) -> Market {
    let mut dice = Dice(7);
    let mut drawn = |low: f64, high: f64| -> Vec<f64> {
        let draws = dice.noise(WEEKS, 0.5 * (low + high), 0.3 * (high - low));
        draws.into_iter().map(|x| x.clamp(low, high)).collect()
    };
    let spend = vec![("search", drawn(5.0, 100.0)), ("video", drawn(5.0, 100.0))];
    let mut outcome = dice.noise(WEEKS, 1000.0, noise);
    for (planted, (_, spend)) in PLANTED.into_iter().zip(&spend) {
        outcome.iter_mut().zip(curve(planted, spend)).for_each(|(sum, one)| *sum += one);
    }
    Market { spend, outcome, control: None }
}

impl Market {
    fn world(&self) -> World {
        let world = World::new("30 6 * * *");
        let (mut spent, mut sales) = (String::new(), String::new());
        for week in 0..self.outcome.len() {
            let monday = day(7 * week);
            let control = self.control.as_ref().map_or(0.0, |control| control[week]);
            let _ = writeln!(sales, "{monday},{:.6},{control:.6}", self.outcome[week]);
            for (channel, spend) in &self.spend {
                let _ = writeln!(spent, "{monday},{channel},{:.8}", spend[week]);
            }
        }
        world.table("income", &[("amount", REAL), ("control", REAL)], &sales);
        world.table("costs", &[("channel", TEXT), ("cost", REAL)], &spent);
        world.metric("sales", "up", "dataset = \"income\"\nmeasure = \"sum(amount)\"");
        world.metric("z", "neutral", "dataset = \"income\"\nmeasure = \"sum(control)\"");
        world.metric("spent", "neutral", "dataset = \"costs\"\nmeasure = \"sum(cost)\"");
        world
    }

    /// The section of the morning after the last week.
    fn measured(&self, more: &str) -> Section {
        let settings = format!("grain = \"week\"\n{SETTINGS}{more}");
        let sections = [section("s", "response", &settings)];
        let report = self.world().report(&sections, day(7 * self.outcome.len()));
        of(&report, "s").clone()
    }
}

fn row<'a>(table: &'a Table, name: &str) -> &'a [Cell] {
    let is_named = |cell: &Cell| matches!(cell, Cell::Label(label) if label.en == name);
    let found = table.rows.iter().find(|row| is_named(&row.cells[0]));
    &found.unwrap_or_else(|| panic!("no row {name}")).cells
}

fn figure(cell: &Cell) -> f64 {
    match cell {
        Cell::Figure { figure, .. } => figure.value.expect("a value").to_f64(),
        other => panic!("no figure: {other:?}"),
    }
}

fn message(cell: &Cell) -> &Message {
    match cell {
        Cell::Message(message) => message,
        other => panic!("no sentence: {other:?}"),
    }
}

fn returned<'a>(section: &'a Section, channel: &str) -> &'a Message {
    let found = told(section, "response.returned");
    let of = |message: &&Message| names(message, "channel") == [channel];
    found.iter().map(|finding| &finding.message).find(of).expect("a return")
}

#[test]
fn planted_returns_are_found_and_shares_bring_the_same_at_the_margin() {
    let market = planted(5.0);
    let found = market.measured("");
    for (planted, (channel, spend)) in PLANTED.into_iter().zip(&market.spend) {
        let truth = curve(planted, spend).iter().sum::<f64>() / spend.iter().sum::<f64>();
        let said = returned(&found, channel);
        let roas = number(said, "roas");
        assert!((roas / truth - 1.0).abs() < 0.05, "{channel}: {roas}, planted {truth}");
        assert!(number(said, "low") <= roas && roas <= number(said, "high"));
    }
    let table = tables(&found)[1];
    let today = |name: &str| figure(&row(table, name)[1]);
    let next = |name: &str| figure(&row(table, name)[2]);
    let margin = |name: &str| figure(&row(table, name)[4]);
    let recent = |channel: usize| &market.spend[channel].1[WEEKS - 13..];
    for (channel, name) in ["search", "video"].into_iter().enumerate() {
        let mean = recent(channel).iter().sum::<f64>() / 13.0;
        assert!((today(name) - mean).abs() < 1e-6, "{name}");
        assert!((0.5..=1.5).contains(&(next(name) / today(name))), "{name}");
    }
    let all = today("search") + today("video");
    assert!(((next("search") + next("video")) / all - 1.0).abs() < 1e-6);
    assert!((margin("search") / margin("video") - 1.0).abs() < 1e-4, "equal at the margin");
    // The planted curves agree: their own slopes at the proposed spend are alike.
    let slope = |channel: usize, name: &str| {
        let (_, effect, carry, steepness) = PLANTED[channel];
        let spend = recent(channel);
        let most = market.spend[channel].1.iter().copied().fold(0.0, f64::max);
        let past = lasting(spend, carry, |week, k| Some((week + 26 - k) % 13));
        let half = 0.5 * steepness / most;
        let times = next(name) / today(name);
        let one = |x: &f64| effect * half * x * (1.0 - (half * times * x).tanh().powi(2));
        past.iter().map(one).sum::<f64>() / spend.iter().sum::<f64>()
    };
    for (channel, name) in ["search", "video"].into_iter().enumerate() {
        let truth = slope(channel, name);
        assert!((margin(name) / truth - 1.0).abs() < 0.1, "{name}: {} {truth}", margin(name));
    }
    let curves = charts(&found);
    assert_eq!(curves.len(), 2);
    for chart in curves {
        let on_a_tick = |kind: MarkKind| {
            let mark = chart.marks.iter().find(|mark| mark.kind == kind).expect("a mark");
            let place = mark.number().expect("a number");
            chart.ticks.contains(&Tick::Number(place))
        };
        assert!(on_a_tick(MarkKind::Current) && on_a_tick(MarkKind::Proposed));
        assert_eq!(chart.series[0].values[0], Some(0.0));
    }
    assert!(notes(&found).contains(&"response.demand_unseen"));
}

#[test]
fn a_control_silences_the_warning_and_a_margin_tells_profit() {
    let mut market = planted(5.0);
    let control = Dice(11).noise(WEEKS, 0.0, 1.0);
    market.outcome.iter_mut().zip(&control).for_each(|(sum, one)| *sum += 80.0 * one);
    market.control = Some(control);
    let found = market.measured("controls = [\"z\"]\nmargin = \"0.3\"");
    assert!(notes(&found).contains(&"response.no_cause"), "{:?}", notes(&found));
    let gain = number(&found.findings[0].message, "gain");
    // The budget stays, so profit is the margin's share of the gain.
    let profit = &told(&found, "response.profit")[0].message;
    assert!((number(profit, "gain") / gain - 0.3).abs() < 1e-9);
}

#[test]
fn a_budget_beyond_the_bounds_is_left_unspent() {
    let found = planted(5.0).measured("budget = \"100000\"\nallowed = [\"0.9\", \"1.1\"]");
    assert_eq!(found.findings[0].message.key, "response.budget");
    let table = tables(&found)[1];
    for name in ["search", "video"] {
        let times = figure(&row(table, name)[2]) / figure(&row(table, name)[1]);
        assert!((times - 1.1).abs() < 1e-9, "{name}: {times}");
    }
    assert!(notes(&found).contains(&"response.budget_left"));
}

#[test]
fn spend_that_was_hardly_changed_is_not_told() {
    let mut market = planted(5.0);
    market.spend[1].1 = Dice(3).noise(WEEKS, 60.0, 1.0);
    let found = market.measured("");
    let still = &told(&found, "response.still")[0].message;
    assert_eq!(names(still, "list"), ["video"]);
    assert_eq!(message(row(tables(&found)[0], "video").last().unwrap()).key, "response.why_still");
    assert_eq!(row(tables(&found)[0], "video")[3], Cell::Empty, "no return is shown");
    // One channel alone has nothing to be moved to.
    assert_eq!(keys(&found)[0], "response.alone");
    assert_eq!(tables(&found).len(), 1);
}

#[test]
fn channels_that_move_together_are_told_apart_by_nothing() {
    let mut market = planted(5.0);
    let search = market.spend[0].1.clone();
    market.spend[1].1 = search.iter().map(|x| 2.0 * x + 1.0).collect();
    let found = market.measured("");
    assert_eq!(keys(&found), ["response.nothing", "response.with"]);
    let mut apart = names(&found.findings[1].message, "list");
    apart.sort();
    assert_eq!(apart, ["search", "video"]);
    assert_eq!((charts(&found).len(), tables(&found).len()), (0, 1));
    // A trial of both tells them apart.
    let trial = |channel: &str, roas: &str| {
        format!(
            "[[section.lift_test]]\nchannel = \"{channel}\"\nfrom = \"2025-01-06\"\n\
             to = \"2025-02-02\"\nroas = \"{roas}\"\nerror = \"0.01\"\n"
        )
    };
    let found = market.measured(&format!("{}{}", trial("search", "2"), trial("radio", "1")));
    assert!(notes(&found).contains(&"response.tested"));
    assert!(notes(&found).contains(&"response.tests_left_out"));
}

#[test]
fn a_trial_draws_the_return_to_what_it_found() {
    let found = planted(5.0).measured(
        "[[section.lift_test]]\nchannel = \"search\"\nfrom = \"2025-01-06\"\n\
         to = \"2025-02-02\"\nroas = \"1\"\nerror = \"0.001\"\n",
    );
    let roas = number(returned(&found, "search"), "roas");
    assert!((roas - 1.0).abs() < 0.05, "{roas}");
    assert_eq!(
        message(row(tables(&found)[0], "search").last().unwrap()).key,
        "response.why_tested"
    );
}

#[test]
fn too_few_weeks_are_counted_and_no_curve_is_drawn() {
    let mut market = planted(5.0);
    for (_, spend) in &mut market.spend {
        spend.truncate(38);
    }
    market.outcome.truncate(38);
    let found = market.measured("");
    assert_eq!(keys(&found), ["response.too_short"]);
    let said = &found.findings[0].message;
    // Level, trend, bend, four waves, and three for each of two channels: thirteen, thrice.
    assert_eq!((number(said, "count"), number(said, "needed")), (38.0, 39.0));
    assert!(charts(&found).is_empty() && tables(&found).is_empty());
}

#[test]
fn small_channels_are_put_together() {
    let mut market = planted(5.0);
    let mut dice = Dice(5);
    for name in ["fair", "poster"] {
        let spend: Vec<f64> = dice.noise(WEEKS, 2.0, 0.5).into_iter().map(f64::abs).collect();
        market.spend.push((name, spend));
    }
    let found = market.measured("channels = 3");
    let table = tables(&found)[0];
    let other = figure(&row(table, "Other channels")[1]);
    let recent = |place: usize| market.spend[place].1[WEEKS - 13..].iter().sum::<f64>() / 13.0;
    assert!((other - recent(2) - recent(3)).abs() < 1e-6);
    assert_eq!(table.rows.len(), 3);
}

#[test]
fn a_refund_that_outweighs_a_week_is_told() {
    let mut market = planted(5.0);
    market.spend[1].1[50] = -3.0;
    let found = market.measured("");
    assert_eq!(keys(&found), ["response.negative"]);
    assert_eq!(names(&found.findings[0].message, "channel"), ["video"]);
}

#[test]
fn the_published_returns_lie_in_their_intervals() {
    let path = crate::support::root().join("../shared/data/mmm-simulated/mmm_roas_data.csv");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: ../shared/data is not there");
        return;
    };
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let place = |name: &str| head.iter().position(|one| *one == name).expect(name);
    // All other columns are answers.
    let [x1, x2, z, y] = ["x1", "x2", "z", "y"].map(place);
    let rows: Vec<Vec<f64>> = lines
        .map(|line| line.split(',').map(|cell| cell.parse().unwrap_or(f64::NAN)).collect())
        .collect();
    let column = |place: usize| -> Vec<f64> { rows.iter().map(|row| row[place]).collect() };
    let market = Market {
        spend: vec![("x1", column(x1)), ("x2", column(x2))],
        outcome: column(y),
        control: Some(column(z)),
    };
    assert_eq!(market.outcome.len(), 131);
    let found = market.measured("controls = [\"z\"]");
    // True returns are those of the set; by scipy's non-negative least squares over the whole grid 94.5586 and 182.2443.
    for (channel, truth, theirs) in [("x1", 93.388, 94.5586), ("x2", 171.409, 182.2443)] {
        let said = returned(&found, channel);
        let roas = number(said, "roas");
        assert!((roas / truth - 1.0).abs() < 0.15, "{channel}: {roas}");
        assert!((roas / theirs - 1.0).abs() < 1e-4, "{channel}: {roas}");
        assert!(number(said, "low") < truth && truth < number(said, "high"), "{said:?}");
    }
    let table = tables(&found)[1];
    let times =
        ["x1", "x2"].map(|name| figure(&row(table, name)[2]) / figure(&row(table, name)[1]));
    let margins = ["x1", "x2"].map(|name| figure(&row(table, name)[4]));
    assert!(times.iter().all(|times| (0.5..=1.5).contains(times)), "{times:?}");
    if times.iter().all(|times| *times > 0.5 && *times < 1.5) {
        assert!((margins[0] / margins[1] - 1.0).abs() < 1e-4, "{margins:?}");
    }
    let blind = Market { control: None, ..market }.measured("");
    assert!(notes(&blind).contains(&"response.demand_unseen"));
    assert!(matches!(found.findings[0].message.arguments["metric"], Argument::Label(_)));
}
