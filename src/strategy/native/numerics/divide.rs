/// `x // y` on floats, `float_floor_div` of CPython's Objects/floatobject.c. None: ZeroDivisionError.
pub fn floor_div(x: f64, y: f64) -> Option<f64> {
    if y == 0.0 {
        return None;
    }
    let remainder = x % y;
    let mut quotient = (x - remainder) / y;
    if remainder != 0.0 && (y < 0.0) != (remainder < 0.0) {
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return Some(0.0_f64.copysign(x / y));
    }
    let floor = quotient.floor();
    Some(if quotient - floor > 0.5 { floor + 1.0 } else { floor })
}

/// `x % y` on floats: `float_rem`, which has the divisor's sign. None: ZeroDivisionError.
pub fn modulo(x: f64, y: f64) -> Option<f64> {
    if y == 0.0 {
        return None;
    }
    let remainder = x % y;
    Some(if remainder == 0.0 {
        0.0_f64.copysign(y)
    } else if (y < 0.0) != (remainder < 0.0) {
        remainder + y
    } else {
        remainder
    })
}
