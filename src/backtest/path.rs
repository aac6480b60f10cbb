use crate::market::Series;

/// Where a number comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Badge {
    /// Simulated.
    Sim,
    /// The user's own bars, in sample: nothing was held back from the person who wrote the strategy.
    Real,
}

impl Badge {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sim => "SIM",
            Self::Real => "REAL",
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
