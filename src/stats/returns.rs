/// Simple returns per bar, `E_t / E_{t-1} - 1`, with `E_{-1}` the initial capital: as many returns as bars, and a
/// loss on the first bar counts.
pub fn returns_of_equity(initial: f64, equity: &[f64]) -> Vec<f64> {
    let mut before = initial;
    equity
        .iter()
        .map(|&now| {
            let change = now / before - 1.0;
            before = now;
            change
        })
        .collect()
}
