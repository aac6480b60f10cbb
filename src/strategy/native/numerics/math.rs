/// A function of Python's `math` over the platform's `f` (`math_1` of CPython's Modules/mathmodule.c). None where it
/// raises: NaN or an infinity from an argument that is neither.
pub fn math(f: fn(f64) -> f64, x: f64) -> Option<f64> {
    let y = f(x);
    let raises = (y.is_nan() && !x.is_nan()) || (y.is_infinite() && x.is_finite());
    if raises { None } else { Some(y) }
}
