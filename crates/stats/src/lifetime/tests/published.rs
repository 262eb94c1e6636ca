//! Published parameters and predictions on CDNOW, the sample of Fader, Hardie and Lee (2005); the fits to its log are
//! on the scoreboard.

use super::{assert_near, buyer};
use crate::lifetime::*;

/// Fader, Hardie and Lee (2005), table 2, with the digits of the walkthrough of R's BTYD 2.4.3.
const BG: BetaGeometric = BetaGeometric {
    regularity: 1,
    leaving: Leaving::AfterRepeat,
    r: 0.242_598_2,
    alpha: 4.413_684_2,
    a: 0.792_989_9,
    b: 2.426_166_7,
};

/// The walkthrough of R's BTYD 2.4.3.
const PARETO: ParetoNbd = ParetoNbd { r: 0.553, alpha: 10.58, s: 0.606, beta: 11.656 };

#[test]
fn customer_1516_of_cdnow() {
    let steady = buyer(26, 216.0 / 7.0, 31.0);
    assert_near(BG.alive(&steady), 0.968_852_3, 1e-6);
    assert_near(BG.expected(&steady, 52.0), 25.756_59, 1e-4);
    // The parameters are printed to three places.
    assert_near(PARETO.alive(&steady), 0.997_874, 1e-5);
    assert_near(PARETO.expected(&steady, 52.0), 25.456_47, 5e-3);
}

#[test]
fn the_customer_of_the_spreadsheet() {
    // Fader, Hardie and Lee (2005), *Implementing the BG/NBD Model for Customer Base Analysis in Excel*.
    assert_near(BG.expected(&buyer(2, 30.43, 38.86), 39.0), 1.226, 1e-3);
}

#[test]
fn a_new_customer() {
    let weeks = [(1.0, 0.0532), (3.0, 0.1506), (32.0, 1.0437), (78.0, 1.8576)];
    for (weeks, expected) in weeks {
        // The table comes from a spreadsheet with estimates of its own.
        assert_near(BG.expected_of_new(weeks), expected, 5e-4);
    }
    assert_near(PARETO.expected_of_new(52.0), 1.473_434, 2e-3);
}

#[test]
fn expected_spend_of_cdnow() {
    // Fader and Hardie (2013); the spend of the first customers of the sample.
    let model = GammaGamma { p: 6.25, q: 3.74, v: 15.44 };
    let first = Customer { spend: Some(22.345), ..buyer(2, 30.43, 38.86) };
    assert_near(model.expected(&first), 24.658_619, 2e-2);
    assert_near(model.expected(&buyer(0, 0.0, 38.86)), 35.170_981, 1e-1);
}
