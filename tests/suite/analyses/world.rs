//! A small made-up world: rows by day, the metrics over them, and the reports that are made of them.

use crate::support::{TestBed, root};
use chrono::{Days, NaiveDate};
use model::{
    label::Locale,
    report::{Argument, Block, Cell, Chart, Finding, Message, Report, Section, Table},
    run::RunRecord,
};
use std::{cell::RefCell, fmt::Write, fs};

/// The first day of every world.
pub(super) fn first() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 1).unwrap()
}

/// The day at a place, counted from 0.
pub(super) fn day(place: usize) -> NaiveDate {
    first() + Days::new(place as u64)
}

/// Numbers by chance, the same in every run.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A draw of the standard normal distribution.
    pub(super) fn normal(&mut self) -> f64 {
        let (radius, turn) = (self.next().max(1e-300), self.next());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * turn).cos()
    }

    /// Draws about a mean.
    pub(super) fn noise(&mut self, count: usize, mean: f64, sigma: f64) -> Vec<f64> {
        (0..count).map(|_| mean + sigma * self.normal()).collect()
    }
}

/// One row of a dataset.
pub(super) struct Row<'a> {
    pub(super) day: NaiveDate,
    pub(super) member: &'a str,
    pub(super) value: f64,
    pub(super) weight: f64,
}

/// Files of a job in a folder of their own.
pub(super) struct World {
    bed: TestBed,
    head: RefCell<String>,
    events: RefCell<String>,
    targets: RefCell<String>,
    metrics: RefCell<String>,
}

impl World {
    /// A world whose job runs by a cron line.
    pub(super) fn new(cron: &str) -> Self {
        let head = format!(
            "schema_version = 1\ntitle = {{ en = \"World\", zh-CN = \"世界\" }}\n\
             organisation = {{ en = \"House\", zh-CN = \"公司\" }}\nowner = \"Test\"\nzone = \"UTC\"\n\
             grain = \"day\"\ndata = \"../data\"\n\n[schedule]\ncron = \"{cron}\"\n\n\
             [dimensions]\nmember = {{ en = \"Member\", zh-CN = \"成员\" }}\n"
        );
        let text = RefCell::default;
        let head = RefCell::new(head);
        Self { bed: TestBed::empty(), head, events: text(), targets: text(), metrics: text() }
    }

    /// A dataset of any shape: its rows as CSV, and its contract without description, owner and source.
    pub(super) fn dataset(&self, id: &str, contract: &str, csv: &str) {
        self.bed.write(&format!("data/{id}.csv"), csv);
        let head = format!(
            "description = \"Rows.\"\nowner = \"Test\"\n[source]\nfiles = [\"{id}.csv\"]\n{contract}"
        );
        self.bed.write(&format!("jobs/contracts/{id}.toml"), head);
    }

    /// A dataset of rows, and metrics over it: `<id>` the sum of values, `<id>_weight` that of weights, `<id>_rate`
    /// the one per the other.
    pub(super) fn rows(&self, id: &str, expected: &str, rows: &[Row<'_>]) {
        let mut csv = String::from("day,member,value,weight\n");
        for row in rows {
            let _ = writeln!(csv, "{},{},{:.4},{:.4}", row.day, row.member, row.value, row.weight);
        }
        let contract = format!(
            "[time]\ncolumn = \"day\"\nexpected = \"{expected}\"\n[columns]\n\
             day = {{ type = \"date\", required = true, format = [\"%Y-%m-%d\"] }}\n\
             member = {{ type = \"text\", required = true }}\n\
             value = {{ type = \"decimal\", scale = 4, required = true }}\n\
             weight = {{ type = \"decimal\", scale = 4, required = true }}\n"
        );
        self.dataset(id, &contract, &csv);
        let over = |measure: &str| format!("dataset = \"{id}\"\nmeasure = \"{measure}\"");
        self.metric(id, "up", &over("sum(value)"));
        self.metric(&format!("{id}_weight"), "up", &over("sum(weight)"));
        self.metric(&format!("{id}_rate"), "up", &over("sum(value) / sum(weight)"));
    }

    /// A dataset of a day and columns of any type, such as `("who", "type = \"text\"")`; `rows` is CSV without its header.
    pub(super) fn table(&self, id: &str, columns: &[(&str, &str)], rows: &str) {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let kinds: Vec<String> =
            columns.iter().map(|(name, kind)| format!("{name} = {{ {kind} }}\n")).collect();
        self.raw(id, &kinds.concat(), &format!("day,{}\n{rows}", names.join(",")));
    }

    /// A dataset by its columns as the contract says them, a column `day` apart.
    pub(super) fn raw(&self, id: &str, columns: &str, csv: &str) {
        let contract = format!(
            "[time]\ncolumn = \"day\"\nexpected = \"irregular\"\n[columns]\n\
             day = {{ type = \"date\", required = true, format = [\"%Y-%m-%d\"] }}\n{columns}"
        );
        self.dataset(id, &contract, csv);
    }

    /// A dataset with one row for each day that is known.
    pub(super) fn series(&self, id: &str, values: &[Option<f64>]) {
        let known = values.iter().enumerate().filter_map(|(place, value)| Some((place, (*value)?)));
        let row = |(place, value)| Row { day: day(place), member: "a", value, weight: 1.0 };
        self.rows(id, "daily", &known.map(row).collect::<Vec<_>>());
    }

    /// A series without gaps.
    pub(super) fn full(&self, id: &str, values: &[f64]) {
        self.series(id, &values.iter().copied().map(Some).collect::<Vec<_>>());
    }

    /// A metric by its kind.
    pub(super) fn metric(&self, id: &str, direction: &str, kind: &str) {
        let _ = writeln!(
            self.metrics.borrow_mut(),
            "[{id}]\nlabel = {{ en = \"{id}\", zh-CN = \"{id}\" }}\n\
             description = {{ en = \"A metric.\", zh-CN = \"指标。\" }}\nunit = \"number\"\n\
             direction = \"{direction}\"\nowner = \"Test\"\n{kind}\n"
        );
    }

    /// What happened on a day.
    pub(super) fn event(&self, day: NaiveDate, label: &str) {
        let _ = writeln!(
            self.events.borrow_mut(),
            "[[event]]\ndate = \"{day}\"\nlabel = {{ en = \"{label}\", zh-CN = \"{label}\" }}"
        );
    }

    /// The themes of comments.
    pub(super) fn themes(&self, text: &str) {
        self.bed.write("jobs/themes/default.toml", text);
    }

    /// A target for every month.
    pub(super) fn target(&self, metric: &str, value: f64) {
        let _ = writeln!(
            self.targets.borrow_mut(),
            "[[target]]\nmetric = \"{metric}\"\ngrain = \"month\"\nvalue = \"{value}\""
        );
    }

    /// A calendar with one festival.
    pub(super) fn festival(&self, label: &str, occasions: &[(NaiveDate, NaiveDate)]) {
        let occasion = |(from, to): &(NaiveDate, NaiveDate)| {
            format!("{{ day = \"{from}\", from = \"{from}\", to = \"{to}\" }}")
        };
        let occasions: Vec<String> = occasions.iter().map(occasion).collect();
        let calendar = format!(
            "label = {{ en = \"Here\", zh-CN = \"此地\" }}\n[festivals.fair]\n\
             label = {{ en = \"{label}\", zh-CN = \"{label}\" }}\noccasions = [{}]\n",
            occasions.join(", ")
        );
        self.bed.write("jobs/calendars/here.toml", calendar);
        self.head.borrow_mut().push_str("\n[calendar]\nholidays = \"here\"\n");
    }

    /// The reports of every scheduled moment of the days; each sentence of theirs is one in both languages.
    pub(super) fn reports(
        &self,
        sections: &[String],
        from: NaiveDate,
        to: NaiveDate,
    ) -> Vec<Report> {
        self.bed.write("jobs/world.toml", format!("{}\n{}", self.head.borrow(), sections.concat()));
        self.bed.write("jobs/metrics/all.toml", self.metrics.borrow().as_str());
        if !self.events.borrow().is_empty() {
            self.bed.write("jobs/events/all.toml", self.events.borrow().as_str());
        }
        if !self.targets.borrow().is_empty() {
            self.bed.write("jobs/targets/all.toml", self.targets.borrow().as_str());
        }
        let (from, to) = (from.to_string(), to.to_string());
        let command =
            ["backfill", "jobs/world.toml", "--from", &from, "--to", &to, "--format", "json"];
        let ran = self.bed.tidings(&command).exits(0);
        let records: Vec<RunRecord> = serde_json::from_value(ran.json()).unwrap();
        let reports = records.iter().map(|record| {
            let found = record.artefacts.iter().find(|artefact| artefact.kind == "report");
            let path = &found.unwrap_or_else(|| panic!("no report: {record:?}")).path;
            let text = fs::read_to_string(self.bed.path(path)).unwrap();
            let report: Report = serde_json::from_str(&text).unwrap();
            speaks(&report);
            report
        });
        reports.collect()
    }

    /// The report of the morning of a day.
    pub(super) fn report(&self, sections: &[String], day: NaiveDate) -> Report {
        let mut reports = self.reports(sections, day, day);
        assert_eq!(reports.len(), 1, "the job runs once a day");
        reports.remove(0)
    }
}

/// A section by its name, analysis and settings.
pub(super) fn section(id: &str, analysis: &str, settings: &str) -> String {
    format!(
        "[[section]]\nid = \"{id}\"\ntitle = {{ en = \"{id}\", zh-CN = \"{id}\" }}\n\
         analysis = \"{analysis}\"\n{settings}\n\n"
    )
}

/// The section of a report.
pub(super) fn of<'a>(report: &'a Report, id: &str) -> &'a Section {
    report.sections.iter().find(|section| section.id.as_str() == id).unwrap()
}

/// The keys of a section's findings.
pub(super) fn keys(section: &Section) -> Vec<&str> {
    section.findings.iter().map(|finding| finding.message.key.as_str()).collect()
}

/// The findings with a key.
pub(super) fn told<'a>(section: &'a Section, key: &str) -> Vec<&'a Finding> {
    section.findings.iter().filter(|finding| finding.message.key == key).collect()
}

/// The names in an argument.
pub(super) fn names(message: &Message, name: &str) -> Vec<String> {
    match &message.arguments[name] {
        Argument::List(labels) => labels.iter().map(|label| label.en.clone()).collect(),
        Argument::Label(label) => vec![label.en.clone()],
        other => panic!("`{name}` names nothing: {other:?}"),
    }
}

/// The number in an argument.
pub(super) fn number(message: &Message, name: &str) -> f64 {
    use rust_decimal::prelude::ToPrimitive;
    match &message.arguments[name] {
        Argument::Count(count) => *count as f64,
        Argument::Value { value: Some(value), .. } | Argument::Change(Some(value)) => {
            value.to_f64().unwrap()
        }
        other => panic!("`{name}` has no number: {other:?}"),
    }
}

/// The pictures of a section.
pub(super) fn charts(section: &Section) -> Vec<&Chart> {
    let blocks = section.blocks.iter();
    blocks
        .filter_map(|block| if let Block::Chart(chart) = block { Some(chart) } else { None })
        .collect()
}

/// The tables of a section.
pub(super) fn tables(section: &Section) -> Vec<&Table> {
    let blocks = section.blocks.iter();
    blocks
        .filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None })
        .collect()
}

/// The keys of a section's remarks.
pub(super) fn notes(section: &Section) -> Vec<&str> {
    let blocks = section.blocks.iter();
    let notes =
        blocks.filter_map(|block| if let Block::Note(note) = block { Some(note) } else { None });
    notes.map(|note| note.key.as_str()).collect()
}

fn messages(report: &Report) -> Vec<&Message> {
    let mut found: Vec<&Message> = Vec::new();
    for section in &report.sections {
        found.extend(section.findings.iter().map(|finding| &finding.message));
        for block in &section.blocks {
            match block {
                Block::Note(note) => found.push(note),
                Block::Chart(chart) => found.push(&chart.alternative),
                Block::Table(table) => {
                    found.extend(&table.note);
                    let cells = table.rows.iter().flat_map(|row| &row.cells);
                    found.extend(cells.filter_map(|cell| match cell {
                        Cell::Message(message) => Some(message),
                        _ => None,
                    }));
                }
                Block::Scorecards(_) => {}
            }
        }
    }
    found
}

/// Whether each sentence is one in both languages: no key is left, and no number is missing.
fn speaks(report: &Report) {
    let messages = messages(report);
    for (locale, unknown) in [(Locale::En, "unknown"), (Locale::ZhCn, "未知")] {
        let said = report::say(&root().join("report-templates"), locale, &messages).unwrap();
        for (message, sentence) in messages.iter().zip(said) {
            let tells = |word: &str| sentence.contains(word);
            // Some sentences say themselves that something is not known.
            let admits = ["unknown", "missing"].iter().any(|word| message.key.contains(word));
            let faulty = tells(&message.key) || tells("{") || tells("NaN") || tells("inf ");
            assert!(!faulty && (admits || !tells(unknown)), "{}: {sentence}", message.key);
        }
    }
}
