//! `**` on floats. The platform's `pow` is not correctly rounded everywhere: `pow(x, 2.0)` of glibc differs from
//! `x * x` for one x in 1,200. Compilers replace the one by the other, so it is called where they cannot see it.

use std::hint::black_box;
use std::ops::Range;
use std::sync::OnceLock;

/// `x ** y`, `float_pow` of CPython's Objects/floatobject.c. None: ZeroDivisionError, OverflowError or a complex
/// number.
pub fn pow(x: f64, y: f64) -> Option<f64> {
    if y == 2.0 { square(x) } else { power(x, y) }
}

/// `x ** 2.0`, by far the most frequent.
#[inline]
pub fn square(x: f64) -> Option<f64> {
    if squares_are_exact(x) { Some(x * x) } else { power(x, 2.0) }
}

fn power(x: f64, y: f64) -> Option<f64> {
    if y == 0.0 {
        return Some(1.0);
    }
    if x.is_nan() {
        return Some(x);
    }
    if y.is_nan() {
        return Some(if x == 1.0 { 1.0 } else { y });
    }
    let odd = y.abs() % 2.0 == 1.0;
    if y.is_infinite() {
        let base = x.abs();
        return Some(match base == 1.0 {
            true => 1.0,
            false if (y > 0.0) == (base > 1.0) => f64::INFINITY,
            false => 0.0,
        });
    }
    if x.is_infinite() {
        let power = if y > 0.0 { f64::INFINITY } else { 0.0 };
        return Some(if odd { power.copysign(x) } else { power });
    }
    if x == 0.0 {
        return if y < 0.0 { None } else { Some(if odd { x } else { 0.0 }) };
    }
    if x < 0.0 && y != y.floor() {
        return None;
    }
    let power = match x.abs() {
        1.0 => 1.0,
        base => platform(base, y),
    };
    let power = if x < 0.0 && odd { -power } else { power };
    power.is_finite().then_some(power)
}

fn platform(x: f64, y: f64) -> f64 {
    let pow: fn(f64, f64) -> f64 = black_box(f64::powf);
    pow(x, y)
}

/// A pow with an error below 0.52 ulp can only answer the product where that lies within 0.48 ulp of the square:
/// the other neighbours are more than 0.52 away. First disagreement seen with glibc 2.36: 0.4929.
pub const NEAR: f64 = 0.48;
/// Magnitudes whose square's error is exact.
pub const SQUARED: Range<f64> = 1e-120..1e120;
/// 2^27 + 1: splits a float into two halves.
pub const SPLIT: f64 = 134_217_729.0;
/// A float's bits of sign and exponent but the sign.
pub const EXPONENT: u64 = 0x7FF0 << 48;

/// `x ** 2.0` of each of `values`; None where one of them has none.
pub fn squares(values: &[f64], squares: &mut [f64]) -> Option<()> {
    const LANES: usize = 32;
    let holds = holds_here();
    for (values, squares) in values.chunks(LANES).zip(squares.chunks_mut(LANES)) {
        let mut near = [holds; LANES];
        for ((square, near), &x) in squares.iter_mut().zip(&mut near).zip(values) {
            *square = x * x;
            *near &= is_near(x);
        }
        for ((square, _), &x) in squares.iter_mut().zip(&near).zip(values).filter(|((_, near), _)| !**near) {
            *square = power(x, 2.0)?;
        }
    }
    Some(())
}

/// Whether the platform's `pow(x, 2.0)` is known to be `x * x`.
fn squares_are_exact(x: f64) -> bool {
    is_near(x) && holds_here()
}

#[inline(always)]
fn is_near(x: f64) -> bool {
    let (error, known) = square_error(x);
    known & (error < NEAR)
}

/// Whether this platform's pow keeps to [`NEAR`]. Asked once.
pub fn holds_here() -> bool {
    static HOLDS: OnceLock<bool> = OnceLock::new();
    *HOLDS.get_or_init(tried_here)
}

/// Distance in ulps between `x * x` and the square (Dekker's product), and whether that is exact and the neighbours
/// of the product are equally far. Without a branch, so that many are taken at once.
#[inline(always)]
fn square_error(x: f64) -> (f64, bool) {
    let product = x * x;
    let scaled = SPLIT * x;
    let high = scaled - (scaled - x);
    let low = x - high;
    let error = ((high * high - product) + 2.0 * high * low) + low * low;
    let bits = product.to_bits();
    let lopsided = (bits & !EXPONENT == 0) & (error != 0.0);
    let ulp = f64::from_bits((bits & EXPONENT).wrapping_sub(52 << 52));
    (error.abs() / ulp, SQUARED.contains(&x.abs()) & !lopsided)
}

/// Tries squares whose error comes close to [`NEAR`].
fn tried_here() -> bool {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut close = 0;
    while close < 400 {
        // Marsaglia's xorshift: any set of arguments would do.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let x = f64::from_bits((state >> 12) | (1_023_u64 << 52));
        let (error, known) = square_error(x);
        if known && (NEAR - 0.08..NEAR).contains(&error) {
            close += 1;
            if platform(x, 2.0) != x * x {
                return false;
            }
        }
    }
    true
}
