use crate::strategy::native::ir::Reduction;
use crate::strategy::native::numerics::{self, Windows};

/// `windows` remembers what slides and changes no answer. None where Python or numpy raises, or where the answer depends on how either was built.
pub fn reduce(reduction: Reduction, values: &[f64], windows: &mut Windows) -> Option<f64> {
    match reduction {
        Reduction::Sum(policy) => Some(numerics::sum(policy, values)),
        Reduction::Min => numerics::min(values),
        Reduction::Max => numerics::max(values),
        Reduction::NumpySum => numerics::numpy::sum(values),
        Reduction::NumpyMean => numerics::numpy::mean(values),
        Reduction::NumpyVar { ddof } => numerics::numpy::variance(values, ddof),
        Reduction::NumpyStd { ddof } => numerics::numpy::standard_deviation(values, ddof),
        Reduction::NumpyMin => numerics::numpy::min(values),
        Reduction::NumpyMax => numerics::numpy::max(values),
        Reduction::NumpyMedian => numerics::numpy::median(values),
        Reduction::StatisticsMean => numerics::statistics::mean(windows, values),
        Reduction::StatisticsMedian => numerics::statistics::median(values),
        Reduction::StatisticsStdev => numerics::statistics::standard_deviation(windows, values, 1),
        Reduction::StatisticsPstdev => numerics::statistics::standard_deviation(windows, values, 0),
        Reduction::StatisticsVariance => numerics::statistics::variance(windows, values, 1),
        Reduction::StatisticsPvariance => numerics::statistics::variance(windows, values, 0),
        Reduction::Fsum => numerics::fsum(values),
        Reduction::Fmean => numerics::fmean(values),
    }
}
