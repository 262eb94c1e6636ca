//! Surveys: weighted estimates against R's, intervals of the net promoter score and what they cover.

use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;
use stats::survey::{Answers, Estimate, Margin, Sample, design_effect, effective, nps};

use super::columns::json;
use super::row::{Goal, Row};
use super::tables;

/// Promoters and detractors of populations away from the edges.
const POPULATIONS: [(f64, f64); 8] = [
    (0.5, 0.2),
    (0.4, 0.3),
    (0.35, 0.35),
    (0.3, 0.4),
    (0.45, 0.25),
    (0.55, 0.25),
    (0.6, 0.15),
    (0.3, 0.2),
];

/// The lines of this topic.
pub(super) fn rows(data: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = data.join("survey-nps");
    if !folder.is_dir() {
        return Ok(tables::absent(&folder));
    }
    let expected = json(&folder.join("expected.json"))?;
    let mut rows = schools(&folder, &expected["r_survey"])?;
    let cases = expected["nps"].as_array().context("no cases")?;
    let mut most: f64 = 0.0;
    for case in cases {
        let number = |key: &str| case[key].as_f64().context("no number");
        let found = nps(
            Answers {
                promoters: number("promoters")?,
                passives: number("passives")?,
                detractors: number("detractors")?,
            },
            0.95,
        )
        .context("a score")?;
        let bounds = &case["adjusted_wald95"];
        let wanted = [case["nps"].as_f64(), bounds[0].as_f64(), bounds[1].as_f64()];
        for (one, other) in [found.score, found.low, found.high].into_iter().zip(wanted) {
            most = most.max((one - other.context("no bound")?).abs());
        }
    }
    rows.push(Row::new("NPS intervals, largest difference", most, Goal::Below(1e-4), "Rocks 2016"));
    rows.extend(coverage()?);
    Ok(rows)
}

/// The Californian schools of R's `survey`.
fn schools(folder: &Path, expected: &Value) -> anyhow::Result<Vec<Row>> {
    let strata = Schools::read(&folder.join("apistrat.csv"))?;
    let clusters = Schools::read(&folder.join("apiclus1.csv"))?;
    let size = strata.numbers("fpc")?;
    let stratified = Sample::new(&strata.numbers("pw")?)
        .and_then(|sample| sample.with_strata(&strata.classes("stype", &["E", "H", "M"]).ok()?))
        .and_then(|sample| sample.with_population(&size))
        .context("a sample")?;
    let clustered = Sample::new(&clusters.numbers("pw")?)
        .and_then(|sample| {
            let names = clusters.numbers("dnum").ok()?;
            sample.with_clusters(&names.iter().map(|name| *name as usize).collect::<Vec<_>>())
        })
        .and_then(|sample| sample.with_population(&clusters.numbers("fpc").ok()?))
        .context("a sample")?;
    let kind = clusters.classes("stype", &["E", "H", "M"])?;
    let wide = clusters.classes("sch.wide", &["No", "Yes"])?;
    let margins = [
        Margin { classes: kind.clone(), totals: vec![4421.0, 755.0, 1018.0] },
        Margin { classes: wide, totals: vec![1072.0, 5122.0] },
    ];
    let raked = clustered.raked(&margins).context("weights")?;
    let is = |class: usize| kind.iter().map(|one| f64::from(u8::from(*one == class))).collect();
    let columns = [vec![1.0; kind.len()], is(1), is(2), clusters.numbers("api99")?];
    let totals = [6194.0, 755.0, 1018.0, 3_914_069.0];
    let calibrated = clustered.calibrated(&columns, &totals).context("weights")?;
    let mut rows = Vec::new();
    for (name, key, sample, table) in [
        ("stratified", "apistrat stratified fpc", &stratified, &strata),
        ("clustered", "apiclus1 one-stage cluster fpc", &clustered, &clusters),
        ("raked", "apiclus1 raked to", &raked, &clusters),
        ("calibrated", "apiclus1 calibrated", &calibrated, &clusters),
    ] {
        let all = expected.as_object().context("no designs")?;
        let known = all.iter().find(|one| one.0.starts_with(key)).context("no design")?.1;
        let mean = sample.mean(&table.numbers("api00")?).context("a mean")?;
        let total = sample.total(&table.numbers("enroll")?).context("a total")?;
        let error =
            deviation(mean, &known["mean api00"])?.max(deviation(total, &known["total enroll"])?);
        let figure = format!("{name} mean and total with errors, largest relative difference");
        rows.push(Row::new(figure, error, Goal::Below(1e-4), "R survey 4.5"));
    }
    rows.push(weights(folder, &raked)?);
    let worth = effective(raked.weights()).context("weights")?;
    let figure = "raked schools, effective number of 183 (Kish)";
    rows.push(Row::new(figure, worth, Goal::Shown, ""));
    let effect = design_effect(raked.weights()).context("weights")?;
    rows.push(Row::new("raked schools, design effect of weights", effect, Goal::Shown, ""));
    Ok(rows)
}

fn weights(folder: &Path, raked: &Sample) -> anyhow::Result<Row> {
    let known = Schools::read(&folder.join("apiclus1_raked_weights.csv"))?;
    let pairs = raked.weights().iter().zip(known.numbers("raked_weight")?);
    let most = pairs.map(|(one, other)| (one / other - 1.0).abs()).fold(0.0, f64::max);
    let figure = "raked weights, largest relative difference";
    Ok(Row::new(figure, most, Goal::Below(1e-4), "R survey 4.5"))
}

/// The larger relative difference of the estimate and of its standard error.
fn deviation(found: Estimate, expected: &Value) -> anyhow::Result<f64> {
    let error = found.standard_error.context("no standard error")?;
    let (value, wanted) = (expected[0].as_f64(), expected[1].as_f64());
    let of = |one: f64, other: Option<f64>| {
        other.map(|other| (one / other - 1.0).abs()).context("no number")
    };
    Ok(of(found.value, value)?.max(of(error, wanted)?))
}

/// What the 95 % interval covers, over all answers a sample could give.
fn coverage() -> anyhow::Result<Vec<Row>> {
    let of = |number: usize| -> anyhow::Result<Vec<f64>> {
        POPULATIONS.iter().map(|population| covered(number, *population)).collect()
    };
    let mut wide = Vec::new();
    for number in [20, 30, 50, 100, 200, 400, 1000] {
        wide.extend(of(number)?);
    }
    let least = |list: &[f64]| list.iter().copied().fold(1.0, f64::min);
    let most = |list: &[f64]| list.iter().copied().fold(0.0, f64::max);
    let few = of(10)?;
    let mean = few.iter().sum::<f64>() / few.len() as f64;
    let goal = Goal::Within(0.94, 0.96);
    Ok(vec![
        Row::new("NPS interval coverage, n 20 to 1000, least of 56", least(&wide), goal, ""),
        Row::new("NPS interval coverage, n 20 to 1000, most of 56", most(&wide), goal, ""),
        Row::new("NPS interval coverage, n 10, mean of 8", mean, goal, ""),
        Row::new("NPS interval coverage, n 10, least of 8", least(&few), Goal::Shown, ""),
        Row::new("NPS interval coverage, n 10, most of 8", most(&few), Goal::Shown, ""),
    ])
}

/// The probability that the interval of `number` answers holds the score of the population, summed exactly.
fn covered(number: usize, (promoters, detractors): (f64, f64)) -> anyhow::Result<f64> {
    // Samples rarer than this add nothing to four places.
    const RAREST: f64 = -30.0;
    let mut factorials = vec![0.0; number + 1];
    for count in 1..=number {
        factorials[count] = factorials[count - 1] + (count as f64).ln();
    }
    let score = 100.0 * (promoters - detractors);
    let passives = 1.0 - promoters - detractors;
    let mut sum = 0.0;
    for high in 0..=number {
        for low in 0..=number - high {
            let middle = number - high - low;
            let ways = factorials[number] - factorials[high] - factorials[low] - factorials[middle];
            let (p, d, n) = (high as f64, low as f64, middle as f64);
            let chance = ways + p * promoters.ln() + d * detractors.ln() + n * passives.ln();
            if chance < RAREST {
                continue;
            }
            let answers = Answers { promoters: p, passives: n, detractors: d };
            let found = nps(answers, 0.95).context("a score")?;
            if found.low <= score && score <= found.high {
                sum += chance.exp();
            }
        }
    }
    Ok(sum)
}

/// A table with texts in quotes, in which commas may stand.
struct Schools {
    rows: Vec<Vec<String>>,
}

impl Schools {
    fn read(file: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        Ok(Self { rows: text.lines().map(cells).collect() })
    }

    fn column(&self, name: &str) -> anyhow::Result<impl Iterator<Item = &str>> {
        let (head, rows) = self.rows.split_first().context("an empty table")?;
        let place = head.iter().position(|cell| cell == name).context("no such column")?;
        Ok(rows.iter().filter_map(move |row| row.get(place)).map(String::as_str))
    }

    fn numbers(&self, name: &str) -> anyhow::Result<Vec<f64>> {
        self.column(name)?.map(|cell| Ok(cell.parse()?)).collect()
    }

    fn classes(&self, name: &str, known: &[&str]) -> anyhow::Result<Vec<usize>> {
        let class = |cell: &str| known.iter().position(|one| *one == cell);
        self.column(name)?.map(|cell| class(cell).context("an unknown class")).collect()
    }
}

fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            _ => cells.last_mut().expect("there is a first cell").push(letter),
        }
    }
    cells
}
