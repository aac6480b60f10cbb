//! Ledgers computed by hand: each file under `golden/` is a run whose arithmetic a reader can follow.
//!
//! A file has three tables: parameters, bars with the expected ledger at each close, and closed trades. Columns that
//! are not read here are for people.

use super::markets::series;
use continuous_backtest::engine::{Fill, Params, metrics, simulate, summarise};
use std::collections::BTreeMap;

type Row<'a> = BTreeMap<&'a str, &'a str>;

fn tables(text: &str) -> Vec<Vec<Row<'_>>> {
    fn cells(line: &str) -> impl Iterator<Item = &str> {
        line.trim().trim_matches('|').split('|').map(str::trim)
    }
    let mut tables = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if !line.starts_with('|') {
            continue;
        }
        let header: Vec<&str> = cells(line).collect();
        let mut rows = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with('|')) {
            if !line.starts_with("|-") {
                rows.push(header.iter().copied().zip(cells(line)).collect());
            }
        }
        tables.push(rows);
    }
    tables
}

fn number(row: &Row<'_>, column: &str) -> f64 {
    let text = row.get(column).unwrap_or_else(|| panic!("no column {column} in {row:?}"));
    text.parse().unwrap_or_else(|_| panic!("{column} is {text:?}"))
}

fn numbers(rows: &[Row<'_>], column: &str) -> Vec<f64> {
    rows.iter().map(|row| number(row, column)).collect()
}

fn params(row: &Row<'_>) -> Params {
    Params {
        initial_capital: number(row, "capital"),
        commission_rate: number(row, "commission"),
        slippage_rate: number(row, "slippage"),
        max_position_size: number(row, "size"),
        fill: match row["fill"] {
            "next_open" => Fill::NextOpen,
            "close" => Fill::Close,
            other => panic!("fill {other:?}"),
        },
        allow_short: row["short"] == "yes",
        whole_units: row["whole"] == "yes",
    }
}

fn check(text: &str) {
    let tables = tables(text);
    let [rules, bars, trades] = tables.as_slice() else { panic!("{} tables, expected 3", tables.len()) };
    let params = params(&rules[0]);
    let market = series(&numbers(bars, "open"), &numbers(bars, "close"));
    let exposure = numbers(bars, "target");
    let run = simulate(&market, &exposure, &params);

    let agrees = |what: &str, bar: usize, found: f64, expected: f64| {
        assert!((found - expected).abs() < 1e-9, "{what} of row {bar}: {found}, by hand {expected}");
    };
    for (bar, row) in bars.iter().enumerate() {
        agrees("cash", bar, run.cash[bar], number(row, "cash"));
        agrees("quantity", bar, run.quantity[bar], number(row, "quantity"));
        agrees("equity", bar, run.equity[bar], number(row, "equity"));
    }
    assert_eq!(run.trades.len(), trades.len(), "{:?}", run.trades);
    for (index, (trade, row)) in run.trades.iter().zip(trades).enumerate() {
        assert_eq!(trade.side.name(), row["side"]);
        assert_eq!((trade.entry_bar, trade.exit_bar), (row["from"].parse().unwrap(), row["to"].parse().unwrap()));
        assert_eq!(trade.entry_time, market.timestamp[trade.entry_bar]);
        assert_eq!(trade.exit_time, market.timestamp[trade.exit_bar]);
        for (what, found) in [
            ("quantity", trade.quantity),
            ("entry_price", trade.entry_price),
            ("exit_price", trade.exit_price),
            ("costs", trade.costs),
            ("pnl", trade.pnl),
        ] {
            agrees(what, index, found, number(row, what));
        }
    }
    assert_eq!(run.ruin, rules[0]["ruin"] == "yes");
    let slow = metrics(&run, &params, 252.0, 0.0);
    let fused = summarise(&market, &exposure, &params, 252.0, 0.0);
    assert_eq!((fused.total_trades, fused.final_equity), (slow.total_trades, slow.final_equity));
}

macro_rules! by_hand {
    ($($name:ident),* $(,)?) => {$(
        #[test]
        fn $name() {
            check(include_str!(concat!("golden/", stringify!($name), ".md")));
        }
    )*};
}

by_hand!(
    long_at_the_next_open,
    full_size_pays_its_commission,
    flip_closes_one_trade_and_opens_another,
    changes_of_size_are_one_trade,
    fill_at_the_close,
    long_only,
    whole_units,
    held_at_the_end,
    silence_holds,
    inside_the_slippage_band,
    short_that_ruins,
    cover_that_ruins,
);
