//! Series that the tests share.

use crate::random::Random;

/// Monthly airline passengers 1949–1960 in thousands: Box and Jenkins (1976), *Time Series Analysis*, series G.
pub(super) const AIR_PASSENGERS: [f64; 144] = [
    112., 118., 132., 129., 121., 135., 148., 148., 136., 119., 104., 118., 115., 126., 141., 135.,
    125., 149., 170., 170., 158., 133., 114., 140., 145., 150., 178., 163., 172., 178., 199., 199.,
    184., 162., 146., 166., 171., 180., 193., 181., 183., 218., 230., 242., 209., 191., 172., 194.,
    196., 196., 236., 235., 229., 243., 264., 272., 237., 211., 180., 201., 204., 188., 235., 227.,
    234., 264., 302., 293., 259., 229., 203., 229., 242., 233., 267., 269., 270., 315., 364., 347.,
    312., 274., 237., 278., 284., 277., 317., 313., 318., 374., 413., 405., 355., 306., 271., 306.,
    315., 301., 356., 348., 355., 422., 465., 467., 404., 347., 305., 336., 340., 318., 362., 348.,
    363., 435., 491., 505., 404., 359., 310., 337., 360., 342., 406., 396., 420., 472., 548., 559.,
    463., 407., 362., 405., 417., 391., 419., 461., 472., 535., 622., 606., 508., 461., 390., 432.,
];

/// Luteinizing hormone every ten minutes: Diggle (1990), *Time Series: A Biostatistical Introduction*, table A.1.
pub(super) const HORMONE: [f64; 48] = [
    2.4, 2.4, 2.4, 2.2, 2.1, 1.5, 2.3, 2.3, 2.5, 2.0, 1.9, 1.7, 2.2, 1.8, 3.2, 3.2, 2.7, 2.2, 2.2,
    1.9, 1.9, 1.8, 2.7, 3.0, 2.3, 2.0, 2.0, 2.9, 2.9, 2.7, 2.7, 2.3, 2.6, 2.4, 1.8, 1.7, 1.5, 1.4,
    2.1, 3.3, 3.5, 3.5, 3.1, 2.6, 2.1, 3.4, 3.0, 2.9,
];

/// Level, trend, a season and noise; every seed another series.
pub(super) fn made_up(seed: u64, count: usize, season: usize) -> Vec<f64> {
    let mut random = Random::new(seed);
    let (level, slope) = (50.0 + 100.0 * random.uniform(), random.uniform() - 0.3);
    let terms: Vec<f64> = (0..season).map(|_| 15.0 * random.normal()).collect();
    let noise = 1.0 + 9.0 * random.uniform();
    (0..count)
        .map(|step| level + slope * step as f64 + terms[step % season] + noise * random.normal())
        .collect()
}

/// Asserts that the values lie within a share of the wanted ones.
pub(super) fn assert_near(found: &[f64], wanted: &[f64], share: f64) {
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.iter().zip(wanted) {
        assert!((found - wanted).abs() <= share * wanted.abs(), "{found} is not {wanted}");
    }
}
