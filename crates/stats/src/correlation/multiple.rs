//! Many tests at once.

/// Probabilities adjusted for many tests, in the order given: Benjamini and Hochberg (1995), *Controlling the False
/// Discovery Rate*, JRSS B 57(1), 289–300. Those below a level are false in no more than that share, on average.
///
/// `None` if one is not within 0 to 1.
pub fn benjamini_hochberg(p: &[f64]) -> Option<Vec<f64>> {
    if p.iter().any(|p| !(0.0..=1.0).contains(p)) {
        return None;
    }
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*b].total_cmp(&p[*a]));
    let mut adjusted = vec![1.0; p.len()];
    let mut least = 1.0f64;
    for (from_last, place) in order.iter().enumerate() {
        let rank = p.len() - from_last;
        least = least.min(p[*place] * p.len() as f64 / rank as f64);
        adjusted[*place] = least;
    }
    Some(adjusted)
}

/// Probabilities adjusted for many tests, in the order given: Holm (1979), *A Simple Sequentially Rejective Multiple Test
/// Procedure*, Scandinavian Journal of Statistics 6, 65–70. One of those below a level is false no more often than that.
///
/// `None` if one is not within 0 to 1.
pub fn holm(p: &[f64]) -> Option<Vec<f64>> {
    if p.iter().any(|p| !(0.0..=1.0).contains(p)) {
        return None;
    }
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut adjusted = vec![1.0; p.len()];
    let mut most = 0.0f64;
    for (rank, place) in order.iter().enumerate() {
        most = most.max(p[*place] * (p.len() - rank) as f64).min(1.0);
        adjusted[*place] = most;
    }
    Some(adjusted)
}
