/// `x // y`. None: division by zero, or more than an i64 holds.
pub fn floor_div_int(x: i64, y: i64) -> Option<i64> {
    let quotient = x.checked_div(y)?;
    Some(if x % y != 0 && (x < 0) != (y < 0) { quotient - 1 } else { quotient })
}

/// `x % y`, which has the divisor's sign. None: division by zero.
pub fn modulo_int(x: i64, y: i64) -> Option<i64> {
    if y == 0 {
        return None;
    }
    let remainder = x.wrapping_rem(y);
    Some(if remainder != 0 && (remainder < 0) != (y < 0) { remainder + y } else { remainder })
}

/// 2^63, the first float above every i64.
const BEYOND: f64 = 9_223_372_036_854_775_808.0;

/// The i64 equal to a float without a fraction. None where there is none.
pub fn to_int(x: f64) -> Option<i64> {
    (-BEYOND..BEYOND).contains(&x).then_some(x as i64)
}

/// The float equal to an int. None where there is none.
pub fn to_float_exact(x: i64) -> Option<f64> {
    let float = x as f64;
    (to_int(float) == Some(x)).then_some(float)
}
