//! Weights that are not negative and add up to one.

/// Steps after which the weights are taken as they are.
const STEPS: usize = 4000;

/// The mixture of `others` that follows `own` most closely in squares, with `ridge` times the largest eigenvalue's bound
/// added to the diagonal. Method: accelerated projected gradient, Beck and Teboulle (2009), SIAM J. Imaging Sciences 2.
///
/// All series have one length; `others` is not empty.
pub(super) fn mixture(own: &[f64], others: &[Vec<f64>], ridge: f64) -> Vec<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut gram: Vec<Vec<f64>> =
        others.iter().map(|a| others.iter().map(|b| dot(a, b)).collect()).collect();
    let right: Vec<f64> = others.iter().map(|a| dot(a, own)).collect();
    let steepest = steepest(&gram);
    for (k, row) in gram.iter_mut().enumerate() {
        row[k] += ridge * steepest;
    }
    let rate = (1.0 + ridge) * steepest;
    let count = others.len();
    let mut weights = vec![1.0 / count as f64; count];
    if rate <= 0.0 {
        return weights;
    }
    let mut ahead = weights.clone();
    let mut momentum = 1.0f64;
    for _ in 0..STEPS {
        let stepped = (0..count).map(|k| ahead[k] - (dot(&gram[k], &ahead) - right[k]) / rate);
        let next = onto_simplex(&stepped.collect::<Vec<f64>>());
        let moved: Vec<f64> = next.iter().zip(&weights).map(|(new, old)| new - old).collect();
        // A step against the last one starts the momentum anew, O'Donoghue and Candès (2015).
        let against: f64 = (0..count).map(|k| (ahead[k] - next[k]) * moved[k]).sum();
        let following = if against > 0.0 {
            1.0
        } else {
            0.5 * (1.0 + (1.0 + 4.0 * momentum * momentum).sqrt())
        };
        let carry = if against > 0.0 { 0.0 } else { (momentum - 1.0) / following };
        ahead = next.iter().zip(&moved).map(|(new, moved)| new + carry * moved).collect();
        let largest = moved.iter().fold(0.0f64, |most, step| most.max(step.abs()));
        weights = next;
        momentum = following;
        if largest < 1e-10 {
            break;
        }
    }
    weights
}

/// A bound of the largest eigenvalue by the power method, a little above.
fn steepest(gram: &[Vec<f64>]) -> f64 {
    let mut vector = vec![1.0; gram.len()];
    let mut size = 0.0;
    for _ in 0..60 {
        let next: Vec<f64> = gram
            .iter()
            .map(|row| row.iter().zip(&vector).map(|(a, b)| a * b).sum::<f64>())
            .collect();
        size = next.iter().map(|x| x * x).sum::<f64>().sqrt();
        if size <= 0.0 {
            return gram.iter().enumerate().map(|(k, row)| row[k]).sum();
        }
        vector = next.iter().map(|x| x / size).collect();
    }
    1.05 * size
}

/// The nearest point of the simplex: Held, Wolfe and Crowder (1974).
fn onto_simplex(point: &[f64]) -> Vec<f64> {
    let mut sorted = point.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut shift) = (0.0, 0.0);
    for (k, value) in sorted.iter().enumerate() {
        sum += value;
        let candidate = (sum - 1.0) / (k + 1) as f64;
        if value > &candidate {
            shift = candidate;
        }
    }
    point.iter().map(|value| (value - shift).max(0.0)).collect()
}
