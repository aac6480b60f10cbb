//! Exponentially weighted columns, `ewm` and `ewmcov` of pandas' `aggregations.pyx`, with `ignore_na=False`.

/// How weights fall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decay {
    /// Centre of mass: alpha is `1 / (1 + com)`.
    pub com: f64,
    /// Weights of the finite history rather than of an endless one.
    pub adjust: bool,
    /// `min_periods`
    pub least: usize,
}

impl Decay {
    fn kept(self) -> f64 {
        1.0 - 1.0 / (1.0 + self.com)
    }

    fn new_weight(self) -> f64 {
        if self.adjust { 1.0 } else { 1.0 / (1.0 + self.com) }
    }
}

/// `ewm(…).mean()`
pub fn mean(values: &[f64], decay: Decay) -> Vec<f64> {
    let (kept, mut new) = (decay.kept(), decay.new_weight());
    let Some(&first) = values.first() else { return Vec::new() };
    let (mut weighted, mut old) = (first, 1.0);
    let mut seen = usize::from(!first.is_nan());
    let mut means = Vec::with_capacity(values.len());
    means.push(if seen >= decay.least { weighted } else { f64::NAN });
    for &now in &values[1..] {
        let observed = !now.is_nan();
        seen += usize::from(observed);
        if weighted.is_nan() {
            if observed {
                weighted = now;
            }
        } else {
            old *= kept;
            if observed {
                if weighted != now {
                    if !decay.adjust && decay.com == 1.0 {
                        new = 1.0 - old;
                    }
                    weighted = old * weighted + new * now;
                    weighted /= old + new;
                }
                old = if decay.adjust { old + new } else { 1.0 };
            }
        }
        means.push(if seen >= decay.least { weighted } else { f64::NAN });
    }
    means
}

/// `ewm(…).var()`, `bias=False`.
pub fn variance(values: &[f64], decay: Decay) -> Vec<f64> {
    let (kept, new) = (decay.kept(), decay.new_weight());
    let Some(&first) = values.first() else { return Vec::new() };
    let (mut mean, mut squares) = (first, 0.0);
    let (mut weight, mut weight2, mut old) = (1.0, 1.0, 1.0);
    let mut seen = usize::from(!first.is_nan());
    let mut variances = vec![f64::NAN];
    for &now in &values[1..] {
        let observed = !now.is_nan();
        seen += usize::from(observed);
        if mean.is_nan() {
            if observed {
                mean = now;
            }
        } else {
            weight *= kept;
            weight2 *= kept * kept;
            old *= kept;
            if observed {
                let before = mean;
                if mean != now {
                    mean = (old * before + new * now) / (old + new);
                }
                squares = (old * (squares + (before - mean) * (before - mean)) + new * ((now - mean) * (now - mean)))
                    / (old + new);
                weight += new;
                weight2 += new * new;
                old += new;
                if !decay.adjust {
                    weight /= old;
                    weight2 /= old * old;
                    old = 1.0;
                }
            }
        }
        let numerator = weight * weight;
        let denominator = numerator - weight2;
        let enough = seen >= decay.least && denominator > 0.0;
        variances.push(if enough { numerator / denominator * squares } else { f64::NAN });
    }
    variances
}

/// `ewm(…).std()`
pub fn standard_deviation(values: &[f64], decay: Decay) -> Vec<f64> {
    let mut found = variance(values, decay);
    for value in &mut found {
        *value = if *value < 0.0 { 0.0 } else { value.sqrt() };
    }
    found
}
