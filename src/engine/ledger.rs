use super::{
    order::Order,
    trade::{OpenPosition, Side, Trade},
};

/// When a fill happens.
#[derive(Debug, Clone, Copy)]
pub(super) struct When {
    pub bar: usize,
    pub time: i64,
}

/// Cash, the position and the trade it belongs to. Nothing else moves money.
#[derive(Debug, Clone)]
pub(super) struct Ledger {
    cash: f64,
    quantity: f64,
    commission_rate: f64,
    open: Option<Open>,
    costs: f64,
    slippage: f64,
    turnover: f64,
}

impl Ledger {
    pub fn new(cash: f64, commission_rate: f64) -> Self {
        Self { cash, quantity: 0.0, commission_rate, open: None, costs: 0.0, slippage: 0.0, turnover: 0.0 }
    }

    pub fn cash(&self) -> f64 {
        self.cash
    }

    /// Units held, negative where sold short.
    pub fn quantity(&self) -> f64 {
        self.quantity
    }

    pub fn equity(&self, price: f64) -> f64 {
        self.cash + self.quantity * price
    }

    /// Commission paid so far, in money.
    pub fn costs(&self) -> f64 {
        self.costs
    }

    /// Money lost to slippage so far.
    pub fn slippage(&self) -> f64 {
        self.slippage
    }

    /// Traded notional so far, each fill as a share of the equity before it.
    pub fn turnover(&self) -> f64 {
        self.turnover
    }

    /// Settles an order and returns the trade that it closed.
    // Inlined, so that who only counts trades does not pay for their prices.
    #[inline(always)]
    pub fn settle(&mut self, order: &Order, when: When) -> Option<Trade> {
        let notional = order.quantity.abs() * order.price;
        let equity = self.equity(order.market);
        if equity > 0.0 {
            self.turnover += notional / equity;
        }
        if order.quantity * self.quantity >= 0.0 {
            self.enter(order, order.quantity, when);
            return None;
        }
        if order.quantity.abs() < self.quantity.abs() {
            self.leave(order, order.quantity);
            return None;
        }
        let beyond = order.quantity + self.quantity;
        self.leave(order, -self.quantity);
        let closed = self.open.take().map(|open| open.close(when));
        if beyond != 0.0 {
            self.enter(order, beyond, when);
        }
        closed
    }

    pub fn open_position(&self, mark: f64) -> Option<OpenPosition> {
        self.open.map(|open| OpenPosition {
            entry_time: open.entry.time,
            entry_bar: open.entry.bar,
            side: open.side,
            quantity: self.quantity.abs(),
            entry_price: open.entered.price(),
            pnl: open.side.sign() * (open.left.notional - open.entered.notional) + self.quantity * mark - open.costs,
            costs: open.costs,
            slippage: open.slippage,
        })
    }

    #[inline]
    fn enter(&mut self, order: &Order, quantity: f64, when: When) {
        let side = if quantity > 0.0 { Side::Long } else { Side::Short };
        let part = self.pay(order, quantity);
        let open = self.open.get_or_insert(Open::new(side, when));
        open.entered.add(quantity, part.notional);
        open.charge(part);
    }

    #[inline]
    fn leave(&mut self, order: &Order, quantity: f64) {
        let part = self.pay(order, quantity);
        if let Some(open) = &mut self.open {
            open.left.add(quantity, part.notional);
            open.charge(part);
        }
    }

    #[inline]
    fn pay(&mut self, order: &Order, quantity: f64) -> Part {
        let mut notional = quantity.abs() * order.price;
        let mut commission = notional * self.commission_rate;
        if order.funded {
            // Where the quantity was chosen to spend all the cash, rounding must not spend an ulp more.
            notional = notional.min(self.cash);
            commission = commission.min(self.cash - notional);
        }
        let slippage = quantity.abs() * (order.price - order.market).abs();
        self.cash -= notional.copysign(quantity);
        self.cash -= commission;
        self.quantity += quantity;
        self.costs += commission;
        self.slippage += slippage;
        Part { notional, commission, slippage }
    }
}

/// One side of an order that went to one trade, in money.
struct Part {
    notional: f64,
    commission: f64,
    slippage: f64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Fills {
    quantity: f64,
    notional: f64,
}

impl Fills {
    fn add(&mut self, quantity: f64, notional: f64) {
        self.quantity += quantity.abs();
        self.notional += notional;
    }

    fn price(self) -> f64 {
        self.notional / self.quantity
    }
}

/// The trade that the position belongs to.
#[derive(Debug, Clone, Copy)]
struct Open {
    side: Side,
    entry: When,
    entered: Fills,
    left: Fills,
    costs: f64,
    slippage: f64,
}

impl Open {
    fn new(side: Side, entry: When) -> Self {
        Self { side, entry, entered: Fills::default(), left: Fills::default(), costs: 0.0, slippage: 0.0 }
    }

    fn charge(&mut self, part: Part) {
        self.costs += part.commission;
        self.slippage += part.slippage;
    }

    #[inline]
    fn close(self, exit: When) -> Trade {
        Trade {
            entry_time: self.entry.time,
            exit_time: exit.time,
            entry_bar: self.entry.bar,
            exit_bar: exit.bar,
            side: self.side,
            quantity: self.entered.quantity,
            entry_price: self.entered.price(),
            exit_price: self.left.price(),
            pnl: self.side.sign() * (self.left.notional - self.entered.notional) - self.costs,
            costs: self.costs,
            slippage: self.slippage,
        }
    }
}
