//! Runs of incumbent and challenger as pairs of scores, by scenario.

use super::Arena;
use crate::backtest::{Broken, Path, Run, Scored};
use crate::engine::Metrics;
use crate::optimize::gate::{Pair, PathResult, ScenarioPairs};

/// The score of a run.
pub type Figure<'a> = &'a dyn Fn(&Metrics) -> Option<f64>;

/// Incumbent and challenger on each path; the first run that broke ends it.
pub fn paired(scored: Vec<Vec<Scored>>) -> Result<Vec<Vec<Run>>, Broken> {
    scored.into_iter().map(|runs| runs.into_iter().collect()).collect()
}

/// Incumbent and challenger by scenario, of those that weigh anything, scored by `figure`.
pub fn pairs(arena: &Arena<'_>, paths: &[Path], runs: &[Vec<Run>], figure: Figure<'_>) -> Vec<ScenarioPairs> {
    let mut scenarios: Vec<ScenarioPairs> = Vec::new();
    for (path, runs) in paths.iter().zip(runs) {
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
    scenarios
}

fn result(run: &Run, figure: Figure<'_>) -> PathResult {
    let metrics = &run.spans[0];
    PathResult {
        score: figure(metrics),
        stressed: run.stressed.as_ref().and_then(figure),
        max_drawdown: metrics.max_drawdown,
        closed_trades: metrics.total_trades as u64,
        ruined: metrics.ruin,
    }
}

/// What doing nothing is worth in the unit of an expression is not known. On a path where the incumbent has no
/// score the challenger gains nothing; where only the challenger has none, it counts as the worst score that either
/// has in that scenario. Scores at stressed costs are filled among themselves.
pub fn substituted(mut scenarios: Vec<ScenarioPairs>) -> Vec<ScenarioPairs> {
    for scenario in &mut scenarios {
        fill(&mut scenario.pairs, |result| &mut result.score);
        fill(&mut scenario.pairs, |result| &mut result.stressed);
    }
    scenarios
}

fn fill(pairs: &mut [Pair], of: impl Fn(&mut PathResult) -> &mut Option<f64>) {
    let known: Vec<f64> =
        pairs.iter_mut().flat_map(|pair| [*of(&mut pair.incumbent), *of(&mut pair.challenger)]).flatten().collect();
    let worst = known.into_iter().reduce(f64::min).unwrap_or(0.0);
    for pair in pairs {
        let (champion, own) = (*of(&mut pair.incumbent), *of(&mut pair.challenger));
        let incumbent = champion.or(own).unwrap_or(worst);
        let challenger = if champion.is_some() { own.unwrap_or(worst) } else { incumbent };
        *of(&mut pair.incumbent) = Some(incumbent);
        *of(&mut pair.challenger) = Some(challenger);
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    type Scores = (Option<f64>, Option<f64>);

    /// Incumbent and challenger, at stressed costs a tenth less.
    pub fn scenario(pairs: &[Scores]) -> Vec<ScenarioPairs> {
        let result = |score: Option<f64>| PathResult {
            score,
            stressed: score.map(|score| score - 0.1),
            max_drawdown: -0.1,
            closed_trades: 10,
            ruined: false,
        };
        let pair =
            |&(incumbent, challenger): &Scores| Pair { incumbent: result(incumbent), challenger: result(challenger) };
        vec![ScenarioPairs { scenario: "bull".into(), weight: 1.0, pairs: pairs.iter().map(pair).collect() }]
    }

    #[test]
    fn an_undefined_objective_is_never_to_the_challengers_credit() {
        let seen = [(Some(1.0), Some(2.0)), (None, Some(9.0)), (Some(-3.0), None), (None, None)];
        let filled = substituted(scenario(&seen));
        let scores: Vec<(f64, f64)> = filled[0].pairs.iter().map(Pair::scores).collect();
        assert_eq!(scores, [(1.0, 2.0), (9.0, 9.0), (-3.0, -3.0), (-3.0, -3.0)]);
        let stressed: Vec<(f64, f64)> = filled[0].pairs.iter().map(|pair| pair.at_stressed_costs().scores()).collect();
        assert_eq!(stressed, [(0.9, 1.9), (8.9, 8.9), (-3.1, -3.1), (-3.1, -3.1)]);
    }

    #[test]
    fn where_nothing_has_a_score_nothing_is_gained() {
        let filled = substituted(scenario(&[(None, None), (None, None)]));
        assert!(filled[0].pairs.iter().all(|pair| pair.scores() == (0.0, 0.0)));
    }
}
