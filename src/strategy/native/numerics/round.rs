use super::integer::to_int;

/// `round(x)`: the nearest int, halves to even. None for NaN, infinities and what an i64 does not hold.
pub fn round_half_even(x: f64) -> Option<i64> {
    to_int(x.round_ties_even())
}

/// Beyond them a float rounds to itself or to zero (`NDIGITS_MAX` and `NDIGITS_MIN` of CPython's
/// Objects/floatobject.c).
const MOST: i64 = 323;
const LEAST: i64 = -308;

/// `round(x, digits)`: the float next to the decimal number next to x, halves to even. None: OverflowError.
pub fn round_digits(x: f64, digits: i64) -> Option<f64> {
    if !x.is_finite() || digits > MOST {
        return Some(x);
    }
    if digits < LEAST {
        return Some(0.0 * x);
    }
    let rounded = match usize::try_from(digits) {
        Ok(places) => quickly(x, places).unwrap_or_else(|| to_places(x, places)),
        Err(_) => to_power(x, digits.unsigned_abs() as usize),
    };
    rounded.is_finite().then_some(rounded)
}

/// Powers of ten that are floats.
const TENS: [f64; 16] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// Where `x * 10^places` is clearly off a half, it rounds as the exact product would, and the quotient of two exact
/// floats is the float next to the decimal.
fn quickly(x: f64, places: usize) -> Option<f64> {
    let ten = *TENS.get(places)?;
    let scaled = x * ten;
    if scaled.abs() >= 4e15 {
        return None;
    }
    let off_half = ((scaled - scaled.floor()) - 0.5).abs();
    (off_half > scaled.abs() * f64::EPSILON).then(|| scaled.round_ties_even() / ten)
}

/// Formatting and parsing are both exact in Rust, and formatting rounds halves to even.
fn to_places(x: f64, places: usize) -> f64 {
    parsed(&format!("{x:.places$}"))
}

/// To a multiple of `10^power`, from the digits of the integer part.
fn to_power(x: f64, power: usize) -> f64 {
    let whole = format!("{:0>width$.0}", x.abs().trunc(), width = power + 1);
    let (kept, dropped) = whole.as_bytes().split_at(whole.len() - power);
    let half = match dropped.first() {
        None => return x,
        Some(first) => first.cmp(&b'5').then_with(|| {
            let more = dropped[1..].iter().any(|digit| *digit != b'0') || x.fract() != 0.0;
            if more { std::cmp::Ordering::Greater } else { std::cmp::Ordering::Equal }
        }),
    };
    let odd = kept.last().is_some_and(|digit| digit % 2 == 1);
    let up = half.is_gt() || (half.is_eq() && odd);
    let mut digits = kept.to_vec();
    if up {
        let carried = digits.iter().rposition(|digit| *digit != b'9');
        for digit in &mut digits[carried.map_or(0, |index| index + 1)..] {
            *digit = b'0';
        }
        match carried {
            Some(index) => digits[index] += 1,
            None => digits.insert(0, b'1'),
        }
    }
    let digits = String::from_utf8_lossy(&digits).into_owned();
    parsed(&format!("{digits}e{power}")).copysign(x)
}

fn parsed(decimal: &str) -> f64 {
    decimal.parse().unwrap_or(f64::NAN)
}
