//! One challenger against the incumbent, on paths the search never saw, path by path.

use super::super::subjects::Subject;
use super::further::{Contest, Grounded};
use super::pairs::{Figure, paired, pairs, substituted};
use super::{Arena, small};
use crate::artifact::{self, Candidate, Grounds, Json};
use crate::backtest::{Rules, score};
use crate::optimize::gate::{self, Evidence, Params, Ruling, Strata, Verdict, spent_at};
use crate::optimize::search::Trial;
use crate::optimize::space::Space;
use crate::scenario::Family;
use crate::stage::{Context, Failure, FailureKind, realism};
use crate::strategy::ParamSet;

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
    trials: &[Trial],
    chosen: usize,
    so_far: SoFar,
) -> Result<Candidate, Failure> {
    let context = arena.context;
    let trial = &trials[chosen];
    let challenger = space.changed(&trial.parameters);
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
    match paired(scored) {
        Ok(runs) => {
            let since_change = arena.history.of(&subject.strategy.name);
            let evidence = |figure: Figure<'_>| Evidence {
                scenarios: pairs(arena, &arena.validation, &runs, figure),
                test_number: so_far.test,
                strategies,
                trials_ever: so_far.trials_ever,
                since_change,
            };
            let sharpe = evidence(&|metrics| metrics.sharpe_ratio.ok());
            let own = arena.custom().map(|_| evidence(&|metrics| arena.figure(metrics)));
            let internal = |why: gate::GateError| Failure::new(FailureKind::Internal, why.to_string());
            let first = conditions(&sharpe, own.as_ref(), &params).map_err(internal)?;
            let decisive = own.map_or(sharpe, filled);
            let incumbent_score = weigh(&mut row, &decisive, &params).map_err(internal)?;
            let contest = Contest { arena, seats, space, trial, trials, params: &params, incumbent_score };
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

/// Conditions on the user's own objective where there is one: it is what has to improve. Harm is Sharpe's in any case.
const OWN: [&str; 4] = ["improvement", "costs", "effect", "weight_sensitivity"];

/// The conditions on the validation paths; `own` is the evidence in the user's own objective.
pub(super) fn conditions(
    sharpe: &Evidence,
    own: Option<&Evidence>,
    params: &Params,
) -> Result<Vec<gate::Condition>, gate::GateError> {
    let mut rows = gate::on_validation(sharpe, params)?;
    let Some(own) = own else { return Ok(rows) };
    let params = Params { unit: "the objective".to_owned(), ..params.clone() };
    // How often the objective is undefined has to be counted before the gaps are filled.
    let sparse = gate::on_validation(own, &params)?;
    let filled = gate::on_validation(&filled(own.clone()), &params)?;
    for (row, (sparse, filled)) in rows.iter_mut().zip(sparse.into_iter().zip(filled)) {
        if row.name == "defined_scores" {
            *row = sparse;
        } else if OWN.contains(&row.name.as_str()) {
            *row = filled;
        }
    }
    Ok(rows)
}

pub(super) fn filled(own: Evidence) -> Evidence {
    Evidence { scenarios: substituted(own.scenarios), ..own }
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
pub(super) fn stressed(context: &Context, rules: &Rules) -> Rules {
    let factor = 1.0 + context.config.optimization.gate.cost_stress;
    let mut dearer = rules.engine;
    dearer.commission_rate *= factor;
    dearer.slippage_rate *= factor;
    Rules { stress: Some(dearer), ..rules.clone() }
}

pub(super) fn params(context: &Context) -> Params {
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

#[cfg(test)]
mod tests {
    use super::super::pairs::tests::scenario;
    use super::*;

    fn evidence(gain: f64) -> Evidence {
        let jitter = |path: u32| f64::from(path * 7919 % 13) / 130.0;
        let pairs: Vec<_> =
            (0..64).map(|path| (Some(1.0 + jitter(path)), Some(1.0 + gain + jitter(path + 1)))).collect();
        Evidence { scenarios: scenario(&pairs), test_number: 1, strategies: 1, trials_ever: 1, since_change: None }
    }

    /// Sharpe barely moves; the objective rises by ten on every path.
    #[test]
    fn the_objective_decides_and_sharpe_guards() {
        let decided = |sharpe: f64, own: Option<f64>| {
            let own = own.map(evidence);
            gate::Decision::of(conditions(&evidence(sharpe), own.as_ref(), &Params::default()).unwrap())
        };
        assert_eq!(decided(0.0, None).ruling, Ruling::Keep);
        assert_eq!(decided(0.0, Some(10.0)).ruling, Ruling::Promote);
        assert_eq!(decided(10.0, Some(0.0)).ruling, Ruling::Keep);
        let harmed = decided(-0.5, Some(10.0));
        assert_eq!(harmed.ruling, Ruling::Keep);
        assert!(harmed.reason.starts_with("no_regime_harmed"), "{}", harmed.reason);
    }

    #[test]
    fn what_is_said_of_the_objective_is_of_the_objective() {
        let mut own = evidence(10.0);
        own.scenarios[0].pairs[0].challenger.score = None;
        let rows = conditions(&evidence(0.0), Some(&own), &Params::default()).unwrap();
        let row = |name: &str| rows.iter().find(|row| row.name == name).unwrap();
        assert_eq!(row("defined_scores").figure, Some(1.0 / 64.0));
        assert!(row("improvement").note.starts_with("the objective"), "{}", row("improvement").note);
        assert!(row("costs").figure.unwrap() > 9.0);
        assert!(row("no_regime_harmed").figure.unwrap() < 1.0);
    }
}
