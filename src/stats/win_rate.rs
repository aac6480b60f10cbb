use super::{Statistic, Undefined};

/// Share of closed trades that earned more than nothing, net of costs. A trade that came out even did not win.
///
/// # Errors
/// `NoTrades` where none was closed.
pub fn win_rate(winners: usize, closed: usize) -> Statistic {
    if closed == 0 { Err(Undefined::NoTrades) } else { Ok(winners as f64 / closed as f64) }
}
