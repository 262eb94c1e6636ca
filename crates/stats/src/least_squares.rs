//! Least squares by Householder reflections.
//!
//! Method: Golub (1965), *Numerical Methods for Solving Linear Least Squares Problems*, Numerische Mathematik 7,
//! 206–216; columns are scaled to length one, so that sessions and shares may stand side by side.

/// A fitted line: coefficients in the order of the columns, and what they leave over.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fit {
    pub(crate) coefficients: Vec<f64>,
    /// The sum of squared residuals.
    pub(crate) rest: f64,
}

/// Fits `y` by `columns`; `None` if there are fewer rows than columns, if a column follows from the others, or if a
/// value is not finite.
pub(crate) fn least_squares(columns: &[Vec<f64>], y: &[f64]) -> Option<Fit> {
    let finite = |list: &[f64]| list.iter().all(|value| value.is_finite());
    let usable = |column: &Vec<f64>| column.len() == y.len() && finite(column);
    if columns.is_empty() || y.len() < columns.len() || !finite(y) || !columns.iter().all(usable) {
        return None;
    }
    let lengths: Vec<f64> = columns.iter().map(|column| length(column)).collect();
    if lengths.iter().any(|length| !length.is_finite() || *length == 0.0) {
        return None;
    }
    let scale = |(column, length): (&Vec<f64>, &f64)| column.iter().map(|x| x / length).collect();
    let mut work: Vec<Vec<f64>> = columns.iter().zip(&lengths).map(scale).collect();
    let mut right = y.to_vec();
    let mut diagonal = Vec::with_capacity(work.len());
    for step in 0..work.len() {
        let (done, ahead) = work.split_at_mut(step + 1);
        let mirror = &mut done[step][step..];
        let size = length(mirror);
        // Columns have length one, so what is left of a column that follows from the others is rounding.
        if size < 1e-11 {
            return None;
        }
        let size = -size.copysign(mirror[0]);
        diagonal.push(size);
        mirror[0] -= size;
        let square = mirror.iter().map(|x| x * x).sum::<f64>();
        for other in ahead.iter_mut().chain(std::iter::once(&mut right)) {
            reflect(mirror, square, &mut other[step..]);
        }
    }
    let mut coefficients = solve_back(&work, &diagonal, &right);
    let rest = right[work.len()..].iter().map(|x| x * x).sum();
    for (coefficient, length) in coefficients.iter_mut().zip(&lengths) {
        *coefficient /= length;
    }
    coefficients.iter().all(|value| value.is_finite()).then_some(Fit { coefficients, rest })
}

/// Solves the triangle: its diagonal apart, column k of the rest above row k in `columns`.
fn solve_back(columns: &[Vec<f64>], diagonal: &[f64], right: &[f64]) -> Vec<f64> {
    let mut solution = right[..columns.len()].to_vec();
    for row in (0..columns.len()).rev() {
        let known: f64 = (row + 1..columns.len()).map(|k| columns[k][row] * solution[k]).sum();
        solution[row] = (solution[row] - known) / diagonal[row];
    }
    solution
}

fn reflect(mirror: &[f64], square: f64, other: &mut [f64]) {
    let factor = 2.0 * mirror.iter().zip(&*other).map(|(m, o)| m * o).sum::<f64>() / square;
    for (other, mirror) in other.iter_mut().zip(mirror) {
        *other -= factor * mirror;
    }
}

fn length(values: &[f64]) -> f64 {
    values.iter().map(|x| x * x).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_by_hand() {
        // Through (0, 1), (1, 3), (2, 4), (3, 4): slope 1, start 1.5, residuals −0.5 0.5 0.5 −0.5.
        let columns = [vec![1.0; 4], vec![0.0, 1.0, 2.0, 3.0]];
        let fit = least_squares(&columns, &[1.0, 3.0, 4.0, 4.0]).expect("a line");
        assert!((fit.coefficients[0] - 1.5).abs() < 1e-14);
        assert!((fit.coefficients[1] - 1.0).abs() < 1e-14);
        assert!((fit.rest - 1.0).abs() < 1e-14);
    }

    #[test]
    fn columns_that_follow_from_others_are_refused() {
        let twice = [vec![1.0, 2.0, 3.0], vec![2.0, 4.0, 6.0]];
        assert_eq!(least_squares(&twice, &[1.0, 2.0, 4.0]), None);
        assert_eq!(least_squares(&[vec![0.0; 3]], &[1.0, 2.0, 4.0]), None);
        assert_eq!(least_squares(&[vec![1.0], vec![2.0]], &[1.0]), None);
        assert_eq!(least_squares(&[vec![1.0, f64::NAN]], &[1.0, 2.0]), None);
        assert_eq!(least_squares(&[], &[1.0]), None);
    }
}
