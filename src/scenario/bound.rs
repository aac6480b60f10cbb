//! The larger and the smaller of two numbers that are no NaN: one instruction each, which [`f64::max`] and
//! [`f64::min`], with their care for NaN, are not.

#[inline]
pub(super) fn at_least(bound: f64, x: f64) -> f64 {
    if x > bound { x } else { bound }
}

#[inline]
pub(super) fn at_most(bound: f64, x: f64) -> f64 {
    if x < bound { x } else { bound }
}
