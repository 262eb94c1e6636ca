//! What stands where, and what of it a mail shows.
//!
//! Rule: the mail and its text are cut from the view of the page, so that they say nothing that the page does not say.
//! A section that keeps nothing is left to the page as a whole, and the mail names it; of others it says that there is
//! more.

use super::{
    BlockView, PictureView, ReportView, RowView, ScorecardsView, SectionView, TableView, Writer,
};
use crate::{
    chart::Drawing,
    layout::{Layout, Part},
};
use model::{
    edition::InlineImage,
    quality::{QualityNote, Severity},
    report::{Argument, Chart, Finding, Message, Report, Section, Tick, Verdict},
};
use rust_decimal::Decimal;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// How many columns of text an inbox shows beside a subject; a hanzi takes two.
pub(crate) const PREHEADER: usize = 140;

/// How much of a section still goes into the mail.
#[derive(Default)]
pub(crate) struct Room {
    charts: usize,
    figures: usize,
}

impl Room {
    /// The room that a layout gives to a section; none for one that is left to the page.
    pub(super) fn of(share: Option<&Part>) -> Self {
        let (charts, figures) = share.map_or((0, 0), |part| (part.charts, part.figures));
        Self { charts, figures }
    }

    pub(super) fn takes_chart(&mut self) -> bool {
        take(&mut self.charts)
    }

    pub(super) fn takes_figure(&mut self) -> bool {
        take(&mut self.figures)
    }
}

fn take(left: &mut usize) -> bool {
    let is_there = *left > 0;
    *left = left.saturating_sub(1);
    is_there
}

/// The sections in the order of a layout, each with how much of it a mail shows.
pub(super) fn arranged<'a>(
    layout: &'a Layout,
    sections: &'a [Section],
) -> Vec<(&'a Section, Option<&'a Part>)> {
    let mut placed: Vec<_> =
        sections.iter().map(|section| (layout.place(&section.kind), section)).collect();
    placed.sort_by_key(|((place, _), _)| *place);
    let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
    let shares = placed.into_iter().map(|((place, share), section)| {
        let seen = seen.entry(place).or_default();
        *seen += 1;
        (section, share.filter(|part| *seen <= part.sections))
    });
    shares.collect()
}

/// The headlines that a layout shows: those of the kinds that lead it before all others.
pub(super) fn headlines<'a>(layout: &Layout, report: &'a Report) -> Vec<&'a Finding> {
    let leads = |section: &&Section| layout.lead_kinds.contains(&section.kind);
    let leading = || report.sections.iter().filter(leads);
    let is_of_them =
        |finding: &&Finding| leading().any(|section| section.findings.contains(finding));
    let (mut first, others): (Vec<_>, Vec<_>) = report.headlines.iter().partition(is_of_them);
    if first.is_empty() {
        let said = leading().flat_map(|section| &section.findings);
        let said = said.filter(|finding| finding.verdict != Verdict::Unknown);
        first.extend(said.min_by_key(|finding| Reverse(finding.weight)));
    }
    first.extend(others);
    first.truncate(layout.headlines);
    first
}

/// The section that a headline names: its figures are of one among peers, while another headline has another figure of the
/// same metric; or they are of the channels of that section alone.
pub(super) fn section_to_name<'a>(report: &'a Report, finding: &Finding) -> Option<&'a Section> {
    let tells = |section: &&Section| section.findings.contains(finding);
    let section = report.sections.iter().find(tells)?;
    let is_unclear = match section.kind.as_str() {
        "benchmark" => report.headlines.iter().any(|other| is_another(other, finding)),
        "channel_quality" => true,
        _ => false,
    };
    is_unclear.then_some(section)
}

/// Whether two statements have two figures of one metric.
fn is_another(one: &Finding, other: &Finding) -> bool {
    let metric = |finding: &Finding| finding.message.arguments.get("metric").cloned();
    let figure = |finding: &Finding| match finding.message.arguments.get("value") {
        Some(Argument::Value { value: Some(value), .. }) => Some(*value),
        _ => None,
    };
    // Of figures that are computed in another way the last digits may differ.
    let least = Decimal::new(1, 9);
    let differs = |(one, other): (Decimal, Decimal)| {
        let gap = one.checked_sub(other);
        gap.is_none_or(|gap| gap.abs() > least * one.abs().max(other.abs()))
    };
    metric(one).is_some()
        && metric(one) == metric(other)
        && figure(one).zip(figure(other)).is_some_and(differs)
}

impl Writer<'_> {
    /// Keeps the pictures of a drawing; answers how the mail shows them.
    pub(super) fn keep(&mut self, id: &str, drawing: &Drawing) -> Vec<PictureView> {
        let mut views = Vec::new();
        for picture in &drawing.pictures {
            let class = match (picture.is_narrow, picture.is_dark) {
                (false, false) => "wide",
                (false, true) => "wide-dark",
                (true, false) => "narrow",
                (true, true) => "narrow-dark",
            };
            let content_id = format!("{id}-{class}@tidings");
            self.images.push(InlineImage {
                content_id: content_id.clone(),
                file_name: format!("{id}-{class}.png"),
                png: picture.png.clone(),
            });
            let (width, height) = picture.size;
            views.push(PictureView { cid: content_id, class, width, height });
        }
        views
    }

    /// Remarks that no font has some characters, one for each place: where they stand, and in which name.
    pub(crate) fn lacks(
        &mut self,
        key: &str,
        missing: impl IntoIterator<Item = char>,
        (place, holder): (&str, impl Fn(char) -> Option<String>),
    ) {
        let mut places: BTreeMap<String, String> = BTreeMap::new();
        for character in missing {
            let place = match holder(character) {
                Some(holder) if holder != place => format!("{place} – {holder}"),
                _ => place.to_owned(),
            };
            places.entry(place).or_default().push(character);
        }
        for (place, characters) in places {
            let message = Message::new(key)
                .with("characters", Argument::Text(characters))
                .with("place", Argument::Text(place));
            self.notes.push(QualityNote { severity: Severity::Warning, message, dataset: None });
        }
    }

    /// Remarks on the characters of a drawing that no font has, each with the name that holds it.
    pub(super) fn remark_on_glyphs(&mut self, chart: &Chart, drawing: &Drawing) {
        let series = chart.series.iter().map(|series| &series.label);
        let ticks = chart.ticks.iter().filter_map(|tick| match tick {
            Tick::Label(label) => Some(label),
            Tick::Number(_) | Tick::Period(_) => None,
        });
        let names: Vec<String> = ticks.chain(series).map(|label| self.label(label)).collect();
        let title = self.label(&chart.title);
        let holder = |c: char| names.iter().find(|name| name.contains(c)).cloned();
        let missing = drawing.missing.iter().copied();
        self.lacks("quality.missing_glyph", missing, (&title, holder));
    }

    /// The view of the mail: the page's, cut to the shares of its sections.
    pub(super) fn for_mail(
        &self,
        page: &ReportView,
        shares: &[Option<&Part>],
        has_sources: bool,
    ) -> ReportView {
        let mut left_out = BTreeSet::new();
        let mut sections = Vec::new();
        let mut is_all = true;
        // The readers of a slice have no page that could show more.
        let has_page = page.slice.is_none();
        for (section, share) in page.sections.iter().zip(shares) {
            let cut = share.map(|part| part.cut(section));
            let is_whole = cut.as_ref().is_some_and(|(_, is_whole)| *is_whole);
            is_all &= is_whole;
            let shown = cut.map(|(shown, _)| shown);
            let shown = shown.filter(|one| !one.findings.is_empty() || !one.blocks.is_empty());
            if has_page && shown.is_none() && !is_whole {
                left_out.insert(section.id.clone());
            }
            sections.extend(shown);
        }
        let left = (has_page && !is_all).then(|| self.left(page, &left_out));
        let sources = if has_sources { page.sources.clone() } else { Vec::new() };
        ReportView { sections, left, left_out, sources, ..page.clone() }
    }

    /// Leaves the figures of the last section that has any to the page, and says so; whether there was one.
    pub(crate) fn shorten(&self, page: &ReportView, mail: &mut ReportView) -> bool {
        let Some(at) = mail.sections.iter().rposition(|one| !one.blocks.is_empty()) else {
            return false;
        };
        let section = &mut mail.sections[at];
        section.blocks.clear();
        let (id, says_nothing) = (section.id.clone(), section.findings.is_empty());
        if says_nothing {
            mail.sections.remove(at);
        }
        mail.left_out.insert(id);
        mail.left = Some(self.left(page, &mail.left_out));
        true
    }

    /// That the page shows more of what stands in a mail, and the sections that do not, in the order of the page.
    fn left(&self, page: &ReportView, ids: &BTreeSet<String>) -> String {
        if ids.is_empty() {
            return self.text(&Message::new("edition.more_on_the_page"));
        }
        let key = if page.slice.is_none() { "edition.on_the_page" } else { "edition.cut_short" };
        let meant = page.sections.iter().filter(|section| ids.contains(&section.id));
        let titles: Vec<&str> = meant.map(|section| section.title.as_str()).collect();
        let has_commas = titles.iter().any(|title| title.contains(','));
        let list = titles.join(if has_commas { "; " } else { self.separator() });
        self.text(&Message::new(key).with("list", Argument::Text(list)))
    }
}

impl SectionView {
    /// The same; what repeats the title above it knows, and colours that stand there already are not told again.
    pub(super) fn titled_once(mut self) -> Self {
        let mut above = self.title.clone();
        let mut keys = Vec::new();
        for block in &mut self.blocks {
            let (title, table) = match block {
                BlockView::Chart(chart) => {
                    let own = chart.cells.as_mut().map(|cells| &mut cells.keys);
                    let is_known = chart.title == above;
                    let shown = own.map(|own| match is_known && *own == keys {
                        true => std::mem::take(own),
                        false => own.clone(),
                    });
                    keys = shown.unwrap_or_default();
                    (chart.title.clone(), &mut chart.table)
                }
                BlockView::Table(table) => {
                    keys.clear();
                    (table.title.clone(), table)
                }
                BlockView::Note { .. } | BlockView::Scorecards(_) => continue,
            };
            table.again = title == above;
            above = title;
        }
        self
    }
}

impl Part {
    /// What a mail shows of a section, and whether that is all of it.
    fn cut(&self, section: &SectionView) -> (SectionView, bool) {
        let mut cut = SectionView { blocks: Vec::new(), ..section.clone() };
        cut.findings.truncate(self.findings);
        let (mut charts, mut tables) = (self.charts, self.tables);
        let mut is_whole = cut.findings.len() == section.findings.len();
        for block in &section.blocks {
            let shown = match block {
                BlockView::Scorecards(cards) => {
                    let mut cards = cards.cards.clone();
                    is_whole &= cards.len() <= self.figures;
                    cards.truncate(self.figures);
                    Some(BlockView::Scorecards(ScorecardsView::of(cards)))
                }
                BlockView::Chart(_) => take(&mut charts).then(|| block.clone()),
                BlockView::Table(table) => take(&mut tables).then(|| {
                    let table = self.rows_of(table, &mut is_whole);
                    BlockView::Table(table)
                }),
                BlockView::Note { is_news, .. } => (*is_news || self.notes).then(|| block.clone()),
            };
            is_whole &= shown.is_some();
            cut.blocks.extend(shown);
        }
        (cut.titled_once(), is_whole)
    }

    /// The first rows of a table, of one over time the last, and its totals.
    fn rows_of(&self, table: &TableView, is_whole: &mut bool) -> TableView {
        let single = table.rows.iter().filter(|row| !row.total).count();
        let mut past = if table.is_over_time { single.saturating_sub(self.rows) } else { 0 };
        let mut left = self.rows;
        let keeps = |row: &&RowView| row.total || !take(&mut past) && take(&mut left);
        let rows: Vec<RowView> = table.rows.iter().filter(keeps).cloned().collect();
        *is_whole &= rows.len() == table.rows.len();
        let note = table.note.clone().filter(|_| self.notes);
        *is_whole &= note.is_some() == table.note.is_some();
        TableView { rows, note, ..table.clone() }
    }
}

/// How many columns a text takes where a hanzi takes two.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(|sign| if sign >= '\u{2e80}' { 2 } else { 1 }).sum()
}

/// The beginning of a text, up to so many columns, cut between words and, where it has none, between hanzi.
pub(super) fn cut_to(text: &str, most: usize) -> String {
    if columns(text) <= most {
        return text.to_owned();
    }
    let (mut used, mut end, mut last) = (1, 0, 0);
    for (at, sign) in text.char_indices() {
        if sign == ' ' {
            last = at;
        }
        used += columns(sign.encode_utf8(&mut [0; 4]));
        if used > most {
            break;
        }
        end = at + sign.len_utf8();
        if sign >= '\u{2e80}' {
            last = end;
        }
    }
    let end = if last > 0 { last } else { end };
    format!("{}…", text[..end].trim_end_matches([' ', ',', '，', '、', ';', '；', ':', '：']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preheader_is_cut_between_words_and_between_hanzi() {
        assert_eq!(cut_to("Net revenue fell", 40), "Net revenue fell");
        assert_eq!(
            cut_to("Net revenue fell 55.6% to ¥2.14M, compared", 34),
            "Net revenue fell 55.6% to ¥2.14M…"
        );
        assert_eq!(cut_to("净销售额为¥213.9万，较上周下降", 20), "净销售额为¥213.9万…");
        assert!(columns(&cut_to(&"很长的名字".repeat(99), PREHEADER)) <= PREHEADER);
        assert!(columns(&cut_to(&"x".repeat(999), PREHEADER)) <= PREHEADER);
    }
}
