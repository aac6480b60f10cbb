use super::{
    change::Change,
    curve::Curve,
    ledger::When,
    market::Market,
    metrics::{Measured, Metrics, Tally, metrics},
    params::{Fill, Params},
    portfolio::Portfolio,
    simulate::simulate,
};
use crate::market::Series;
use std::ops::Range;

/// The metrics of [`simulate`](super::simulate) in one pass that allocates nothing: no trade list, no equity
/// curve. `risk_free` is an annual fraction. For many runs over one series there is [`Market::prepare`].
///
/// # Panics
/// If there is not exactly one exposure per bar.
pub fn summarise(series: &Series, exposure: &[f64], params: &Params, periods_per_year: f64, risk_free: f64) -> Metrics {
    Market::bare(series, periods_per_year, risk_free).summarise(0..series.len(), exposure, params)
}

/// From the quickest way to the slowest, until one has all its digits.
pub(super) fn measure<C>(market: &Market<'_>, span: Range<usize>, changes: C, params: &Params) -> Metrics
where
    C: Iterator<Item = Change> + Clone,
{
    let mut shortcuts = market.tables.is_some();
    loop {
        let (measured, shortened) = pass(market, span.clone(), changes.clone(), params, shortcuts);
        if let Some(measured) = measured {
            return measured.metrics(params.initial_capital, market.periods_per_year, market.risk_free);
        }
        if !shortened {
            break;
        }
        shortcuts = false;
    }
    let series = market.series.slice(span);
    let mut exposure = vec![f64::NAN; series.len()];
    changes.for_each(|change| exposure[change.bar] = change.target);
    metrics(&simulate(&series, &exposure, params), params, market.periods_per_year, market.risk_free)
}

/// Between two changes of target nothing moves but the price, so whole stretches are marked at once.
fn pass(
    market: &Market<'_>,
    span: Range<usize>,
    changes: impl Iterator<Item = Change>,
    params: &Params,
    shortcuts: bool,
) -> (Option<Measured>, bool) {
    let series = market.series;
    let Range { start, end } = span;
    let mut portfolio = Portfolio::new(params);
    let mut tally = Tally::default();
    let mut curve = Curve::new(market, params.initial_capital, shortcuts);
    let mut held = 0;
    let mut bar = start;
    let when = |bar| When { bar, time: series.timestamp[bar] };
    let (prices, delay) = match params.fill {
        Fill::NextOpen => (&series.open, 1),
        Fill::Close => (&series.close, 0),
    };
    // Behind the last change stands the end, at which nothing is filled.
    let fills = changes.map(|change| (start + change.bar + delay, change.target)).filter(|&(fill, _)| fill < end);
    for (fill, target) in fills.chain(std::iter::once((end, f64::NAN))) {
        let trades = portfolio.retarget(target);
        if !trades && fill < end {
            continue;
        }
        let stretch = bar..fill;
        let marked = curve.mark(&portfolio.ledger, stretch.clone());
        if portfolio.ledger.quantity() != 0.0 {
            held += marked;
        }
        bar += marked;
        if bar < fill {
            portfolio.mark(series.close[bar], when(bar), |trade| tally.add(&trade));
        } else if trades {
            portfolio.trade(prices[fill], when(fill), |trade| tally.add(&trade));
        }
        if portfolio.ruined() {
            curve.settle(portfolio.ledger.cash(), end - bar);
            break;
        }
    }
    let returns = if portfolio.ruined() { Some((Err(crate::stats::Undefined::Ruin), 0.0)) } else { curve.returns() };
    let measured = returns.map(|(returns, downside)| Measured {
        bars: end - start,
        returns,
        downside,
        drawdown: curve.water.drawdown(),
        held,
        final_equity: curve.last,
        tally,
        turnover: portfolio.ledger.turnover(),
        costs: portfolio.ledger.costs(),
        slippage: portfolio.ledger.slippage(),
        ruin: portfolio.ruined(),
    });
    (measured, curve.shortened())
}
