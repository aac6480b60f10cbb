//! A report of any number of strategies with as much in each as twenty years of four daily markets give.

use crate::report::model::*;
use crate::seed::Seed;
use rand::RngExt;

const SCENARIOS: [&str; 8] =
    ["bull", "bear", "high_volatility", "low_volatility", "sideways", "crash", "recovery", "mixed"];
const MARKETS: [&str; 4] = ["historical:AAPL", "historical:BTCUSDT", "historical:IBM", "historical:SPX"];

/// As many digits as measured numbers have.
struct Numbers(rand_chacha::ChaCha8Rng);

impl Numbers {
    fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.random::<f64>()
    }

    fn short(&mut self, low: f64, high: f64) -> f64 {
        (self.within(low, high) * 1e4).round() / 1e4
    }

    fn bounds(&mut self, low: f64, high: f64) -> Bounds {
        let mut all = [self.within(low, high), self.within(low, high), self.within(low, high)];
        all.sort_by(f64::total_cmp);
        Bounds { low: Some(all[0]), estimate: Some(all[1]), high: Some(all[2]), reason: None }
    }

    fn fan(&mut self, low: f64, high: f64) -> FanRow {
        let mut all: [f64; 5] = std::array::from_fn(|_| self.within(low, high));
        all.sort_by(f64::total_cmp);
        FanRow { quantiles: Some(all), reason: None }
    }

    fn courses(&mut self, count: usize, places: usize, from: f64) -> Vec<Vec<f64>> {
        (0..count)
            .map(|_| {
                let mut at = from;
                let mut next = || {
                    at += self.short(-0.02, 0.025);
                    at
                };
                (0..places).map(|_| next()).collect()
            })
            .collect()
    }
}

pub fn report(strategies: usize) -> Report {
    let mut numbers = Numbers(Seed::new(7).rng());
    let names: Vec<String> = (0..strategies).map(|number| format!("strategy_number_{number}")).collect();
    let mut report = empty();
    for name in &names {
        add(&mut report, name, &mut numbers);
    }
    report.paths = SCENARIOS
        .iter()
        .map(|scenario| PathsRow {
            scenario: (*scenario).to_owned(),
            badge: "SIM*".to_owned(),
            paths: 8,
            bars: 756,
            log_return: Some(numbers.within(-1.0, 1.0)),
            volatility: Some(numbers.within(0.1, 0.5)),
            max_drawdown: Some(numbers.within(-0.6, -0.1)),
        })
        .collect();
    report.realism = ["gjr", "bates", "resampled:SPX"]
        .iter()
        .flat_map(|generator| SCENARIOS.map(|regime| (*generator, regime)))
        .map(|(generator, regime)| realism(generator, regime, &mut numbers))
        .collect();
    report.not_runnable = (0..strategies)
        .map(|number| NotRunnable {
            name: format!("idle_{number}"),
            class_name: format!("Idle{number}"),
            place: format!("research/idle_{number}.py:12"),
            status: "needs_adapter".to_owned(),
            reason: "no method of it has a name or arguments that anyone would call bar by bar".to_owned(),
        })
        .collect();
    report
}

/// A report of a run that found nothing at all.
pub fn empty() -> Report {
    Report {
        schema_version: SCHEMA_VERSION,
        header: Header {
            run: "20260102T030405678Z".to_owned(),
            iteration: 3,
            dated: "2026-01-02 03:04:05 UTC".to_owned(),
            command: "cbt iterate --seed 42 --at 2026-01-02T03:04:05.678Z".to_owned(),
            version: "0.1.0".to_owned(),
            seed: 42,
            config_hash: "9d0c".to_owned(),
            pipeline: "iterate".to_owned(),
            initial_capital: 100_000.0,
            commission_rate: 0.001,
            slippage_rate: 0.0005,
            max_position_size: 0.95,
            fill: "the next bar's open".to_owned(),
            interpreter: "CPython 3.11.2, no numpy, no pandas".to_owned(),
            confinement: "network off".to_owned(),
            rungs: None,
        },
        counts: Counts {
            files_read: 0,
            classes_found: 0,
            runnable: 0,
            function_candidates: 0,
            backtest_rows: 0,
            backtests: 0,
            trials: 0,
            trials_ever: 0,
            strategies_optimized: 0,
            changes_applied: 0,
            changes_refused: 0,
            placebo_tests: 0,
            placebo_promotions: 0,
            placebo_surprises: 0,
        },
        attention: Vec::new(),
        changes: Vec::new(),
        diffs: Vec::new(),
        decisions: Vec::new(),
        shadows: Vec::new(),
        leaderboard: Vec::new(),
        scenarios: Vec::new(),
        equity: Vec::new(),
        backtest_types: Vec::new(),
        type_levels: TypeLevels { monte_carlo: 0.95, bootstrap: 0.95, min_blocks: 10.0, ruin_drawdown: 0.5 },
        searches: Vec::new(),
        history: History::default(),
        paths: Vec::new(),
        realism: Vec::new(),
        strategies: Vec::new(),
        not_runnable: Vec::new(),
        failures: Vec::new(),
        recommendations: Vec::new(),
    }
}

fn add(report: &mut Report, name: &str, numbers: &mut Numbers) {
    let own = |text: &str| text.to_owned();
    let place = format!("{name}.yaml:4");
    // One in ten has something to tell.
    if report.strategies.len().is_multiple_of(10) {
        report.attention.push(format!("{name} failed: ValueError: not enough bars for a window of 200"));
        report.changes.push(Change {
            strategy: own(name),
            parameter: own("lookback"),
            old_value: own("20"),
            new_value: own("35"),
            place: place.clone(),
            decision: own("applied"),
            manual: false,
            reason: own("better by 0.21 on 128 paths that the search had not seen"),
        });
        report.diffs.push(FileDiff {
            path: format!("{name}.yaml"),
            diff: own("@@ -1,7 +1,7 @@\n strategies:\n-  lookback: 20\n+  lookback: 35\n"),
        });
    }
    report.decisions.push(decision(name, numbers));
    report.leaderboard.push(standing(name, numbers));
    for market in SCENARIOS.iter().chain(&MARKETS) {
        for span in ["full", "1 of 2", "2 of 2"] {
            report.scenarios.push(scenario(name, market, span, numbers));
        }
    }
    for scenario in SCENARIOS {
        report.equity.push(EquityCurve {
            strategy: own(name),
            market: own(scenario),
            badge: own("SIM*"),
            paths: 64,
            bars: (0..=30).map(|place| place * 16).collect(),
            times: Vec::new(),
            growth: numbers.courses(5, 31, 1.0),
            drawdown: numbers.courses(5, 31, 0.0),
        });
    }
    for market in MARKETS {
        report.equity.push(EquityCurve {
            strategy: own(name),
            market: own(market),
            badge: own("REAL"),
            paths: 1,
            bars: (0..=80).map(|place| place * 60).collect(),
            times: (0..=80).map(|place| 946_857_600_000_000 + place * 60 * 86_400_000_000).collect(),
            growth: numbers.courses(1, 81, 1.0),
            drawdown: numbers.courses(1, 81, 0.0),
        });
    }
    report.backtest_types.push(types(name, numbers));
    report.searches.push(search(name, numbers));
    for iteration in 1..=3 {
        report.history.challenges.push(ChallengeRow {
            strategy: own(name),
            iteration,
            objective: own("sharpe"),
            incumbent_score: Some(numbers.within(0.0, 1.0)),
            challenger_score: Some(numbers.within(0.0, 1.0)),
            p_value: Some(numbers.within(0.0, 1.0)),
            promoted: iteration == 2,
        });
    }
    report.history.values.push(ValueRow {
        strategy: own(name),
        parameter: own("lookback"),
        dated: own("2026-01-01 03:04"),
        old_value: own("18"),
        new_value: own("20"),
        decision: own("applied"),
    });
    if report.history.iterations.is_empty() {
        report.history.iterations = (1..=3)
            .map(|iteration| IterationRow {
                iteration,
                dated: own("2026-01-01 03:04"),
                status: own("complete"),
                trials: 1_250,
                challengers: 20,
                promoted: iteration - 1,
                applied: iteration,
                rolled_back: 0,
            })
            .collect();
    }
    report.strategies.push(StrategySection {
        name: own(name),
        class_name: own("MomentumTrader"),
        path: format!("strategies/{name}.py"),
        line: 12,
        protocol: own("bar"),
        entry: own("on_bar"),
        assumed: vec![own("\"sell\" means to go flat")],
        source_hash: own("2c26b46b68ffc68ff99b453c1d304134"),
        rung: Some(own("compiled")),
        held_back_by: None,
        parameters: ["lookback", "threshold", "stop", "target", "cooldown"]
            .map(|parameter| ParameterRow {
                name: own(parameter),
                value: own("20"),
                role: own("signal"),
                range: own("5..80 step 1"),
                searched: true,
                range_source: own("inferred"),
                place: place.clone(),
            })
            .to_vec(),
    });
}

fn standing(name: &str, numbers: &mut Numbers) -> Standing {
    Standing {
        strategy: name.to_owned(),
        status: "No change".to_owned(),
        best: Some(Best {
            market: "historical:SPX".to_owned(),
            badge: "REAL".to_owned(),
            sharpe: numbers.within(0.0, 2.0),
            low: Some(numbers.within(-1.0, 0.0)),
            high: Some(numbers.within(1.0, 2.0)),
        }),
        sharpe_worst_scenario: Some(numbers.within(-2.0, 0.0)),
        worst_scenario: "crash".to_owned(),
        sharpe_simulated: Some(numbers.within(-1.0, 1.0)),
        sharpe_real: Some(numbers.within(-1.0, 1.0)),
        total_return_simulated: Some(numbers.within(-0.5, 0.5)),
        max_drawdown_simulated: Some(numbers.within(-0.5, 0.0)),
        win_rate_simulated: Some(numbers.within(0.3, 0.7)),
        trades_simulated: 1_234,
        trades_real: 321,
        course: Some(Course {
            market: "historical:SPX".to_owned(),
            badge: "REAL".to_owned(),
            growth: numbers.courses(1, 81, 1.0).remove(0),
        }),
    }
}

fn scenario(name: &str, market: &str, span: &str, numbers: &mut Numbers) -> ScenarioRow {
    let real = market.starts_with("historical:");
    ScenarioRow {
        strategy: name.to_owned(),
        scenario: market.to_owned(),
        span: span.to_owned(),
        badge: if real { "REAL" } else { "SIM*" }.to_owned(),
        paths: if real { 1 } else { 8 },
        sharpe_mean: Some(numbers.within(-1.0, 1.0)),
        sharpe_low: Some(numbers.within(-2.0, -1.0)),
        sharpe_high: Some(numbers.within(1.0, 2.0)),
        sharpe_reason: None,
        total_return: Some(numbers.within(-0.5, 0.5)),
        max_drawdown: Some(numbers.within(-0.5, 0.0)),
        win_rate: Some(numbers.within(0.3, 0.7)),
        trades: 123,
        outcome: "ok".to_owned(),
    }
}

fn types(name: &str, numbers: &mut Numbers) -> TypesSection {
    let mut walks = Vec::new();
    for market in MARKETS {
        for scheme in ["rolling", "anchored"] {
            walks.push(walk(market, scheme, numbers));
        }
    }
    TypesSection {
        strategy: name.to_owned(),
        walks,
        simulated: SCENARIOS
            .map(|scenario| SimulatedRow {
                scenario: scenario.to_owned(),
                badge: "SIM*".to_owned(),
                paths: 64,
                loss: numbers.bounds(0.0, 1.0),
                ruin: numbers.bounds(0.0, 1.0),
                sharpe: numbers.fan(-2.0, 2.0),
                total_return: numbers.fan(-0.5, 0.5),
                max_drawdown: numbers.fan(-0.5, 0.0),
                sharpe_costs_half_more: numbers.fan(-2.0, 2.0),
                sharpe_costs_tripled: numbers.fan(-2.0, 2.0),
                sharpe_jitter: numbers.fan(-2.0, 2.0),
            })
            .to_vec(),
        reordered: MARKETS
            .map(|market| ReorderedRow {
                market: market.to_owned(),
                orders: 1_000,
                ruin: numbers.bounds(0.0, 1.0),
                max_drawdown: numbers.fan(-0.5, 0.0),
            })
            .to_vec(),
        resampled: SCENARIOS
            .iter()
            .chain(&MARKETS)
            .map(|market| ResampledRow {
                market: (*market).to_owned(),
                sharpe: numbers.bounds(-1.0, 1.0),
                total_return: numbers.bounds(-0.5, 0.5),
                max_drawdown: numbers.bounds(-0.5, 0.0),
                profit_factor: numbers.bounds(0.5, 2.0),
                block_length: Some(numbers.within(1.0, 9.0)),
                block_length_drawdown: Some(numbers.within(9.0, 40.0)),
            })
            .collect(),
    }
}

fn walk(market: &str, scheme: &str, numbers: &mut Numbers) -> WalkRow {
    WalkRow {
        market: market.to_owned(),
        badge: "REAL-OOS".to_owned(),
        scheme: scheme.to_owned(),
        windows: 12,
        gap_bars: 87,
        look_back: "the search may set lookback to 80".to_owned(),
        sharpe: numbers.bounds(-1.0, 1.0),
        sharpe_worst: Some(numbers.within(-2.0, -1.0)),
        sharpe_unchanged: Some(numbers.within(-1.0, 1.0)),
        efficiency: Some(numbers.within(-1.0, 1.0)),
        efficiency_reason: None,
        return_efficiency: Some(numbers.within(-1.0, 1.0)),
        max_drawdown: Some(numbers.within(-0.5, 0.0)),
        drift: vec![DriftRow { parameter: "lookback".to_owned(), spread: numbers.within(0.0, 1.0) }],
        pieces: (0..12)
            .map(|piece| PieceRow {
                start: 1_000_000_000_000_000 + piece * 31_536_000_000_000,
                end: 1_000_000_000_000_000 + (piece + 1) * 31_536_000_000_000 - 86_400_000_000,
                trained: Some(numbers.within(0.0, 2.0)),
                tested: Some(numbers.within(-2.0, 2.0)),
                unchanged: Some(numbers.within(-2.0, 2.0)),
                total_return: numbers.within(-0.3, 0.3),
                trades: 12,
                chosen: "cooldown=3, lookback=35, stop=0.05".to_owned(),
            })
            .collect(),
    }
}

fn search(name: &str, numbers: &mut Numbers) -> Search {
    let axis = |parameter: &str| SearchAxis { parameter: parameter.to_owned(), low: 5.0, high: 80.0, log: false };
    Search {
        strategy: name.to_owned(),
        axes: ["lookback", "threshold", "stop", "target", "cooldown"].map(axis).to_vec(),
        trials: (0..50)
            .map(|number| TrialRow {
                number,
                values: (0..5).map(|_| Some(numbers.within(5.0, 80.0).round())).collect(),
                sharpe: Some(numbers.within(-1.0, 1.0)),
                total_return: Some(numbers.within(-0.5, 0.5)),
                max_drawdown: Some(numbers.within(-0.5, 0.0)),
                custom: None,
                rank: Some(number + 1),
                on_front: number % 9 == 0,
                outcome: "ok".to_owned(),
            })
            .collect(),
        challenger: Some(17),
        neighbours: (0..10).map(|_| (0..5).map(|_| Some(numbers.within(5.0, 80.0).round())).collect()).collect(),
        neighbours_run: false,
    }
}

fn decision(name: &str, numbers: &mut Numbers) -> Decision {
    let condition = |condition: &str| Condition {
        name: condition.to_owned(),
        figure: Some(0.123_456),
        threshold: Some(0.05),
        verdict: "pass".to_owned(),
        badge: "SIM".to_owned(),
        note: "the difference of the challenger's mean from the incumbent's is beyond the margin".to_owned(),
    };
    Decision {
        strategy: name.to_owned(),
        promoted: false,
        reason: "the difference could be chance: p is 0.21, and at most 0.00493 is asked for".to_owned(),
        old_parameters: "cooldown=3, lookback=20, stop=0.05, target=0.1, threshold=0.01".to_owned(),
        new_parameters: "cooldown=5, lookback=35, stop=0.04, target=0.2, threshold=0.02".to_owned(),
        objective: "sharpe".to_owned(),
        incumbent_score: Some(numbers.within(0.0, 1.0)),
        challenger_score: Some(numbers.within(0.0, 1.0)),
        difference: Some(numbers.within(0.0, 0.3)),
        margin: Some(0.05),
        p_value: Some(numbers.within(0.0, 1.0)),
        alpha: Some(0.004_93),
        tests_so_far: 3,
        trials_ever: 150,
        difference_low: Some(numbers.within(-0.3, 0.0)),
        difference_high: Some(numbers.within(0.3, 0.6)),
        worst_regime: Some("crash".to_owned()),
        worst_regime_difference: Some(numbers.within(-0.3, 0.0)),
        detectable_difference: Some(0.3),
        marks: vec!["gjr/mixed: outside in hill_left".to_owned(); 8],
        trials: 50,
        paths: 128,
        conditions: (0..17).map(|number| condition(&format!("condition_{number}"))).collect(),
    }
}

fn realism(generator: &str, regime: &str, numbers: &mut Numbers) -> RealismRow {
    let facts = ["excess_kurtosis", "hill_left", "hill_right", "skewness", "autocorrelation", "leverage", "clustering"];
    RealismRow {
        generator: generator.to_owned(),
        regime: regime.to_owned(),
        kind: "stock".to_owned(),
        inside: 5,
        outside: 1,
        not_judged: 1,
        outside_in: vec!["hill_left 2.21 (2.30 to 3.50)".to_owned()],
        unlike_own_bars: 2,
        facts: facts
            .iter()
            .map(|fact| FactRow {
                fact: (*fact).to_owned(),
                value: Some(numbers.within(0.0, 4.0)),
                low: Some(2.3),
                high: Some(3.5),
                standing: "inside".to_owned(),
            })
            .collect(),
    }
}
