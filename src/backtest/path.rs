use crate::market::Series;

/// Where a number comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Badge {
    /// Simulated.
    Sim,
    /// Drawn anew from what a strategy did on some bars.
    Resampled,
    /// The user's own bars, in sample: nothing was held back from the person who wrote the strategy.
    Real,
    /// The user's own bars, held back from the search that chose the parameters.
    RealOos,
}

impl Badge {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sim => "SIM",
            Self::Resampled => "RESAMPLED",
            Self::Real => "REAL",
            Self::RealOos => "REAL-OOS",
        }
    }
}

/// One series of bars and the scenario it is a sample of.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// `bull`, or `historical:IBM`.
    pub scenario: String,
    pub badge: Badge,
    pub index: usize,
    pub series: Series,
}
