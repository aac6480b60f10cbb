//! The store's own questions, each a file in `queries/`: rows of named columns, for whoever shows them.

/// One of them, with the number of values it asks for.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    pub(crate) sql: &'static str,
}

macro_rules! questions {
    ($($(#[$doc:meta])* $name:ident = $file:literal;)+) => {
        $($(#[$doc])* pub const $name: Question = Question { sql: include_str!(concat!("queries/", $file, ".sql")) };)+

        /// All of them, for the test that asks each.
        #[cfg(test)]
        pub(crate) const ALL: &[Question] = &[$($name),+];
    };
}

questions! {
    /// One row about all of history.
    TOTALS = "totals";
    /// One row per backtest type and kind of market.
    AVERAGES = "average_metrics";
    /// The last thirty iterations, newest first.
    RUNS = "runs";
    /// Current parameters under the standard type, a row per strategy and market.
    MATRIX = "matrix";
    /// Mean Sharpe ratio on simulated markets over the last sixty runs, a row per strategy and run.
    COURSES = "courses";
    /// Generators that are outside the bands of real markets in some fact.
    REALISM = "realism";
    /// Every class that was found.
    STRATEGIES = "strategies";
    /// Of one strategy, as are all below: what it is and where it stands.
    IDENTITY = "strategy/identity";
    PARAMETERS = "strategy/parameters";
    /// Oldest first.
    CHANGES = "strategy/changes";
    /// What the gate decided on its challengers, newest first.
    DECISIONS = "strategy/decisions";
    /// The conditions behind [`DECISIONS`].
    CONDITIONS = "strategy/conditions";
    MARKETS = "strategy/markets";
    /// Of its Sharpe ratio.
    INTERVALS = "strategy/intervals";
    WALKS = "strategy/walks";
    /// How equity went, place by place.
    EQUITY = "strategy/equity";
    /// Its Sharpe ratio from run to run, by kind of market.
    COURSE = "strategy/course";
}
