//! backtesting.py and vectorbt on the same exposures, where their conventions can be set equal to ours.
//! `tests/oracle/make_peers.py` wrote what they answered.

use continuous_backtest::engine::{Fill, Params, Run, metrics, simulate};
use continuous_backtest::market::Series;
use serde_json::Value;

fn oracle() -> Value {
    serde_json::from_str(include_str!("../oracle/peers.json")).unwrap()
}

fn market() -> Series {
    let text = include_str!("../../data/market/IBM_1d_2000_2013.csv");
    let mut series = Series { periods_per_year: 252.0, ..Series::default() };
    for (bar, line) in text.lines().skip(1).enumerate() {
        let mut cells = line.split(',').skip(1).map(|cell| cell.parse().unwrap());
        series.timestamp.push(bar as i64);
        for column in [&mut series.open, &mut series.high, &mut series.low, &mut series.close, &mut series.volume] {
            column.push(cells.next().unwrap());
        }
    }
    series.check().unwrap();
    series
}

struct Peer {
    answer: Value,
    params: Params,
    run: Run,
}

fn follow(name: &str, whole_units: bool) -> Peer {
    let oracle = oracle();
    let answer = oracle[name].clone();
    let series = market();
    let mut exposure = vec![f64::NAN; series.len()];
    for change in oracle[answer["exposure"].as_str().unwrap()].as_array().unwrap() {
        exposure[change[0].as_u64().unwrap() as usize] = change[1].as_f64().unwrap();
    }
    let params = Params {
        commission_rate: 0.001,
        slippage_rate: answer["slippage"].as_f64().unwrap(),
        max_position_size: answer["size"].as_f64().unwrap(),
        fill: if answer["fill"] == "close" { Fill::Close } else { Fill::NextOpen },
        whole_units,
        ..Params::default()
    };
    let run = simulate(&series, &exposure, &params);
    Peer { answer, params, run }
}

#[track_caller]
fn agrees(what: &str, found: f64, expected: &Value) {
    let expected = expected.as_f64().unwrap();
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1e-3), "{what}: {found}, the peer has {expected}");
}

#[test]
fn backtesting_py_all_in_with_whole_units() {
    let Peer { answer, params, run } = follow("backtesting", true);
    let figures = metrics(&run, &params, 252.0, 0.0);
    agrees("final equity", figures.final_equity, &answer["final_equity"]);
    agrees("max drawdown", figures.max_drawdown, &answer["max_drawdown"]);
    let trades = answer["trades"].as_array().unwrap();
    assert_eq!((run.trades.len(), trades.len()), (61, 61));
    for (trade, theirs) in run.trades.iter().zip(trades) {
        assert_eq!([trade.entry_bar as u64, trade.exit_bar as u64], [0, 1].map(|i| theirs[i].as_u64().unwrap()));
        agrees("size", trade.quantity, &theirs[2]);
        agrees("entry price", trade.entry_price, &theirs[3]);
        agrees("exit price", trade.exit_price, &theirs[4]);
    }
}

#[test]
fn vectorbt_all_in_and_long_short() {
    for (name, closed) in [("vectorbt_all_in", 61), ("vectorbt_all_in_at_close", 61), ("vectorbt_long_short", 121)] {
        let Peer { answer, params, run } = follow(name, false);
        let figures = metrics(&run, &params, 252.0, 0.0);
        for (what, found) in [
            ("final_equity", figures.final_equity),
            ("max_drawdown", figures.max_drawdown),
            ("sharpe_ratio", figures.sharpe_ratio.unwrap()),
            ("sortino_ratio", figures.sortino_ratio.unwrap()),
            ("win_rate", figures.win_rate.unwrap()),
            ("profit_factor", figures.profit_factor.unwrap()),
            ("fees", figures.costs),
        ] {
            agrees(&format!("{name} {what}"), found, &answer[what]);
        }
        let (pnl, bars) = (answer["pnl"].as_array().unwrap(), answer["bars"].as_array().unwrap());
        assert_eq!((run.trades.len(), pnl.len()), (closed, closed));
        for ((trade, pnl), bars) in run.trades.iter().zip(pnl).zip(bars) {
            agrees(&format!("{name} pnl"), trade.pnl, pnl);
            assert_eq!([trade.entry_bar as u64, trade.exit_bar as u64], [0, 1].map(|i| bars[i].as_u64().unwrap()));
        }
    }
}
