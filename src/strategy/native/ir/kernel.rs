/// Makes a column of another, in the order of summation of pandas. Arguments of all: address and number of what it is
/// made of, a window or a distance, the least number of observations (`min_periods`), and a float of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kernel {
    /// `rolling(window, min_periods)`; a window below one bails, as does one that is shorter than `min_periods`.
    RollingSum,
    RollingMean,
    RollingMin,
    RollingMax,
    RollingMedian,
    /// The float is `ddof`. pandas 3 begins anew where cancellation left few digits (`Restarting`).
    RollingVar,
    RollingVarRestarting,
    RollingStd,
    RollingStdRestarting,
    /// `ewm`; the float is `com`, and below zero it bails.
    EwmMean,
    EwmMeanAdjusted,
    EwmStd,
    EwmStdAdjusted,
    /// `shift(periods)`: what comes from nowhere is NaN.
    Shift,
}
