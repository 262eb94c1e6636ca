//! Turns a report into text, one locale at a time.

use super::{
    BlockView, BrandView, FindingView, NoteView, ReportView, SectionView,
    arrange::{PREHEADER, Room, arranged, cut_to, headlines, section_to_name},
};
use crate::{
    chart::Artist,
    error::RenderError,
    format::Formatter,
    layout::{Layout, Part},
    locale::{Catalogue, in_one_line},
};
use model::{
    edition::InlineImage,
    label::{Label, Locale},
    period::Period,
    quality::{QualityNote, Severity},
    report::{Argument, Finding, Message, Report, Section, Verdict, Within},
};
use serde_json::Value;
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

/// Analyses whose sentences are of the section's period and do not say so.
const OF_PERIOD: [&str; 11] = [
    "attribution",
    "benchmark",
    "channel_quality",
    "channels",
    "drivers",
    "funnel",
    "movers",
    "satisfaction",
    "scorecard",
    "survey",
    "targets",
];

/// Messages that put the figures of a section in doubt.
const DOUBTS: [&str; 3] = ["rule.", "drift.", "quality.control_"];

/// Writes views; collects on the way what does not stand in them.
pub(crate) struct Writer<'a> {
    pub(crate) formatter: &'a Formatter,
    catalogue: &'a Catalogue,
    unwritten: RefCell<BTreeSet<String>>,
    pub(super) brand: &'a BrandView,
    pub(super) layout: &'a Layout,
    pub(super) room: Room,
    /// The pictures of the mail, in the order in which it shows them.
    pub(crate) images: Vec<InlineImage>,
    /// The options of the page's charts by id.
    pub(crate) charts: BTreeMap<String, Value>,
    /// Remarks on the rendering.
    pub(crate) notes: Vec<QualityNote>,
}

impl<'a> Writer<'a> {
    /// A writer for the readers of one locale.
    pub(crate) fn new(
        formatter: &'a Formatter,
        catalogue: &'a Catalogue,
        (layout, brand): (&'a Layout, &'a BrandView),
    ) -> Self {
        Self {
            formatter,
            catalogue,
            brand,
            layout,
            room: Room::default(),
            unwritten: RefCell::default(),
            images: Vec::new(),
            charts: BTreeMap::new(),
            notes: Vec::new(),
        }
    }

    /// The views of a report, as a page and as a mail; `reservations` stand on top of both.
    pub(crate) fn report(
        &mut self,
        artist: &Artist<'_>,
        report: &Report,
        reservations: &[QualityNote],
    ) -> Result<(ReportView, ReportView), RenderError> {
        let layout = self.layout;
        let told = headlines(layout, report);
        let headlines: Vec<_> = told.iter().map(|finding| self.headline(report, finding)).collect();
        let arranged = arranged(layout, &report.sections);
        let mut sections = Vec::new();
        for one in &arranged {
            sections.push(self.section(artist, report, *one, &told)?);
        }
        let banner = self.banner(report, reservations);
        let preheader = match (&banner, headlines.first()) {
            (Some(banner), _) => {
                let first = banner.notes.first().map_or("", String::as_str);
                cut_to(self.formatter.beside(&banner.lead, first).trim_end(), PREHEADER)
            }
            (None, Some(headline)) => cut_to(&headline.text, PREHEADER),
            (None, None) => self.about("edition.preheader", report),
        };
        let page = ReportView {
            lang: self.locale().tag(),
            word: self.words(),
            title: self.title(report),
            slice: self.slice_line(report),
            organisation: self.label(&report.organisation),
            period: self.formatter.period_heading(&report.period),
            as_of: self.as_of(report),
            owner: self.owner(report),
            preheader,
            banner,
            has_lead: layout.lead && !headlines.is_empty(),
            headlines,
            sections,
            notes: report.notes.iter().map(|note| self.note(note)).collect(),
            // Rows are counted over all slices: the readers of one learn nothing of the others from them.
            sources: match report.slice.is_empty() {
                true => report.sources.iter().map(|source| self.source(source)).collect(),
                false => Vec::new(),
            },
            fingerprint: report.fingerprint.clone(),
            brand: self.brand.clone(),
            left: None,
            left_out: BTreeSet::new(),
        };
        let shares: Vec<_> = arranged.iter().map(|(_, share)| *share).collect();
        let mail = self.for_mail(&page, &shares, layout.sources);
        Ok((page, mail))
    }

    /// A sentence about the report as a whole.
    pub(crate) fn about(&self, key: &str, report: &Report) -> String {
        self.text(&self.naming(key, report))
    }

    /// A message with what the report is called, whose it is, and its period.
    pub(super) fn naming(&self, key: &str, report: &Report) -> Message {
        Message::new(key)
            .with("title", Argument::Text(self.title(report)))
            .with("organisation", Argument::Text(self.label(&report.organisation)))
            .with("period", Argument::Period(report.period))
    }

    /// The report's headline; that of a slice names it.
    pub(super) fn title(&self, report: &Report) -> String {
        let title = self.label(&report.title);
        match self.slice(report) {
            None => title,
            Some(slice) => {
                let message = Message::new("edition.sliced_title")
                    .with("title", Argument::Text(title))
                    .with("slice", Argument::Text(slice));
                self.text(&message)
            }
        }
    }

    /// The members that every figure of a report is within; none for a report on everything.
    fn slice(&self, report: &Report) -> Option<String> {
        let member = |within: &Within| {
            let message = Message::new("edition.slice_member")
                .with("dimension", Argument::Label(within.label.clone()))
                .with("member", Argument::Label(within.name.clone()));
            self.text(&message)
        };
        let members: Vec<String> = report.slice.iter().map(member).collect();
        (!members.is_empty()).then(|| members.join(self.separator()))
    }

    /// The sentence on top of a slice's report.
    fn slice_line(&self, report: &Report) -> Option<String> {
        let slice = Argument::Text(self.slice(report)?);
        Some(self.text(&Message::new("edition.slice_line").with("slice", slice)))
    }

    pub(super) fn separator(&self) -> &'static str {
        match self.locale() {
            Locale::En => ", ",
            Locale::ZhCn => "、",
        }
    }

    /// The remarks made so far, sentences without words among them.
    pub(crate) fn remarks(&self) -> Vec<QualityNote> {
        let unwritten = self.unwritten.borrow();
        let remark = |key: &String| QualityNote {
            severity: Severity::Warning,
            message: Message::new("quality.unknown_message")
                .with("key", Argument::Text(key.clone())),
            dataset: None,
        };
        self.notes.iter().cloned().chain(unwritten.iter().map(remark)).collect()
    }

    pub(crate) fn locale(&self) -> Locale {
        self.formatter.locale()
    }

    /// A name as it is shown.
    pub(super) fn label(&self, label: &Label) -> String {
        in_one_line(label.get(self.locale()))
    }

    /// A name as it stands in the data, for those who compute with it.
    pub(super) fn as_written(&self, label: &Label) -> String {
        label.get(self.locale()).to_owned()
    }

    /// A sentence; one that the locale lacks is shown by its key and remarked upon.
    pub(crate) fn text(&self, message: &Message) -> String {
        self.written(self.formatter, message)
    }

    /// A sentence with its amounts and counts in full, for those who compute with them.
    pub(super) fn text_in_full(&self, message: &Message) -> String {
        self.written(&Formatter::new(self.locale()).in_full(), message)
    }

    fn written(&self, formatter: &Formatter, message: &Message) -> String {
        self.catalogue.write(formatter, message).unwrap_or_else(|unwritten| {
            self.unwritten.borrow_mut().insert(unwritten.key);
            unwritten.text
        })
    }

    pub(super) fn word(&self, key: &str) -> String {
        self.text(&Message::new(format!("word.{key}")))
    }

    pub(super) fn words(&self) -> BTreeMap<String, String> {
        let words = self.catalogue.words().into_iter();
        words
            .filter_map(|(key, text)| {
                Some((key.strip_prefix("word.")?.to_owned(), text.to_owned()))
            })
            .collect()
    }

    fn section(
        &mut self,
        artist: &Artist<'_>,
        report: &Report,
        (section, share): (&Section, Option<&Part>),
        told: &[&Finding],
    ) -> Result<SectionView, RenderError> {
        self.room = Room::of(share);
        // What stands among the headlines is not said twice.
        let is_new = |one: &&Finding| !told.iter().any(|headline| headline.message == one.message);
        let left: Vec<&Finding> = section.findings.iter().filter(is_new).collect();
        // Where all that is known stands on top, what is not known does not open the section.
        let is_unknown = |one: &&Finding| one.verdict == Verdict::Unknown;
        let is_last = left.len() < section.findings.len()
            && !section.blocks.is_empty()
            && left.iter().all(is_unknown);
        let (first, last) = if is_last { (Vec::new(), left) } else { (left, Vec::new()) };
        let findings = first.into_iter().map(|finding| self.finding(finding)).collect();
        let own_period = |period: &Period| (*period != report.period).then_some(*period);
        let mut blocks = Vec::new();
        for block in &section.blocks {
            blocks.push(self.block(artist, section, block)?);
        }
        let note =
            |one: &&Finding| BlockView::Note { text: self.text(&one.message), is_news: true };
        blocks.extend(last.iter().map(note));
        let view = SectionView {
            id: identifier(section.id.as_str()),
            kind: section.kind.clone(),
            title: self.label(&section.title),
            period: own_period(&section.period)
                .map(|period| self.formatter.period_heading(&period)),
            reservations: self.reservations(report, section),
            findings,
            blocks,
        };
        Ok(view.titled_once())
    }

    /// What the reader of a section should know of the data that it rests on: broken rules, changed columns and totals
    /// that disagree. What was merely set aside, replaced or repeated is told once, in the data quality part.
    fn reservations(&self, report: &Report, section: &Section) -> Vec<String> {
        let matters = |note: &&QualityNote| {
            let rests_on = |dataset| section.datasets.contains(dataset);
            let is_doubt = DOUBTS.iter().any(|doubt| note.message.key.starts_with(doubt));
            is_doubt
                && note.severity > Severity::Info
                && note.dataset.as_ref().is_some_and(rests_on)
        };
        let told = |note: &QualityNote| {
            let text = Argument::Text(self.text(&note.message));
            self.text(&Message::new("edition.rests_on").with("note", text))
        };
        report.notes.iter().filter(matters).map(told).collect()
    }

    /// A reason to hold a report, with the sections that would have rested on it.
    pub(super) fn reason(&self, report: &Report, note: &QualityNote) -> NoteView {
        let view = self.note(note);
        let rests = |section: &&Section| {
            note.dataset.as_ref().is_some_and(|dataset| section.datasets.contains(dataset))
        };
        let titles: Vec<Label> =
            report.sections.iter().filter(rests).map(|section| section.title.clone()).collect();
        if titles.is_empty() {
            return view;
        }
        let damaged = Message::new("edition.damages")
            .with("note", Argument::Text(view.text.clone()))
            .with("list", Argument::List(titles));
        NoteView { text: self.text(&damaged), ..view }
    }

    /// A finding on top of the report, with its section where its subject would not be clear.
    fn headline(&self, report: &Report, finding: &Finding) -> FindingView {
        let view = self.of_period(report, finding);
        let Some(section) = section_to_name(report, finding) else { return view };
        let message = Message::new("edition.of_section")
            .with("section", Argument::Label(section.title.clone()))
            .with("finding", Argument::Text(view.text));
        FindingView { text: self.text(&message), ..view }
    }

    /// A finding; one of another period than the report's names it.
    fn of_period(&self, report: &Report, finding: &Finding) -> FindingView {
        let view = self.finding(finding);
        let tells = |section: &&Section| section.findings.contains(finding);
        // Told of the report's own period as well, it is of that one.
        let own = |section: &Section| section.period == report.period;
        let mut tellers = report.sections.iter().filter(tells);
        let Some(section) = tellers.next().filter(|first| !own(first) && !tellers.any(own)) else {
            return view;
        };
        let named = Argument::Period(section.period);
        let says_so = finding.message.arguments.values().any(|argument| *argument == named);
        if says_so || !OF_PERIOD.contains(&section.kind.as_str()) {
            return view;
        }
        let period = Argument::Text(self.formatter.period_heading(&section.period));
        let message = Message::new("edition.of_period")
            .with("period", period)
            .with("finding", Argument::Text(view.text));
        FindingView { text: self.text(&message), ..view }
    }

    fn finding(&self, finding: &Finding) -> FindingView {
        let (verdict, word) = match finding.verdict {
            Verdict::Good => ("good", "good"),
            Verdict::Bad => ("bad", "bad"),
            Verdict::Neutral => ("neutral", "neutral"),
            Verdict::Unknown => ("unknown", "unknown_verdict"),
        };
        FindingView {
            judged: finding.verdict,
            verdict,
            word: self.word(word),
            text: self.text(&finding.message),
        }
    }

    fn note(&self, note: &QualityNote) -> NoteView {
        let severity = match note.severity {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        NoteView { severity, word: self.word(severity), text: self.text(&note.message) }
    }

    pub(super) fn as_of(&self, report: &Report) -> String {
        // A zone that the locale has no name for keeps its own.
        let zone = Message::new(format!("zone.{}", report.zone));
        let zone = self.catalogue.write(self.formatter, &zone);
        let message = Message::new("edition.as_of")
            .with("moment", Argument::Text(self.formatter.moment(report.as_of)))
            .with("zone", Argument::Text(zone.unwrap_or_else(|_| report.zone.clone())));
        self.text(&message)
    }

    pub(super) fn owner(&self, report: &Report) -> String {
        let owner = Argument::Text(report.owner.clone());
        self.text(&Message::new("edition.owner").with("owner", owner))
    }
}

/// A name that can stand in an attribute, an address and a content id.
pub(crate) fn identifier(name: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    name.chars().map(safe).collect()
}
