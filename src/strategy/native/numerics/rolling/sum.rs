use super::{Repeats, Total, Window};

/// `roll_sum`: a running sum, except where all observations are equal. `least` is `min_periods`.
pub fn sum(values: &[f64], window: Window, least: usize) -> Vec<f64> {
    let mut total = Total::default();
    let mut repeats = Repeats { value: f64::NAN, count: 0 };
    let mut seen = 0;
    let mut sums = Vec::with_capacity(values.len());
    for row in 0..values.len() {
        let start = window.start(row);
        if window.is_fresh(row) {
            total = Total::default();
            repeats = Repeats { value: values[start.min(row)], count: 0 };
            seen = 0;
        } else {
            for &value in values[window.start(row - 1)..start].iter().filter(|value| !value.is_nan()) {
                seen -= 1;
                total.remove(value);
            }
        }
        if start <= row && !values[row].is_nan() {
            seen += 1;
            total.add(values[row]);
            repeats.see(values[row]);
        }
        sums.push(if seen == 0 && least == 0 {
            0.0
        } else if seen < least {
            f64::NAN
        } else if repeats.count >= seen {
            repeats.value * seen as f64
        } else {
            total.sum
        });
    }
    sums
}
