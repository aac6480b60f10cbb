use super::{
    ledger::{Ledger, When},
    order::Order,
    params::Params,
    trade::Trade,
};

/// A ledger that follows targets until ruin.
pub(super) struct Portfolio<'a> {
    params: &'a Params,
    pub ledger: Ledger,
    target: f64,
    ruined: bool,
}

impl<'a> Portfolio<'a> {
    pub fn new(params: &'a Params) -> Self {
        let ledger = Ledger::new(params.initial_capital, params.commission_rate);
        Self { params, ledger, target: 0.0, ruined: false }
    }

    pub fn ruined(&self) -> bool {
        self.ruined
    }

    /// Whether this exposure asks for another target than before. If so, it is the target from now on.
    pub fn retarget(&mut self, exposure: f64) -> bool {
        match self.params.target(exposure) {
            Some(target) if target != self.target => {
                self.target = target;
                true
            }
            _ => false,
        }
    }

    /// Brings the position to the target at the market's `price`.
    #[inline]
    pub fn trade(&mut self, price: f64, when: When, mut closed: impl FnMut(Trade)) {
        if self.ledger.equity(price) > 0.0
            && let Some(order) = Order::towards(self.target, price, &self.ledger, self.params)
        {
            self.ledger.settle(&order, when).into_iter().for_each(&mut closed);
        }
        self.mark(price, when, closed);
    }

    /// Equity at `price`. At zero or less the position is closed there, and nothing trades again.
    #[inline]
    pub fn mark(&mut self, price: f64, when: When, closed: impl FnMut(Trade)) -> f64 {
        let equity = self.ledger.equity(price);
        if equity > 0.0 || self.ruined {
            return equity;
        }
        self.ruined = true;
        if let Some(order) = Order::out(price, &self.ledger, self.params) {
            self.ledger.settle(&order, when).into_iter().for_each(closed);
        }
        self.ledger.equity(price)
    }
}
