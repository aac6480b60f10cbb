//! Which trials are worth a test on paths the search never saw. Every test spends some of the error budget,
//! so the default is one, and none at all where the search found nothing better than the incumbent.

use super::objective::Direction;
use super::pareto;
use super::search::{Evaluation, SearchResult, Trial};
use super::space::Space;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    /// By the mean over the trial's evaluated surroundings: a broad hill before a lone peak.
    #[default]
    Plateau,
    /// By the trial's own first objective.
    Primary,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Selection {
    pub preference: Preference,
    /// How many candidates at most.
    pub candidates: usize,
    /// Besides the front, this share of the best trials by the first objective may be chosen; with a single
    /// objective the front is one trial and there would be nothing to prefer.
    pub pool_share: f64,
}

impl Default for Selection {
    fn default() -> Self {
        Self { preference: Preference::Plateau, candidates: 1, pool_share: 0.1 }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Index of the trial.
    pub trial: usize,
    /// What it was chosen by, in the unit of the first objective.
    pub score: f64,
    /// Evaluated trials on the same plateau, itself not counted.
    pub neighbours: usize,
}

/// Best first. Only trials whose first objective is better than the incumbent's (any value is better than
/// none); never the incumbent.
pub fn select(result: &SearchResult, space: &Space, primary: Direction, selection: &Selection) -> Vec<Candidate> {
    let value = |index: usize| result.trials[index].evaluation.primary();
    let incumbent = result.trials.first().and_then(|trial| trial.evaluation.primary());
    let mut better: Vec<usize> = (1..result.trials.len())
        .filter(|&index| value(index).is_some() && pareto::compare(primary, value(index), incumbent).is_lt())
        .filter(|&index| result.trials[index].point != result.trials[0].point)
        .collect();
    better.sort_by(|&one, &other| pareto::compare(primary, value(one), value(other)).then(one.cmp(&other)));

    let pool = (result.trials.len() as f64 * selection.pool_share).ceil() as usize;
    let pool = better
        .iter()
        .enumerate()
        .filter(|(place, index)| *place < pool.max(1) || result.trials[**index].rank == Some(0))
        .map(|(_, &index)| index);
    let background = Background::of(&result.trials, primary);
    let mut candidates: Vec<Candidate> = pool
        .filter_map(|trial| {
            let (plateau, neighbours) = background.plateau(&result.trials, trial, space)?;
            let score = match selection.preference {
                Preference::Plateau => plateau,
                Preference::Primary => value(trial)?,
            };
            Some(Candidate { trial, score, neighbours })
        })
        .collect();
    candidates.sort_by(|one, other| {
        pareto::compare(primary, Some(one.score), Some(other.score)).then(one.trial.cmp(&other.trial))
    });
    candidates.truncate(selection.candidates);
    candidates
}

/// What a trial with unknown surroundings is compared with.
struct Background {
    median: f64,
    worst: f64,
}

impl Background {
    fn of(trials: &[Trial], primary: Direction) -> Self {
        let mut values: Vec<f64> = trials.iter().filter_map(|trial| trial.evaluation.primary()).collect();
        values.sort_by(|one, other| pareto::compare(primary, Some(*one), Some(*other)));
        let middle = values.get(values.len() / 2).copied().unwrap_or(0.0);
        Self { median: middle, worst: values.last().copied().unwrap_or(middle) }
    }

    /// The mean of the trial, its evaluated neighbours and one neighbour of median worth, so that a peak
    /// nobody looked around is not taken for a plateau. Undefined and failed neighbours are worth as
    /// little as the worst trial; infeasible ones are holes and say nothing.
    fn plateau(&self, trials: &[Trial], index: usize, space: &Space) -> Option<(f64, usize)> {
        let own = trials[index].evaluation.primary()?;
        let around: Vec<f64> = trials
            .iter()
            .filter(|other| other.number != trials[index].number && space.near(&trials[index].point, &other.point))
            .filter_map(|other| match &other.evaluation {
                Evaluation::Infeasible { .. } => None,
                evaluation => Some(evaluation.primary().unwrap_or(self.worst)),
            })
            .collect();
        let total = super::sum::sum(around.iter().copied().chain([own, self.median]));
        Some((total / (around.len() + 2) as f64, around.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::SearchRange;
    use crate::optimize::search::{Origin, Stop};
    use crate::optimize::space::tests::parameter;
    use crate::strategy::{ParamSet, Value};

    fn space() -> Space {
        let range = Some(SearchRange::Int { low: 0, high: 20, step: 1 });
        Space::from_parameters(&[parameter("n", Value::Int(0), range, None)])
    }

    fn result(scores: &[(i64, Option<f64>)]) -> SearchResult {
        let trials = scores.iter().enumerate().filter_map(|(number, &(n, score))| {
            let parameters = ParamSet::from([("n".to_owned(), Value::Int(n))]);
            let point = space().encode(&parameters)?;
            let evaluation = Evaluation::Scored { objectives: vec![score] };
            Some(Trial {
                number,
                batch: 0,
                origin: Origin::Random,
                parameters,
                point,
                evaluation,
                rank: None,
                crowding: None,
            })
        });
        SearchResult {
            trials: trials.collect(),
            front: vec![],
            best: None,
            stopped: Stop::Budget,
            from_history: 0,
            history_skipped: 0,
        }
    }

    fn chosen(scores: &[(i64, Option<f64>)], preference: Preference, candidates: usize) -> Vec<usize> {
        let selection = Selection { preference, candidates, pool_share: 0.5 };
        let candidates = select(&result(scores), &space(), Direction::Maximise, &selection);
        candidates.iter().map(|candidate| candidate.trial).collect()
    }

    const HILL_AND_PEAK: [(i64, Option<f64>); 11] = [
        (0, Some(0.1)),
        (10, Some(1.0)),
        (11, Some(1.1)),
        (12, Some(1.0)),
        (4, Some(1.3)),
        (3, Some(-0.5)),
        (5, None),
        (18, Some(0.2)),
        (7, Some(0.0)),
        (15, Some(0.1)),
        (20, Some(-0.2)),
    ];

    #[test]
    fn a_hill_is_preferred_to_a_peak() {
        assert_eq!(chosen(&HILL_AND_PEAK, Preference::Plateau, 1), [2]);
        assert_eq!(chosen(&HILL_AND_PEAK, Preference::Primary, 2), [4, 2]);
    }

    #[test]
    fn nothing_better_than_the_incumbent_means_no_test() {
        let scores = [(0, Some(2.0)), (1, Some(2.0)), (2, Some(1.0)), (3, None)];
        assert!(chosen(&scores, Preference::Plateau, 3).is_empty());
        assert!(chosen(&[(0, None), (1, None)], Preference::Primary, 3).is_empty());
        assert!(chosen(&[], Preference::Primary, 3).is_empty());
        assert_eq!(chosen(&[(0, None), (1, Some(-1.0))], Preference::Primary, 3), [1]);
    }

    #[test]
    fn drawdowns_and_volatility_are_compared_the_right_way_round() {
        let scores = [(0, Some(0.5)), (1, Some(0.4)), (2, Some(0.6))];
        let selection = Selection { preference: Preference::Primary, candidates: 5, pool_share: 1.0 };
        let chosen = select(&result(&scores), &space(), Direction::Minimise, &selection);
        assert_eq!(chosen.iter().map(|candidate| candidate.trial).collect::<Vec<_>>(), [1]);
    }
}
