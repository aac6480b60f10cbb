//! A model made ready to run: per-bar constants and samplers.

use super::fault::ModelFault;
use super::garch::Recursion;
use super::jumps::{JumpClock, JumpLaw};
use super::model::Model;
use super::skew_t::SkewT;
use rand::Rng;

#[derive(Debug, Clone)]
pub(super) struct Mood {
    drift: f64,
    pull: f64,
    variance: Recursion,
    initial_variance: Option<f64>,
    tail: SkewT,
    jumps: JumpLaw,
}

/// Where a path stands between two stretches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Traveller {
    /// Log price relative to the start.
    pub x: f64,
    /// Variance that the last bar left behind.
    pub variance: Option<f64>,
    pub clock: JumpClock,
}

/// The bars of one stretch, each slice as long as the others.
pub(super) struct Leg<'a> {
    /// In: standard normals, or zeros in a market without nights. Out: log price.
    pub open: &'a mut [f64],
    /// Out: log price.
    pub close: &'a mut [f64],
    /// Out: √h.
    pub sigma: &'a mut [f64],
    /// Share of the variance of the first bar that falls before its open, and of the others.
    pub nights: [f64; 2],
}

impl Mood {
    /// # Errors
    /// As [`Model::check`], for the knobs of z.
    pub fn new(model: &Model, bars_per_year: f64) -> Result<Self, ModelFault> {
        let tail = SkewT::new(model.tail_nu, model.skew_lambda)
            .ok_or_else(|| ModelFault::new("tail_nu", model.tail_nu, "above 2, with skew_lambda between -1 and 1"))?;
        let jumps = JumpLaw::new(model.jumps, bars_per_year);
        Ok(Self {
            drift: model.drift_per_year / bars_per_year - jumps.drift(),
            pull: model.pull_per_year / bars_per_year,
            variance: Recursion::new(model, bars_per_year),
            initial_variance: model.initial_vol.map(|vol| vol * vol / bars_per_year),
            tail,
            jumps,
        })
    }

    /// Takes `traveller` through one stretch.
    pub fn travel<R: Rng + ?Sized>(&self, traveller: &mut Traveller, leg: &mut Leg<'_>, rng: &mut R) {
        let mut h = self.initial_variance.or(traveller.variance).unwrap_or(self.variance.level());
        for (z, now) in leg.close.iter_mut().zip(leg.sigma.iter_mut()) {
            *z = self.tail.sample(rng);
            *now = h;
            h = self.variance.step(h, *z);
        }
        traveller.variance = Some(h);
        let gap_sd = (leg.nights[1] * (1.0 - leg.nights[1])).sqrt();
        for ((open, close), sigma) in leg.open.iter_mut().zip(leg.close.iter_mut()).zip(leg.sigma.iter_mut()) {
            *sigma = sigma.sqrt();
            *close *= *sigma;
            *open *= gap_sd * *sigma;
        }
        self.add_up(traveller, leg, rng);
    }

    /// From shocks and the noise of nights to log prices. The open stands where a bridge from one close to the
    /// next is when the night is over.
    fn add_up<R: Rng + ?Sized>(&self, traveller: &mut Traveller, leg: &mut Leg<'_>, rng: &mut R) {
        // μ − κ(x − x_0) + e as (μ + κ x_0 + e) − κ x: only the last product waits for the bar before.
        let steady = self.drift + self.pull * traveller.x;
        let keep = 1.0 - self.pull;
        let mut x = traveller.x;
        let [mut night, usual_night] = leg.nights;
        for (open, close) in leg.open.iter_mut().zip(leg.close.iter_mut()) {
            let jumped = traveller.clock.pass(&self.jumps, night, rng);
            let push = steady + *close;
            *open += x + night * (push - self.pull * x) + jumped.overnight;
            x = keep * x + (push + (jumped.overnight + jumped.intraday));
            *close = x;
            night = usual_night;
        }
        traveller.x = x;
    }
}
