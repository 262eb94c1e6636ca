//! Shares of cohorts that grow older, as a picture.
//!
//! Rule: the same cohorts as in the table, each from its second period on; where a curve is known, what it says of the
//! periods to come, from where the cohort is.

use super::{
    Mode, Spec,
    cohorts::Cohorts,
    findings::grain_word,
    projection::Projection,
    view::{ages, alternative, youngest},
};
use crate::{
    analysis::cells::{count_format, share_format},
    plan::SectionPlan,
};
use model::{
    label::Label,
    report::{Across, Chart, ChartKind, Series, Tick},
};
use std::ops::Range;

/// A row per cohort, a column per age.
pub(super) fn chart(
    spec: &Spec,
    section: &SectionPlan,
    cohorts: &Cohorts,
    projection: Option<&Projection>,
) -> Chart {
    let ages = 1..ages(spec, cohorts);
    let is_shown = |cohort: &usize| {
        let is_known = cohorts.triangle.share(*cohort, 1).is_some();
        is_known && cohorts.is_shown(*cohort)
    };
    let mut series = Vec::new();
    for cohort in youngest(spec, cohorts).filter(is_shown) {
        let label = Label::verbatim(cohorts.periods[cohort].name());
        let known = |age| cohorts.triangle.share(cohort, age);
        let values = ages.clone().map(known).collect();
        series.push(Series { label: label.clone(), values, reference: false });
        if let Some(projection) = projection.filter(|_| cohort >= cohorts.early) {
            let values = ahead(cohorts, cohort, projection, &ages);
            series.push(Series { label, values, reference: true });
        }
    }
    let (one, many) = (grain_word(spec.cohort, 1), grain_word(spec.cohort, 2));
    let (en, zh) = match spec.mode {
        Mode::Return => ("Share that is there again", "再次出现的比例"),
        Mode::Renewal => ("Share that is left", "留存比例"),
    };
    let title = Label::new(
        format!("{en}, by {} since the first", many.en),
        format!("{zh}（按首次后第几{}）", one.zh_cn),
    );
    let label = Label::new(
        format!("{} since the first", super::view::capital(&many.en)),
        format!("首次后第几{}", one.zh_cn),
    );
    let mut format = share_format();
    // Cells are narrow: the picture chooses the decimals that its shares need.
    format.decimals = None;
    Chart {
        across: Some(Box::new(Across { label, format: count_format() })),
        ticks: ages.map(|age| Tick::Number(age as f64)).collect(),
        series,
        ..Chart::new(
            format!("{}-retention", section.id),
            title,
            ChartKind::HeatMap,
            format,
            alternative(spec, cohorts),
        )
    }
}

/// What is expected of a cohort at ages that it has not lived: its last share, and the curve from there.
fn ahead(
    cohorts: &Cohorts,
    cohort: usize,
    projection: &Projection,
    ages: &Range<usize>,
) -> Vec<Option<f64>> {
    let last =
        (0..cohorts.periods.len()).rev().find(|age| cohorts.triangle.share(cohort, *age).is_some());
    let expected = |age: usize| {
        let last = last.filter(|last| age > *last)?;
        let (now, base) = (projection.bands.get(age)?, projection.bands.get(last)?);
        let from = cohorts.triangle.share(cohort, last)?;
        (base.share > 0.0).then(|| from * now.share / base.share)
    };
    ages.clone().map(expected).collect()
}
