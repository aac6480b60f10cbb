use super::Trap;
use crate::strategy::native::ir::Kernel;
use crate::strategy::native::numerics::ewm::{self, Decay};
use crate::strategy::native::numerics::rolling::{self, Window};

/// What a kernel makes of `values`, as many as they are.
///
/// # Errors
/// [`Trap::Bail`] where pandas raises.
pub fn column(kernel: Kernel, values: &[f64], window: i64, least: i64, x: f64) -> Result<Vec<f64>, Trap> {
    let size = |number: i64| usize::try_from(number).map_err(|_| Trap::Bail);
    if kernel == Kernel::Shift {
        return Ok(shifted(values, window));
    }
    let (values, least) = (rolling::prepared(values), size(least)?);
    let decay =
        |adjust: bool| if x >= 0.0 { Ok(Decay { com: x, adjust, least: least.max(1) }) } else { Err(Trap::Bail) };
    match kernel {
        Kernel::EwmMean => return Ok(ewm::mean(&values, decay(false)?)),
        Kernel::EwmMeanAdjusted => return Ok(ewm::mean(&values, decay(true)?)),
        Kernel::EwmStd => return Ok(ewm::standard_deviation(&values, decay(false)?)),
        Kernel::EwmStdAdjusted => return Ok(ewm::standard_deviation(&values, decay(true)?)),
        _ => {}
    }
    let rows = size(window)?;
    if rows == 0 || least > rows {
        return Err(Trap::Bail);
    }
    let window = Window::Last(rows);
    let ddof = x as usize;
    Ok(match kernel {
        Kernel::RollingSum => rolling::sum(&values, window, least),
        Kernel::RollingMean => rolling::mean(&values, window, least),
        Kernel::RollingMin => rolling::min(&values, window, least),
        Kernel::RollingMax => rolling::max(&values, window, least),
        Kernel::RollingMedian => rolling::median(&values, window, least),
        Kernel::RollingVar => rolling::variance(&values, window, least, ddof, false),
        Kernel::RollingVarRestarting => rolling::variance(&values, window, least, ddof, true),
        Kernel::RollingStd => rolling::standard_deviation(&values, window, least, ddof, false),
        _ => rolling::standard_deviation(&values, window, least, ddof, true),
    })
}

fn shifted(values: &[f64], by: i64) -> Vec<f64> {
    let from = |at: usize| i64::try_from(at).ok()?.checked_sub(by).and_then(|from| usize::try_from(from).ok());
    (0..values.len()).map(|at| from(at).and_then(|from| values.get(from)).copied().unwrap_or(f64::NAN)).collect()
}
