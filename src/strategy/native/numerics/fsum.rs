/// `math.fsum`: the sum rounded once (Shewchuk's partials as in CPython's Modules/mathmodule.c). None where Python
/// raises: opposite infinities, or an intermediate overflow.
pub fn fsum(values: &[f64]) -> Option<f64> {
    let mut partials: Vec<f64> = Vec::with_capacity(8);
    let (mut special, mut infinities) = (0.0, 0.0);
    for &value in values {
        let mut x = value;
        let mut kept = 0;
        for index in 0..partials.len() {
            let mut y = partials[index];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        partials.truncate(kept);
        if x != 0.0 {
            if !x.is_finite() {
                if value.is_finite() {
                    return None;
                }
                if value.is_infinite() {
                    infinities += value;
                }
                special += value;
                partials.clear();
            } else {
                partials.push(x);
            }
        }
    }
    if special != 0.0 {
        return if infinities.is_nan() { None } else { Some(special) };
    }
    Some(rounded(&partials))
}

/// Partials do not overlap and grow: half-way cases are settled by the sign of what lies below.
fn rounded(partials: &[f64]) -> f64 {
    let Some((&last, mut below)) = partials.split_last() else { return 0.0 };
    let mut high = last;
    let mut low = 0.0;
    while let Some((&y, rest)) = below.split_last() {
        below = rest;
        let x = high;
        high = x + y;
        low = y - (high - x);
        if low != 0.0 {
            break;
        }
    }
    if let Some(&next) = below.last()
        && ((low < 0.0 && next < 0.0) || (low > 0.0 && next > 0.0))
    {
        let y = low * 2.0;
        let x = high + y;
        if y == x - high {
            high = x;
        }
    }
    high
}

/// `statistics.fmean`: None for no values.
pub fn fmean(values: &[f64]) -> Option<f64> {
    if values.is_empty() { None } else { Some(fsum(values)? / values.len() as f64) }
}
