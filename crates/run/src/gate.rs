//! The decision before anything is sent: in doubt, hold.

use chrono::{Datelike, NaiveDate, Weekday};
use engine::Table;
use extract::{Contract, Extracted};
use job::JobPlan;
use model::{
    contract::Expected,
    edition::Release,
    number::Number,
    period::{Grain, Period},
    quality::{QualityNote, RowCounts, Severity},
    report::{Argument, Fmt, Message, Report},
    unit::Unit,
};

/// Days of history that tell how many rows are usual.
const USUAL_DAYS: usize = 28;

/// In a file with fewer rows a single bad one would be a large share.
const SMALL_FILE: u64 = 100;

/// Whether a decision holds the report.
pub(crate) fn holds(release: &Release) -> bool {
    matches!(release, Release::Hold(_))
}

/// Decides on a report: hold on any error, mark on a gap in the reported period, else send.
pub(crate) fn decide(plan: &JobPlan, report: &Report, extracted: &Extracted) -> Release {
    let reasons = reasons(plan, report, extracted);
    if !reasons.is_empty() {
        return Release::Hold(reasons);
    }
    let gaps = gaps(report);
    if gaps.is_empty() { Release::Send } else { Release::SendMarked(gaps) }
}

/// The remarks on days without rows in the reported period.
pub(crate) fn gaps(report: &Report) -> Vec<QualityNote> {
    let is_gap = |note: &&QualityNote| {
        note.severity == Severity::Warning && note.message.key == "quality.missing_days"
    };
    report.notes.iter().filter(is_gap).cloned().collect()
}

/// What holds a report back.
pub(crate) fn reasons(plan: &JobPlan, report: &Report, extracted: &Extracted) -> Vec<QualityNote> {
    let mut reasons: Vec<QualityNote> =
        report.notes.iter().filter(|note| note.severity == Severity::Error).cloned().collect();
    reasons.extend(mostly_quarantined(plan, &report.notes));
    for contract in &plan.extract.contracts {
        let source = report.sources.iter().find(|source| source.dataset == contract.id);
        let newest = extracted.newest.get(&contract.id).filter(|rows| rows.read >= SMALL_FILE);
        for rows in source.map(|source| &source.rows).into_iter().chain(newest) {
            reasons.extend(quarantined(plan, rows, contract));
        }
        if let Some(table) = extracted.tables.0.get(&contract.id) {
            let days = Days { plan, contract, table };
            reasons.extend(days.stale());
            reasons.extend(days.coverage());
            reasons.extend(days.volume());
        }
    }
    reasons.dedup();
    reasons
}

fn note(contract: &Contract, key: &str, arguments: Vec<(&str, Argument)>) -> QualityNote {
    let mut message = Message::new(key).with("dataset", Argument::Text(contract.id.to_string()));
    for (name, argument) in arguments {
        message = message.with(name, argument);
    }
    QualityNote { severity: Severity::Error, message, dataset: Some(contract.id.clone()) }
}

fn percent(share: f64) -> Argument {
    let format = Fmt { unit: Unit::Percent, decimals: Some(1) };
    Argument::value(Some(Number::Real(share)), format)
}

fn quarantined(plan: &JobPlan, rows: &RowCounts, contract: &Contract) -> Option<QualityNote> {
    let share = rows.quarantined_share()?;
    let count = Argument::Count(rows.quarantined as i64);
    (share > plan.gate.max_quarantined_share).then(|| {
        note(contract, "quality.quarantined", vec![("count", count), ("share", percent(share))])
    })
}

/// The remarks on files with more bad rows than good ones, as faults; unless the job takes more bad rows than that.
pub(crate) fn mostly_quarantined(plan: &JobPlan, notes: &[QualityNote]) -> Vec<QualityNote> {
    let is_too_much = |message: &Message| {
        let of = |name: &str| match message.arguments.get(name) {
            Some(Argument::Count(rows)) => u64::try_from(*rows).ok(),
            _ => None,
        };
        let rows = of("rows").zip(of("bad")).map(|(read, quarantined)| RowCounts {
            read,
            accepted: read.saturating_sub(quarantined),
            quarantined,
            superseded: 0,
        });
        let share = rows.and_then(|rows| rows.quarantined_share());
        share > Some(plan.gate.max_quarantined_share)
    };
    let remarks = notes.iter().filter(|note| note.message.key == "quality.mostly_quarantined");
    remarks
        .filter(|note| is_too_much(&note.message))
        .map(|note| QualityNote { severity: Severity::Error, ..note.clone() })
        .collect()
}

/// The days of one dataset.
pub(crate) struct Days<'a> {
    pub(crate) plan: &'a JobPlan,
    pub(crate) contract: &'a Contract,
    pub(crate) table: &'a Table,
}

impl Days<'_> {
    pub(crate) fn expects(&self, day: NaiveDate) -> bool {
        self.contract.is_dated()
            && match self.contract.expected {
                Expected::Daily => true,
                Expected::Weekdays => !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
                Expected::Monthly | Expected::Irregular => false,
            }
    }

    /// The last day with rows before the scheduled day, if rows are expected on most days.
    fn last(&self) -> Option<NaiveDate> {
        let days = self.table.days();
        days.range(..self.plan.extract.today).next_back().map(|(day, _)| *day)
    }

    fn is_regular(&self) -> bool {
        self.contract.is_dated()
            && matches!(self.contract.expected, Expected::Daily | Expected::Weekdays)
    }

    fn stale(&self) -> Option<QualityNote> {
        if !self.is_regular() {
            return None;
        }
        let last = self.last()?;
        let expected_since =
            last.iter_days().skip(1).take_while(|day| *day < self.plan.extract.today);
        let missing = expected_since.filter(|day| self.expects(*day)).count() as i64;
        let arguments = vec![("last", Argument::Date(last)), ("days", Argument::Count(missing))];
        (missing >= self.plan.gate.max_age_days)
            .then(|| note(self.contract, "quality.stale", arguments))
    }

    fn coverage(&self) -> Option<QualityNote> {
        let days = self.table.days();
        let (expected, present) = if self.contract.expected == Expected::Monthly {
            let calendar = &self.plan.transform.calendar;
            let months = calendar.periods(Grain::Month, self.plan.period.days);
            let over = months.iter().filter(|month| month.days.end <= self.plan.extract.today);
            let has_rows =
                |month: &&Period| days.range(month.days.start..month.days.end).next().is_some();
            (over.clone().count(), over.filter(has_rows).count())
        } else {
            let expected = self.plan.period.days.iter().filter(|day| self.expects(*day));
            (expected.clone().count(), expected.filter(|day| days.contains_key(day)).count())
        };
        if expected == 0 {
            return None;
        }
        let share = present as f64 / expected as f64;
        let arguments = vec![("share", percent(share))];
        (share < self.plan.gate.min_coverage)
            .then(|| note(self.contract, "quality.low_coverage", arguments))
    }

    /// Rows of the last day against the median of the days before it.
    pub(crate) fn volume(&self) -> Option<QualityNote> {
        if !self.is_regular() {
            return None;
        }
        let last = self.last()?;
        let days = self.table.days();
        let rows = *days.get(&last)?;
        let mut before: Vec<u64> =
            days.range(..last).rev().take(USUAL_DAYS).map(|(_, rows)| *rows).collect();
        if before.len() < USUAL_DAYS {
            return None;
        }
        before.sort_unstable();
        let usual = before[before.len() / 2];
        let factor = self.plan.gate.max_volume_factor;
        let key = match (rows as f64, usual as f64) {
            (rows, usual) if rows * factor < usual => "quality.low_volume",
            (rows, usual) if rows > usual * factor => "quality.high_volume",
            _ => return None,
        };
        let arguments = vec![
            ("date", Argument::Date(last)),
            ("count", Argument::Count(rows as i64)),
            ("usual", Argument::Count(usual as i64)),
        ];
        Some(note(self.contract, key, arguments))
    }
}
