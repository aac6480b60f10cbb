//! What must hold for every market, every signal and every cost.

use super::markets::{Case, cases, series};
use super::one_pass::same;
use continuous_backtest::engine::{Fill, MarketView, Params, metrics, run, simulate, summarise};
use continuous_backtest::stats::Undefined;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cash_and_position_are_equity_on_every_bar(case in cases()) {
        let run = simulate(&case.series, &case.exposure, &case.params);
        for bar in 0..case.series.len() {
            prop_assert_eq!(run.equity[bar], run.cash[bar] + run.quantity[bar] * case.series.close[bar]);
        }
    }

    #[test]
    fn money_comes_from_trades_alone(case in cases()) {
        let run = simulate(&case.series, &case.exposure, &case.params);
        let closed: f64 = run.trades.iter().map(|trade| trade.pnl).sum();
        let open = run.open.map_or(0.0, |position| position.pnl);
        let expected = case.params.initial_capital + closed + open;
        let last = run.equity[run.equity.len() - 1];
        prop_assert!((last - expected).abs() <= 1e-9 * case.params.initial_capital.max(last.abs()), "{} {}", last, expected);

        let costs: f64 = run.trades.iter().map(|trade| trade.costs).sum::<f64>() + run.open.map_or(0.0, |o| o.costs);
        let slippage: f64 = run.trades.iter().map(|t| t.slippage).sum::<f64>() + run.open.map_or(0.0, |o| o.slippage);
        prop_assert!((run.costs - costs).abs() <= 1e-9 * costs.max(1.0));
        prop_assert!((run.slippage - slippage).abs() <= 1e-9 * slippage.max(1.0));
        for trade in &run.trades {
            let gross = trade.side.sign() * trade.quantity * (trade.exit_price - trade.entry_price);
            prop_assert!((trade.pnl - (gross - trade.costs)).abs() <= 1e-9 * trade.quantity * trade.entry_price);
        }
    }

    #[test]
    fn a_buy_never_spends_more_than_there_is(case in cases()) {
        let run = simulate(&case.series, &case.exposure, &case.params);
        // Ruin alone can leave debt: a short is bought back at whatever it costs.
        if !run.ruin {
            prop_assert!(run.cash.iter().all(|&cash| cash >= 0.0), "{:?}", run.cash);
        }
    }

    #[test]
    fn an_unchanged_target_trades_nothing(case in cases()) {
        let run = simulate(&case.series, &case.exposure, &case.params);
        let least = if case.params.allow_short { -1.0 } else { 0.0 };
        let (mut target, mut before, mut due) = (0.0, 0.0, false);
        for bar in 0..case.series.len() {
            let asked = case.exposure[bar];
            let changed = !asked.is_nan() && asked.clamp(least, 1.0) != target;
            if changed {
                target = asked.clamp(least, 1.0);
            }
            let may_trade = if case.params.fill == Fill::Close { changed } else { due };
            due = changed;
            let ruined_here = run.equity[bar] <= 0.0;
            prop_assert!(may_trade || ruined_here || run.quantity[bar] == before, "traded at bar {}", bar);
            before = run.quantity[bar];
        }
    }

    #[test]
    fn one_pass_gives_the_metrics_of_the_slow_way(case in cases(), risk_free in prop_oneof![Just(0.0), Just(0.04)]) {
        let slow = metrics(&simulate(&case.series, &case.exposure, &case.params), &case.params, 252.0, risk_free);
        same(&summarise(&case.series, &case.exposure, &case.params, 252.0, risk_free), &slow)?;
    }

    #[test]
    fn a_strategy_asked_bar_by_bar_trades_like_its_exposures(case in cases()) {
        let mut asked = Vec::new();
        let live = run(&case.series, &mut |view: MarketView<'_>| {
            asked.push(view.index());
            case.exposure[view.index()]
        }, &case.params);
        prop_assert_eq!(&live, &simulate(&case.series, &case.exposure, &case.params));
        prop_assert!(live.ruin || asked.iter().copied().eq(0..case.series.len()));
    }

    #[test]
    fn the_future_changes_nothing(case in cases(), cut in 0.0..1.0) {
        let bars = 1 + (cut * (case.series.len() - 1) as f64) as usize;
        let whole = simulate(&case.series, &case.exposure, &case.params);
        let part = simulate(&case.series.slice(0..bars), &case.exposure[..bars], &case.params);
        prop_assert_eq!(&whole.equity[..bars], &part.equity[..]);
        prop_assert_eq!(&whole.quantity[..bars], &part.quantity[..]);
    }
}

/// The cases above would prove nothing about ruin or debt if none of them got there.
#[test]
fn the_random_cases_reach_every_corner() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, TestRunner};
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let (mut ruins, mut trades, mut shorts, mut open, mut spent) = (0, 0, 0, 0, 0);
    for _ in 0..512 {
        let Case { series, exposure, params } = cases().new_tree(&mut runner).unwrap().current();
        let run = simulate(&series, &exposure, &params);
        ruins += usize::from(run.ruin);
        trades += run.trades.len();
        shorts += usize::from(run.quantity.iter().any(|&q| q < 0.0));
        open += usize::from(run.open.is_some());
        spent += usize::from(run.cash.iter().any(|&cash| (0.0..1e-6).contains(&cash)));
    }
    assert!(
        ruins >= 10 && trades > 3_000 && shorts > 100 && open > 100 && spent > 30,
        "{ruins} {trades} {shorts} {open} {spent}"
    );
}

#[test]
fn a_run_without_trades_has_reasons_instead_of_numbers() {
    let market = series(&[10.0, 11.0, 12.0], &[11.0, 12.0, 11.0]);
    let params = Params::default();
    for figures in [
        summarise(&market, &[0.0; 3], &params, 252.0, 0.0),
        metrics(&simulate(&market, &[0.0; 3], &params), &params, 252.0, 0.0),
    ] {
        assert_eq!(figures.sharpe_ratio, Err(Undefined::ZeroVariance));
        assert_eq!(figures.sortino_ratio, Err(Undefined::NoLosses));
        assert_eq!(figures.calmar_ratio, Err(Undefined::NoDrawdown));
        assert_eq!(figures.win_rate, Err(Undefined::NoTrades));
        assert_eq!(figures.profit_factor, Err(Undefined::NoTrades));
        assert_eq!((figures.total_return, figures.cagr, figures.volatility), (0.0, Ok(0.0), Ok(0.0)));
        assert_eq!((figures.total_trades, figures.final_equity), (0, 100_000.0));
    }
}

#[test]
fn ruin_is_minus_all_and_no_ratio() {
    let market = series(&[100.0, 100.0, 150.0, 50.0], &[100.0, 150.0, 250.0, 50.0]);
    let params = Params { max_position_size: 1.0, ..Params::default() };
    for figures in [
        summarise(&market, &[-1.0; 4], &params, 252.0, 0.0),
        metrics(&simulate(&market, &[-1.0; 4], &params), &params, 252.0, 0.0),
    ] {
        assert!(figures.ruin);
        assert_eq!(figures.sharpe_ratio, Err(Undefined::Ruin));
        assert_eq!(figures.sortino_ratio, Err(Undefined::Ruin));
        assert_eq!(figures.volatility, Err(Undefined::Ruin));
        assert_eq!((figures.cagr, figures.max_drawdown, figures.calmar_ratio), (Ok(-1.0), -1.0, Ok(-1.0)));
        assert!(figures.final_equity < 0.0 && figures.total_return < -1.0);
    }
}

#[test]
fn no_bars_no_figures() {
    let market = series(&[], &[]);
    let params = Params::default();
    for figures in
        [summarise(&market, &[], &params, 252.0, 0.0), metrics(&simulate(&market, &[], &params), &params, 252.0, 0.0)]
    {
        assert_eq!(figures.sharpe_ratio, Err(Undefined::TooFewBars));
        assert_eq!(figures.cagr, Err(Undefined::TooFewBars));
        assert_eq!(figures.final_equity, 100_000.0);
    }
}

#[test]
fn a_trade_that_comes_out_even_did_not_win() {
    let market = series(&[10.0, 10.0, 10.0, 10.0], &[10.0, 12.0, 10.0, 10.0]);
    let params = Params { commission_rate: 0.0, slippage_rate: 0.0, ..Params::default() };
    let figures = summarise(&market, &[1.0, 1.0, 0.0, 0.0], &params, 252.0, 0.0);
    assert_eq!((figures.total_trades, figures.win_rate), (1, Ok(0.0)));
    assert_eq!(figures.profit_factor, Err(Undefined::NoLosses));
}
