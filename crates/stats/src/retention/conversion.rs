//! Conversion of a period and of a cohort, which are two figures.
//!
//! Rule: what closed in a period was opened in many, so its rate can exceed 1 and moves with the number opened; what a
//! cohort has closed so far still grows. Only shares within a fixed time compare young cohorts with old ones.

/// Something opened that may close: a lead, an offer, a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deal {
    /// The period in which it was opened, counted from 0.
    pub opened: usize,
    /// The period in which it was won; `None` if it was not, or not yet.
    pub won: Option<usize>,
}

/// The conversion of one period and of the cohort that was opened in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conversion {
    /// Deals opened in this period.
    pub opened: u64,
    /// Deals won in this period, whenever they were opened.
    pub won: u64,
    /// Deals opened in this period and won so far.
    pub won_of_cohort: u64,
    /// Won in the period per opened in the period; `None` if none was opened.
    pub of_period: Option<f64>,
    /// Share of the cohort won so far, 0 to 1; it grows until the last deal is decided.
    pub of_cohort_so_far: Option<f64>,
    /// Share of the cohort won within the fixed time, 0 to 1; `None` while that is not over.
    pub of_cohort_within: Option<f64>,
}

/// The conversions of `closed` finished periods, `within` being the fixed time: 0 is the period of opening only.
///
/// Deals of later periods are left out, and wins that come later have not happened yet. `None` if a deal was won before
/// it was opened.
pub fn conversions(deals: &[Deal], closed: usize, within: usize) -> Option<Vec<Conversion>> {
    let mut counts = vec![[0u64; 4]; closed];
    for deal in deals.iter().filter(|deal| deal.opened < closed) {
        counts[deal.opened][0] += 1;
        let Some(won) = deal.won.filter(|won| *won < closed) else { continue };
        let waited = won.checked_sub(deal.opened)?;
        counts[won][1] += 1;
        counts[deal.opened][2] += 1;
        counts[deal.opened][3] += u64::from(waited <= within);
    }
    let ratio = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
    let conversion = |(period, [opened, won, so_far, in_time]): (usize, [u64; 4])| Conversion {
        opened,
        won,
        won_of_cohort: so_far,
        of_period: ratio(won, opened),
        of_cohort_so_far: ratio(so_far, opened),
        of_cohort_within: ratio(in_time, opened).filter(|_| period + within < closed),
    };
    Some(counts.into_iter().enumerate().map(conversion).collect())
}
