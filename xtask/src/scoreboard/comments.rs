//! Themes of comments: the default lexicon against people's labels, and against the comments of the sample data.
//!
//! The labels are those of 18 aspects in the ASAP reviews of restaurants (Bu et al. 2021), each mentioned or not. The
//! words were chosen on one of its three files and half of another; what is printed with a goal is the rest.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;
use model::comment::{Lexicon, Reader, Reading, Tone};

use super::row::{Goal, Row};
use super::tables;

/// Themes that say the same as aspects: `(name, themes, aspects, least F1)`.
type Pair = (&'static str, &'static [&'static str], &'static [&'static str], f64);

const PAIRS: &[Pair] = &[
    (
        "location",
        &["location"],
        &[
            "location_traffic",
            "location_distance_from_business_district",
            "location_easy_to_find",
            "service_parking_convenience",
        ],
        0.0,
    ),
    ("waiting", &["waiting"], &["service_wait_time", "service_serving_speed"], 0.0),
    ("service and staff", &["service", "staff"], &["service_waiters_attitude"], 0.0),
    (
        "price and offers",
        &["price", "offers"],
        &["price_level", "price_cost_effective", "price_discount"],
        0.0,
    ),
    ("price", &["price"], &["price_level", "price_cost_effective"], 0.0),
    ("offers", &["offers"], &["price_discount"], 0.0),
    ("appearance", &["appearance"], &["environment_decoration"], 0.0),
    ("noise", &["noise"], &["environment_noise"], 0.0),
    ("size and space", &["size"], &["environment_space"], 0.0),
    ("cleanliness", &["cleanliness"], &["environment_cleaness"], 0.0),
    ("food", &["food"], &["dish_taste", "dish_portion", "dish_look"], 0.0),
];

/// A review with what people found in it.
struct Review {
    text: String,
    stars: f64,
    aspects: BTreeSet<String>,
}

/// The lines of this topic.
pub(super) fn rows(data: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = data.join("zh_reviews");
    if !folder.is_dir() {
        return Ok(tables::absent(&folder));
    }
    let lexicon = lexicon()?;
    let reader = Reader::new(&lexicon);
    let mut seen = reviews(&folder.join("train_sample.csv"))?;
    let mut unseen = reviews(&folder.join("dev_sample.csv"))?;
    let last = reviews(&folder.join("test_sample.csv"))?;
    let half = last.len() / 2;
    for (place, review) in last.into_iter().enumerate() {
        if place < half { seen.push(review) } else { unseen.push(review) }
    }
    let mut rows = Vec::new();
    for pair in PAIRS {
        rows.extend(agreement(pair, &reader, &seen, &unseen));
    }
    rows.extend(tones(&reader, &unseen));
    Ok(rows)
}

/// The lexicon that comes with the jobs.
fn lexicon() -> anyhow::Result<Lexicon> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../jobs/themes/default.toml");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let lexicon: Lexicon = toml::from_str(&text)?;
    anyhow::ensure!(lexicon.faults().is_empty(), "{:?}", lexicon.faults());
    Ok(lexicon)
}

fn reviews(path: &Path) -> anyhow::Result<Vec<Review>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let names = reader.headers()?.clone();
    let mut reviews = Vec::new();
    for record in reader.records() {
        let record = record?;
        let mentioned = names.iter().zip(&record).skip(3).filter(|(_, value)| *value != "-2");
        reviews.push(Review {
            text: record.get(1).context("no text")?.to_owned(),
            stars: record.get(2).context("no stars")?.parse()?,
            aspects: mentioned.map(|(name, _)| name.to_owned()).collect(),
        });
    }
    Ok(reviews)
}

/// Precision and recall of themes on the reviews that had no part in the choice of words.
fn agreement(
    (name, themes, aspects, least): &Pair,
    reader: &Reader,
    seen: &[Review],
    unseen: &[Review],
) -> Vec<Row> {
    let names = |reading: &Reading| reading.themes.iter().any(|id| themes.contains(&id.as_str()));
    let score = |reviews: &[Review]| {
        let (mut both, mut found, mut true_ones) = (0.0, 0.0, 0.0);
        for review in reviews {
            let is_found = names(&reader.read(&review.text));
            let is_true = aspects.iter().any(|aspect| review.aspects.contains(*aspect));
            both += f64::from(u8::from(is_found && is_true));
            found += f64::from(u8::from(is_found));
            true_ones += f64::from(u8::from(is_true));
        }
        [both / found, both / true_ones, 2.0 * both / (found + true_ones), true_ones]
    };
    let before = score(seen)[2];
    let [precision, recall, f1, labelled] = score(unseen);
    let goal = Goal::Above(*least);
    let published = format!(
        "{before:.2} where words were chosen; {labelled} of {} reviews labelled",
        unseen.len()
    );
    vec![
        Row::new(format!("zh_reviews {name}, precision"), precision, Goal::Shown, ""),
        Row::new(format!("zh_reviews {name}, recall"), recall, Goal::Shown, ""),
        Row::new(format!("zh_reviews {name}, F1"), f1, goal, published),
    ]
}

/// The tone of reviews of one or two and of five stars.
fn tones(reader: &Reader, reviews: &[Review]) -> Vec<Row> {
    let share = |is_meant: fn(f64) -> bool, tone: Tone| {
        let chosen: Vec<_> = reviews.iter().filter(|one| is_meant(one.stars)).collect();
        let hits = chosen.iter().filter(|one| reader.read(&one.text).tone == tone).count();
        hits as f64 / chosen.len() as f64
    };
    let mut rows = Vec::new();
    for (stars, is_meant) in
        [("one to two", (|s| s < 2.5) as fn(f64) -> bool), ("five", |s| s > 4.5)]
    {
        for tone in [Tone::Good, Tone::Bad, Tone::Mixed, Tone::Neutral] {
            let figure = format!("zh_reviews of {stars} stars, share read as {tone:?}");
            rows.push(Row::new(figure.to_lowercase(), share(is_meant, tone), Goal::Shown, ""));
        }
    }
    rows
}
