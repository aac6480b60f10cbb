use super::{
    curve::Curve,
    ledger::When,
    market::Market,
    metrics::{Measured, Metrics, Tally, metrics},
    params::{Fill, Params},
    portfolio::Portfolio,
    simulate::simulate,
};
use crate::market::Series;
use crate::stats::Undefined;
use crate::strategy::Change;
use std::ops::Range;

/// The metrics of [`simulate`](super::simulate) in one pass that allocates nothing: no trade list, no equity
/// curve. Only where a variance has too few digits left, as of returns that are all but equal, it is made the slow
/// way. `risk_free` is an annual fraction. For many runs over one series there is [`Market::prepare`].
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
    let returns = if portfolio.ruined() { Some((Err(Undefined::Ruin), 0.0)) } else { curve.returns() };
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

#[cfg(test)]
mod tests {
    use super::*;

    fn market(closes: impl Iterator<Item = f64>) -> Series {
        let close: Vec<f64> = closes.collect();
        Series {
            timestamp: (0..close.len() as i64).collect(),
            open: close.clone(),
            close,
            periods_per_year: 252.0,
            ..Series::default()
        }
    }

    /// Whether a first pass over an all-in run gave figures and took short cuts, and whether one without them did.
    fn ways(series: &Series) -> [bool; 3] {
        let market = Market::prepare(series, 252.0, 0.0);
        let params = Params { max_position_size: 1.0, ..Params::default() };
        let changes = [Change { bar: 3, target: 1.0 }, Change { bar: 700, target: 0.0 }];
        let way = |shortcuts| pass(&market, 0..series.len(), changes.into_iter(), &params, shortcuts);
        let (first, shortened) = way(true);
        [first.is_some(), shortened, way(false).0.is_some()]
    }

    #[test]
    fn each_way_is_taken_where_it_has_its_digits() {
        let wave = |swing: f64| market((0..800).map(move |bar| 100.0 + swing * (f64::from(bar) * 0.7).sin()));
        assert_eq!(ways(&wave(1.0)), [true, true, true]);
        assert_eq!(ways(&wave(1e-4)), [false, true, true], "too small for the market's returns to stand in");
        assert_eq!(ways(&market((0..800).map(|bar| 1.01_f64.powi(bar)))), [false, true, true]);
    }

    #[test]
    fn a_variance_beside_a_far_greater_mean_is_left_to_the_slow_way() {
        let series = market((0..1_500).map(|bar| 1.5_f64.powi(bar)));
        let (commission_rate, slippage_rate, fill) = (0.0, 0.0, Fill::Close);
        let params = Params { max_position_size: 1.0, commission_rate, slippage_rate, fill, ..Params::default() };
        let changes = [Change { bar: 0, target: 1.0 }].into_iter();
        let (found, _) = pass(&Market::prepare(&series, 252.0, 0.0), 0..1_500, changes, &params, false);
        assert!(found.is_none(), "all returns but the first are alike");
    }
}
