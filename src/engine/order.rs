use super::{ledger::Ledger, params::Params};

/// A market order that is due.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Order {
    /// Units to buy, or to sell where negative.
    pub quantity: f64,
    /// The market's price.
    pub market: f64,
    /// What is paid or got: slippage is always adverse.
    pub price: f64,
    /// A buy that cash pays for; only buying back a short can be another.
    pub funded: bool,
}

impl Order {
    /// The order that brings the position to `target * max_position_size * equity / fill price`, equity marked at
    /// `market` before costs. None where the position is there already, or not a unit can be afforded.
    ///
    /// The side follows from the market price. Inside the slippage band around the target, where a fill would
    /// overshoot, nothing is traded.
    pub fn towards(target: f64, market: f64, ledger: &Ledger, params: &Params) -> Option<Self> {
        let held = ledger.quantity();
        // Out of the market asks for no division.
        let notional = if target == 0.0 { 0.0 } else { target * params.max_position_size * ledger.equity(market) };
        let buys = if notional == 0.0 {
            held < 0.0
        } else if held == 0.0 && (notional < 0.0 || notional >= 1e-200 && market <= 1e100) {
            // The quotient below has this sign, and everything else would wait for it.
            notional > 0.0
        } else {
            notional / market > held
        };
        let price = Self::fill_price(market, buys, params);
        let wanted = if notional == 0.0 { 0.0 } else { notional / price };
        let wanted = if params.whole_units { wanted.trunc() } else { wanted };
        let mut order = Self { quantity: wanted - held, market, price, funded: false };
        if buys {
            let affordable = ledger.cash() / (price * (1.0 + params.commission_rate));
            let affordable = if params.whole_units { affordable.floor() } else { affordable };
            // A short can always be bought back, at the price of ruin if need be.
            order.quantity = order.quantity.min(affordable.max(-held));
            order.funded = order.quantity <= affordable;
        }
        let goes_there = if buys { order.quantity > 0.0 } else { order.quantity < 0.0 };
        goes_there.then_some(order)
    }

    /// The order that leaves nothing held.
    pub fn out(market: f64, ledger: &Ledger, params: &Params) -> Option<Self> {
        let quantity = -ledger.quantity();
        let price = Self::fill_price(market, quantity > 0.0, params);
        (quantity != 0.0).then_some(Self { quantity, market, price, funded: false })
    }

    fn fill_price(market: f64, buys: bool, params: &Params) -> f64 {
        market * if buys { 1.0 + params.slippage_rate } else { 1.0 - params.slippage_rate }
    }
}
