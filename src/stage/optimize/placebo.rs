//! The change that changes nothing, put to the gate beside the real ones.
//!
//! An unread parameter would give the same answers on the same paths, and a difference of nothing can never pass: that
//! would be a test that cannot fail. So the placebo's name decides which paths are drawn: every fourth is another one of
//! the same law. The values are the same and so is what they are worth, but no longer what was measured; names that
//! were lucky in training are chosen among, as sets of values are, and the gate has to see through it.

use super::judge::{conditions, filled, params, stressed};
use super::pairs::{Figure, pairs};
use super::{Arena, scenario_rows, small};
use crate::artifact::{Lake, PathSet, Placebo, Shard};
use crate::backtest::{Path, Rules, Run, Seats, score};
use crate::optimize::gate::{self, Decision, Evidence, Ruling, Strata, spent_at};
use crate::optimize::pareto;
use crate::scenario::Set;
use crate::seed::Seed;
use crate::stage::generate_scenarios::{Sources, fresh};
use crate::stage::shards::Inputs;
use crate::stage::subjects::Subject;
use crate::stage::{Context, Failure, FailureKind, bars};
use crate::strategy::ParamSet;
use rand::RngExt;

/// Names to choose from.
const NAMES: usize = 8;
/// One path in so many is another. What then differs, differs about as much as neighbouring values do: the scores of
/// both agree on three paths of four.
const ONE_IN: usize = 4;

/// One strategy's placebo; none where the configuration wants none, nothing is optimized, the strategy fails on a path,
/// or no name was better in training than the strategy's own.
///
/// # Errors
/// A damaged artifact, no Python, a signal.
pub fn ride(arena: &Arena<'_>, subjects: &[&Subject]) -> Result<Vec<Placebo>, Failure> {
    let context = arena.context;
    if !context.config.optimization.placebo || subjects.is_empty() {
        return Ok(Vec::new());
    }
    let seed = fresh(context).child("placebo");
    let subject = subjects[seed.rng().random_range(0..subjects.len())];
    let real = if context.config.scenarios.mirrored.is_empty() {
        Vec::new()
    } else {
        bars::paths(context, &[PathSet::Historical])?
    };
    let real: Vec<_> = real.iter().map(|path| (&path.series, String::new())).collect();
    let trial = Trial { arena, subject, sources: &Sources::new(context, &real)?, seed };
    arena.workers.soundly(context, subject, || {
        let inputs = Inputs::default().with("before", before(context)?.to_string());
        let parts = (|placebos: &Vec<Placebo>, shard: &mut Shard| shard.add(placebos), Shard::rows::<Placebo>);
        arena.shard((subject, "placebo"), inputs, parts, || {
            let found = trial.run(&arena.workers.seats(subject)?)?;
            Ok(found.into_iter().collect())
        })
    })
}

struct Trial<'a> {
    arena: &'a Arena<'a>,
    subject: &'a Subject,
    sources: &'a Sources,
    seed: Seed,
}

impl Trial<'_> {
    fn run(&self, seats: &Seats<'_>) -> Result<Option<Placebo>, Failure> {
        let arena = self.arena;
        let Some(own) = self.runs(seats, &arena.train, &arena.rules)? else { return Ok(None) };
        let goal = &arena.goals[0];
        let worth = |runs: &[Run]| arena.aggregation.of(goal, &scenario_rows(&arena.train, runs)).value;
        let mut best: Option<(usize, Option<f64>)> = None;
        for name in 0..NAMES {
            let Some((runs, _)) = self.renamed(seats, name, (Set::Train, &arena.train, &own), &arena.rules)? else {
                return Ok(None);
            };
            let found = worth(&runs);
            let least = best.map_or_else(|| worth(&own), |(_, value)| value);
            if pareto::compare(goal.direction(), found, least).is_lt() {
                best = Some((name, found));
            }
        }
        let Some((name, _)) = best else { return Ok(None) };
        let rules = stressed(arena.context, &arena.rules);
        let Some(own) = self.runs(seats, &arena.validation, &rules)? else { return Ok(None) };
        let renamed = self.renamed(seats, name, (Set::Validation, &arena.validation, &own), &rules)?;
        let Some((runs, redrawn)) = renamed else { return Ok(None) };
        let both: Vec<Vec<Run>> = own.into_iter().zip(runs).map(|(own, renamed)| vec![own, renamed]).collect();
        self.judge(&both, redrawn).map(Some)
    }

    /// None where one broke.
    fn runs(&self, seats: &Seats<'_>, paths: &[Path], rules: &Rules) -> Result<Option<Vec<Run>>, Failure> {
        let context = self.arena.context;
        let scored = score(seats, paths, &[ParamSet::new()], rules, &|_| {}, &|| context.stop.requested())
            .ok_or_else(Failure::interrupted)?;
        Ok(scored.into_iter().map(|mut runs| runs.pop()?.ok()).collect())
    }

    /// The runs under another name, and how many paths are others.
    fn renamed(
        &self,
        seats: &Seats<'_>,
        name: usize,
        (set, paths, own): (Set, &[Path], &[Run]),
        rules: &Rules,
    ) -> Result<Option<(Vec<Run>, usize)>, Failure> {
        let seed = self.seed.child(&name.to_string());
        let places: Vec<usize> = (0..paths.len()).filter(|place| (place + name).is_multiple_of(ONE_IN)).collect();
        let drawn: Option<Vec<Path>> = places
            .iter()
            .map(|&place| {
                let path = &paths[place];
                let mut series = self.sources.draw(&path.scenario, seed, set, path.index)?;
                series.name = format!("placebo:{}", series.name);
                Some(Path { series, ..path.clone() })
            })
            .collect();
        let drawn = drawn.ok_or_else(|| {
            Failure::new(FailureKind::BadArtifact, "the training paths are not of the scenarios that are configured")
                .hint("run `cbt generate-scenarios` again")
        })?;
        let Some(found) = self.runs(seats, &drawn, rules)? else { return Ok(None) };
        let mut runs = own.to_vec();
        for (&place, run) in places.iter().zip(found) {
            runs[place] = run;
        }
        Ok(Some((runs, places.len())))
    }

    fn judge(&self, both: &[Vec<Run>], redrawn: usize) -> Result<Placebo, Failure> {
        let arena = self.arena;
        let context = arena.context;
        let test_number = before(context)? + 1;
        let params = params(context);
        let evidence = |figure: Figure<'_>| Evidence {
            scenarios: pairs(arena, &arena.validation, both, figure),
            test_number,
            strategies: 1,
            trials_ever: u64::from(test_number) * NAMES as u64,
            since_change: None,
        };
        let sharpe = evidence(&|metrics| metrics.sharpe_ratio.ok());
        let own = arena.custom().map(|_| evidence(&|metrics| arena.figure(metrics)));
        let internal = |why: gate::GateError| Failure::new(FailureKind::Internal, why.to_string());
        let decision = Decision::of(conditions(&sharpe, own.as_ref(), &params).map_err(internal)?);
        let strata = Strata::of(&own.map_or(sharpe, filled)).map_err(internal)?;
        let margin = params.margin(strata.incumbent_score());
        let p_value = strata.test(margin).map_err(internal)?.map(|test| test.p);
        Ok(Placebo {
            strategy_name: self.subject.strategy.name.clone(),
            source_hash: self.subject.strategy.source_hash.clone(),
            iteration: context.iteration,
            names: small(NAMES),
            test_number,
            paths: small(arena.validation.len()),
            redrawn: small(redrawn),
            difference: strata.difference(),
            margin,
            p_value,
            p_value_reason: p_value.is_none().then(|| "zero_variance".to_owned()),
            alpha: spent_at(params.alpha, test_number, 1),
            promoted: decision.ruling == Ruling::Promote,
            reason: decision.reason,
        })
    }
}

/// Placebos of earlier iterations that the history still knows.
fn before(context: &Context) -> Result<u32, Failure> {
    let rows = Lake::new(&context.data).read::<Placebo>()?;
    Ok(small(rows.iter().filter(|placebo| placebo.row.iteration < context.iteration).count()))
}
