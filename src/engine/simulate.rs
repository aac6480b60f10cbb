use super::{
    decide::{Decide, MarketView},
    ledger::When,
    params::{Fill, Params},
    portfolio::Portfolio,
    trade::{OpenPosition, Trade},
};
use crate::market::Series;

/// What became of one run. Per-bar columns are as of the close of each bar, after its fills.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Run {
    /// Money: `cash + quantity * close`.
    pub equity: Vec<f64>,
    pub cash: Vec<f64>,
    /// Units held, negative where sold short.
    pub quantity: Vec<f64>,
    /// Closed trades in the order of their exits.
    pub trades: Vec<Trade>,
    pub open: Option<OpenPosition>,
    /// Commission paid, in money.
    pub costs: f64,
    /// Money lost to slippage.
    pub slippage: f64,
    /// Traded notional, each fill as a share of the equity before it.
    pub turnover: f64,
    /// Equity reached zero or less: the position was closed there and nothing traded again.
    pub ruin: bool,
}

/// Runs a strategy that decides bar by bar.
pub fn run(series: &Series, decide: &mut impl Decide, params: &Params) -> Run {
    let bars = series.len();
    let mut run = Run {
        equity: Vec::with_capacity(bars),
        cash: Vec::with_capacity(bars),
        quantity: Vec::with_capacity(bars),
        ..Run::default()
    };
    let mut portfolio = Portfolio::new(params);
    let mut due = false;
    for bar in 0..bars {
        let when = When { bar, time: series.timestamp[bar] };
        let close = series.close[bar];
        if due {
            portfolio.trade(series.open[bar], when, |trade| run.trades.push(trade));
            due = false;
        }
        if !portfolio.ruined() && portfolio.retarget(decide.decide(MarketView::new(series, bar))) {
            match params.fill {
                Fill::NextOpen => due = true,
                Fill::Close => portfolio.trade(close, when, |trade| run.trades.push(trade)),
            }
        }
        run.equity.push(portfolio.mark(close, when, |trade| run.trades.push(trade)));
        run.cash.push(portfolio.ledger.cash());
        run.quantity.push(portfolio.ledger.quantity());
        due &= !portfolio.ruined();
    }
    run.open = series.close.last().and_then(|&close| portfolio.ledger.open_position(close));
    run.costs = portfolio.ledger.costs();
    run.slippage = portfolio.ledger.slippage();
    run.turnover = portfolio.ledger.turnover();
    run.ruin = portfolio.ruined();
    run
}

/// Runs exposures that are known beforehand, one per bar; NaN means as before.
///
/// # Panics
/// If there is not exactly one exposure per bar.
pub fn simulate(series: &Series, exposure: &[f64], params: &Params) -> Run {
    assert_eq!(series.len(), exposure.len(), "one exposure per bar");
    run(series, &mut |view: MarketView<'_>| exposure[view.index()], params)
}
