use super::Window;

/// `roll_median_c`
pub fn median(values: &[f64], window: Window, least: usize) -> Vec<f64> {
    ordered(values, window, least, |sorted| {
        let middle = sorted.len() / 2;
        if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
    })
}

/// `roll_quantile` with linear interpolation, `0 < q < 1`.
pub fn quantile(values: &[f64], window: Window, least: usize, q: f64) -> Vec<f64> {
    ordered(values, window, least, |sorted| {
        let place = q * (sorted.len() - 1) as f64;
        let below = place as usize;
        if place == below as f64 {
            return sorted[below];
        }
        let (low, high) = (sorted[below], sorted[below + 1]);
        low + (high - low) * (place - below as f64)
    })
}

fn ordered(values: &[f64], window: Window, least: usize, pick: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let mut sorted: Vec<f64> = Vec::new();
    let mut found = Vec::with_capacity(values.len());
    for (row, &value) in values.iter().enumerate() {
        if row > 0 {
            for gone in values[window.start(row - 1)..window.start(row).min(row)].iter().filter(|x| !x.is_nan()) {
                sorted.remove(sorted.partition_point(|x| x < gone));
            }
        }
        if !value.is_nan() && window.start(row) <= row {
            sorted.insert(sorted.partition_point(|x| *x <= value), value);
        }
        found.push(if sorted.is_empty() || sorted.len() < least { f64::NAN } else { pick(&sorted) });
    }
    found
}
