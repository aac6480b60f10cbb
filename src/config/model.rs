use super::range::{above, at_least};
use super::section::Section;
use serde::Serialize;

/// The knobs of the scenario model: log price with drift, GJR-GARCH volatility, skewed Student-t shocks,
/// jumps, and a pull towards the starting price.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Model {
    /// Expected log return per year.
    pub drift: f64,
    /// Per year, jumps included.
    pub volatility: f64,
    /// Volatility of the first bar, per year; None: `volatility`.
    pub start_volatility: Option<f64>,
    pub garch: Garch,
    /// Degrees of freedom of the shocks: lower is fatter tails.
    pub tail: f64,
    /// Of the shocks: below zero, falls are sharper than rises.
    pub skew: f64,
    pub jumps: Jumps,
    /// Speed of the return to the starting price, per year; 0 for none.
    pub pull: f64,
    pub trend: Trend,
}

/// A planted edge: a drift that points where the mean of the last `fast` closes lies from that of the last `slow` ones.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trend {
    pub fast: usize,
    pub slow: usize,
    /// Annual Sharpe ratio, before costs, of who is long or short by just these means; 0 for no edge.
    pub sharpe: f64,
}

/// `h' = w + (arch + leverage [shock < 0]) shock² + memory h`, with `w` such that the volatility is as stated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Garch {
    pub arch: f64,
    pub leverage: f64,
    pub memory: f64,
}

/// Compound Poisson jumps of normal size, compensated in the drift.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Jumps {
    pub per_year: f64,
    /// Log return of a jump.
    pub mean: f64,
    pub sd: f64,
}

/// A quiet equity market; a custom scenario names what differs.
impl Default for Model {
    fn default() -> Self {
        Self {
            drift: 0.0,
            volatility: 0.20,
            start_volatility: None,
            garch: Garch::default(),
            tail: 6.0,
            skew: -0.05,
            jumps: Jumps::default(),
            pull: 0.0,
            trend: Trend::default(),
        }
    }
}

impl Default for Trend {
    fn default() -> Self {
        Self { fast: 20, slow: 60, sharpe: 0.0 }
    }
}

impl Default for Garch {
    fn default() -> Self {
        Self { arch: 0.03, leverage: 0.10, memory: 0.87 }
    }
}

impl Default for Jumps {
    fn default() -> Self {
        Self { per_year: 0.0, mean: 0.0, sd: 0.0 }
    }
}

impl Model {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        let model = Self {
            drift: section.number("drift", default.drift, at_least(-20.0).to(20.0)),
            volatility: section.number("volatility", default.volatility, above(0.0).to(5.0)),
            start_volatility: section.optional_number("start_volatility", above(0.0).to(5.0)),
            garch: section.nested("garch", Garch::read),
            // At 2 the variance of the shocks is no longer finite.
            tail: section.number("tail", default.tail, above(2.0).to(1000.0)),
            skew: section.number("skew", default.skew, above(-1.0).below(1.0)),
            jumps: section.nested("jumps", Jumps::read),
            pull: section.number("pull", default.pull, at_least(0.0).to(250.0)),
            trend: section.nested("trend", Trend::read),
        };
        let Jumps { per_year, mean, sd } = model.jumps;
        let jump_variance = per_year * (mean * mean + sd * sd);
        if jump_variance >= model.volatility * model.volatility {
            section.contradiction(
                "jumps",
                format!(
                    "the jumps alone have a volatility of {:.3}, the scenario's is {}",
                    jump_variance.sqrt(),
                    model.volatility
                ),
            );
        }
        model
    }
}

impl Garch {
    fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        let garch = Self {
            arch: section.number("arch", default.arch, at_least(0.0).to(1.0)),
            leverage: section.number("leverage", default.leverage, at_least(-1.0).to(2.0)),
            memory: section.number("memory", default.memory, at_least(0.0).to(1.0)),
        };
        if garch.leverage < -garch.arch {
            section.contradiction(
                "leverage",
                format!("below -arch ({}) a fall would make the variance negative", -garch.arch),
            );
        }
        let persistence = garch.arch + garch.leverage / 2.0 + garch.memory;
        if persistence >= 1.0 {
            section.contradiction(
                "",
                format!(
                    "arch + leverage/2 + memory is {persistence:.4}; from 1 on the volatility has no level to return to"
                ),
            );
        }
        garch
    }
}

impl Trend {
    fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        let trend = Self {
            fast: section.whole("fast", default.fast, at_least(1.0).to(100_000.0)),
            slow: section.whole("slow", default.slow, at_least(2.0).to(100_000.0)),
            sharpe: section.number("sharpe", default.sharpe, at_least(0.0).to(4.0)),
        };
        if trend.fast >= trend.slow {
            section.contradiction("fast", format!("{} is not below slow, {}", trend.fast, trend.slow));
        }
        trend
    }
}

impl Jumps {
    fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        Self {
            per_year: section.number("per_year", default.per_year, at_least(0.0).to(1000.0)),
            mean: section.number("mean", default.mean, at_least(-1.0).to(1.0)),
            sd: section.number("sd", default.sd, at_least(0.0).to(1.0)),
        }
    }
}
