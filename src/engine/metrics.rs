use super::{params::Params, simulate::Run, trade::Trade};
use crate::stats::{
    Drawdown, Neumaier, Spread, Statistic, Undefined, cagr_of_growth, calmar, drawdown, profit_factor,
    returns_of_equity, risk_free_per_bar, sharpe_of_spread, sortino_of_mean, sum, volatility_of_spread, win_rate,
};

/// One run in figures. Ratios and growth are fractions, not percent; money is in the instrument's currency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metrics {
    /// Annualised, as are Sortino, Calmar, CAGR and volatility.
    pub sharpe_ratio: Statistic,
    pub sortino_ratio: Statistic,
    pub calmar_ratio: Statistic,
    pub total_return: f64,
    /// -1 after ruin.
    pub cagr: Statistic,
    pub volatility: Statistic,
    /// In [-1, 0].
    pub max_drawdown: f64,
    /// Longest unbroken spell below a former peak.
    pub max_drawdown_bars: usize,
    /// Of closed trades, as are the profit factor and the gross sums.
    pub win_rate: Statistic,
    pub profit_factor: Statistic,
    pub total_trades: usize,
    pub gross_profit: f64,
    /// Not negative.
    pub gross_loss: f64,
    pub final_equity: f64,
    /// Share of bars at whose close a position was held.
    pub exposure_share: f64,
    /// Traded notional over the whole run, each fill as a share of the equity before it.
    pub turnover: f64,
    /// Commission paid, in money.
    pub costs: f64,
    /// Money lost to slippage.
    pub slippage: f64,
    pub ruin: bool,
}

impl Metrics {
    /// Every figure that can be compared or searched, by name.
    pub fn named(&self) -> [(&'static str, Statistic); 18] {
        [
            ("sharpe_ratio", self.sharpe_ratio),
            ("sortino_ratio", self.sortino_ratio),
            ("calmar_ratio", self.calmar_ratio),
            ("total_return", Ok(self.total_return)),
            ("cagr", self.cagr),
            ("volatility", self.volatility),
            ("max_drawdown", Ok(self.max_drawdown)),
            ("max_drawdown_bars", Ok(self.max_drawdown_bars as f64)),
            ("win_rate", self.win_rate),
            ("profit_factor", self.profit_factor),
            ("total_trades", Ok(self.total_trades as f64)),
            ("gross_profit", Ok(self.gross_profit)),
            ("gross_loss", Ok(self.gross_loss)),
            ("final_equity", Ok(self.final_equity)),
            ("exposure_share", Ok(self.exposure_share)),
            ("turnover", Ok(self.turnover)),
            ("costs", Ok(self.costs)),
            ("slippage", Ok(self.slippage)),
        ]
    }
}

/// The metrics of a finished run. `risk_free` is an annual fraction.
///
/// After ruin Sharpe, Sortino and volatility are undefined: returns on nothing mean nothing.
pub fn metrics(run: &Run, params: &Params, periods_per_year: f64, risk_free: f64) -> Metrics {
    let returns = returns_of_equity(params.initial_capital, &run.equity);
    let floor = risk_free_per_bar(risk_free, periods_per_year);
    let mut tally = Tally::default();
    run.trades.iter().for_each(|trade| tally.add(trade));
    Measured {
        bars: run.equity.len(),
        returns: Spread::of(&returns),
        downside: sum(returns.iter().map(|r| (r - floor).min(0.0).powi(2))),
        drawdown: drawdown(params.initial_capital, &run.equity),
        held: run.quantity.iter().filter(|&&quantity| quantity != 0.0).count(),
        final_equity: run.equity.last().copied().unwrap_or(params.initial_capital),
        tally,
        turnover: run.turnover,
        costs: run.costs,
        slippage: run.slippage,
        ruin: run.ruin,
    }
    .metrics(params.initial_capital, periods_per_year, risk_free)
}

/// Closed trades, counted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    closed: usize,
    winners: usize,
    profit: Neumaier,
    loss: Neumaier,
}

impl Tally {
    pub fn add(&mut self, trade: &Trade) {
        self.closed += 1;
        if trade.pnl > 0.0 {
            self.winners += 1;
            self.profit.add(trade.pnl);
        } else {
            self.loss.add(-trade.pnl);
        }
    }
}

/// What was measured on the way, slowly or in one pass.
pub(super) struct Measured {
    pub bars: usize,
    pub returns: Result<Spread, Undefined>,
    /// Sum of squared returns below the risk-free rate.
    pub downside: f64,
    pub drawdown: Drawdown,
    pub held: usize,
    pub final_equity: f64,
    pub tally: Tally,
    pub turnover: f64,
    pub costs: f64,
    pub slippage: f64,
    pub ruin: bool,
}

impl Measured {
    pub fn metrics(self, initial: f64, periods_per_year: f64, risk_free: f64) -> Metrics {
        let returns = if self.ruin { Err(Undefined::Ruin) } else { self.returns };
        let growth = self.final_equity / initial;
        let cagr = if self.ruin { Ok(-1.0) } else { cagr_of_growth(growth, self.bars, periods_per_year) };
        let (profit, loss) = (self.tally.profit.total(), self.tally.loss.total());
        Metrics {
            sharpe_ratio: returns.and_then(|r| sharpe_of_spread(&r, periods_per_year, risk_free)),
            sortino_ratio: returns.and_then(|r| sortino_of_mean(&r, self.downside, periods_per_year, risk_free)),
            calmar_ratio: calmar(cagr, self.drawdown.depth),
            total_return: growth - 1.0,
            cagr,
            volatility: returns.and_then(|r| volatility_of_spread(&r, periods_per_year)),
            max_drawdown: self.drawdown.depth,
            max_drawdown_bars: self.drawdown.bars,
            win_rate: win_rate(self.tally.winners, self.tally.closed),
            profit_factor: profit_factor(profit, loss, self.tally.closed),
            total_trades: self.tally.closed,
            gross_profit: profit,
            gross_loss: loss,
            final_equity: self.final_equity,
            exposure_share: if self.bars == 0 { 0.0 } else { self.held as f64 / self.bars as f64 },
            turnover: self.turnover,
            costs: self.costs,
            slippage: self.slippage,
            ruin: self.ruin,
        }
    }
}
