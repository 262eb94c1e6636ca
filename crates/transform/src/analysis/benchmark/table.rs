//! The figures in rows and columns; wide ones are split, so that they fit into a mail.

use super::{standing::Standing, worth::Gain};
use crate::analysis::comparing;
use model::{
    label::Label,
    number::Number,
    peer::PeerGroup,
    report::{Cell, Column, Figure, Fmt, Row, Table, Verdict},
    unit::{Direction, Unit},
};

/// The tables of a group; those without content are left out.
pub(super) fn tables(group: &PeerGroup, standings: &[Standing<'_>], gains: &[Gain]) -> Vec<Table> {
    let mut tables = vec![quartiles(group, standings)];
    tables.extend(ranks(group, standings));
    tables.extend(adjusted(group, standings));
    tables.extend(growth(group, standings));
    tables.extend(worth(group, gains));
    tables
}

fn quartiles(group: &PeerGroup, standings: &[Standing<'_>]) -> Table {
    let headings = [
        ("We", "本公司"),
        ("Lower quartile", "下四分位"),
        ("Median", "中位数"),
        ("Upper quartile", "上四分位"),
        ("Gap to median", "与中位数之差"),
        better_than(standings)[0],
        ("Peers", "同业数"),
    ];
    let row = |standing: &Standing<'_>| {
        let verdict = standing.place();
        let gap = standing.gap(standing.median());
        vec![
            judged(standing.figure(standing.own), verdict),
            plain(standing.figure(standing.quartile(0))),
            plain(standing.figure(standing.median())),
            plain(standing.figure(standing.quartile(2))),
            difference(standing, gap, verdict),
            plain(percent(standing.ahead().map(|rank| rank.rank), 0)),
            plain(count(standing.peers as i64)),
        ]
    };
    table(group.label.clone(), &headings, standings.iter(), row)
}

type Heading = (&'static str, &'static str);

/// What the share of peers means, and the ends of its interval: where neither way is good, those than which ours is
/// higher.
fn better_than(standings: &[Standing<'_>]) -> [Heading; 3] {
    let unjudged = |standing: &Standing<'_>| standing.metric.direction == Direction::Neutral;
    if !standings.iter().any(unjudged) {
        [
            ("Better than", "优于"),
            ("Better than at least", "至少优于"),
            ("Better than at most", "至多优于"),
        ]
    } else if standings.iter().all(unjudged) {
        [
            ("Higher than", "高于"),
            ("Higher than at least", "至少高于"),
            ("Higher than at most", "至多高于"),
        ]
    } else {
        [
            ("Better (or higher) than", "优于（或高于）"),
            ("Better (or higher) than at least", "至少优于（或高于）"),
            ("Better (or higher) than at most", "至多优于（或高于）"),
        ]
    }
}

/// How sure the rank is, the way to the best quarter, and places among those present in both periods.
fn ranks(group: &PeerGroup, standings: &[Standing<'_>]) -> Option<Table> {
    let [_, at_least, at_most] = better_than(standings);
    let headings = [
        ("Gap to best quarter", "与前四分之一之差"),
        at_least,
        at_most,
        ("Place", "名次"),
        ("Places gained", "名次上升"),
        ("Places gained in a year", "同比名次上升"),
    ];
    standings.iter().find(|standing| standing.rank().is_some())?;
    let row = |standing: &Standing<'_>| {
        let best = standing.best();
        let far = match standing.place() {
            Verdict::Neutral => Verdict::Neutral,
            _ => standing.verdict(best),
        };
        let place = standing.moved[0].map(|moved| moved.after as i64);
        let mut cells = vec![
            difference(standing, standing.gap(best), far),
            plain(percent(standing.ahead().map(|rank| rank.low), 0)),
            plain(percent(standing.ahead().map(|rank| rank.high), 0)),
            place.map_or(Cell::Empty, |place| plain(count(place))),
        ];
        cells.extend(standing.moved.map(|moved| match moved.map(|moved| moved.gained()) {
            None => Cell::Empty,
            Some(gained) => {
                let verdict = match gained.cmp(&0) {
                    std::cmp::Ordering::Greater => Verdict::Good,
                    std::cmp::Ordering::Equal => Verdict::Neutral,
                    std::cmp::Ordering::Less => Verdict::Bad,
                };
                judged(count(gained), verdict)
            }
        }));
        cells
    };
    let title = titled(group, "rank and movement", "名次与变动");
    Some(table(title, &headings, standings.iter(), row))
}

fn adjusted(group: &PeerGroup, standings: &[Standing<'_>]) -> Option<Table> {
    let headings = [
        ("We", "本公司"),
        ("Expected for our size", "按规模应有"),
        ("Difference", "差额"),
        ("Difference better than", "差额优于"),
        ("Peers", "同业数"),
    ];
    let known = || standings.iter().filter(|standing| standing.expected.is_some());
    known().next()?;
    let row = |standing: &Standing<'_>| {
        let expected = standing.expected.as_ref();
        let value = expected.map(|expected| expected.expected);
        let verdict = standing.verdict(value);
        let rank = expected.map(|expected| expected.percentile);
        vec![
            plain(standing.figure(standing.own)),
            plain(standing.figure(value)),
            difference(standing, expected.map(|expected| expected.residual), verdict),
            plain(percent(rank.map(|rank| standing.in_direction(rank)), 0)),
            plain(count(expected.map_or(0, |expected| expected.peers as i64))),
        ]
    };
    let title = titled(group, "given our size", "按规模比较");
    Some(table(title, &headings, known(), row))
}

fn growth(group: &PeerGroup, standings: &[Standing<'_>]) -> Option<Table> {
    let headings = [
        ("Our growth in a year", "本公司同比"),
        ("Growth of the others", "同业同比"),
        ("Difference", "相差"),
    ];
    let known = || standings.iter().filter(|standing| standing.growth.is_some());
    known().next()?;
    let row = |standing: &Standing<'_>| {
        let of = |part: fn(&stats::peer::AgainstIndex) -> f64| standing.growth.as_ref().map(part);
        vec![
            change(of(|growth| growth.own)),
            change(of(|growth| growth.index)),
            Cell::Difference {
                figure: percent(of(|growth| growth.gap), 1),
                verdict: Verdict::Neutral,
            },
        ]
    };
    let title = titled(group, "growth against the index", "与行业增速比较");
    Some(table(title, &headings, known(), row))
}

fn worth(group: &PeerGroup, gains: &[Gain]) -> Option<Table> {
    gains.first()?;
    let rows = gains.iter().map(|gain| Row {
        cells: vec![Cell::Message(gain.message.clone()), plain(gain.figure())],
        total: false,
    });
    Some(Table {
        title: titled(group, "what closing the gap is worth", "弥补差距的价值"),
        columns: vec![
            Column { label: Label::new("Assumption", "假设"), numeric: false },
            Column { label: Label::new("Worth", "价值"), numeric: true },
        ],
        rows: rows.collect(),
        note: None,
    })
}

/// Each company by name, ours set apart.
pub(super) fn by_name(
    group: &PeerGroup,
    standings: &[Standing<'_>],
    rows: Vec<(Label, bool, Vec<Option<Number>>)>,
) -> Table {
    let mut columns = vec![Column { label: Label::new("Company", "公司"), numeric: false }];
    columns.extend(
        standings
            .iter()
            .map(|standing| Column { label: standing.metric.label.clone(), numeric: true }),
    );
    let rows = rows.into_iter().map(|(label, is_us, values)| {
        let figures = standings
            .iter()
            .zip(values)
            .map(|(standing, value)| plain(Figure { value, ..standing.figure(None) }));
        Row { cells: [Cell::Label(label)].into_iter().chain(figures).collect(), total: is_us }
    });
    let title = titled(group, "by name", "按公司");
    Table { title, columns, rows: rows.collect(), note: None }
}

/// A table with one row per standing, named by its metric.
pub(super) fn table<'s, 'a: 's>(
    title: Label,
    headings: &[(&str, &str)],
    standings: impl Iterator<Item = &'s Standing<'a>>,
    row: impl Fn(&Standing<'a>) -> Vec<Cell>,
) -> Table {
    let first = Column { label: Label::new("Metric", "指标"), numeric: false };
    let others =
        headings.iter().map(|(en, zh)| Column { label: Label::new(*en, *zh), numeric: true });
    let rows = standings.map(|standing| {
        let name = Cell::Label(standing.metric.label.clone());
        Row { cells: [name].into_iter().chain(row(standing)).collect(), total: false }
    });
    Table {
        title,
        columns: [first].into_iter().chain(others).collect(),
        rows: rows.collect(),
        note: None,
    }
}

pub(super) fn titled(group: &PeerGroup, en: &str, zh: &str) -> Label {
    let label = &group.label;
    Label::new(format!("{}: {en}", label.en), format!("{}：{zh}", label.zh_cn))
}

pub(super) fn plain(figure: Figure) -> Cell {
    judged(figure, Verdict::Neutral)
}

/// A distance in the metric's unit: signed, in points for percentages.
fn difference(standing: &Standing<'_>, size: Option<f64>, verdict: Verdict) -> Cell {
    comparing::difference_beside(standing.metric, size.map(Number::Real), verdict)
}

/// A relative change, not judged.
pub(super) fn change(change: Option<f64>) -> Cell {
    Cell::Change { change, verdict: Verdict::Neutral }
}

pub(super) fn judged(figure: Figure, verdict: Verdict) -> Cell {
    Cell::Figure { figure, verdict }
}

pub(super) fn percent(share: Option<f64>, decimals: u32) -> Figure {
    let format = Fmt { unit: Unit::Percent, decimals: Some(decimals) };
    Figure { value: share.map(Number::Real), format, coverage: None }
}

pub(super) fn count(number: i64) -> Figure {
    let format = Fmt { unit: Unit::Count, decimals: None };
    Figure { value: Some(Number::whole(number)), format, coverage: None }
}
