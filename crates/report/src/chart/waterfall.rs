//! How one total became another: rows of signed contributions between two totals.
//!
//! Rule: lengths are compared, so the axis begins at zero. Where contributions would be too short to be
//! seen, it begins at a round number below all levels; the bars of the totals are then drawn broken, the
//! axis shows its numbers, and the reader is told where it begins.

use super::{
    option::{Canvas, TEXT_SIZE},
    scale::Scale,
};
use model::report::Verdict;
use serde_json::{Value, json};

/// Where the plot begins.
pub(super) const TOP: u32 = 34;
/// The height of a bar.
const BAR: u32 = 18;
/// Contributions that are all smaller than this share of the totals are drawn on a cut axis.
const TOO_SHORT: f64 = 0.1;

/// A row: from one level to the next; a total starts at the axis.
pub(super) struct Step {
    pub(super) from: Option<f64>,
    pub(super) to: Option<f64>,
    pub(super) is_total: bool,
    pub(super) verdict: Verdict,
}

pub(super) fn option(canvas: &Canvas<'_>) -> Value {
    let (steps, axis) = (steps(canvas), axis(canvas));
    let mut option = canvas.base();
    let longest = canvas.widest((0..steps.len()).map(|row| shown(canvas, &steps, row)));
    option.insert(
        "grid".into(),
        json!({ "left": 0, "right": 14 + longest, "top": TOP, "bottom": 4, "containLabel": true }),
    );
    option["tooltip"]["axisPointer"] = json!({ "type": "none" });
    let mut values = canvas.value_axis(&axis);
    // Every bar says its value: an axis from zero would say it again.
    values["axisLabel"]["show"] = json!(is_cut(&axis));
    values["axisLabel"]["hideOverlap"] = json!(true);
    values["splitLine"]["show"] = json!(is_cut(&axis));
    // Names of steps are longer than those of members.
    let mut rows = canvas.row_axis_of(104);
    let line = json!({ "color": canvas.palette.reference });
    rows["axisLine"] = json!({ "show": !is_cut(&axis), "onZero": true, "lineStyle": line });
    option.insert("xAxis".into(), values);
    option.insert("yAxis".into(), rows);
    let mut kinds = kinds(canvas).to_vec();
    kinds.retain(|kind| steps.iter().any(|step| class(step) == kind.0));
    // Where nothing is judged there is nothing to explain.
    let judged = kinds.iter().any(|kind| matches!(kind.0, Class::Better | Class::Worse));
    let keys = kinds.iter().filter(|kind| judged && kind.0 != Class::Total);
    option.insert("legend".into(), legend(canvas, keys.map(|kind| kind.1.clone()).collect()));
    let mut drawn: Vec<_> = kinds.iter().map(|kind| bars(canvas, &steps, &axis, kind)).collect();
    drawn.push(labels(canvas, &steps));
    option.insert("series".into(), Value::Array(drawn));
    Value::Object(option)
}

/// Where the axis begins, as it is written there, when that is not zero.
pub(super) fn cut(canvas: &Canvas<'_>) -> Option<String> {
    let axis = (canvas.chart.kind == model::report::ChartKind::Waterfall).then(|| axis(canvas))?;
    is_cut(&axis).then(|| canvas.formatter.axis(&axis.ticks(), &canvas.chart.format).swap_remove(0))
}

/// What a row is coloured as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Total,
    Better,
    Worse,
    Unjudged,
}

fn class(step: &Step) -> Class {
    match step.verdict {
        _ if step.is_total => Class::Total,
        Verdict::Good => Class::Better,
        Verdict::Bad => Class::Worse,
        Verdict::Neutral | Verdict::Unknown => Class::Unjudged,
    }
}

fn kinds<'a>(canvas: &Canvas<'a>) -> [(Class, String, &'a str); 4] {
    let (palette, words) = (canvas.palette, canvas.words);
    let total = canvas.chart.series.first().map_or("", |series| canvas.name(series));
    [
        (Class::Total, total.to_owned(), &palette.accent),
        (Class::Better, words.better.clone(), &palette.calm),
        (Class::Worse, words.worse.clone(), &palette.alarm),
        (Class::Unjudged, words.unjudged.clone(), &palette.reference),
    ]
}

pub(super) fn steps(canvas: &Canvas<'_>) -> Vec<Step> {
    let rows = canvas.chart.ticks.len();
    let mut level = None;
    let step = |row: usize| {
        let value = canvas.value(0, row);
        let verdict = canvas.chart.verdicts.get(row).copied().unwrap_or(Verdict::Neutral);
        let is_total = row == 0 || row + 1 == rows;
        if is_total {
            level = value;
            return Step { from: None, to: value, is_total, verdict };
        }
        let from = level;
        let to = from.zip(value).map(|(from, value)| from + value);
        // An unknown contribution is a gap: what follows starts where it would have started.
        level = to.or(from);
        Step { from: to.and(from), to, is_total, verdict }
    };
    (0..rows).map(step).collect()
}

pub(super) fn axis(canvas: &Canvas<'_>) -> Scale {
    let steps = steps(canvas);
    let levels = || steps.iter().filter_map(|step| step.to);
    let whole = Scale::enclosing(levels(), true);
    let lowest = levels().fold(f64::INFINITY, f64::min);
    let totals = steps.iter().filter(|step| step.is_total).filter_map(|step| step.to);
    let total = totals.fold(0.0, f64::max);
    let contributions = steps.iter().filter_map(|step| Some((step.to? - step.from?).abs()));
    let longest = contributions.fold(0.0, f64::max);
    if lowest <= 0.0 || !lowest.is_finite() || longest >= total * TOO_SHORT || longest <= 0.0 {
        return whole;
    }
    let mut axis = Scale::enclosing(levels(), false);
    // The bar of the smallest total needs length to be a bar at all, and to be broken.
    axis.low -= axis.step;
    if axis.low > 0.0 { axis } else { whole }
}

fn is_cut(axis: &Scale) -> bool {
    axis.low > 0.0
}

/// The value of a row as it stands beside its bar.
pub(super) fn shown(canvas: &Canvas<'_>, steps: &[Step], row: usize) -> String {
    let value = canvas.value(0, row);
    match value {
        None => crate::format::UNKNOWN.to_owned(),
        Some(_) if steps[row].is_total => canvas.text(value),
        Some(_) => canvas.signed(value),
    }
}

fn bars(
    canvas: &Canvas<'_>,
    steps: &[Step],
    axis: &Scale,
    (kind, name, colour): &(Class, String, &str),
) -> Value {
    let rows = steps.iter().enumerate().filter(|(_, step)| class(step) == *kind);
    let points = rows.map(|(row, step)| {
        let from = if step.is_total { step.to.map(|_| axis.low.max(0.0)) } else { step.from };
        json!({ "value": [from, step.to, row], "text": shown(canvas, steps, row) })
    });
    json!({
        "type": "custom",
        "name": name,
        "data": points.collect::<Vec<_>>(),
        "color": colour,
        "itemStyle": { "color": colour },
        "renderItem": {
            "$shape": "step", "height": BAR, "color": colour, "rows": steps.len(),
            "line": canvas.palette.reference,
            "ground": if *kind == Class::Total && is_cut(axis) { Some(&canvas.palette.surface) } else { None },
        },
        "encode": { "x": [0, 1], "y": 2 },
        "z": 3,
    })
}

/// The values, right of bars that grow and shrink alike.
fn labels(canvas: &Canvas<'_>, steps: &[Step]) -> Value {
    let mut level = None;
    let point = |(row, step): (usize, &Step)| {
        let ends = [step.from, step.to, step.to.or(level)];
        let end = ends.into_iter().flatten().fold(f64::NEG_INFINITY, f64::max);
        level = step.to.or(level);
        let weight = if step.is_total { "bold" } else { "normal" };
        json!({
            "value": [if end.is_finite() { Some(end) } else { None }, row],
            "shown": shown(canvas, steps, row),
            "label": { "fontWeight": weight },
        })
    };
    let points: Vec<_> = steps.iter().enumerate().map(point).collect();
    json!({
        "type": "scatter",
        "data": points,
        "symbolSize": 0,
        "silent": true,
        "label": {
            "show": true, "position": "right", "distance": 7, "color": canvas.palette.text,
            "fontSize": TEXT_SIZE, "formatter": { "$format": "shown" },
        },
        "z": 4,
    })
}

fn legend(canvas: &Canvas<'_>, names: Vec<String>) -> Value {
    json!({
        "left": 0, "top": 0, "padding": 0, "itemGap": 20, "selectedMode": false,
        "itemWidth": 12, "itemHeight": 12, "icon": "roundRect", "data": names,
        "textStyle": { "color": canvas.palette.muted, "fontSize": TEXT_SIZE },
    })
}
