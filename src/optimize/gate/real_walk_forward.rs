use super::{Condition, Params, Verdict};
use crate::optimize::sum::mean;
use crate::stats::{normal_cdf, normal_quantile, sharpe_difference};

/// Both parameter sets on bars of one real market that no search has seen.
#[derive(Debug, Clone, PartialEq)]
pub struct RealMarket {
    pub market: String,
    /// Returns per bar, of as many bars as the champion's.
    pub challenger: Vec<f64>,
    pub champion: Vec<f64>,
    pub periods_per_year: f64,
}

/// Lags of the Bartlett kernel.
const LAGS: usize = 10;
/// One-sided level and power of the difference that is printed as detectable.
const LEVEL: f64 = 0.05;
const POWER: f64 = 0.80;

/// A veto: on real bars the challenger is not behind, and not significantly worse (Ledoit and Wolf 2008). Real bars
/// are too few to show an improvement, so what they could have shown stands beside the figure. Markets of the same
/// years move together: their standard errors are averaged, as if they were one. `what` says which bars these are.
pub fn check(markets: &[RealMarket], what: &str, params: &Params) -> Condition {
    let name = "real_walk_forward";
    let (mut differences, mut errors, mut bars) = (Vec::new(), Vec::new(), 0);
    for market in markets {
        // Where both never traded, or one never did, there is no ratio to compare.
        let annual = market.periods_per_year.sqrt();
        if market.challenger == market.champion {
            if market.champion.iter().any(|value| *value != 0.0) {
                differences.push(0.0);
            }
        } else if let Ok(found) = sharpe_difference(&market.challenger, &market.champion, LAGS) {
            differences.push(found.difference * annual);
            errors.push(found.standard_error * annual);
        } else {
            continue;
        }
        bars += market.champion.len();
    }
    let Some(difference) = mean(&differences) else {
        let why = if markets.is_empty() { "there are no real bars" } else { "no real market has a ratio for both" };
        return Condition::not_applicable(name, why);
    };
    let (p_worse, power) = match mean(&errors) {
        Some(error) => {
            let detectable = (normal_quantile(1.0 - LEVEL) + normal_quantile(POWER)) * error;
            let words = format!(
                "this data could only have detected a difference of {detectable:.2} with {:.0}% power",
                100.0 * POWER
            );
            (normal_cdf(difference / error), words)
        }
        None => (1.0, "both did the same on every bar".to_owned()),
    };
    Condition {
        name: name.to_owned(),
        figure: Some(difference),
        threshold: Some(0.0),
        verdict: Verdict::of(difference >= 0.0 && p_worse > params.real_p_worse),
        note: format!(
            "annual Sharpe difference {difference:+.3} over {} markets and {bars} bars ({what}), p(worse) = {p_worse:.2}, \
             above {} needed; {power}",
            differences.len(),
            params.real_p_worse
        ),
    }
}
