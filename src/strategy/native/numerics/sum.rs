/// How the interpreter's `sum` adds floats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SumPolicy {
    /// From left to right: CPython up to 3.11, and numpy scalars in every version.
    Ordered,
    /// Neumaier's compensation, CPython from 3.12 on.
    Neumaier,
}

/// `sum(values)`, which starts at the int 0: -0.0 alone gives 0.0.
pub fn sum(policy: SumPolicy, values: &[f64]) -> f64 {
    match policy {
        SumPolicy::Ordered => values.iter().fold(0.0, |sum, x| sum + x),
        SumPolicy::Neumaier => neumaier(values),
    }
}

/// `builtin_sum_impl` of CPython's Python/bltinmodule.c, 3.12 and later.
fn neumaier(values: &[f64]) -> f64 {
    let Some((first, rest)) = values.split_first() else { return 0.0 };
    let mut sum = 0.0 + first;
    let mut compensation = 0.0;
    for &x in rest {
        let next = sum + x;
        compensation += if sum.abs() >= x.abs() { (sum - next) + x } else { (x - next) + sum };
        sum = next;
    }
    // Keeps a sum's negative zero, and infinities from becoming NaN.
    if compensation != 0.0 && compensation.is_finite() { sum + compensation } else { sum }
}
