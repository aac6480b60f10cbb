use super::{Sheet, reason};
use crate::stats::{SharpeDifference, Statistic, Undefined, normal_quantile, sharpe, sharpe_difference};
use serde_json::json;

/// Autocovariances that enter the standard error, with Bartlett's weights.
const LAGS: usize = 10;

/// The returns against a benchmark's over the same bars.
#[derive(Debug)]
pub(super) struct Against {
    pub sharpe: Statistic,
    /// Annual, as is its standard error.
    pub difference: Result<SharpeDifference, Undefined>,
}

impl Against {
    pub fn of(returns: &[f64], benchmark: &[f64], periods: f64) -> Self {
        let difference = sharpe_difference(returns, benchmark, LAGS).map(|found| SharpeDifference {
            difference: found.difference * periods.sqrt(),
            standard_error: found.standard_error * periods.sqrt(),
            ..found
        });
        Self { sharpe: sharpe(benchmark, periods, 0.0), difference }
    }

    /// The annual difference that a one-sided test at 5% would have found in 80% of such samples.
    pub fn detectable(found: &SharpeDifference) -> f64 {
        (normal_quantile(0.95) + normal_quantile(0.8)) * found.standard_error
    }

    pub fn fill(&self, sheet: &mut Sheet) {
        sheet.statistic("benchmark_sharpe_ratio", self.sharpe);
        let difference = self.difference.map(|found| {
            json!({
                "difference": found.difference,
                "standard_error": found.standard_error,
                "z": found.z,
                "p_one_sided": found.one_sided,
                "p_two_sided": found.two_sided,
                "detectable_difference": Self::detectable(&found),
                "method": "Ledoit-Wolf, HAC with Bartlett weights",
                "lags": LAGS,
            })
        });
        sheet.explained("sharpe_difference", difference.map_err(reason));
    }
}
