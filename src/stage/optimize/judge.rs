//! One challenger against the incumbent, on paths the search never saw, path by path.

use super::super::subjects::Subject;
use super::further::{Contest, Grounded};
use super::{Arena, changed, small};
use crate::artifact::{self, Candidate, ChangeDecision, Grounds, Json, Lake, PathSet};
use crate::backtest::{Broken, Path, Rules, Run, score};
use crate::optimize::gate::{
    self, Evidence, Pair, Params, PathResult, Ruling, ScenarioPairs, SinceChange, Strata, Verdict, spent_at,
};
use crate::optimize::search::Trial;
use crate::optimize::space::Space;
use crate::scenario::Family;
use crate::stage::{Context, Failure, FailureKind, bars, realism};
use crate::strategy::ParamSet;
use std::collections::BTreeMap;

/// When each strategy was last changed, and what has come since.
pub struct History(BTreeMap<String, SinceChange>);

impl History {
    pub fn load(context: &Context) -> Result<Self, Failure> {
        let lake = Lake::new(&context.data);
        let runs = lake.read::<artifact::Run>()?;
        let mut last: BTreeMap<String, artifact::Stamped<artifact::Change>> = BTreeMap::new();
        for change in lake.read::<artifact::Change>()? {
            let written = matches!(change.row.decision, ChangeDecision::Applied | ChangeDecision::RolledBack);
            let later = last.get(&change.row.strategy_name).is_none_or(|known| known.timestamp.0 < change.timestamp.0);
            if written && later {
                last.insert(change.row.strategy_name.clone(), change);
            }
        }
        let real = if last.is_empty() { Vec::new() } else { bars::paths(context, &[PathSet::Historical])? };
        let since = |change: &artifact::Stamped<artifact::Change>| SinceChange {
            iterations: small(
                runs.iter()
                    .filter(|run| {
                        run.row.status == artifact::RunStatus::Complete && run.timestamp.0 > change.timestamp.0
                    })
                    .count(),
            ),
            real_bars: (!real.is_empty()).then(|| {
                // A market that was not there then is new as a whole.
                let known = |path: &Path| change.row.known_until.0.get(&path.series.name).copied();
                let new = |path: &Path| {
                    let known = known(path).unwrap_or(i64::MIN);
                    path.series.timestamp.iter().filter(|&&time| time > known).count() as u64
                };
                real.iter().map(new).sum()
            }),
        };
        Ok(Self(last.iter().map(|(name, change)| (name.clone(), since(change))).collect()))
    }
}

/// What was spent on a strategy up to and including this test.
#[derive(Debug, Clone, Copy)]
pub struct SoFar {
    pub test: u32,
    /// Configurations of this source ever evaluated, those of this search among them.
    pub trials_ever: u64,
}

/// Chance of detecting the difference that a candidate's row calls detectable.
const POWER: f64 = 0.80;

pub fn judge(
    arena: &Arena<'_>,
    subject: &Subject,
    space: &Space,
    seats: &crate::backtest::Seats<'_>,
    trial: &Trial,
    so_far: SoFar,
) -> Result<Candidate, Failure> {
    let context = arena.context;
    let challenger = changed(space, &trial.parameters);
    let sets = [ParamSet::new(), challenger];
    let rules = stressed(context, &arena.rules);
    let scored = score(seats, &arena.validation, &sets, &rules, &|_| {}, &|| context.stop.requested())
        .ok_or_else(Failure::interrupted)?;
    let params = params(context);
    let strategies = small(arena.strategies.max(1));
    let mut row = Candidate {
        strategy_name: subject.strategy.name.clone(),
        source_hash: subject.strategy.source_hash.clone(),
        trial: small(trial.number),
        old_parameters: Json(space.decode(&space.incumbent())),
        new_parameters: Json(trial.parameters.clone()),
        objective: "sharpe".to_owned(),
        incumbent_score: None,
        incumbent_score_reason: None,
        challenger_score: None,
        challenger_score_reason: None,
        difference: None,
        difference_reason: None,
        performance_improvement: None,
        performance_improvement_reason: None,
        margin: None,
        p_value: None,
        p_value_reason: None,
        alpha: spent_at(params.alpha, so_far.test, strategies),
        tests_so_far: so_far.test,
        trials_ever: so_far.trials_ever,
        difference_low: None,
        difference_high: None,
        worst_regime: None,
        worst_regime_difference: None,
        detectable_difference: None,
        marks: Json(realism::marks(&arena.beyond.certificates, Family::Gjr)),
        paths: small(arena.validation.len()),
        conditions: Json(Vec::new()),
        decision: artifact::Decision::Keep,
        reason: String::new(),
    };
    match evidence(arena, subject, scored, so_far, strategies) {
        Ok(evidence) => {
            let internal = |why: gate::GateError| Failure::new(FailureKind::Internal, why.to_string());
            let first = gate::on_validation(&evidence, &params).map_err(internal)?;
            let incumbent_score = weigh(&mut row, &evidence, &params).map_err(internal)?;
            let contest = Contest { arena, seats, space, trial, params: &params, incumbent_score };
            let (rest, marks) = contest.rest(&first)?;
            row.marks.0.extend(marks);
            // The cooldown counts time; everything else here was measured on simulated paths.
            let grounded = |row: gate::Condition| ((row.name != "cooldown").then_some(Grounds::Sim), row);
            conclude(&mut row, first.into_iter().map(grounded).chain(rest).collect());
        }
        Err(broken) => {
            row.paths = 0;
            row.reason = format!("it {} on the validation paths: {}", broken.name(), broken.failure().message);
            let missing = || Some(broken.name().to_owned());
            row.incumbent_score_reason = missing();
            row.challenger_score_reason = missing();
            row.difference_reason = missing();
            row.performance_improvement_reason = missing();
            row.p_value_reason = missing();
        }
    }
    Ok(row)
}

/// The figures of the comparison itself; the answer is the incumbent's score.
fn weigh(row: &mut Candidate, evidence: &Evidence, params: &Params) -> Result<f64, gate::GateError> {
    let strata = Strata::of(evidence)?;
    let incumbent_score = strata.incumbent_score();
    let margin = params.margin(incumbent_score);
    row.incumbent_score = Some(incumbent_score);
    row.challenger_score = Some(strata.challenger_score());
    row.difference = Some(strata.difference());
    row.performance_improvement = Some(strata.difference() / incumbent_score.abs().max(params.score_floor));
    row.margin = Some(margin);
    if let Some(worst) = strata.strata.iter().min_by(|a, b| a.difference.total_cmp(&b.difference)) {
        row.worst_regime = Some(worst.scenario.clone());
        row.worst_regime_difference = Some(worst.difference);
    }
    match strata.test(margin)? {
        Some(test) => {
            row.p_value = Some(test.p);
            let reach = test.quantile(0.975)? * test.standard_error;
            row.difference_low = Some(strata.difference() - reach);
            row.difference_high = Some(strata.difference() + reach);
            let sure = test.quantile(1.0 - row.alpha)? + test.quantile(POWER)?;
            row.detectable_difference = Some(margin + sure * test.standard_error);
        }
        None => row.p_value_reason = Some("zero_variance".to_owned()),
    }
    Ok(incumbent_score)
}

fn conclude(row: &mut Candidate, conditions: Grounded) {
    let decision = gate::Decision::of(conditions.iter().map(|(_, condition)| condition.clone()).collect());
    row.conditions = Json(
        conditions
            .into_iter()
            .map(|(grounds, condition)| artifact::Condition {
                name: condition.name,
                figure: condition.figure,
                threshold: condition.threshold,
                verdict: match condition.verdict {
                    Verdict::Pass => artifact::Verdict::Pass,
                    Verdict::Fail => artifact::Verdict::Fail,
                    Verdict::NotApplicable | Verdict::Shown => artifact::Verdict::Informative,
                    Verdict::NotReached => artifact::Verdict::NotReached,
                },
                grounds,
                note: condition.note,
            })
            .collect(),
    );
    row.decision = match decision.ruling {
        Ruling::Promote => artifact::Decision::Promote,
        Ruling::Keep => artifact::Decision::Keep,
    };
    row.reason = decision.reason;
}

/// The rules with a second measure at raised costs.
fn stressed(context: &Context, rules: &Rules) -> Rules {
    let factor = 1.0 + context.config.optimization.gate.cost_stress;
    let mut dearer = rules.engine;
    dearer.commission_rate *= factor;
    dearer.slippage_rate *= factor;
    Rules { stress: Some(dearer), ..rules.clone() }
}

fn evidence(
    arena: &Arena<'_>,
    subject: &Subject,
    scored: Vec<Vec<crate::backtest::Scored>>,
    so_far: SoFar,
    strategies: u32,
) -> Result<Evidence, Broken> {
    let scenarios = pairs(arena, &arena.validation, scored)?;
    let since_change = arena.history.0.get(&subject.strategy.name).copied();
    let SoFar { test, trials_ever } = so_far;
    Ok(Evidence { scenarios, test_number: test, strategies, trials_ever, since_change })
}

/// Incumbent and challenger by scenario, of those that weigh anything; the first run that broke ends it.
pub fn pairs(
    arena: &Arena<'_>,
    paths: &[Path],
    scored: Vec<Vec<crate::backtest::Scored>>,
) -> Result<Vec<ScenarioPairs>, Broken> {
    let mut scenarios: Vec<ScenarioPairs> = Vec::new();
    for (path, runs) in paths.iter().zip(scored) {
        let mut results = Vec::with_capacity(2);
        for run in runs {
            results.push(result(&run?));
        }
        let [incumbent, challenger] = results[..] else { continue };
        let pair = Pair { challenger, incumbent };
        match scenarios.last_mut().filter(|last| last.scenario == path.scenario) {
            Some(last) => last.pairs.push(pair),
            None => scenarios.push(ScenarioPairs {
                scenario: path.scenario.clone(),
                weight: arena.aggregation.weight(&path.scenario),
                pairs: vec![pair],
            }),
        }
    }
    scenarios.retain(|scenario| scenario.weight > 0.0);
    Ok(scenarios)
}

pub fn result(run: &Run) -> PathResult {
    let metrics = &run.spans[0];
    PathResult {
        score: metrics.sharpe_ratio.ok(),
        stressed: run.stressed.as_ref().and_then(|stressed| stressed.sharpe_ratio.ok()),
        max_drawdown: metrics.max_drawdown,
        closed_trades: metrics.total_trades as u64,
        ruined: metrics.ruin,
    }
}

fn params(context: &Context) -> Params {
    let config = &context.config.optimization;
    Params {
        threshold: context.config.system.optimization_threshold,
        score_floor: config.gate.margin_floor,
        alpha: config.alpha,
        min_closed_trades: config.gate.min_trades,
        max_undefined_share: config.gate.undefined_share,
        max_harm: config.gate.regime_harm,
        max_drawdown_growth: config.gate.drawdown_growth,
        plateau_share: config.gate.plateau_share,
        min_deflated_sharpe: config.gate.deflated_sharpe,
        max_overfitting: config.gate.overfitting,
        real_p_worse: config.gate.real_p_worse,
        cooldown_iterations: config.gate.cooldown_iterations,
        cooldown_real_bars: config.gate.cooldown_real_bars,
        ..Params::default()
    }
}
