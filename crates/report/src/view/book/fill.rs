//! The sheets: a summary, then what each section has.

use super::{Book, BookWords, Grid, Line, Sheet, Value};
use crate::view::{BlockView, ReportView, SectionView, Writer};
use model::report::{Argument, Block, Message, Report, Scorecard, Section};

impl Writer<'_> {
    /// The report as sheets; `view` is the same report as text.
    pub(crate) fn book(&self, view: &ReportView, report: &Report) -> Book {
        // The view has them in the order of the layout.
        let sections = view.sections.iter().filter_map(|view| {
            let section = report.sections.iter().find(|one| one.id.as_str() == view.id)?;
            Some((view, section))
        });
        let heads = ["section", "block", "row", "column", "from", "to", "value", "unit"];
        let heads = heads.into_iter().chain(["coverage", "text"]);
        let mut heads = heads.map(|head| self.sheet_word(&format!("flat_{head}")));
        Book {
            locale: self.locale(),
            title: view.title.clone(),
            organisation: view.organisation.clone(),
            summary: self.summary(view, report),
            sections: sections.map(|(view, section)| self.sheet(view, report, section)).collect(),
            words: BookWords {
                first_day: self.sheet_word("first_day"),
                last_day: self.sheet_word("last_day"),
                coverage: self.sheet_word("coverage"),
                flat: std::array::from_fn(|_| heads.next().unwrap_or_default()),
            },
        }
    }

    fn sheet_word(&self, key: &str) -> String {
        self.text(&Message::new(format!("sheet.{key}")))
    }

    fn summary(&self, view: &ReportView, report: &Report) -> Sheet {
        let text = |text: &str| Value::Text(text.to_owned());
        let named = |name: String, value: Value| Line::new(vec![Value::Text(name), value]);
        let about = vec![
            named(self.word("period"), text(&view.period)),
            named(self.sheet_word("first_day"), Value::Day(report.period.days.start)),
            named(self.sheet_word("last_day"), Value::Day(report.period.days.last())),
            named(self.word("as_of"), Value::Moment(report.as_of)),
            named(self.sheet_word("zone"), text(&report.zone)),
            named(self.word("fingerprint"), text(&report.fingerprint)),
        ];
        let banner = view.banner.iter().flat_map(|banner| {
            [&banner.title, &banner.lead].into_iter().chain(&banner.notes).cloned()
        });
        let lines = [view.organisation.clone(), view.owner.clone()].into_iter().chain(banner);
        let said = |title: &str, words: Vec<(&String, &String)>| Grid {
            title: self.word(title),
            columns: Vec::new(),
            rows: words
                .iter()
                .map(|(word, said)| Line::new(vec![text(word), text(said)]))
                .collect(),
            note: None,
        };
        let headlines = view.headlines.iter().map(|finding| (&finding.word, &finding.text));
        let notes = view.notes.iter().map(|note| (&note.word, &note.text));
        let about = Grid { title: String::new(), columns: Vec::new(), rows: about, note: None };
        let grids = [
            about,
            said("headlines", headlines.collect()),
            said("notes", notes.collect()),
            self.sources(view, report),
        ];
        Sheet {
            title: self.sheet_word("summary"),
            lines: std::iter::once(view.title.clone()).chain(lines).collect(),
            grids: grids.into_iter().filter(|grid| !grid.rows.is_empty()).collect(),
        }
    }

    fn sources(&self, view: &ReportView, report: &Report) -> Grid {
        let columns = ["dataset", "read", "accepted", "quarantined", "superseded", "missing_days"];
        let rows = report.sources.iter().zip(&view.sources).map(|(source, view)| {
            let rows = &source.rows;
            let counts = [rows.read, rows.accepted, rows.quarantined, rows.superseded];
            let mut cells = vec![Value::Text(view.dataset.clone())];
            cells.extend(counts.map(Value::count));
            cells.push(Value::Text(view.missing.clone()));
            Line { days: source.covers, cells, total: false }
        });
        Grid {
            title: self.word("sources"),
            columns: columns.map(|column| self.word(column)).to_vec(),
            rows: rows.collect(),
            note: None,
        }
    }

    fn sheet(&self, view: &SectionView, report: &Report, section: &Section) -> Sheet {
        let period =
            view.period.clone().unwrap_or_else(|| self.formatter.period_heading(&report.period));
        let colon = self.word("colon");
        let findings =
            view.findings.iter().map(|finding| format!("{}{colon}{}", finding.word, finding.text));
        let notes = view.blocks.iter().filter_map(|block| match block {
            BlockView::Note { text, .. } => Some(text.clone()),
            _ => None,
        });
        let lines = [view.title.clone(), period].into_iter();
        let lines = lines.chain(view.reservations.iter().cloned()).chain(findings).chain(notes);
        let grids = section.blocks.iter().flat_map(|block| match block {
            Block::Chart(chart) => self.chart_grids(chart),
            Block::Note(_) => Vec::new(),
            Block::Scorecards(cards) => vec![self.cards(&view.title, cards)],
            Block::Table(table) => vec![self.table_grid(table)],
        });
        Sheet { title: view.title.clone(), grids: grids.collect(), lines: lines.collect() }
    }

    /// Key figures: a row each, two columns for each comparison that any of them has.
    fn cards(&self, title: &str, cards: &[Scorecard]) -> Grid {
        let mut labels: Vec<String> = Vec::new();
        for comparison in cards.iter().flat_map(|card| &card.comparisons) {
            let label = self.text(&comparison.label);
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        let mut columns = vec![self.sheet_word("key_figure"), self.sheet_word("value")];
        for label in &labels {
            for key in ["sheet.base", "sheet.change"] {
                let label = Argument::Text(label.clone());
                columns.push(self.text(&Message::new(key).with("comparison", label)));
            }
        }
        let row = |card: &Scorecard| {
            let mut cells =
                vec![Value::Text(self.as_written(&card.label)), Value::figure(&card.figure, "")];
            for label in &labels {
                let mut found = card.comparisons.iter();
                match found.find(|comparison| self.text(&comparison.label) == *label) {
                    None => cells.extend([Value::Empty, Value::Empty]),
                    Some(comparison) => {
                        cells.push(Value::figure(&comparison.base, ""));
                        cells.push(match comparison.change {
                            Some(change) => Value::change(Some(change)),
                            None => Value::difference(&comparison.difference),
                        });
                    }
                }
            }
            Line::new(cells)
        };
        let rows = cards.iter().map(row).collect();
        Grid { title: title.to_owned(), columns, rows, note: None }
    }
}
