use super::Evaluation;
use crate::optimize::objective::Direction;
use crate::optimize::pareto;
use crate::optimize::space::Point;

#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) point: Point,
    pub(super) evaluation: Evaluation,
}

/// Knowles's 0.05: a little of the plain sum, so that weakly dominated results do not tie with the front.
const AUGMENTED: f64 = 0.05;

/// Indices best first, and how many of them have a value for the first objective; the rest are undefined,
/// then failed and infeasible ones. Ties keep the order of telling.
pub(super) fn by_primary(direction: Direction, told: &[Told]) -> (Vec<usize>, usize) {
    sorted(told, |one, other| pareto::compare(direction, one.evaluation.primary(), other.evaluation.primary()))
}

/// As [`by_primary`], by the largest weighted rank among the objectives. Undefined values have a rank beyond
/// the worst number's.
pub(super) fn by_weights(directions: &[Direction], weights: &[f64], told: &[Told]) -> (Vec<usize>, usize) {
    let mut cost = vec![(0.0_f64, 0.0_f64); told.len()];
    for (objective, (&direction, &weight)) in directions.iter().zip(weights).enumerate() {
        for (cost, rank) in cost.iter_mut().zip(unit_ranks(direction, objective, told)) {
            *cost = (cost.0.max(weight * rank), cost.1 + weight * rank);
        }
    }
    let cost: Vec<f64> = cost.iter().map(|(largest, sum)| largest + AUGMENTED * sum).collect();
    let mut index: Vec<usize> = (0..told.len()).collect();
    index.sort_by(|&one, &other| {
        class(&told[one]).cmp(&class(&told[other])).then(cost[one].total_cmp(&cost[other])).then(one.cmp(&other))
    });
    (index, usable(told))
}

/// 0 for the best, 1 for the worst number, 2 for undefined; equal values share the better rank.
fn unit_ranks(direction: Direction, objective: usize, told: &[Told]) -> Vec<f64> {
    let value = |index: usize| told[index].evaluation.objectives().get(objective).copied().flatten();
    let mut defined: Vec<usize> = (0..told.len()).filter(|&index| value(index).is_some()).collect();
    defined.sort_by(|&one, &other| pareto::compare(direction, value(one), value(other)).then(one.cmp(&other)));
    let last = defined.len().saturating_sub(1).max(1) as f64;
    let mut ranks = vec![2.0; told.len()];
    let mut shared = 0;
    for (place, &index) in defined.iter().enumerate() {
        if place > 0 && value(defined[place - 1]) != value(index) {
            shared = place;
        }
        ranks[index] = shared as f64 / last;
    }
    ranks
}

fn sorted(told: &[Told], compare: impl Fn(&Told, &Told) -> std::cmp::Ordering) -> (Vec<usize>, usize) {
    let mut index: Vec<usize> = (0..told.len()).collect();
    index.sort_by(|&one, &other| {
        let (one_told, other_told) = (&told[one], &told[other]);
        class(one_told).cmp(&class(other_told)).then_with(|| compare(one_told, other_told)).then(one.cmp(&other))
    });
    (index, usable(told))
}

fn class(told: &Told) -> u8 {
    match &told.evaluation {
        evaluation if evaluation.primary().is_some() => 0,
        Evaluation::Scored { .. } => 1,
        Evaluation::Failed { .. } => 2,
        Evaluation::Infeasible { .. } => 3,
    }
}

fn usable(told: &[Told]) -> usize {
    told.iter().filter(|told| told.evaluation.primary().is_some()).count()
}
