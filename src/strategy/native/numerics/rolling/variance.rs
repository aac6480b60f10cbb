use super::{Repeats, Window};

/// Below this share of the sum of squares only three digits are left of it: pandas 3 begins the window anew.
const ILL_CONDITIONED: f64 = f64::EPSILON * 1e3;

/// Welford's sums, with a compensation for what is added and one for what is taken away.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    seen: f64,
    mean: f64,
    squares: f64,
    added: f64,
    removed: f64,
    unstable: bool,
}

impl Moments {
    fn add(&mut self, value: f64) {
        if value.is_nan() {
            return;
        }
        let before = self.squares;
        self.seen += 1.0;
        let mean = self.mean - self.added;
        let y = value - self.added;
        let t = y - self.mean;
        self.added = t + self.mean - y;
        self.mean += t / self.seen;
        self.squares += (value - mean) * (value - self.mean);
        self.unstable |= before * ILL_CONDITIONED > self.squares;
    }

    fn remove(&mut self, value: f64) {
        if value.is_nan() {
            return;
        }
        let before = self.squares;
        self.seen -= 1.0;
        if self.seen == 0.0 {
            (self.mean, self.squares, self.unstable) = (0.0, 0.0, false);
            return;
        }
        let mean = self.mean - self.removed;
        let y = value - self.removed;
        let t = y - self.mean;
        self.removed = t + self.mean - y;
        self.mean -= t / self.seen;
        self.squares -= (value - mean) * (value - self.mean);
        self.unstable |= before * ILL_CONDITIONED > self.squares;
    }
}

/// `roll_var`. `restarts`: pandas 3's rule against cancellation; before it, the variance of one observation or of equal
/// ones is 0 by definition.
pub fn variance(values: &[f64], window: Window, least: usize, ddof: usize, restarts: bool) -> Vec<f64> {
    let least = least.max(1) as f64;
    let mut moments = Moments::default();
    let mut repeats = Repeats { value: f64::NAN, count: 0 };
    let mut variances = Vec::with_capacity(values.len());
    for row in 0..values.len() {
        let start = window.start(row);
        let fresh = window.is_fresh(row);
        if !fresh {
            for &value in &values[window.start(row - 1)..start] {
                moments.remove(value);
            }
            moments.add(values[row]);
        } else {
            repeats = Repeats { value: values[start.min(row)], count: 0 };
        }
        if start <= row && !values[row].is_nan() {
            repeats.see(values[row]);
        }
        if fresh || restarts && moments.unstable {
            moments = Moments::default();
            for &value in &values[start.min(row + 1)..=row] {
                moments.add(value);
            }
            moments.unstable = false;
        }
        variances.push(if moments.seen >= least && moments.seen > ddof as f64 {
            if !restarts && (moments.seen == 1.0 || repeats.count as f64 >= moments.seen) {
                0.0
            } else {
                moments.squares / (moments.seen - ddof as f64)
            }
        } else {
            f64::NAN
        });
    }
    variances
}

/// Its root; what cancellation left below zero is zero (`zsqrt`).
pub fn standard_deviation(values: &[f64], window: Window, least: usize, ddof: usize, restarts: bool) -> Vec<f64> {
    let mut found = variance(values, window, least, ddof, restarts);
    for value in &mut found {
        *value = if *value < 0.0 { 0.0 } else { value.sqrt() };
    }
    found
}
