//! Ten thousand daily series of three years in one run: the wall time, beside statsforecast on the same series.
//!
//! Rule: measured only when asked for by name; the peer is run only where `python3` has it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use stats::forecast::{Request, forecast};

use super::super::row::{Goal, Row};
use super::fixtures::over_all;

const SERIES: usize = 10_000;
/// Series that the peer forecasts; its time is scaled up to all.
const PEER: usize = 200;
const DAYS: usize = 3 * 365;
const HORIZON: usize = 28;
const SEASONS: [usize; 2] = [7, 365];
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/forecast_daily.py");

/// The time of all series, ours and the peer's.
pub(in crate::scoreboard) fn rows(_data: &Path) -> anyhow::Result<Vec<Row>> {
    let started = Instant::now();
    let places: Vec<u64> = (0..SERIES as u64).collect();
    // A worker holds one series at a time: memory does not grow with their number.
    let found = over_all(&places, |&place| {
        let values = series(place);
        let (history, future) = values.split_at(DAYS);
        let request = Request { origins: 0, ..Request::new(history, &SEASONS, HORIZON) };
        forecast(&request).map_or((f64::NAN, 0), |found| {
            let bounded = future.iter().zip(&found.bounds95);
            let inside = bounded.filter(|(value, (low, high))| low <= value && *value <= high);
            (mase(history, future, &found.mean), inside.count())
        })
    });
    let seconds = started.elapsed().as_secs_f64();
    let errors: Vec<f64> = found.iter().map(|one| one.0).collect();
    let inside: usize = found.iter().map(|one| one.1).sum();
    let coverage = inside as f64 / (SERIES * HORIZON) as f64;
    let refused = errors.iter().filter(|error| error.is_nan()).count();
    let ours = mean(&errors);
    let mut rows = vec![
        Row::new("10 000 daily series, seconds", seconds, Goal::Shown, ""),
        Row::new("10 000 daily series, refused", refused as f64, Goal::Within(0.0, 0.0), ""),
        Row::new("10 000 daily series, MASE", ours, Goal::Shown, ""),
        Row::new("10 000 daily series, coverage 95 %", coverage, Goal::Shown, ""),
        Row::new("10 000 daily series, peak memory in MB", peak_memory(), Goal::Shown, ""),
    ];
    match peer() {
        Ok((seconds, error)) => {
            let named = |what: &str| format!("statsforecast on {PEER} of the daily series, {what}");
            rows.push(Row::new(named("seconds for 10 000"), seconds, Goal::Shown, "scaled up"));
            rows.push(Row::new(named("MASE"), error, Goal::Shown, ""));
            let same = mean(&errors[..PEER]);
            rows.push(Row::new("Tidings on the same series, MASE", same, Goal::Shown, ""));
        }
        Err(reason) => {
            let figure = format!("statsforecast is absent or failed: {reason}");
            rows.push(Row::new(figure, f64::NAN, Goal::Shown, ""));
        }
    }
    Ok(rows)
}

/// Three years and a horizon of days: level, trend, week, year, noise; a tenth of the series with a shift of level.
fn series(place: u64) -> Vec<f64> {
    let mut state = place.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66;
    let mut uniform = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    };
    let level = 100.0 + 900.0 * uniform();
    let trend = (uniform() - 0.4) * 0.4 / 365.0;
    let (year, phase) = (0.05 + 0.25 * uniform(), uniform());
    let week: Vec<f64> = (0..7).map(|_| (uniform() - 0.5) * 0.4).collect();
    let noise = 0.03 + 0.12 * uniform();
    let shift_at = if uniform() < 0.1 { (uniform() * DAYS as f64) as usize } else { usize::MAX };
    let shift = (uniform() - 0.5) * 0.8;
    (0..DAYS + HORIZON)
        .map(|day| {
            let turn = 2.0 * std::f64::consts::PI * (day as f64 / 365.0 + phase);
            let shifted = if day >= shift_at { shift } else { 0.0 };
            let bell = (0..6).map(|_| uniform() - 0.5).sum::<f64>() * std::f64::consts::SQRT_2;
            level
                * (1.0 + trend * day as f64 + shifted)
                * (1.0 + year * turn.sin() + week[day % 7] + noise * bell)
        })
        .collect()
}

/// Mean absolute error in units of the error of repeating the last week.
fn mase(history: &[f64], future: &[f64], mean: &[f64]) -> f64 {
    let error: f64 = future.iter().zip(mean).map(|(value, at)| (value - at).abs()).sum();
    let naive: f64 = history.iter().zip(&history[7..]).map(|(old, new)| (new - old).abs()).sum();
    (error / future.len() as f64) / (naive / (history.len() - 7) as f64)
}

fn mean(errors: &[f64]) -> f64 {
    let known: Vec<f64> = errors.iter().copied().filter(|error| !error.is_nan()).collect();
    known.iter().sum::<f64>() / known.len() as f64
}

/// Seconds for all series, scaled up, and MASE of the peer, from its script.
fn peer() -> anyhow::Result<(f64, f64)> {
    let mut child = Command::new("python3")
        .arg(SCRIPT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut input = child.stdin.take().expect("the input is piped");
    let mut text = String::new();
    for place in 0..PEER as u64 {
        let cells: Vec<String> = series(place).iter().map(|value| value.to_string()).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    // The script reads everything before it writes anything.
    input.write_all(text.as_bytes()).ok();
    drop(input);
    let output = child.wait_with_output()?;
    anyhow::ensure!(output.status.success(), "the script ended with {}", output.status);
    let line = String::from_utf8(output.stdout)?;
    let numbers: Vec<f64> = line.split_whitespace().filter_map(|cell| cell.parse().ok()).collect();
    let [seconds, error] = numbers[..] else { anyhow::bail!("the script printed `{line}`") };
    Ok((seconds * SERIES as f64 / PEER as f64, error))
}

/// The most memory this process has held, where the system says so.
fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse().ok());
    kilobytes.map_or(f64::NAN, |kilobytes: f64| kilobytes / 1024.0)
}
