//! Which mood a market is in when.

use super::chain::{Chain, Walker};
use super::fault::ModelFault;
use super::model::Model;
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

/// How moods follow each other on a path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dynamics {
    /// One mood from first bar to last.
    Single(Model),
    /// Moods in a fixed order with drawn lengths.
    Phases(Vec<Phase>),
    /// Moods that change at random.
    Chain(Chain),
}

/// One mood of a fixed order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    pub name: String,
    pub model: Model,
    pub length: Length,
}

/// How long a phase lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// Any number of bars from `least` to `most`, all equally likely.
    Between { least: usize, most: usize },
    /// To the end of the path; the last phase, and only that.
    Rest,
}

impl Dynamics {
    /// Whether every path of `bars` bars can be drawn.
    ///
    /// # Errors
    /// The first knob outside its range, with the phase or state it belongs to.
    pub fn check(&self, bars: usize) -> Result<(), ModelFault> {
        match self {
            Self::Single(model) => model.check(),
            Self::Phases(phases) => check_phases(phases, bars),
            Self::Chain(chain) => chain.check(),
        }
    }

    /// Moods in order, by the name a fault is reported under; a single one has none.
    pub(super) fn models(&self) -> Vec<(String, Model)> {
        match self {
            Self::Single(model) => vec![(String::new(), *model)],
            Self::Phases(phases) => {
                phases.iter().map(|phase| (format!("phases.{}", phase.name), phase.model)).collect()
            }
            Self::Chain(chain) => {
                chain.states.iter().map(|state| (format!("states.{}", state.name), state.model)).collect()
            }
        }
    }
}

fn check_phases(phases: &[Phase], bars: usize) -> Result<(), ModelFault> {
    let Some((last, before)) = phases.split_last() else {
        return Err(ModelFault::new("phases", "empty", "one phase or more"));
    };
    let mut most_before = 0;
    for phase in before {
        let knob = || format!("phases.{}.length", phase.name);
        match phase.length {
            Length::Rest => {
                return Err(ModelFault::new(knob(), "rest", "between two counts in all phases but the last"));
            }
            Length::Between { least, most } if least == 0 || least > most => {
                return Err(ModelFault::new(
                    knob(),
                    format!("{least} to {most}"),
                    "from 1 or more up to as many or more",
                ));
            }
            Length::Between { most, .. } => most_before += most,
        }
    }
    if last.length != Length::Rest {
        return Err(ModelFault::new(
            format!("phases.{}.length", last.name),
            "between two counts",
            "rest in the last phase",
        ));
    }
    if bars <= most_before {
        return Err(ModelFault::new(
            "bars",
            bars,
            format!("above {most_before}, the most that the earlier phases may take"),
        ));
    }
    phases
        .iter()
        .try_for_each(|phase| phase.model.check().map_err(|fault| fault.within(format!("phases.{}", phase.name))))
}

/// A run of bars in one mood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Position among [`Dynamics::models`].
    pub model: usize,
    /// One or more; the path may end before they do.
    pub bars: usize,
}

/// Draws one path's stretches without allocating.
#[derive(Debug, Clone)]
pub(super) enum Schedule {
    Single,
    Phases(Vec<Length>),
    Chain(Walker),
}

impl Schedule {
    /// Callers have checked `dynamics`.
    pub fn new(dynamics: &Dynamics) -> Self {
        match dynamics {
            Dynamics::Single(_) => Self::Single,
            Dynamics::Phases(phases) => Self::Phases(phases.iter().map(|phase| phase.length).collect()),
            Dynamics::Chain(chain) => Self::Chain(Walker::new(chain)),
        }
    }

    /// The stretch after `previous`, or the first.
    pub fn next<R: Rng + ?Sized>(&self, previous: Option<usize>, rng: &mut R) -> Stretch {
        match self {
            Self::Single => Stretch { model: 0, bars: usize::MAX },
            Self::Phases(lengths) => {
                let model = previous.map_or(0, |model| model + 1).min(lengths.len() - 1);
                let bars = match lengths[model] {
                    Length::Between { least, most } => rng.random_range(least..=most),
                    Length::Rest => usize::MAX,
                };
                Stretch { model, bars }
            }
            Self::Chain(walker) => walker.next(previous, rng),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{bull, crash};
    use crate::seed::Seed;

    fn phase(name: &str, length: Length) -> Phase {
        Phase { name: name.into(), model: bull::MODEL, length }
    }

    #[test]
    fn a_crash_has_three_phases_of_the_stated_lengths() {
        let schedule = Schedule::new(&crash::dynamics());
        let mut rng = Seed::new(1).rng();
        let (mut calms, mut legs) = (Vec::new(), Vec::new());
        for _ in 0..4000 {
            let calm = schedule.next(None, &mut rng);
            let leg = schedule.next(Some(0), &mut rng);
            assert_eq!((calm.model, leg.model), (0, 1));
            assert_eq!(schedule.next(Some(1), &mut rng), Stretch { model: 2, bars: usize::MAX });
            calms.push(calm.bars);
            legs.push(leg.bars);
        }
        assert_eq!((calms.iter().min(), calms.iter().max()), (Some(&60), Some(&130)));
        assert_eq!((legs.iter().min(), legs.iter().max()), (Some(&15), Some(&45)));
    }

    #[test]
    fn phases_that_cannot_fill_a_path_are_refused() {
        let most = |most| Length::Between { least: 1, most };
        let cases = [
            (vec![], "phases is empty"),
            (vec![phase("a", Length::Rest), phase("b", Length::Rest)], "phases.a.length is rest"),
            (vec![phase("a", most(0)), phase("b", Length::Rest)], "phases.a.length is 1 to 0"),
            (vec![phase("a", most(5))], "phases.a.length is between two counts"),
            (
                vec![phase("a", most(60)), phase("b", most(40)), phase("c", Length::Rest)],
                "bars is 100, it must be above 100",
            ),
        ];
        for (phases, says) in cases {
            let fault = Dynamics::Phases(phases).check(100).unwrap_err().to_string();
            assert!(fault.starts_with(says), "{fault}");
        }
    }
}
