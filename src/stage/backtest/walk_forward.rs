//! Every real market, and the simulated test paths where they are asked for, walked window by window.

use super::bootstrap;
use super::intervals::About;
use super::rows::{Market, Row, small};
use super::{Bench, Tested, Unit, badge, outcome};
use crate::artifact::{self, Json, Micros, WalkForwardRow, WalkForwardWindow, explained};
use crate::backtest::walk_forward::{
    Efficiency, Halt, Lengths, Piece, Plan, Scheme, Unwalked, Walk, Walked, walk_forward,
};
use crate::backtest::{Badge, Kind, LookBack, Path, Seats, look_back};
use crate::config;
use crate::engine::Metrics;
use crate::optimize::objective::Goal;
use crate::optimize::search::Settings;
use crate::optimize::select::Selection;
use crate::optimize::space::Space;
use crate::stage::optimize::goals;
use crate::stage::shards::Inputs;
use crate::stage::subjects::Subject;
use crate::stage::{Failure, FailureKind};
use crate::stats::{Statistic, Undefined};
use crate::strategy::ParamSet;

/// One path.
pub fn units(bench: &Bench<'_>, subject: &Subject) -> Vec<Unit> {
    let config = &bench.context.config;
    let search = &config.optimization;
    let inputs = Inputs::default()
        .with_json("walks", &config.backtest_types.walk_forward)
        .with_json("resamples", &config.backtest_types.bootstrap)
        .with("search", format!("{} {} {:?} {:?}", search.startup, search.batch, search.objective, search.objectives))
        .with("seed", bench.context.seed.child("walk_forward").child(&subject.strategy.name).value().to_string());
    let unit = |path: usize| Unit {
        market: bench.paths[path].series.name.clone(),
        inputs: inputs.clone().with("path", bench.prints([path])),
        passing: false,
    };
    walked(bench).into_iter().map(unit).collect()
}

/// Places of the paths that are walked.
fn walked(bench: &Bench<'_>) -> Vec<usize> {
    let simulated = bench.context.config.backtest_types.walk_forward.simulated;
    let is_walked = |path: &usize| bench.paths[*path].badge == Badge::Real || simulated;
    (0..bench.paths.len()).filter(is_walked).collect()
}

pub fn test(bench: &Bench<'_>, subject: &Subject, seats: &Seats<'_>, wanted: &[usize]) -> Result<Vec<Tested>, Failure> {
    let context = bench.context;
    let config = &context.config.backtest_types.walk_forward;
    let places = walked(bench);
    let paths: Vec<Path> = wanted.iter().map(|unit| bench.paths[places[*unit]].clone()).collect();
    let look_back = look_back(&subject.parameters);
    let gap = config.purge_bars.unwrap_or(look_back.bars) + config.embargo_bars.unwrap_or(config.train_bars / 100);
    let goals = goals(context)?;
    let schemes: Vec<Scheme> = config.schemes.iter().copied().map(scheme).collect();
    let plan = Plan {
        schemes: &schemes,
        lengths: Lengths { train: config.train_bars, test: config.test_bars, gap },
        search: Settings {
            objectives: goals.iter().map(Goal::direction).collect(),
            trials: config.trials,
            // Half of a short search learns from the other half.
            startup: context.config.optimization.startup.min(config.trials.div_ceil(2)),
            batch: context.config.optimization.batch,
            ..Settings::default()
        },
        goals: &goals,
        selection: Selection::default(),
    };
    let space = Space::from_parameters(&subject.parameters);
    let seed = context.seed.child("walk_forward").child(&subject.strategy.name);
    let walks = walk_forward(seats, &paths, &space, &plan, &bench.rules, seed, &|| bench.stopped()).map_err(
        |halt| match halt {
            Halt::Stopped => Failure::interrupted(),
            Halt::Search(error) => Failure::new(FailureKind::Internal, format!("{}: {error}", subject.strategy.name)),
        },
    )?;
    let own = Own { bench, subject, look_back: &look_back, lengths: plan.lengths };
    let mut found: Vec<Tested> = paths.iter().map(|_| Tested::default()).collect();
    for walk in &walks {
        own.keep(&mut found[walk.path], &paths[walk.path], walk)?;
    }
    Ok(found)
}

const fn scheme(scheme: config::Scheme) -> Scheme {
    match scheme {
        config::Scheme::Rolling => Scheme::Rolling,
        config::Scheme::Anchored => Scheme::Anchored,
    }
}

struct Own<'a> {
    bench: &'a Bench<'a>,
    subject: &'a Subject,
    look_back: &'a LookBack,
    lengths: Lengths,
}

impl Own<'_> {
    fn keep(&self, tested: &mut Tested, path: &Path, walk: &Walk) -> Result<(), Failure> {
        let from = if path.badge == Badge::Real { Badge::RealOos } else { path.badge };
        let market = Market { scenario: &path.series.name, badge: from, ..path.into() };
        let row = Row { subject: self.subject, kind: Kind::WalkForward, set: &ParamSet::new(), variation: 0 };
        match &walk.outcome {
            Ok(walked) => {
                let bars = walked.stitched.returns.len();
                let scheme = walk.scheme.name();
                let mut stitched = row.measured(market, scheme, bars, &[&walked.stitched.metrics])?;
                // Its values are those of the windows, not the ones in force.
                stitched.is_current = false;
                tested.rows.push(stitched);
                let unchanged = format!("{scheme}_unchanged");
                tested.rows.push(row.measured(market, &unchanged, bars, &[&walked.unchanged.metrics])?);
                tested.runs += walked.pieces.iter().map(|piece| piece.trials as u64 + 1).sum::<u64>();
                self.windows(tested, path, badge(from), walk.scheme, &walked.pieces);
                self.intervals(tested, path, badge(from), walk.scheme, walked);
                tested.walks.push(self.walked(path, badge(from), walk.scheme, walked));
            }
            Err(Unwalked::TooShort { .. }) => {
                tested.walks.push(self.row(path, badge(from), walk.scheme, "not_enough_bars"));
            }
            Err(Unwalked::Broken(broken)) => {
                let (ended, failure) = (outcome(broken), broken.failure());
                let mut failed = row.failed(market, path.series.len(), ended, failure)?;
                // The set that broke may be one the search chose.
                (failed.is_current, failed.span) = (false, walk.scheme.name().to_owned());
                tested.rows.push(failed);
                tested.walks.push(self.row(path, badge(from), walk.scheme, broken.name()));
            }
        }
        Ok(())
    }

    /// Without figures, for this reason.
    fn row(&self, path: &Path, badge: artifact::Badge, scheme: Scheme, why: &str) -> WalkForwardRow {
        let why = || Some(why.to_owned());
        WalkForwardRow {
            strategy_name: self.subject.strategy.name.clone(),
            market_scenario: path.series.name.clone(),
            badge,
            scheme: scheme.name().to_owned(),
            windows: 0,
            train_bars: small(self.lengths.train),
            gap_bars: small(self.lengths.gap),
            look_back: small(self.look_back.bars),
            look_back_source: self.look_back.determined.clone(),
            test_bars: 0,
            sharpe_ratio: None,
            sharpe_ratio_reason: why(),
            cagr: None,
            cagr_reason: why(),
            max_drawdown: None,
            max_drawdown_reason: why(),
            unchanged_sharpe_ratio: None,
            unchanged_sharpe_ratio_reason: why(),
            worst_sharpe_ratio: None,
            sharpe_efficiency: None,
            sharpe_efficiency_reason: why(),
            return_efficiency: None,
            return_efficiency_reason: why(),
            drift: Json(std::collections::BTreeMap::new()),
        }
    }

    fn walked(&self, path: &Path, badge: artifact::Badge, scheme: Scheme, walked: &Walked) -> WalkForwardRow {
        let metrics = &walked.stitched.metrics;
        let (sharpe_ratio, sharpe_ratio_reason) = explained(metrics.sharpe_ratio);
        let (cagr, cagr_reason) = explained(metrics.cagr);
        let (unchanged_sharpe_ratio, unchanged_sharpe_ratio_reason) = explained(walked.unchanged.metrics.sharpe_ratio);
        let (sharpe_efficiency, sharpe_efficiency_reason) = efficient(walked.sharpe_efficiency);
        let (return_efficiency, return_efficiency_reason) = efficient(walked.return_efficiency);
        WalkForwardRow {
            windows: small(walked.pieces.len()),
            test_bars: small(walked.stitched.returns.len()),
            sharpe_ratio,
            sharpe_ratio_reason,
            cagr,
            cagr_reason,
            max_drawdown: Some(metrics.max_drawdown),
            max_drawdown_reason: None,
            unchanged_sharpe_ratio,
            unchanged_sharpe_ratio_reason,
            worst_sharpe_ratio: walked
                .pieces
                .iter()
                .filter_map(|piece| piece.test.sharpe_ratio.ok())
                .min_by(f64::total_cmp),
            sharpe_efficiency,
            sharpe_efficiency_reason,
            return_efficiency,
            return_efficiency_reason,
            drift: Json(walked.drift.iter().map(|one| (one.parameter.clone(), one.spread)).collect()),
            ..self.row(path, badge, scheme, "")
        }
    }

    fn windows(&self, tested: &mut Tested, path: &Path, badge: artifact::Badge, scheme: Scheme, pieces: &[Piece]) {
        let time = |bar: usize| Micros(path.series.timestamp[bar]);
        for (number, piece) in (1..).zip(pieces) {
            let sharpe = |metrics: &Metrics| -> Statistic { metrics.sharpe_ratio };
            let trained = piece.train.as_ref().map_or(Err(Undefined::TooFewBars), sharpe);
            let (train_sharpe_ratio, train_sharpe_ratio_reason) = explained(trained);
            let (test_sharpe_ratio, test_sharpe_ratio_reason) = explained(sharpe(&piece.test));
            let (unchanged_sharpe_ratio, unchanged_sharpe_ratio_reason) = explained(sharpe(&piece.unchanged));
            tested.windows.push(WalkForwardWindow {
                strategy_name: self.subject.strategy.name.clone(),
                market_scenario: path.series.name.clone(),
                badge,
                scheme: scheme.name().to_owned(),
                number,
                train_start: time(piece.window.train.start),
                train_end: time(piece.window.train.end - 1),
                test_start: time(piece.window.test.start),
                test_end: time(piece.window.test.end - 1),
                train_bars: small(piece.window.train.len()),
                test_bars: small(piece.window.test.len()),
                trials: small(piece.trials),
                chosen: Json(piece.chosen.clone()),
                changed: piece.changed,
                train_sharpe_ratio,
                train_sharpe_ratio_reason,
                test_sharpe_ratio,
                test_sharpe_ratio_reason,
                unchanged_sharpe_ratio,
                unchanged_sharpe_ratio_reason,
                test_return: piece.test.total_return,
                test_trades: small(piece.test.total_trades),
                growth: piece.growth,
            });
        }
    }

    fn intervals(&self, tested: &mut Tested, path: &Path, badge: artifact::Badge, scheme: Scheme, walked: &Walked) {
        let params = bootstrap::params(self.bench, path.series.periods_per_year);
        let seed = self.bench.context.seed.child("walk_forward").child("bootstrap");
        let seed = seed.child(&self.subject.strategy.name).child(&path.series.name).child(scheme.name());
        let found = crate::backtest::bootstrap::bootstrap(&[&walked.stitched], &params, seed);
        let about = About {
            strategy: &self.subject.strategy.name,
            market: &path.series.name,
            kind: Kind::WalkForward,
            badge,
            level: params.level,
        };
        tested.intervals.extend(found.iter().map(|one| about.resampled(scheme.name(), one)));
    }
}

fn efficient(efficiency: Efficiency) -> (Option<f64>, Option<String>) {
    match efficiency {
        Ok(efficiency) => (Some(efficiency), None),
        Err(why) => (None, Some(why.name().to_owned())),
    }
}
