//! The pages of the archive: an index of all jobs, and a page for each month of a job.
//!
//! Rule: a page is made of entries alone and needs no script; the search is an addition to it. A month's page and its
//! data speak of that month only, so that a new edition changes one month and the index.

mod month;
#[cfg(test)]
mod tests;

use crate::{
    chart::Brand,
    edition::set_page,
    error::RenderError,
    format::Formatter,
    locale::Catalogue,
    page::{POLICY, as_script_text},
    templates::Templates,
    view::BrandView,
};
use chrono::{Datelike, NaiveDateTime};
use model::{
    archive::{Entry, Reading},
    id::MetricId,
    label::Locale,
    report::{Argument, Message},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// The script of the index.
const SCRIPT: &str = include_str!("../../../../web/archive.js");

/// An entry and the folder that it lies in, relative to the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelved {
    /// The folder, with `/` between its parts.
    pub folder: String,
    /// The entry.
    pub entry: Entry,
}

/// What the index says of a month of a job; small, so that the index can be made of these alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthCard {
    /// Year and month, `2026-11`.
    pub month: String,
    /// Each language that the month has editions in.
    pub languages: BTreeMap<Locale, Newest>,
}

/// The newest edition of a month, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Newest {
    /// When.
    pub as_of: NaiveDateTime,
    /// The page of the edition, or its message, from the archive's folder.
    pub at: String,
    /// The report's headline, also where the newest edition was held.
    pub title: String,
    /// The period that it reports.
    pub period: String,
    /// Its first statement.
    pub headline: String,
    /// The metrics of the month: id and name.
    pub metrics: BTreeMap<MetricId, String>,
    /// Whether it was held, so that this is a notice.
    #[serde(default)]
    pub held: bool,
    /// How often it was corrected.
    #[serde(default)]
    pub corrections: usize,
    /// How many moments of the month have an edition.
    pub editions: usize,
    /// How many of them were corrected.
    pub corrected: usize,
}

/// A job in the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCard {
    /// Its folder's name.
    pub folder: String,
    /// What it has in each language.
    pub languages: BTreeMap<Locale, Months>,
}

/// The months of a job in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Months {
    /// Their names, `2026-11`, newest first.
    pub names: Vec<String>,
    /// The newest edition of the newest.
    pub newest: Newest,
}

/// The template folder, opened for the archive.
pub struct Archivist {
    folder: PathBuf,
    templates: Templates,
    style: Style,
}

/// The files of one month of a job: their names, and their text.
pub struct MonthFiles {
    /// What the index needs to know of it.
    pub card: MonthCard,
    /// Pages and data of the search, by file name.
    pub files: BTreeMap<String, String>,
}

/// The colours of both schemes, as declarations and by name, and the fonts.
struct Style {
    css: [String; 2],
    brand: BrandView,
}

/// The words of one language.
struct Words {
    formatter: Formatter,
    catalogue: Catalogue,
}

impl Archivist {
    /// Opens a template folder.
    ///
    /// # Errors
    /// When it is faulty.
    pub fn open(folder: &Path) -> Result<Self, RenderError> {
        let (templates, brand) = (Templates::load(folder)?, Brand::load(folder, None)?);
        Ok(Self {
            folder: folder.to_owned(),
            templates,
            style: Style { css: brand.css(), brand: brand.view() },
        })
    }

    /// The index in each language that an edition has, by file name, with its script.
    ///
    /// # Errors
    /// When a template cannot be filled.
    pub fn index(&self, jobs: &[JobCard]) -> Result<BTreeMap<String, String>, RenderError> {
        let used: BTreeSet<Locale> =
            jobs.iter().flat_map(|job| job.languages.keys().copied()).collect();
        let mut files = BTreeMap::from([("_archive/archive.js".to_owned(), SCRIPT.to_owned())]);
        for locale in Locale::ALL.into_iter().rev().filter(|locale| used.contains(locale)) {
            let words = self.words(locale)?;
            let view = words.index(jobs, &used, &self.style);
            let page = set_page(&self.templates.fill("layouts/archive.html", &view)?);
            // The first language of all is what opens where none is asked for.
            files.insert("index.html".to_owned(), page.clone());
            files.insert(format!("index.{locale}.html"), page);
        }
        Ok(files)
    }

    fn words(&self, locale: Locale) -> Result<Words, RenderError> {
        let catalogue = Catalogue::load(&self.folder, locale)?;
        Ok(Words { formatter: Formatter::new(locale), catalogue })
    }
}

/// The frame of every page of the archive.
#[derive(Serialize)]
struct Frame<'a> {
    lang: &'static str,
    word: BTreeMap<String, String>,
    policy: &'static str,
    light: &'a str,
    dark: &'a str,
    brand: &'a BrandView,
    /// The same page in other languages.
    others: Vec<Other>,
}

/// The same page in another language.
#[derive(Serialize)]
struct Other {
    lang: &'static str,
    text: &'static str,
    at: String,
}

/// Something to go to.
#[derive(Serialize)]
struct Link {
    text: String,
    at: String,
}

#[derive(Serialize)]
struct IndexView<'a> {
    #[serde(flatten)]
    frame: Frame<'a>,
    jobs: Vec<JobView>,
    metrics: BTreeMap<&'a str, &'a str>,
    data: String,
}

#[derive(Serialize)]
struct JobView {
    id: String,
    lang: &'static str,
    title: String,
    at: String,
    when: String,
    period: String,
    held: bool,
    corrected: Option<String>,
    headline: String,
    years: Vec<YearView>,
}

#[derive(Serialize)]
struct YearView {
    year: String,
    months: Vec<Link>,
}

impl Words {
    fn locale(&self) -> Locale {
        self.formatter.locale()
    }

    fn say(&self, message: &Message) -> String {
        self.catalogue.write(&self.formatter, message).unwrap_or_else(|unwritten| unwritten.text)
    }

    fn frame<'a>(
        &self,
        languages: impl Iterator<Item = Locale>,
        address: impl Fn(Locale) -> String,
        style: &'a Style,
    ) -> Frame<'a> {
        let words = self.catalogue.words().into_iter();
        let word = |(key, text): (&str, &str)| {
            let key = key.strip_prefix("archive.").or_else(|| key.strip_prefix("word."))?;
            Some((key.to_owned(), text.to_owned()))
        };
        let others = languages.filter(|other| *other != self.locale());
        let other_page =
            |other: Locale| Other { lang: other.tag(), text: own_name(other), at: address(other) };
        Frame {
            lang: self.locale().tag(),
            word: words.filter_map(word).collect(),
            policy: POLICY,
            light: &style.css[0],
            dark: &style.css[1],
            brand: &style.brand,
            others: others.map(other_page).collect(),
        }
    }

    fn index<'a>(
        &self,
        jobs: &'a [JobCard],
        used: &BTreeSet<Locale>,
        style: &'a Style,
    ) -> IndexView<'a> {
        let address = |other: Locale| format!("index.{other}.html");
        let mut metrics: Vec<(&str, &str)> = Vec::new();
        let mut data = Vec::new();
        let mut views = Vec::new();
        for job in jobs {
            // In this language, or in the first that it has.
            let own = job.languages.get_key_value(&self.locale());
            let Some((locale, months)) = own.or_else(|| job.languages.first_key_value()) else {
                continue;
            };
            let labels = months.newest.metrics.iter();
            metrics.extend(labels.map(|(id, label)| (id.as_str(), label.as_str())));
            data.push(json!({ "folder": job.folder, "lang": locale, "months": months.names }));
            views.push(self.job(&job.folder, *locale, months));
        }
        IndexView {
            frame: self.frame(used.iter().copied(), address, style),
            jobs: views,
            metrics: metrics.into_iter().collect(),
            data: as_script_text(&json!({ "jobs": data })),
        }
    }

    fn job(&self, folder: &str, locale: Locale, months: &Months) -> JobView {
        let newest = &months.newest;
        let mut years: Vec<YearView> = Vec::new();
        for month in &months.names {
            let (year, number) = month.split_once('-').unwrap_or((month, ""));
            let at = format!("_archive/{folder}/{month}.{locale}.html");
            let text = self.formatter.month_of_year(number.parse().unwrap_or(1));
            let link = Link { text, at };
            match years.last_mut().filter(|last| last.year == year) {
                Some(last) => last.months.push(link),
                None => {
                    years.push(YearView { year: year.to_owned(), months: vec![link] });
                }
            }
        }
        JobView {
            id: folder.to_owned(),
            lang: locale.tag(),
            title: newest.title.clone(),
            at: newest.at.clone(),
            when: self.formatter.moment(newest.as_of),
            period: newest.period.clone(),
            held: newest.held,
            corrected: self.corrected(newest.corrections),
            headline: newest.headline.clone(),
            years,
        }
    }

    fn month_name(&self, moment: NaiveDateTime) -> String {
        let month = Argument::Text(self.formatter.month_of_year(moment.month()));
        let year = Argument::Text(moment.year().to_string());
        self.say(&Message::new("archive.month_name").with("month", month).with("year", year))
    }
}

/// What a language calls itself.
fn own_name(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "English",
        Locale::ZhCn => "中文",
    }
}

/// The address of an edition's first file: its page, or the message of a notice.
fn address(shelved: &Shelved) -> String {
    let file = shelved.entry.files.first().map_or("", String::as_str);
    format!("{}/{file}", shelved.folder)
}

fn metrics(readings: &[Reading]) -> impl Iterator<Item = (MetricId, String)> {
    readings.iter().map(|reading| (reading.metric.clone(), reading.label.clone()))
}
