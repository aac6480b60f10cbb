use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Long,
    Short,
}

impl Side {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Long => "long",
            Self::Short => "short",
        }
    }

    /// 1 for long, -1 for short.
    pub const fn sign(self) -> f64 {
        match self {
            Self::Long => 1.0,
            Self::Short => -1.0,
        }
    }
}

/// One trade: from flat to flat, or to the flip that opened the opposite one.
///
/// Changes of size in between belong to the same trade. `quantity` is everything that was entered,
/// `entry_price` and `exit_price` are averages over all its fills, so that
/// `pnl = side * quantity * (exit_price - entry_price) - costs`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trade {
    /// Microseconds since the Unix epoch, UTC, of the bar that filled the entry.
    pub entry_time: i64,
    pub exit_time: i64,
    pub entry_bar: usize,
    pub exit_bar: usize,
    pub side: Side,
    /// Units, positive for both sides.
    pub quantity: f64,
    /// Slippage included.
    pub entry_price: f64,
    pub exit_price: f64,
    /// Money, net of commission and slippage.
    pub pnl: f64,
    /// Commission in money, already taken from `pnl`.
    pub costs: f64,
    /// Money lost to slippage, already in the prices.
    pub slippage: f64,
}

/// What is still held at the end of a run, marked at the last close. It is no closed trade.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpenPosition {
    pub entry_time: i64,
    pub entry_bar: usize,
    pub side: Side,
    /// Units held, positive for both sides.
    pub quantity: f64,
    /// Average over the entry fills, slippage included.
    pub entry_price: f64,
    /// Money at the mark, net of the costs so far, parts already sold included.
    pub pnl: f64,
    pub costs: f64,
    pub slippage: f64,
}
