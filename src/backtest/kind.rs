/// The four ways of testing a strategy; the store's `backtest_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Every path once, bar after bar.
    Standard,
    /// Parameters searched on a stretch of bars, traded on the next.
    WalkForward,
    /// Fresh paths, other orders of the trades, nearby parameters, higher costs.
    MonteCarlo,
    /// What was earned, resampled.
    Bootstrap,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Standard, Self::WalkForward, Self::MonteCarlo, Self::Bootstrap];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::WalkForward => "walk_forward",
            Self::MonteCarlo => "monte_carlo",
            Self::Bootstrap => "bootstrap",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
