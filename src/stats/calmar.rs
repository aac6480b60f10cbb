use super::{Statistic, Undefined, sample::finite};

/// Calmar ratio: CAGR over the depth of the maximum drawdown, over the whole sample (Young 1991, Futures 20, 40;
/// his own window was 36 months). `max_drawdown` is the negative fraction.
///
/// # Errors
/// `NoDrawdown` where equity never fell below a former peak, else what kept the CAGR from being defined.
pub fn calmar(cagr: Statistic, max_drawdown: f64) -> Statistic {
    let cagr = cagr?;
    if max_drawdown == 0.0 { Err(Undefined::NoDrawdown) } else { finite(cagr / max_drawdown.abs()) }
}
