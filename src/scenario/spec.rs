//! A market to draw paths of.

use super::dynamics::Dynamics;
use super::fault::{Allowed, ModelFault};
use super::instrument::Instrument;
use super::trend::Trend;
use serde::{Deserialize, Serialize};

/// A named market. A scenario of one's own is another value of this type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Names its seeds too: a renamed scenario draws other paths.
    pub name: String,
    pub dynamics: Dynamics,
    pub instrument: Instrument,
    /// Bars of a path, from 2 to 1,000,000.
    pub bars: usize,
    /// An edge planted in its paths; None for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend: Option<Trend>,
}

/// Prices stay within e^±200 of their start, so that no run of extreme shocks ends at 0 or infinity.
/// [`Scenario::check`] refuses what would come near it in earnest.
pub(super) const LOG_REACH: f64 = 200.0;

impl Scenario {
    /// # Errors
    /// The first knob outside its range.
    pub fn check(&self) -> Result<(), ModelFault> {
        if self.name.is_empty() || self.name.contains(['/', ':']) {
            return Err(ModelFault::new("name", format!("{:?}", self.name), "a word without / and :"));
        }
        if !(2..=1_000_000).contains(&self.bars) {
            return Err(ModelFault::new("bars", self.bars, "from 2 to 1000000"));
        }
        self.instrument.check().map_err(|fault| fault.within("instrument"))?;
        self.dynamics.check(self.bars)?;
        self.trend.map_or(Ok(()), |trend| trend.check())?;
        let periods = self.instrument.periods_per_year;
        let years = self.bars as f64 / periods;
        for (place, model) in self.dynamics.models() {
            let pull = Allowed::Between(0.0, periods).check("pull_per_year", model.pull_per_year);
            pull.map_err(|fault| if place.is_empty() { fault } else { fault.within(place) })?;
            let trend = self.trend.map_or(0.0, |trend| trend.drift_per_year);
            let reach = (model.drift_per_year.abs() + trend) * years + 8.0 * model.vol_per_year * years.sqrt();
            if reach > LOG_REACH {
                let allowed =
                    format!("fewer, or drift and vol lower: prices would leave e^±{LOG_REACH} of their start");
                return Err(ModelFault::new("bars", self.bars, allowed));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Generator, Jumps, Model, Regime, bull, standard};

    fn said(edit: impl FnOnce(&mut Scenario)) -> String {
        let mut scenario = standard(Regime::Bull);
        edit(&mut scenario);
        let fault = scenario.check().unwrap_err();
        assert_eq!(Generator::new(&scenario).unwrap_err(), fault);
        fault.to_string()
    }

    fn said_of(edit: impl FnOnce(&mut Model)) -> String {
        let mut model = bull::MODEL;
        edit(&mut model);
        said(|scenario| scenario.dynamics = Dynamics::Single(model))
    }

    #[test]
    fn a_knob_out_of_range_is_named_with_its_range() {
        let cases = [
            (said_of(|model| model.tail_nu = 2.0), "tail_nu is 2, it must be above 2 and at most 1000"),
            (said_of(|model| model.skew_lambda = -1.0), "skew_lambda is -1, it must be above -1 and below 1"),
            (said_of(|model| model.vol_per_year = 0.0), "vol_per_year is 0, it must be above 0 and at most 5"),
            (said_of(|model| model.vol_per_year = f64::NAN), "vol_per_year is NaN, it must be"),
            (said_of(|model| model.garch.arch = -0.1), "garch.arch is -0.1, it must be from 0 to 1"),
            (said_of(|model| model.garch.leverage = -0.03), "garch.leverage is -0.03, it must be from -0.02 to 2"),
            (said_of(|model| model.garch.memory = 0.91), "garch is arch 0.02, leverage 0.14, memory 0.91, it must be"),
            (said_of(|model| model.initial_vol = Some(0.0)), "initial_vol is 0, it must be above 0"),
            (said_of(|model| model.pull_per_year = 253.0), "pull_per_year is 253, it must be from 0 to 252"),
            (said_of(|model| model.jumps.sd = -0.1), "jumps.sd is -0.1, it must be from 0 to 1"),
            (
                said_of(|model| model.jumps = Jumps::new(25.0, 0.03, 0.04)),
                "vol_per_year is 0.145, it must be above 0.2500, the volatility that the jumps make on their own",
            ),
            (said(|scenario| scenario.name = "a/b".into()), "name is \"a/b\", it must be a word without / and :"),
            (said(|scenario| scenario.bars = 1), "bars is 1, it must be from 2 to 1000000"),
            (
                said(|scenario| scenario.instrument.gap_share = 1.0),
                "instrument.gap_share is 1, it must be from 0 to 0.9",
            ),
            (said(|scenario| scenario.instrument.volume.noise = -1.0), "instrument.volume.noise is -1, it must be"),
            (said(|scenario| scenario.bars = 400_000), "bars is 400000, it must be fewer"),
            (
                said(|scenario| {
                    scenario.dynamics = Regime::Crash.dynamics();
                    scenario.bars = 175;
                }),
                "bars is 175, it must be above 175, the most that the earlier phases may take",
            ),
        ];
        for (said, start) in cases {
            assert!(said.starts_with(start), "{said}");
        }
    }

    /// λ moves weight to falls: what is stationary by a + g/2 + b is not by the persistence that rules h.
    #[test]
    fn a_variance_that_never_settles_is_refused() {
        let said = said_of(|model| {
            model.garch = crate::scenario::Garch::new(0.0, 0.24, 0.875);
            model.skew_lambda = -0.3;
        });
        assert!(said.contains("such that the variance settles"), "{said}");
    }

    #[test]
    fn the_long_run_lies_above_the_target_where_the_skew_is_negative() {
        let settled = bull::MODEL.settled_vol_per_year().unwrap();
        assert!((settled - 0.1572).abs() < 1e-4, "{settled}");
        let even = Model { skew_lambda: 0.0, ..bull::MODEL };
        assert!((even.settled_vol_per_year().unwrap() - 0.145).abs() < 1e-12);
    }
}
