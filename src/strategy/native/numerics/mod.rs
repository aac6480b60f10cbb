//! Python's and numpy's arithmetic, bit for bit. What they raise on is None here.

mod divide;
pub mod ewm;
mod exact;
mod extremes;
mod fsum;
mod integer;
mod limbs;
mod math;
pub mod numpy;
pub mod pow;
pub mod rolling;
mod round;
pub mod statistics;
mod sum;
mod window_sum;
mod windows;

pub use divide::{floor_div, modulo};
pub use extremes::{max, min};
pub use fsum::{fmean, fsum};
pub use integer::{floor_div_int, modulo_int, to_float_exact, to_int};
pub use math::math;
pub use pow::{pow, square, squares};
pub use round::{round_digits, round_half_even};
pub use sum::{SumPolicy, sum};
pub use window_sum::rolling_sum;
pub use windows::Windows;

#[cfg(test)]
mod tests;
