//! Rows for the tests of this room and of those above it, with extreme values where they fit.

mod bars;
mod lake;
mod released;
mod tables;
pub(crate) mod versions;

use super::*;
use crate::discovery::{
    ArgumentSource, ConstructorArgument, Parameter, Place, PlaceKind, RangeSource, Role, SearchRange, Status, Strategy,
    ValueType,
};
use crate::strategy::{Argument, BarShape, Entry, ParamSet, Protocol, Value, WindowShape};
use serde_json::json;

pub(crate) fn place(kind: PlaceKind) -> Place {
    Place {
        kind,
        path: "a dir/it's \"x\".py".into(),
        line: u32::MAX,
        start: 0,
        end: u32::MAX,
        key: "λ.k\n".into(),
        file_hash: "h".into(),
    }
}

pub(crate) fn strategy(name: &str) -> Strategy {
    Strategy {
        name: name.into(),
        class_name: "Momentum\u{0}Trader".into(),
        qualname: "Outer.Inner".into(),
        module: "a.b".into(),
        import_root: "/r".into(),
        root: "/r".into(),
        path: "a/b.py".into(),
        line: 3,
        status: Status::Runnable,
        reason: "'; DROP TABLE strategies; --".into(),
        evidence_line: 4,
        matched_by: "*Trader".into(),
        bases: vec!["a:Base".into()],
        entry: Some(Entry {
            protocol: Protocol::EnterExit,
            method: "should_enter".into(),
            arguments: vec![Argument::Bar(BarShape::Dict), Argument::Field("close".into()), Argument::Index],
            exit: Some(("should_exit".into(), vec![Argument::Window(WindowShape::Frame)])),
            prepare: None,
            column: Some("signal".into()),
            assumed: vec!["sell means flat".into()],
        }),
        constructor: vec![
            ConstructorArgument { name: "a".into(), keyword_only: false, source: ArgumentSource::Default },
            ConstructorArgument {
                name: "b".into(),
                keyword_only: true,
                source: ArgumentSource::Value { value: json!({"z": [1, 2.5, null], "a": "b"}) },
            },
            ConstructorArgument {
                name: "c".into(),
                keyword_only: false,
                source: ArgumentSource::Instance { module: "m".into(), qualname: "C".into() },
            },
        ],
        requires: vec!["numpy".into()],
        source_files: vec!["a/b.py".into()],
        source_hash: "00".into(),
    }
}

pub(crate) fn parameter(name: &str, default: Value, range: Option<SearchRange>) -> Parameter {
    Parameter {
        strategy: "s".into(),
        name: name.into(),
        value_type: ValueType::Float,
        default,
        role: Role::Signal,
        range_source: range.as_ref().map(|_| RangeSource::Declared),
        why_not_searched: range.is_none().then(|| "pinned".into()),
        range,
        below: Some("slow".into()),
        place: place(PlaceKind::ConstructorDefault),
        shadowed: vec![place(PlaceKind::Yaml), place(PlaceKind::Env)],
        passed_as: vec!["config".into(), "k".into()],
    }
}

pub(crate) fn parameters() -> ParamSet {
    ParamSet::from([("slow".into(), Value::Int(i64::MAX)), ("fast".into(), Value::Float(5e-324))])
}

pub(crate) fn backtest(strategy: &str, market: &str, sharpe: f64) -> Backtest {
    Backtest {
        strategy_name: strategy.into(),
        parameters_hash: parameters_hash(&parameters()).unwrap(),
        parameters: Json(parameters()),
        is_current: true,
        variation: 0,
        market_scenario: market.into(),
        backtest_type: "standard".into(),
        span: "full".into(),
        badge: if market.starts_with("historical:") { Badge::Real } else { Badge::Sim },
        outcome: RunOutcome::Ok,
        failure_kind: None,
        failure_message: None,
        paths: 3,
        undefined_paths: 0,
        bars: 504,
        periods_per_year: 252.0,
        sharpe_ratio: Some(sharpe),
        sharpe_ratio_reason: None,
        sharpe_std: Some(0.25),
        sharpe_min: Some(sharpe - 1.0),
        sharpe_max: Some(sharpe + 1.0),
        sortino_ratio: None,
        sortino_ratio_reason: Some("no_losses".into()),
        calmar_ratio: Some(f64::MAX),
        calmar_ratio_reason: None,
        total_return: Some(-0.0),
        total_return_reason: None,
        total_return_std: None,
        total_return_min: Some(f64::MIN),
        total_return_max: Some(f64::MIN_POSITIVE),
        cagr: Some(5e-324),
        cagr_reason: None,
        volatility: Some(0.2),
        volatility_reason: None,
        max_drawdown: Some(-0.5),
        max_drawdown_reason: None,
        max_drawdown_worst: Some(-1.0),
        win_rate: Some(0.5),
        win_rate_reason: None,
        profit_factor: None,
        profit_factor_reason: Some("no_losses".into()),
        total_trades: 12,
        final_equity: Some(100_000.1),
        final_equity_reason: None,
        costs: Some(0.0),
        assumptions: Json(vec!["sell means flat".into()]),
    }
}

pub(crate) fn walk(strategy: &str, windows: u32) -> WalkForwardRow {
    let absent = || (windows == 0).then(|| "not_enough_bars".to_owned());
    let there = |value: f64| (windows > 0).then_some(value);
    WalkForwardRow {
        strategy_name: strategy.into(),
        market_scenario: "historical:IBM".into(),
        badge: Badge::RealOos,
        scheme: "rolling".into(),
        windows,
        train_bars: 756,
        gap_bars: 87,
        look_back: 80,
        look_back_source: "the search may set slow to 80".into(),
        test_bars: windows * 252,
        sharpe_ratio: there(0.5),
        sharpe_ratio_reason: absent(),
        cagr: there(-0.25),
        cagr_reason: absent(),
        max_drawdown: there(-0.5),
        max_drawdown_reason: absent(),
        unchanged_sharpe_ratio: there(0.25),
        unchanged_sharpe_ratio_reason: absent(),
        worst_sharpe_ratio: there(-2.0),
        sharpe_efficiency: there(0.75),
        sharpe_efficiency_reason: absent(),
        return_efficiency: None,
        return_efficiency_reason: Some("no_gain_in_sample".into()),
        drift: Json(std::collections::BTreeMap::from([("slow".into(), 0.5)])),
    }
}

pub(crate) fn window(strategy: &str, number: u32, slow: i64) -> WalkForwardWindow {
    WalkForwardWindow {
        strategy_name: strategy.into(),
        market_scenario: "historical:IBM".into(),
        badge: Badge::RealOos,
        scheme: "rolling".into(),
        number,
        train_start: Micros(0),
        train_end: Micros(1),
        test_start: Micros(2),
        test_end: Micros(3),
        train_bars: 756,
        test_bars: 252,
        trials: 16,
        chosen: Json(ParamSet::from([("slow".into(), Value::Int(slow))])),
        changed: true,
        train_sharpe_ratio: Some(1.0),
        train_sharpe_ratio_reason: None,
        test_sharpe_ratio: None,
        test_sharpe_ratio_reason: Some("zero_variance".into()),
        unchanged_sharpe_ratio: Some(0.0),
        unchanged_sharpe_ratio_reason: None,
        test_return: 0.0,
        test_trades: 0,
        growth: 1.0,
    }
}

pub(crate) fn distribution(strategy: &str, scenario: &str, q05: Option<f64>) -> DistributionRow {
    let above = |by: f64| q05.map(|q05| q05 + by);
    DistributionRow {
        strategy_name: strategy.into(),
        market_scenario: scenario.into(),
        backtest_type: "monte_carlo".into(),
        source: "fresh_paths".into(),
        figure: "max_drawdown".into(),
        badge: Badge::Sim,
        runs: if q05.is_some() { 128 } else { 0 },
        undefined_runs: 0,
        q05,
        q05_reason: q05.is_none().then(|| "no_trades".into()),
        q25: above(0.0),
        q50: above(0.25),
        q75: above(0.5),
        q95: above(0.5),
        mean: above(0.25),
    }
}

pub(crate) fn curve(strategy: &str, place: u32) -> EquityCurveRow {
    EquityCurveRow {
        strategy_name: strategy.into(),
        market_scenario: "bull".into(),
        badge: Badge::Sim,
        place,
        bar: place * 4,
        time: None,
        paths: 128,
        growth_q05: 0.5,
        growth_q25: 0.75,
        growth_q50: 1.0,
        growth_q75: 1.25,
        growth_q95: 1.5,
        drawdown_q05: -0.5,
        drawdown_q25: -0.25,
        drawdown_q50: -0.125,
        drawdown_q75: 0.0,
        drawdown_q95: 0.0,
    }
}

pub(crate) fn interval(strategy: &str, kind: &str, source: &str, low: Option<f64>) -> IntervalRow {
    IntervalRow {
        strategy_name: strategy.into(),
        market_scenario: "historical:IBM".into(),
        backtest_type: kind.into(),
        source: source.into(),
        figure: "sharpe_ratio".into(),
        badge: Badge::Resampled,
        estimate: Some(0.5),
        estimate_reason: None,
        low,
        low_reason: low.is_none().then(|| "not_enough_data".into()),
        high: low.map(|low| low + 1.0),
        level: 0.95,
        method: low.map(|_| "bca".into()),
        observations: 1000,
        block_length: Some(3.5),
        resamples: 2000,
    }
}

pub(crate) fn trial(number: u32) -> Trial {
    Trial {
        strategy_name: "s".into(),
        source_hash: "h".into(),
        trial: number,
        batch: 1,
        seed: u64::MAX,
        parameters: Json(parameters()),
        outcome: RunOutcome::Infeasible,
        failure_message: Some("ValueError: fast must be below slow".into()),
        sharpe: None,
        sharpe_reason: Some("infeasible".into()),
        total_return: None,
        total_return_reason: Some("infeasible".into()),
        max_drawdown: None,
        max_drawdown_reason: Some("infeasible".into()),
        custom: None,
        rank: None,
        on_front: false,
    }
}

pub(crate) fn candidate(strategy: &str, decision: Decision, improvement: Option<f64>) -> Candidate {
    let better = ParamSet::from([("fast".into(), Value::Float(2.0))]);
    Candidate {
        strategy_name: strategy.into(),
        source_hash: "h".into(),
        trial: 7,
        old_parameters: Json(parameters()),
        new_parameters: Json(better),
        objective: "sharpe".into(),
        incumbent_score: Some(0.5),
        incumbent_score_reason: None,
        challenger_score: Some(0.6),
        challenger_score_reason: None,
        difference: Some(0.1),
        difference_reason: None,
        performance_improvement: improvement,
        performance_improvement_reason: improvement.is_none().then(|| "zero_variance".into()),
        margin: None,
        p_value: Some(0.01),
        p_value_reason: None,
        alpha: 0.05,
        tests_so_far: 3,
        trials_ever: 60,
        difference_low: Some(0.02),
        difference_high: Some(0.18),
        worst_regime: Some("crash".into()),
        worst_regime_difference: Some(-0.05),
        detectable_difference: Some(0.09),
        marks: Json(vec!["gjr/mixed: outside in hill_left".into()]),
        paths: 40,
        conditions: Json(vec![Condition {
            name: "paired test".into(),
            figure: Some(0.01),
            threshold: Some(0.05),
            verdict: Verdict::Pass,
            grounds: Some(crate::artifact::Grounds::Sim),
            note: String::new(),
        }]),
        decision,
        reason: "better by 20% on 40 paths".into(),
    }
}

pub(crate) fn change(id: &str, decision: ChangeDecision) -> Change {
    let written = matches!(decision, ChangeDecision::Applied | ChangeDecision::RolledBack);
    Change {
        change_id: id.into(),
        strategy_name: "s".into(),
        parameter: "fast".into(),
        old_value: Json(Value::Int(20)),
        new_value: Json(Value::Code { code: "Mode.FAST".into() }),
        path: "c.yaml".into(),
        line: 9,
        decision,
        manual: false,
        reason: "because".into(),
        old_hash: Some("o".into()),
        new_hash: written.then(|| "n".into()),
        backup: written.then(|| "c.yaml.backup".into()),
        improvement: Some(0.2),
        diff: "-20\n+23\n".into(),
        undo: None,
        known_until: Json(std::collections::BTreeMap::from([("historical:IBM".into(), 7)])),
        takes_back: (decision == ChangeDecision::RolledBack).then(|| "1".into()),
    }
}

pub(crate) fn realism() -> crate::artifact::RealismRow {
    crate::artifact::RealismRow {
        generator: "gjr".into(),
        regime: "mixed".into(),
        fact: "hill_left".into(),
        value: Some(2.2),
        value_reason: None,
        low: Some(2.3),
        high: Some(3.5),
        standing: crate::artifact::Standing::Outside,
        real_low: Some(2.5),
        real_high: Some(2.6),
        kind: "stock".into(),
        paths: 6,
        bars: 4000,
        generator_hash: "g".into(),
    }
}

pub(crate) fn run(iteration: u32) -> Run {
    Run {
        iteration,
        started: Micros(0),
        finished: Micros(i64::MAX),
        seed: 42,
        version: "0.1.0".into(),
        config_hash: "c".into(),
        strategies_found: 12,
        strategies_runnable: 10,
        backtests: 960,
        trials: 500,
        promoted: 1,
        applied: 1,
        refused: 0,
        failed: 1,
        shard_hits: Some(3),
        shard_misses: Some(0),
        report_path: None,
        status: RunStatus::Complete,
        failure_message: None,
    }
}

pub(crate) fn scenario(market: &str) -> ScenarioRow {
    ScenarioRow {
        market: market.into(),
        scenario: "bull".into(),
        set: PathSet::Train,
        path_index: 0,
        seed: Some(u64::MAX),
        bars: 504,
        periods_per_year: 252.0,
        log_return: -0.1,
        annual_volatility: None,
        annual_volatility_reason: Some("too_few_bars".into()),
        max_drawdown: -0.2,
        content_hash: "x".into(),
        source_file: None,
    }
}
