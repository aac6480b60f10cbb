//! `equity.parquet` and `trades.parquet`: one backtest by hand, saved with `backtest --save`.

use super::cell::{Micros, words};
use super::table::table;
use serde::{Deserialize, Serialize};

/// Direction of a trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TradeSide {
    Long,
    Short,
}

words!(TradeSide);

table! {
    /// One bar of one backtest.
    pub struct EquityPoint {
        /// Time of the bar.
        timestamp: Micros,
        /// Cash plus positions at the bar's close, in money.
        equity: f64,
        /// Signed position value over equity at the bar's close, as a fraction.
        exposure: f64,
    }
    name: "equity",
    stage: "backtest --save DIR",
    version: 1,
    key: ["timestamp"],
    check: sound_point,
}

table! {
    /// One closed trade of one backtest.
    pub struct TradeRow {
        /// Time of the bar at whose open it was entered.
        entry_time: Micros,
        /// Time of the bar at whose open it was left.
        exit_time: Micros,
        /// long or short.
        side: TradeSide,
        /// Units of the instrument, always positive.
        quantity: f64,
        /// Mean fill price on entry, slippage included.
        entry_price: f64,
        /// Mean fill price on exit, slippage included.
        exit_price: f64,
        /// Profit after costs, in money.
        pnl: f64,
        /// Commission and slippage of both sides, in money.
        costs: f64,
    }
    name: "trades",
    stage: "backtest --save DIR",
    version: 1,
    key: ["entry_time", "exit_time"],
    check: sound_trade,
}

fn sound_point(_row: &EquityPoint) -> Result<(), String> {
    Ok(())
}

fn sound_trade(row: &TradeRow) -> Result<(), String> {
    if row.exit_time < row.entry_time {
        return Err("left before it was entered".to_owned());
    }
    if row.quantity <= 0.0 || row.entry_price <= 0.0 || row.exit_price <= 0.0 || row.costs < 0.0 {
        return Err("quantity and prices are above zero, costs are not below".to_owned());
    }
    Ok(())
}
