//! One month of a job: its editions by moment, its key figures by metric, and the data of the search.

use super::{
    Archivist, Frame, Link, MonthCard, MonthFiles, Newest, Shelved, Words, address, metrics,
};
use crate::{edition::set_page, error::RenderError, page::as_script_text};
use chrono::NaiveDateTime;
use model::{
    archive::{Headline, Reading},
    edition::EditionKind,
    label::Locale,
    report::{Argument, Message, Verdict},
};
use serde::Serialize;
use serde_json::{Value, json};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// How many statements of an edition are shown.
const HEADLINES: usize = 3;

#[derive(Serialize)]
struct MonthView<'a> {
    #[serde(flatten)]
    frame: Frame<'a>,
    title: String,
    organisation: String,
    month: String,
    home: String,
    moments: Vec<MomentView>,
    metrics: Vec<MetricView>,
}

#[derive(Serialize)]
struct MomentView {
    id: String,
    when: String,
    period: String,
    at: String,
    held: bool,
    corrected: Option<String>,
    headlines: Vec<Said>,
    /// What lies beside the page.
    files: Vec<Link>,
    /// Versions that are no longer valid.
    older: Vec<Link>,
}

/// A judged statement: the verdict as a class of the style sheets.
#[derive(Serialize)]
struct Said {
    verdict: &'static str,
    text: String,
}

#[derive(Serialize)]
struct MetricView {
    id: String,
    label: String,
    rows: Vec<ReadingView>,
}

#[derive(Serialize)]
struct ReadingView {
    when: String,
    at: String,
    period: String,
    value: String,
    change: String,
    corrected: bool,
}

/// The editions of one moment in one language: the one that is valid, and those before it.
struct Moment<'a> {
    as_of: NaiveDateTime,
    valid: &'a Shelved,
    older: Vec<&'a Shelved>,
}

impl Archivist {
    /// The files of one month, of all its editions in whatever order; none for a month without any.
    ///
    /// # Errors
    /// When a template cannot be filled.
    pub fn month(&self, shelved: &[Shelved]) -> Result<Option<MonthFiles>, RenderError> {
        let Some(first) = shelved.first() else { return Ok(None) };
        let month = first.entry.as_of.format("%Y-%m").to_string();
        let used: BTreeSet<Locale> = shelved.iter().map(|one| one.entry.locale).collect();
        let mut card = MonthCard { month: month.clone(), languages: BTreeMap::new() };
        let mut files = BTreeMap::new();
        for locale in used.iter().copied() {
            let words = self.words(locale)?;
            let moments = moments(shelved.iter().filter(|one| one.entry.locale == locale));
            let address = |other: Locale| format!("{month}.{other}.html");
            let frame = words.frame(used.iter().copied(), address, &self.style);
            let Some(view) = words.month(frame, &moments) else { continue };
            let page = set_page(&self.templates.fill("layouts/archive-month.html", &view)?);
            files.insert(format!("{month}.{locale}.html"), page);
            files.insert(format!("{month}.{locale}.js"), search_data(&view, &moments));
            card.languages.extend(newest(&moments).map(|newest| (locale, newest)));
        }
        Ok(Some(MonthFiles { card, files }))
    }
}

/// Newest first; of one moment a report stands before a notice, and the last correction before what it corrects.
fn moments<'a>(shelved: impl Iterator<Item = &'a Shelved>) -> Vec<Moment<'a>> {
    let mut by_moment: BTreeMap<Reverse<NaiveDateTime>, Vec<&Shelved>> = BTreeMap::new();
    for one in shelved {
        by_moment.entry(Reverse(one.entry.as_of)).or_default().push(one);
    }
    let moment = |(Reverse(as_of), mut all): (Reverse<NaiveDateTime>, Vec<&'a Shelved>)| {
        all.sort_by_key(|one| {
            let is_report = one.entry.kind == EditionKind::Report;
            Reverse((is_report, one.entry.revision, one.entry.version))
        });
        let mut all = all.into_iter();
        let valid = all.next()?;
        Some(Moment { as_of, valid, older: all.collect() })
    };
    by_moment.into_iter().filter_map(moment).collect()
}

impl Moment<'_> {
    /// How often the report that is valid was corrected: as often as it says, or as reports stood here before it.
    fn corrections(&self) -> usize {
        let is_report = |one: &&Shelved| one.entry.kind == EditionKind::Report;
        if !is_report(&self.valid) {
            return 0;
        }
        let told = usize::try_from(self.valid.entry.revision).unwrap_or(usize::MAX);
        self.older.iter().copied().filter(is_report).count().max(told)
    }

    fn is_held(&self) -> bool {
        self.valid.entry.kind == EditionKind::Notice
    }
}

fn newest(moments: &[Moment<'_>]) -> Option<Newest> {
    let first = moments.first()?;
    let summary = &first.valid.entry.summary;
    let report = moments.iter().find(|moment| !moment.is_held()).unwrap_or(first);
    let all = moments.iter().flat_map(|moment| metrics(&moment.valid.entry.summary.readings));
    Some(Newest {
        as_of: first.as_of,
        at: address(first.valid),
        title: report.valid.entry.summary.title.clone(),
        period: summary.period.clone(),
        held: first.is_held(),
        corrections: first.corrections(),
        headline: summary.headlines.first().map_or_else(String::new, |one| one.text.clone()),
        metrics: all.collect(),
        editions: moments.len(),
        corrected: moments.iter().filter(|moment| moment.corrections() > 0).count(),
    })
}

impl Words {
    fn month<'a>(&self, frame: Frame<'a>, moments: &[Moment<'_>]) -> Option<MonthView<'a>> {
        let first = moments.first()?;
        let report = moments.iter().find(|moment| !moment.is_held());
        let summary = &report.unwrap_or(first).valid.entry.summary;
        Some(MonthView {
            frame,
            title: summary.title.clone(),
            organisation: summary.organisation.clone(),
            month: self.month_name(first.as_of),
            home: format!("../../index.{}.html", self.locale()),
            moments: moments.iter().map(|moment| self.moment(moment)).collect(),
            metrics: self.metrics(moments),
        })
    }

    fn moment(&self, moment: &Moment<'_>) -> MomentView {
        let entry = &moment.valid.entry;
        let file = |name: &String| {
            let ending = name.rsplit('.').next().unwrap_or_default();
            let at = format!("../../{}/{name}", moment.valid.folder);
            Link { text: self.say(&Message::new(format!("archive.file_{ending}"))), at }
        };
        let headline =
            |one: &Headline| Said { verdict: verdict(one.verdict), text: one.text.clone() };
        MomentView {
            id: entry.as_of.format("%Y-%m-%dT%H%M").to_string(),
            when: self.formatter.moment(moment.as_of),
            period: entry.summary.period.clone(),
            at: format!("../../{}", address(moment.valid)),
            held: moment.is_held(),
            corrected: self.corrected(moment.corrections()),
            headlines: entry.summary.headlines.iter().take(HEADLINES).map(headline).collect(),
            files: entry
                .files
                .iter()
                .skip(1)
                .filter(|name| !name.ends_with(".js"))
                .map(file)
                .collect(),
            older: moment.older.iter().map(|one| self.older(one)).collect(),
        }
    }

    pub(super) fn corrected(&self, times: usize) -> Option<String> {
        let count = i64::try_from(times).ok().filter(|count| *count > 0)?;
        let times = Argument::Count(count);
        Some(self.say(&Message::new("archive.corrected").with("times", times)))
    }

    fn older(&self, shelved: &Shelved) -> Link {
        let text = match shelved.entry.kind {
            EditionKind::Notice => self.say(&Message::new("archive.held_before")),
            EditionKind::Report => {
                let number = i64::from(shelved.entry.revision + shelved.entry.version);
                let number = Argument::Count(number);
                self.say(&Message::new("archive.superseded_version").with("number", number))
            }
        };
        Link { text, at: format!("../../{}", address(shelved)) }
    }

    /// Each metric with its values, newest first, in the order in which the newest edition shows them.
    fn metrics(&self, moments: &[Moment<'_>]) -> Vec<MetricView> {
        let mut views: Vec<MetricView> = Vec::new();
        for moment in moments {
            for reading in &moment.valid.entry.summary.readings {
                let row = self.reading(moment, reading);
                match views.iter_mut().find(|view| view.id == reading.metric.as_str()) {
                    Some(view) => view.rows.push(row),
                    None => views.push(MetricView {
                        id: reading.metric.to_string(),
                        label: reading.label.clone(),
                        rows: vec![row],
                    }),
                }
            }
        }
        views
    }

    fn reading(&self, moment: &Moment<'_>, reading: &Reading) -> ReadingView {
        ReadingView {
            when: self.formatter.moment(moment.as_of),
            at: format!("../../{}", address(moment.valid)),
            period: moment.valid.entry.summary.period.clone(),
            value: reading.value.clone(),
            change: reading.change.clone().unwrap_or_default(),
            corrected: moment.corrections() > 0,
        }
    }
}

/// What the search knows of a month: a call of the index's script, because a page on a disk may read no other file.
fn search_data(view: &MonthView<'_>, moments: &[Moment<'_>]) -> String {
    let one = |(shown, moment): (&MomentView, &Moment<'_>)| -> Value {
        let entry = &moment.valid.entry;
        let readings = entry.summary.readings.iter();
        let readings: Vec<Value> = readings
            .map(|one| {
                let change = one.change.as_deref().unwrap_or_default();
                json!([one.metric, one.label, one.value, change])
            })
            .collect();
        json!({
            "day": entry.as_of.date(),
            "when": shown.when,
            "at": address(moment.valid),
            "title": entry.summary.title,
            "period": shown.period,
            "held": shown.held,
            "corrected": shown.corrected,
            "headlines": shown.headlines.iter().map(|said| &said.text).collect::<Vec<_>>(),
            "readings": readings,
        })
    };
    let all: Vec<Value> = view.moments.iter().zip(moments).map(one).collect();
    format!(
        "tidingsArchive({});
",
        as_script_text(&Value::Array(all))
    )
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "good",
        Verdict::Bad => "bad",
        Verdict::Neutral => "neutral",
        Verdict::Unknown => "unknown",
    }
}
