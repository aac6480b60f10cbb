//! One challenger against the incumbent, on paths the search never saw, path by path.

use super::super::subjects::Subject;
use super::{Arena, small};
use crate::artifact::{self, Candidate, ChangeDecision, Json, Lake, PathSet};
use crate::backtest::{Broken, Run, metric_row, score};
use crate::optimize::gate::{
    self, Evidence, Pair, Params, PathResult, Ruling, ScenarioPairs, SinceChange, Strata, Verdict, spent_at,
};
use crate::optimize::search::Trial;
use crate::optimize::space::Space;
use crate::stage::{Context, Failure, FailureKind, bars};
use crate::strategy::ParamSet;
use std::collections::BTreeMap;

/// When each strategy was last changed, and what has come since.
pub struct History(BTreeMap<String, SinceChange>);

impl History {
    pub fn load(context: &Context) -> Result<Self, Failure> {
        let lake = Lake::new(&context.data);
        let runs = lake.read::<artifact::Run>()?;
        let changes = lake.read::<artifact::Change>()?;
        let mut last: BTreeMap<String, i64> = BTreeMap::new();
        for change in changes {
            if change.row.decision == ChangeDecision::Applied {
                let at = last.entry(change.row.strategy_name).or_default();
                *at = (*at).max(change.timestamp.0);
            }
        }
        let real: Vec<i64> = if last.is_empty() {
            Vec::new()
        } else {
            bars::paths(context, &[PathSet::Historical])?.into_iter().flat_map(|path| path.series.timestamp).collect()
        };
        let since = |at: i64| SinceChange {
            iterations: small(
                runs.iter()
                    .filter(|run| run.row.status == artifact::RunStatus::Complete && run.timestamp.0 > at)
                    .count(),
            ),
            real_bars: (!real.is_empty()).then(|| real.iter().filter(|&&time| time > at).count() as u64),
        };
        Ok(Self(last.into_iter().map(|(name, at)| (name, since(at))).collect()))
    }
}

pub fn judge(
    arena: &Arena<'_>,
    subject: &Subject,
    space: &Space,
    seats: &crate::backtest::Seats<'_>,
    trial: &Trial,
    test: u32,
) -> Result<Candidate, Failure> {
    let context = arena.context;
    let challenger = space.changed(&trial.parameters);
    let sets = [ParamSet::new(), challenger];
    let scored = score(seats, &arena.validation, &sets, &arena.rules, &|_| {}, &|| context.stop.requested())
        .ok_or_else(Failure::interrupted)?;
    let params = params(context);
    let strategies = small(arena.strategies.max(1));
    let mut row = Candidate {
        strategy_name: subject.strategy.name.clone(),
        source_hash: subject.strategy.source_hash.clone(),
        trial: small(trial.number),
        old_parameters: Json(space.decode(&space.incumbent())),
        new_parameters: Json(trial.parameters.clone()),
        objective: arena.custom().map_or_else(|| "sharpe".to_owned(), |goal| goal.source().to_owned()),
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
        alpha: spent_at(params.alpha, test, strategies),
        tests_so_far: test,
        paths: small(arena.validation.len()),
        conditions: Json(Vec::new()),
        decision: artifact::Decision::Keep,
        reason: String::new(),
    };
    match paired(scored) {
        Ok(runs) => {
            let evidence = |figure: Figure<'_>| evidence(arena, subject, &runs, figure, (test, strategies));
            let sharpe = evidence(&|run| run.spans[0].sharpe_ratio.ok());
            let weighed = match arena.custom() {
                None => weigh(&mut row, &sharpe, None, &params),
                Some(goal) => {
                    let own = evidence(&|run| goal.of(&metric_row(&run.spans[0])));
                    weigh(&mut row, &sharpe, Some(&own), &params)
                }
            };
            weighed.map_err(|why| Failure::new(FailureKind::Internal, why))?;
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

/// The improvement is that of the user's own objective where there is one; harm is Sharpe's in any case.
fn weigh(row: &mut Candidate, sharpe: &Evidence, own: Option<&Evidence>, params: &Params) -> Result<(), String> {
    let told = |error: gate::GateError| error.to_string();
    let mut decision = gate::decide(sharpe, params).map_err(told)?;
    let mut strata = Strata::of(sharpe).map_err(told)?;
    if let Some(own) = own {
        let params = Params { unit: "the objective".to_owned(), ..params.clone() };
        let sparse = gate::decide(own, &params).map_err(told)?;
        let own = substituted(own);
        let filled = gate::decide(&own, &params).map_err(told)?;
        for condition in &mut decision.conditions {
            let from = match condition.name.as_str() {
                "defined_scores" => &sparse,
                "improvement" | "effect" => &filled,
                _ => continue,
            };
            if let Some(other) = from.conditions.iter().find(|other| other.name == condition.name) {
                condition.clone_from(other);
            }
        }
        decision = gate::Decision::of(decision.conditions);
        strata = Strata::of(&own).map_err(told)?;
    }
    let reference = strata.incumbent_score().abs().max(params.score_floor);
    let margin = params.threshold * reference;
    row.incumbent_score = Some(strata.incumbent_score());
    row.challenger_score = Some(strata.challenger_score());
    row.difference = Some(strata.difference());
    row.performance_improvement = Some(strata.difference() / reference);
    row.margin = Some(margin);
    match strata.test(margin).map_err(|error| error.to_string())? {
        Some(test) => row.p_value = Some(test.p),
        None => row.p_value_reason = Some("zero_variance".to_owned()),
    }
    row.conditions = Json(
        decision
            .conditions
            .into_iter()
            .map(|condition| artifact::Condition {
                name: condition.name,
                figure: condition.figure,
                threshold: condition.threshold,
                verdict: match condition.verdict {
                    Verdict::Pass => artifact::Verdict::Pass,
                    Verdict::Fail => artifact::Verdict::Fail,
                    Verdict::NotApplicable => artifact::Verdict::Informative,
                },
                note: condition.note,
            })
            .collect(),
    );
    row.decision = match decision.ruling {
        Ruling::Promote => artifact::Decision::Promote,
        Ruling::Keep => artifact::Decision::Keep,
    };
    row.reason = decision.reason;
    Ok(())
}

type Figure<'a> = &'a dyn Fn(&Run) -> Option<f64>;

/// Incumbent and challenger on each path; the first run that broke ends it.
fn paired(scored: Vec<Vec<crate::backtest::Scored>>) -> Result<Vec<Vec<Run>>, Broken> {
    scored.into_iter().map(|runs| runs.into_iter().collect()).collect()
}

/// Pairs by scenario, scored by `figure`.
fn evidence(
    arena: &Arena<'_>,
    subject: &Subject,
    runs: &[Vec<Run>],
    figure: Figure<'_>,
    (test, strategies): (u32, u32),
) -> Evidence {
    let mut scenarios: Vec<ScenarioPairs> = Vec::new();
    for (path, runs) in arena.validation.iter().zip(runs) {
        let [incumbent, challenger] = &runs[..] else { continue };
        let pair = Pair { challenger: result(challenger, figure), incumbent: result(incumbent, figure) };
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
    let since_change = arena.history.0.get(&subject.strategy.name).copied();
    Evidence { scenarios, test_number: test, strategies, since_change }
}

/// What doing nothing is worth in the unit of an expression is not known. On a path where the incumbent has no
/// score the challenger gains nothing; where only the challenger has none, it counts as the worst score that either
/// has in that scenario.
fn substituted(evidence: &Evidence) -> Evidence {
    let mut filled = evidence.clone();
    for scenario in &mut filled.scenarios {
        let scores = scenario.pairs.iter().flat_map(|pair| [pair.incumbent.score, pair.challenger.score]);
        let worst = scores.flatten().fold(f64::INFINITY, f64::min);
        let worst = if worst.is_finite() { worst } else { 0.0 };
        for pair in &mut scenario.pairs {
            let incumbent = pair.incumbent.score.or(pair.challenger.score).unwrap_or(worst);
            pair.challenger.score = match pair.incumbent.score {
                Some(_) => Some(pair.challenger.score.unwrap_or(worst)),
                None => Some(incumbent),
            };
            pair.incumbent.score = Some(incumbent);
        }
    }
    filled
}

fn result(run: &Run, figure: Figure<'_>) -> PathResult {
    let metrics = &run.spans[0];
    PathResult {
        score: figure(run),
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
        cooldown_iterations: config.gate.cooldown_iterations,
        cooldown_real_bars: config.gate.cooldown_real_bars,
        ..Params::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(score: Option<f64>) -> PathResult {
        PathResult { score, max_drawdown: -0.1, closed_trades: 10, ruined: false }
    }

    fn evidence(pairs: &[(Option<f64>, Option<f64>)]) -> Evidence {
        let pair = |&(incumbent, challenger): &(Option<f64>, Option<f64>)| Pair {
            incumbent: result(incumbent),
            challenger: result(challenger),
        };
        let pairs = pairs.iter().map(pair).collect();
        let scenarios = vec![ScenarioPairs { scenario: "bull".into(), weight: 1.0, pairs }];
        Evidence { scenarios, test_number: 1, strategies: 1, since_change: None }
    }

    #[test]
    fn an_undefined_objective_is_never_to_the_challengers_credit() {
        let seen = evidence(&[(Some(1.0), Some(2.0)), (None, Some(9.0)), (Some(-3.0), None), (None, None)]);
        let scores: Vec<(f64, f64)> = substituted(&seen).scenarios[0].pairs.iter().map(|pair| pair.scores()).collect();
        assert_eq!(scores, [(1.0, 2.0), (9.0, 9.0), (-3.0, -3.0), (-3.0, -3.0)]);
    }

    /// Sharpe barely moves; the objective rises by ten on every path.
    #[test]
    fn the_objective_decides_and_sharpe_guards() {
        let jitter = |path: u32| f64::from(path * 7919 % 13) / 130.0;
        let of = |gain: f64| {
            let pairs: Vec<_> =
                (0..64).map(|path| (Some(1.0 + jitter(path)), Some(1.0 + gain + jitter(path + 1)))).collect();
            evidence(&pairs)
        };
        let decided = |sharpe: f64, own: Option<f64>| {
            let mut row = crate::artifact::tests::candidate("s", artifact::Decision::Keep, None);
            let own = own.map(of);
            weigh(&mut row, &of(sharpe), own.as_ref(), &Params::default()).unwrap();
            (row.decision, row.reason)
        };
        assert_eq!(decided(0.0, None).0, artifact::Decision::Keep);
        assert_eq!(decided(0.0, Some(10.0)).0, artifact::Decision::Promote);
        assert_eq!(decided(10.0, Some(0.0)).0, artifact::Decision::Keep);
        let (decision, reason) = decided(-0.5, Some(10.0));
        assert_eq!(decision, artifact::Decision::Keep);
        assert!(reason.starts_with("no_regime_harmed"), "{reason}");
    }
}
