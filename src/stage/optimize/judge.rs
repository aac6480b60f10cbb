//! One challenger against the incumbent, on paths the search never saw, path by path.

use super::super::subjects::Subject;
use super::{Arena, small};
use crate::artifact::{self, Candidate, ChangeDecision, Json, Lake, PathSet};
use crate::backtest::{Broken, Run, score};
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
        alpha: spent_at(params.alpha, test, strategies),
        tests_so_far: test,
        paths: small(arena.validation.len()),
        conditions: Json(Vec::new()),
        decision: artifact::Decision::Keep,
        reason: String::new(),
    };
    match evidence(arena, subject, scored, test, strategies) {
        Ok(evidence) => {
            weigh(&mut row, &evidence, &params).map_err(|why| Failure::new(FailureKind::Internal, why))?;
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

fn weigh(row: &mut Candidate, evidence: &Evidence, params: &Params) -> Result<(), String> {
    let strata = Strata::of(evidence).map_err(|error| error.to_string())?;
    let decision = gate::decide(evidence, params).map_err(|error| error.to_string())?;
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

/// Pairs by scenario; the first run that broke ends it.
fn evidence(
    arena: &Arena<'_>,
    subject: &Subject,
    scored: Vec<Vec<crate::backtest::Scored>>,
    test: u32,
    strategies: u32,
) -> Result<Evidence, Broken> {
    let mut scenarios: Vec<ScenarioPairs> = Vec::new();
    for (path, runs) in arena.validation.iter().zip(scored) {
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
    let since_change = arena.history.0.get(&subject.strategy.name).copied();
    Ok(Evidence { scenarios, test_number: test, strategies, since_change })
}

fn result(run: &Run) -> PathResult {
    let metrics = &run.spans[0];
    PathResult {
        score: metrics.sharpe_ratio.ok(),
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
