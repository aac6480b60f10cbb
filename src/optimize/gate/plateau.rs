use super::{Condition, Params, Verdict};
use crate::stats::quantile;

/// The challenger and what lies one grid step around it, all on the same paths.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbourhood {
    pub challenger: f64,
    pub champion: f64,
    /// Changed values in words, and the score; None where it broke or is undefined.
    pub neighbours: Vec<(String, Option<f64>)>,
}

/// A broad hill: the median neighbour keeps most of the challenger's score, and none falls behind the champion by
/// more than the margin. Below the floor, shares are of the floor, so that a negative score has a share too.
pub fn check(around: &Neighbourhood, params: &Params) -> Condition {
    let name = "plateau";
    if around.neighbours.is_empty() {
        return Condition::not_applicable(name, "the values have no neighbours one step away");
    }
    let reference = around.challenger.abs().max(params.score_floor);
    let least_median = around.challenger - (1.0 - params.plateau_share) * reference;
    let least = around.champion - params.margin(around.champion);
    if let Some((broken, _)) = around.neighbours.iter().find(|(_, score)| score.is_none()) {
        let (figure, threshold) = (None, Some(least_median));
        let note = format!("the neighbour {broken} has no score");
        return Condition { name: name.to_owned(), figure, threshold, verdict: Verdict::Fail, note };
    }
    let scores: Vec<f64> = around.neighbours.iter().filter_map(|(_, score)| *score).collect();
    let median = quantile(&scores, 0.5).unwrap_or(f64::NEG_INFINITY);
    let worst = around.neighbours.iter().filter_map(|(words, score)| Some((score.as_ref()?, words)));
    let (worst, words) = worst
        .min_by(|a, b| a.0.total_cmp(b.0))
        .map_or((f64::NEG_INFINITY, ""), |(score, words)| (*score, words.as_str()));
    Condition {
        name: name.to_owned(),
        figure: Some(median),
        threshold: Some(least_median),
        verdict: Verdict::of(median >= least_median && worst >= least),
        note: format!(
            "median of {} neighbours {median:.3}, at least {least_median:.3} needed beside the challenger's {:.3}; \
             the worst, {words}, has {worst:.3}, at least {least:.3} needed",
            scores.len(),
            around.challenger
        ),
    }
}
