use super::{
    curve::Curve,
    ledger::When,
    metrics::{Measured, Metrics, Tally},
    params::{Fill, Params},
    portfolio::Portfolio,
};
use crate::market::Series;
use crate::stats::risk_free_per_bar;

/// The metrics of [`simulate`](super::simulate) in one pass that allocates nothing: no trade list, no equity
/// curve. `risk_free` is an annual fraction.
///
/// # Panics
/// If there is not exactly one exposure per bar.
pub fn summarise(series: &Series, exposure: &[f64], params: &Params, periods_per_year: f64, risk_free: f64) -> Metrics {
    assert_eq!(series.len(), exposure.len(), "one exposure per bar");
    let bars = exposure.len();
    let mut portfolio = Portfolio::new(params);
    let mut tally = Tally::default();
    let mut curve = Curve::new(params.initial_capital, risk_free_per_bar(risk_free, periods_per_year));
    let mut held = 0;
    let mut last = 0.0;
    let (mut bar, mut asked) = (0, 0);
    let when = |bar| When { bar, time: series.timestamp[bar] };
    // Between two changes of target nothing moves but the price, so whole stretches are marked at once. `asked`
    // is the first bar whose exposure has not been looked at: after a fill at the next open it runs level with
    // `bar`, after one at the close it is a bar ahead.
    while bar < bars && !portfolio.ruined() {
        let change = exposure[asked..].iter().position(|&now| now != last).map_or(bars, |ahead| asked + ahead);
        let fill = match params.fill {
            Fill::NextOpen => change + 1,
            Fill::Close => change,
        };
        let stretch = bar..fill.min(bars);
        let marked = curve.mark(&portfolio.ledger, &series.close[stretch.clone()]);
        if portfolio.ledger.quantity() != 0.0 {
            held += marked;
        }
        bar = stretch.start + marked;
        if bar < stretch.end {
            portfolio.mark(series.close[bar], when(bar), |trade| tally.add(&trade));
        } else if change < bars {
            asked = change + 1;
            if !exposure[change].is_nan() {
                last = exposure[change];
            }
            if portfolio.retarget(last) && fill < bars {
                let price = if params.fill == Fill::Close { series.close[fill] } else { series.open[fill] };
                portfolio.trade(price, when(fill), |trade| tally.add(&trade));
            }
        }
    }
    if portfolio.ruined() {
        curve.settle(portfolio.ledger.cash(), bars - bar);
    }
    Measured {
        bars,
        returns: curve.returns(),
        downside: curve.downside(),
        drawdown: curve.water.drawdown(),
        held,
        final_equity: curve.last,
        tally,
        turnover: portfolio.ledger.turnover(),
        costs: portfolio.ledger.costs(),
        slippage: portfolio.ledger.slippage(),
        ruin: portfolio.ruined(),
    }
    .metrics(params.initial_capital, periods_per_year, risk_free)
}
