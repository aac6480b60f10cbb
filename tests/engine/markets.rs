//! Random markets, exposures and parameters.

use continuous_backtest::engine::{Fill, Params};
use continuous_backtest::market::Series;
use proptest::prelude::*;

#[derive(Debug, Clone)]
pub struct Case {
    pub series: Series,
    pub exposure: Vec<f64>,
    pub params: Params,
}

/// A series whose opens and closes are these.
pub fn series(opens: &[f64], closes: &[f64]) -> Series {
    Series {
        name: "test".to_owned(),
        timestamp: (0..opens.len()).map(|bar| bar as i64 * 86_400_000_000).collect(),
        open: opens.to_vec(),
        high: opens.iter().zip(closes).map(|(o, c)| o.max(*c)).collect(),
        low: opens.iter().zip(closes).map(|(o, c)| o.min(*c)).collect(),
        close: closes.to_vec(),
        volume: vec![1000.0; opens.len()],
        periods_per_year: 252.0,
    }
}

fn exposures() -> impl Strategy<Value = f64> {
    prop_oneof![
        80 => Just(f64::NAN),
        3 => Just(0.0),
        3 => Just(1.0),
        2 => Just(-1.0),
        1 => Just(0.5),
        1 => Just(3.0),
        2 => -1.0..1.0,
    ]
}

fn params() -> impl Strategy<Value = Params> {
    (
        prop_oneof![Just(0.0), Just(0.001), 0.0..0.05],
        prop_oneof![Just(0.0), Just(0.0005), 0.0..0.03],
        prop_oneof![1 => Just(0.1), 2 => Just(1.0), 1 => 0.01..1.0],
        any::<(bool, bool)>(),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(commission_rate, slippage_rate, max_position_size, (close, allow_short), whole_units)| {
            Params {
                initial_capital: 100_000.0,
                commission_rate,
                slippage_rate,
                max_position_size,
                fill: if close { Fill::Close } else { Fill::NextOpen },
                allow_short,
                whole_units,
            }
        })
}

/// Up to 400 bars; a move of up to a half a bar makes short sellers go bankrupt now and then.
pub fn cases() -> impl Strategy<Value = Case> {
    let bar = (-0.05..0.05, -1.0..1.0, exposures());
    (prop::collection::vec(bar, 1..400), prop_oneof![2 => Just(0.02), 1 => Just(0.5)], params()).prop_map(
        |(bars, swing, params)| {
            let (mut opens, mut closes, mut exposure) = (Vec::new(), Vec::new(), Vec::new());
            let mut price = 100.0;
            for (gap, change, target) in bars {
                opens.push(price * (1.0 + gap));
                price *= (1.0 + gap) * (1.0 + swing * change);
                closes.push(price);
                exposure.push(target);
            }
            Case { series: series(&opens, &closes), exposure, params }
        },
    )
}
