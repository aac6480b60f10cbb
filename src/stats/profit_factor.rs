use super::{Statistic, Undefined, sample::finite};

/// Profit factor: gross profit over gross loss of closed trades, both in money, net of costs and not negative.
///
/// # Errors
/// `NoTrades` where none was closed, `NoLosses` where none lost, `NotFinite`.
pub fn profit_factor(gross_profit: f64, gross_loss: f64, closed: usize) -> Statistic {
    if closed == 0 {
        return Err(Undefined::NoTrades);
    }
    if gross_loss == 0.0 { Err(Undefined::NoLosses) } else { finite(gross_profit / gross_loss) }
}
