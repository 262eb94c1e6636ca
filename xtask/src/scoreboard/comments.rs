//! Themes of comments: the default lexicon against people's labels, and against the comments of the sample data.
//!
//! The labels are those of 18 aspects in the ASAP reviews of restaurants (Bu et al. 2021), each mentioned or not. The
//! words were chosen on one of its three files and half of another; what is printed with a goal is the rest. A goal
//! is a floor that was set below the first measurement, so that later words do no harm. "The surroundings are nice" is
//! labelled as noise, space and cleanliness too, without naming any of them: hence the low recall of these three.

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
        0.65,
    ),
    ("waiting", &["waiting"], &["service_wait_time", "service_serving_speed"], 0.7),
    ("service and staff", &["service", "staff"], &["service_waiters_attitude"], 0.85),
    (
        "price and offers",
        &["price", "offers"],
        &["price_level", "price_cost_effective", "price_discount"],
        0.85,
    ),
    ("price", &["price"], &["price_level", "price_cost_effective"], 0.8),
    ("offers", &["offers"], &["price_discount"], 0.7),
    ("appearance", &["appearance"], &["environment_decoration"], 0.75),
    ("noise", &["noise"], &["environment_noise"], 0.4),
    ("size and space", &["size"], &["environment_space"], 0.55),
    ("cleanliness", &["cleanliness"], &["environment_cleaness"], 0.5),
    (
        "surroundings",
        &["appearance", "noise", "size", "cleanliness"],
        &[
            "environment_decoration",
            "environment_noise",
            "environment_space",
            "environment_cleaness",
        ],
        0.85,
    ),
    ("food", &["food"], &["dish_taste", "dish_portion", "dish_look"], 0.95),
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
    rows.extend(tones("zh_reviews", &reader, &unseen));
    let sample = sample()?;
    rows.extend(tones("sample comments", &reader, &sample));
    rows.extend(planted(&reader, &sample));
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

/// The tone of comments of one or two and of five stars.
fn tones(name: &str, reader: &Reader, reviews: &[Review]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (stars, from, to) in [("one to two", 0.5, 2.5), ("five", 4.5, 5.5)] {
        let is_meant = |one: &&Review| from < one.stars && one.stars < to;
        let read: Vec<Tone> =
            reviews.iter().filter(is_meant).map(|one| reader.read(&one.text).tone).collect();
        for tone in [Tone::Good, Tone::Bad, Tone::Mixed, Tone::Neutral] {
            let hits = read.iter().filter(|one| **one == tone).count();
            let figure = format!("{name} of {stars} stars, share read as {tone:?}").to_lowercase();
            let published = format!("{} comments", read.len());
            rows.push(Row::new(figure, hits as f64 / read.len() as f64, Goal::Shown, published));
        }
    }
    rows
}

/// The comments of the sample data, with the marks that their writers gave.
fn sample() -> anyhow::Result<Vec<Review>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sample-data/survey");
    let mut files: Vec<_> = std::fs::read_dir(folder)?
        .map(|one| one.map(|one| one.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    let mut comments = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path)?;
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        for record in reader.records() {
            let record = record?;
            let (Some(stars), Some(comment)) = (record.get(5), record.get(6)) else { continue };
            if let (Ok(stars), false) = (stars.parse(), comment.trim().is_empty()) {
                comments.push(Review { text: comment.to_owned(), stars, aspects: BTreeSet::new() });
            }
        }
    }
    Ok(comments)
}

/// What the sample's unhappy comments on the launch are about, by hand: `(part of a planted sentence, theme)`.
const PLANTED: &[(&str, &str)] = &[
    ("极光一号的 APP 更新之后就连不上网了", "app"),
    ("结果等了九天才来安装", "installation"),
    ("结果等了九天才来安装", "waiting"),
    ("花七千块买冰箱不是为了看广告的", "advertising"),
    ("宣传和实物差距有点大", "advertising"),
    ("门上的屏幕死机两次", "app"),
    ("智能识别食材基本不准", "performance"),
    ("installed the same day", "installation"),
    ("to see adverts on my fridge door", "advertising"),
    ("安装另收了三百多的辅材费", "price"),
    ("送货师傅很准时", "delivery"),
    ("extra installation fee", "price"),
    ("Delivery was on time", "delivery"),
    ("压缩机夜里嗡嗡响", "noise"),
    ("So quiet that I checked", "noise"),
    ("电费比去年少了一百多", "energy"),
    ("electricity bill went down", "energy"),
    ("用了不到一个月就漏水", "quality"),
    ("It leaked after a month", "quality"),
    ("发票拖了半个月", "payment"),
    ("打了三次电话才有人接", "service"),
    ("颜值高", "appearance"),
    ("以旧换新流程简单", "offers"),
];

/// How many of the planted sentences are found under their theme.
fn planted(reader: &Reader, sample: &[Review]) -> Vec<Row> {
    let (mut found, mut all) = (0.0, 0.0);
    for (sentence, theme) in PLANTED {
        let holds = |one: &&Review| one.text.contains(sentence);
        for comment in sample.iter().filter(holds) {
            all += 1.0;
            let themes = reader.read(&comment.text).themes;
            found += f64::from(u8::from(themes.iter().any(|id| id.as_str() == *theme)));
        }
    }
    let published = format!("{} sentences labelled by hand, {all} comments", PLANTED.len());
    vec![Row::new(
        "sample comments, share found under their theme",
        found / all,
        Goal::Above(0.999),
        published,
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_lexicon_finds_what_is_planted_in_the_sample() {
        let reader = Reader::new(&lexicon().expect("a sound lexicon"));
        let sample = sample().expect("the sample data");
        assert!(sample.len() > 1000);
        for (sentence, _) in PLANTED {
            assert!(sample.iter().any(|one| one.text.contains(sentence)), "{sentence}");
        }
        for row in planted(&reader, &sample) {
            assert!(row.holds(), "{row}");
        }
    }
}
