//! What the answers of a survey say, how sure that is, and what goes with it.
//!
//! Answers: what is the score of each question, did it change more than by chance, which segments differ, which
//! touchpoints go with overall satisfaction, and what are comments about?
//! Method: single answers, so that every value has its interval (`stats::survey`); weights and known margins; changes
//! and segments are judged by the interval of the difference.
//! Not for: metrics of a catalogue beside their targets, which is `satisfaction`; causes; what those would have said who
//! did not answer.

mod score;
mod segments;
mod settings;
mod table;
mod themes;
mod touchpoints;
mod view;
mod waves;

pub use self::settings::{CommentsSpec, DriverSpec, Kind, MarginSpec, QuestionSpec, Spec};

use self::{segments::FLOOR, themes::Comments, touchpoints::Touchpoints, view::View, waves::Wave};
use super::{Analysed, Analysis, Limits, Names, RowNames, acts};
use crate::{
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use engine::{CommentQuery, TrailQuery};
use model::{
    period::{DateRange, Period},
    report::Block,
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use stats::survey::MOST_DRIVERS;

impl Spec {
    fn periods(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<Period> {
        plan.calendar.run_up_to(&section.period, self.waves)
    }

    /// Labels are the segment and the class of each margin; values the weight, the questions, the overall score and the
    /// touchpoints.
    fn query(&self, plan: &TransformPlan, section: &SectionPlan) -> TrailQuery {
        let periods = self.periods(plan, section);
        let start = periods.first().map_or(section.period.days.start, |period| period.days.start);
        let window = DateRange { start, end: section.period.days.end };
        let margins = self.rake.iter().map(|margin| &margin.column);
        let labels: Vec<_> = self.by.iter().chain(margins).collect();
        let questions = self.questions.iter().map(|question| &question.score);
        let touchpoints = self.drivers.iter().map(|driver| &driver.score);
        let values: Vec<_> =
            self.weight.iter().chain(questions).chain(self.overall()).chain(touchpoints).collect();
        acts::query(plan, vec![self.answers.telling(&labels, &values)], window)
    }
}

impl Analysis for Spec {
    fn asks(&self, _: &TransformPlan, _: &SectionPlan) -> Vec<Ask> {
        Vec::new()
    }

    fn trails(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<TrailQuery> {
        vec![self.query(plan, section)]
    }

    fn comments(&self, plan: &TransformPlan, section: &SectionPlan) -> Vec<CommentQuery> {
        themes::query(self, plan, section).into_iter().collect()
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let answer = desk.trails(&self.query(desk.plan, section));
        let waves = Wave::all(self, answer, &self.periods(desk.plan, section));
        let view = View::new(self, desk, section, &waves);
        let mut analysed = view.questions();
        if let Some(wave) = waves.last().filter(|_| !self.drivers.is_empty()) {
            analysed.append(Touchpoints::new(self, section, wave).analysed());
        }
        if let Some(comments) = Comments::new(self, desk, section) {
            analysed.append(comments.analysed());
        }
        analysed.blocks.extend(view.notes(answer).into_iter().map(Block::Note));
        analysed
    }

    fn names(&self) -> Names {
        let mut rows = self.answers.names("answers");
        for (place, question) in self.questions.iter().enumerate() {
            rows = rows.number(&format!("questions[{place}].score"), Some(&question.score));
        }
        if let Some(by) = &self.by {
            rows = rows.text("by", by);
        }
        rows = rows.number("weight", self.weight.as_ref());
        rows = rows.number("overall", self.overall.as_ref());
        for (place, margin) in self.rake.iter().enumerate() {
            rows = rows.text(&format!("rake[{place}].column"), &margin.column);
        }
        for (place, driver) in self.drivers.iter().enumerate() {
            rows = rows.number(&format!("drivers[{place}].score"), Some(&driver.score));
        }
        let mut names = Names { rows: vec![rows], ..Names::default() };
        if let Some(comments) = &self.comments {
            names.themes.push(("comments.themes".to_owned(), comments.themes.clone()));
            // Comments stand on business days, also where answers have a moment of their own.
            let text = RowNames::new("comments.text", &self.answers.dataset);
            names.rows.push(text.text("comments.text", &comments.text));
        }
        names
    }

    fn limits(&self) -> Limits {
        let asks = !self.questions.is_empty();
        let most = self.drivers.len() <= MOST_DRIVERS && self.drivers.len() != 1;
        let idle = self.overall.is_none() || !self.drivers.is_empty();
        let limits = Limits::default()
            .needs(asks, "questions", "asks nothing; at least 1 is needed")
            .within("minimum", self.minimum, FLOOR as u32..=100_000)
            .within("waves", self.waves, 1..=60)
            .within("rows", self.rows, 2..=30)
            .needs(most, "drivers", format!("compares 2 to {MOST_DRIVERS} touchpoints"))
            .needs(idle, "overall", "is compared with nothing; set `drivers`");
        let limits = match &self.comments {
            Some(comments) => limits.within("comments.rows", comments.rows, 1..=30),
            None => limits,
        };
        let questions = self.questions.iter().enumerate();
        let limits = questions.fold(limits, |limits, (place, question)| {
            question.limits(&format!("questions[{place}]"), limits)
        });
        let margins = self.rake.iter().enumerate();
        margins.fold(limits, |limits, (place, margin)| {
            margin.limits(&format!("rake[{place}].shares"), limits)
        })
    }
}

impl QuestionSpec {
    fn limits(&self, key: &str, limits: Limits) -> Limits {
        let is_points = self.kind == Kind::Nps;
        let plain = !is_points || (self.satisfied_from.is_none() && self.scale.is_none());
        let [least, most] = self.scale();
        let from = self.satisfied_from();
        let told =
            format!("{from} does not split the answers; use more than {least}, up to {most}");
        limits
            .needs(
                plain,
                key,
                "is of the kind nps, which is asked from 0 to 10 and has no limit of its own",
            )
            .needs(
                least < most,
                &format!("{key}.scale"),
                "ends before it begins; put the lower first",
            )
            .needs(
                is_points || least >= most || (least < from && from <= most),
                &format!("{key}.satisfied_from"),
                told,
            )
    }
}

impl MarginSpec {
    fn limits(&self, key: &str, limits: Limits) -> Limits {
        let whole: Decimal = self.shares.values().sum();
        let is_near = (whole.to_f64().unwrap_or(0.0) - 1.0).abs() <= 0.001;
        let is_positive = self.shares.values().all(|share| *share > Decimal::ZERO);
        limits
            .needs(self.shares.len() > 1, key, "has one member or none; at least 2 are needed")
            .needs(is_positive, key, "has a share that is not above 0; leave out who is not asked")
            .needs(is_near, key, format!("add up to {whole}; shares of all people add up to 1"))
    }
}
