use super::{Repeats, Total, Window};

/// `roll_mean`: the running sum over the observations, never below zero where all are positive.
pub fn mean(values: &[f64], window: Window, least: usize) -> Vec<f64> {
    let mut total = Total::default();
    let mut repeats = Repeats { value: f64::NAN, count: 0 };
    let (mut seen, mut negative) = (0_usize, 0_usize);
    let mut means = Vec::with_capacity(values.len());
    for row in 0..values.len() {
        let start = window.start(row);
        if window.is_fresh(row) {
            total = Total::default();
            repeats = Repeats { value: values[start.min(row)], count: 0 };
            (seen, negative) = (0, 0);
        } else {
            for &value in values[window.start(row - 1)..start].iter().filter(|value| !value.is_nan()) {
                seen -= 1;
                negative -= usize::from(value.is_sign_negative());
                total.remove(value);
            }
        }
        if start <= row && !values[row].is_nan() {
            seen += 1;
            negative += usize::from(values[row].is_sign_negative());
            total.add(values[row]);
            repeats.see(values[row]);
        }
        means.push(if seen == 0 || seen < least {
            f64::NAN
        } else {
            let mean = total.sum / seen as f64;
            if repeats.count >= seen {
                repeats.value
            } else if negative == 0 && mean < 0.0 || negative == seen && mean > 0.0 {
                0.0
            } else {
                mean
            }
        });
    }
    means
}
