use super::range::{above, at_least};
use super::section::Section;
use serde::Serialize;

/// `backtest_types`
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct BacktestTypes {
    pub standard: Standard,
    pub walk_forward: WalkForward,
    pub monte_carlo: MonteCarlo,
    pub bootstrap: Bootstrap,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Standard {
    pub enabled: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WalkForward {
    pub enabled: bool,
    pub schemes: Vec<Scheme>,
    pub train_bars: usize,
    pub test_bars: usize,
    /// None: the look-back of the strategy.
    pub purge_bars: Option<usize>,
    /// None: one percent of the training bars.
    pub embargo_bars: Option<usize>,
    /// Parameter sets tried per window, the values in force among them.
    pub trials: usize,
    /// Walks the simulated test paths too.
    pub simulated: bool,
}

/// Where training windows begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    Rolling,
    Anchored,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MonteCarlo {
    pub enabled: bool,
    /// Fresh paths per scenario.
    pub paths: usize,
    /// Other orders of the trades of every real market.
    pub shuffles: usize,
    /// Nearby parameter sets, taken in turn by the paths.
    pub jitters: usize,
    /// Share of the peak whose loss is ruin.
    pub ruin_drawdown: f64,
    /// Two-sided coverage of intervals.
    pub level: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bootstrap {
    pub enabled: bool,
    pub resamples: usize,
    /// Two-sided coverage of intervals.
    pub level: f64,
    /// Fewer blocks than this are not enough data.
    pub min_blocks: f64,
}

impl Default for Standard {
    fn default() -> Self {
        Self { enabled: true }
    }
}

impl Default for WalkForward {
    fn default() -> Self {
        Self {
            enabled: true,
            schemes: vec![Scheme::Rolling, Scheme::Anchored],
            train_bars: 756,
            test_bars: 252,
            purge_bars: None,
            embargo_bars: None,
            trials: 8,
            simulated: false,
        }
    }
}

impl Default for MonteCarlo {
    fn default() -> Self {
        Self { enabled: true, paths: 256, shuffles: 1000, jitters: 16, ruin_drawdown: 0.5, level: 0.95 }
    }
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { enabled: true, resamples: 2000, level: 0.95, min_blocks: 10.0 }
    }
}

impl Scheme {
    pub const ALL: [(&'static str, Self); 2] = [("rolling", Self::Rolling), ("anchored", Self::Anchored)];
}

impl WalkForward {
    /// Bars beyond which a walk has a window whatever the strategy's look-back is.
    fn shortest(&self) -> usize {
        self.train_bars + self.embargo_bars.unwrap_or(self.train_bars / 100) + self.test_bars
    }

    fn read(section: &mut Section<'_>, simulated_bars: usize) -> Self {
        let default = Self::default();
        let bars = |section: &mut Section<'_>, key, default| section.whole(key, default, at_least(20.0).to(1e6));
        let found = Self {
            enabled: section.flag("enabled", default.enabled),
            schemes: section.choices("schemes", default.schemes, &Scheme::ALL),
            train_bars: bars(section, "train_bars", default.train_bars),
            test_bars: bars(section, "test_bars", default.test_bars),
            purge_bars: section.whole_or("purge_bars", "auto", at_least(0.0).to(1e6)),
            embargo_bars: section.whole_or("embargo_bars", "auto", at_least(0.0).to(1e6)),
            trials: section.whole("trials", default.trials, at_least(2.0).to(100_000.0)),
            simulated: section.flag("simulated", default.simulated),
        };
        if found.schemes.is_empty() {
            section.empty("schemes", "name at least one, or disable walk_forward");
        }
        if found.enabled && found.simulated && found.shortest() > simulated_bars {
            section.contradiction(
                "simulated",
                format!(
                    "a window takes at least {} bars and simulated paths have {simulated_bars}: fewer train_bars and \
                     test_bars, or more scenarios.bars",
                    found.shortest()
                ),
            );
        }
        found
    }
}

impl MonteCarlo {
    fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        Self {
            enabled: section.flag("enabled", default.enabled),
            paths: section.whole("paths", default.paths, at_least(2.0).to(1e6)),
            shuffles: section.whole("shuffles", default.shuffles, at_least(0.0).to(1e6)),
            jitters: section.whole("jitters", default.jitters, at_least(0.0).to(10_000.0)),
            ruin_drawdown: section.number("ruin_drawdown", default.ruin_drawdown, above(0.0).to(1.0)),
            level: level(section, default.level),
        }
    }
}

impl Bootstrap {
    fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        Self {
            enabled: section.flag("enabled", default.enabled),
            resamples: section.whole("resamples", default.resamples, at_least(100.0).to(1e6)),
            level: level(section, default.level),
            min_blocks: section.number("min_blocks", default.min_blocks, at_least(2.0).to(1000.0)),
        }
    }
}

fn level(section: &mut Section<'_>, default: f64) -> f64 {
    section.number("level", default, at_least(0.5).below(1.0))
}

impl BacktestTypes {
    /// `simulated_bars` are those of a simulated path.
    pub(super) fn read(section: &mut Section<'_>, simulated_bars: usize) -> Self {
        let found = Self {
            standard: section.nested("standard", |section| Standard {
                enabled: section.flag("enabled", Standard::default().enabled),
            }),
            walk_forward: section.nested("walk_forward", |section| WalkForward::read(section, simulated_bars)),
            monte_carlo: section.nested("monte_carlo", MonteCarlo::read),
            bootstrap: section.nested("bootstrap", Bootstrap::read),
        };
        let Self { standard, walk_forward, monte_carlo, bootstrap } = &found;
        if !(standard.enabled || walk_forward.enabled || monte_carlo.enabled || bootstrap.enabled) {
            section.contradiction("", "no backtest type is enabled, nothing would be tested");
        }
        found
    }
}
