//! The knobs of one market mood, in yearly figures as people think of them.

use super::fault::{Allowed, ModelFault};
use super::skew_t::down_variance;
use serde::{Deserialize, Serialize};

/// One set of knobs for the log price
///
/// x_t = x_{t−1} + μ − j·m + e_t + J_t − κ(x_{t−1} − x_0),  e_t = √h_t z_t,
///
/// with z_t Hansen's skewed t, J_t compound Poisson normal, and the variance of GJR-GARCH(1,1) (Glosten,
/// Jagannathan, Runkle 1993) h_{t+1} = ω + (a + g·1{e_t<0}) e_t² + b·h_t. Yearly figures are divided by the
/// instrument's bars per year; `drift_per_year` is the drift of the log price, jumps included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Expected log return a year, from −20 to 20.
    pub drift_per_year: f64,
    /// √ of the yearly variance of log returns, jumps included, above 0 and at most 5.
    pub vol_per_year: f64,
    pub garch: Garch,
    /// Degrees of freedom of z, above 2 and at most 1000: smaller is heavier-tailed.
    pub tail_nu: f64,
    /// Asymmetry of z, between −1 and 1: negative leans to falls.
    pub skew_lambda: f64,
    #[serde(default)]
    pub jumps: Jumps,
    /// κ a year: how hard the log price is pulled back to where this mood found it, from 0 up to the bars per year.
    #[serde(default)]
    pub pull_per_year: f64,
    /// Volatility a year of e at the first bar of this mood. None: what the mood before left behind, and at the
    /// start of a path the level that `vol_per_year` leaves to e.
    #[serde(default)]
    pub initial_vol: Option<f64>,
}

/// Per-bar coefficients of the variance recursion.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Garch {
    /// a: weight of the last squared shock, from 0 to 1.
    pub arch: f64,
    /// g: further weight of it after a fall, from −arch to 2.
    pub leverage: f64,
    /// b: weight of the last variance, from 0 to 1.
    pub memory: f64,
}

/// Compound Poisson jumps of the log price.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jumps {
    /// Expected number a year, from 0 to 1000.
    pub per_year: f64,
    /// Mean size as a log return, from −1 to 1.
    pub mean: f64,
    /// Standard deviation of the size, from 0 to 1.
    pub sd: f64,
}

impl Jumps {
    pub const fn new(per_year: f64, mean: f64, sd: f64) -> Self {
        Self { per_year, mean, sd }
    }

    /// Variance a year.
    pub(super) fn variance(self) -> f64 {
        self.per_year * (self.mean * self.mean + self.sd * self.sd)
    }
}

impl Garch {
    pub const fn new(arch: f64, leverage: f64, memory: f64) -> Self {
        Self { arch, leverage, memory }
    }

    /// a + g/2 + b, as variance targeting counts it.
    pub(super) fn nominal_persistence(self) -> f64 {
        self.arch + self.leverage / 2.0 + self.memory
    }
}

impl Model {
    /// # Errors
    /// The first knob outside its range, or the combination that has no stationary variance.
    pub fn check(&self) -> Result<(), ModelFault> {
        Allowed::Between(-20.0, 20.0).check("drift_per_year", self.drift_per_year)?;
        Allowed::Above(0.0, 5.0).check("vol_per_year", self.vol_per_year)?;
        Allowed::Between(0.0, 1.0).check("garch.arch", self.garch.arch)?;
        Allowed::Between(-self.garch.arch, 2.0).check("garch.leverage", self.garch.leverage)?;
        Allowed::Between(0.0, 1.0).check("garch.memory", self.garch.memory)?;
        Allowed::Above(2.0, 1000.0).check("tail_nu", self.tail_nu)?;
        Allowed::Inside(-1.0, 1.0).check("skew_lambda", self.skew_lambda)?;
        Allowed::Between(0.0, 1000.0).check("jumps.per_year", self.jumps.per_year)?;
        Allowed::Between(-1.0, 1.0).check("jumps.mean", self.jumps.mean)?;
        Allowed::Between(0.0, 1.0).check("jumps.sd", self.jumps.sd)?;
        Allowed::Between(0.0, f64::MAX).check("pull_per_year", self.pull_per_year)?;
        if let Some(vol) = self.initial_vol {
            Allowed::Above(0.0, 5.0).check("initial_vol", vol)?;
        }
        if self.jumps.variance() >= self.vol_per_year * self.vol_per_year {
            let share = self.jumps.variance().sqrt();
            let allowed = format!("above {share:.4}, the volatility that the jumps make on their own");
            return Err(ModelFault::new("vol_per_year", self.vol_per_year, allowed));
        }
        self.check_persistence()
    }

    /// The persistence that governs h: a + g·E[z²1{z<0}] + b. With λ ≠ 0 it is not a + g/2 + b.
    pub fn persistence(&self) -> Option<f64> {
        let down = down_variance(self.tail_nu, self.skew_lambda)?;
        Some(self.garch.arch + self.garch.leverage * down + self.garch.memory)
    }

    /// Volatility a year to which a long path settles.
    ///
    /// Targeting sets ω for a shock that falls as far as it rises. A negative λ puts more than half of the variance
    /// on falls, where the leverage term counts, so the long run lies above `vol_per_year`. For the bull market's
    /// .145 this is .157, and .154 is measured, because the cap on h, which is left out here, trims its tails. A
    /// year that starts at the target stays near it: .153 by the mean of variances, .138 for the median path.
    /// None when [`Model::check`] refuses the model.
    pub fn settled_vol_per_year(&self) -> Option<f64> {
        self.check().ok()?;
        let shocks = self.vol_per_year * self.vol_per_year - self.jumps.variance();
        let settled = shocks * (1.0 - self.garch.nominal_persistence()) / (1.0 - self.persistence()?);
        Some((settled + self.jumps.variance()).sqrt())
    }

    fn check_persistence(&self) -> Result<(), ModelFault> {
        let Garch { arch, leverage, memory } = self.garch;
        let words = format!("arch {arch}, leverage {leverage}, memory {memory}");
        let nominal = self.garch.nominal_persistence();
        if nominal >= 1.0 {
            let allowed = format!("such that arch + leverage/2 + memory (now {nominal:.4}) is below 1");
            return Err(ModelFault::new("garch", words, allowed));
        }
        match self.persistence() {
            Some(persistence) if persistence < 1.0 => Ok(()),
            _ => {
                let allowed = format!(
                    "such that the variance settles: with skew_lambda {} a fall weighs more than half, and arch + \
                     leverage × that weight + memory reaches 1",
                    self.skew_lambda
                );
                Err(ModelFault::new("garch", words, allowed))
            }
        }
    }
}
