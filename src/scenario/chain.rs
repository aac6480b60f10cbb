//! Moods as a Markov chain with geometric durations.

use super::dynamics::Stretch;
use super::fault::{Allowed, ModelFault};
use super::model::Model;
use rand::{Rng, RngExt};
use rand_distr::Exp1;
use serde::{Deserialize, Serialize};

/// States and where they lead. A path starts in a state drawn by the share of time the chain spends in it, so
/// that no part of a path is special.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    pub states: Vec<State>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    pub name: String,
    pub model: Model,
    /// Mean of the geometric duration, from 1 to 1,000,000 bars.
    pub mean_bars: f64,
    /// Other states with probabilities that add up to 1.
    pub next: Vec<Next>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Next {
    pub to: String,
    pub probability: f64,
}

impl Chain {
    /// # Errors
    /// Fewer than two states, a name twice, a transition to itself or to nowhere, probabilities that do not add
    /// up to 1, or a model's own fault.
    pub fn check(&self) -> Result<(), ModelFault> {
        if self.states.len() < 2 {
            return Err(ModelFault::new("states", format!("{} states", self.states.len()), "two states or more"));
        }
        let twice = self.states.iter().enumerate().find(|(index, state)| self.position(&state.name) != Some(*index));
        if let Some((_, state)) = twice {
            return Err(ModelFault::new("states", format!("two of name {}", state.name), "of different names"));
        }
        self.states.iter().try_for_each(|state| {
            self.check_state(state).map_err(|fault| fault.within(format!("states.{}", state.name)))
        })
    }

    fn check_state(&self, state: &State) -> Result<(), ModelFault> {
        state.model.check()?;
        Allowed::Between(1.0, 1e6).check("mean_bars", state.mean_bars)?;
        for next in &state.next {
            if next.to == state.name || self.position(&next.to).is_none() {
                return Err(ModelFault::new("next", &next.to, "the name of another state"));
            }
            Allowed::Between(0.0, 1.0).check(&format!("next.{}", next.to), next.probability)?;
        }
        let sum: f64 = state.next.iter().map(|next| next.probability).sum();
        if (sum - 1.0).abs() > 1e-9 {
            return Err(ModelFault::new("next", format!("{sum} in all"), "1 in all"));
        }
        Ok(())
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.states.iter().position(|state| state.name == name)
    }

    /// Probability of each state after each, a row for every state.
    fn matrix(&self) -> Vec<Vec<f64>> {
        let row = |state: &State| {
            let mut row = vec![0.0; self.states.len()];
            for next in &state.next {
                if let Some(to) = self.position(&next.to) {
                    row[to] += next.probability;
                }
            }
            row
        };
        self.states.iter().map(row).collect()
    }

    /// Share of bars spent in each state in the long run, from an equal start where the chain falls apart.
    pub fn time_shares(&self) -> Vec<f64> {
        let (matrix, count) = (self.matrix(), self.states.len());
        let mut visits = vec![1.0 / count as f64; count];
        // Half a step stays put, so that a chain that alternates settles too.
        for _ in 0..20_000 {
            let mut after: Vec<f64> = visits.iter().map(|share| share / 2.0).collect();
            for (share, row) in visits.iter().zip(&matrix) {
                for (to, probability) in after.iter_mut().zip(row) {
                    *to += share * probability / 2.0;
                }
            }
            visits = after;
        }
        let time: Vec<f64> = visits.iter().zip(&self.states).map(|(share, state)| share * state.mean_bars).collect();
        let sum: f64 = time.iter().sum();
        time.iter().map(|share| share / sum).collect()
    }
}

/// A chain made ready to draw from.
#[derive(Debug, Clone)]
pub(super) struct Walker {
    start: Vec<f64>,
    next: Vec<Vec<f64>>,
    /// −1/ln(1 − 1/mean): a geometric duration is 1 + ⌊this × Exp(1)⌋; 0 where the mean is 1.
    stretch: Vec<f64>,
}

impl Walker {
    /// Callers have checked `chain`.
    pub fn new(chain: &Chain) -> Self {
        Self {
            start: chain.time_shares(),
            next: chain.matrix(),
            stretch: chain.states.iter().map(|state| -1.0 / (-1.0 / state.mean_bars).ln_1p()).collect(),
        }
    }

    pub fn next<R: Rng + ?Sized>(&self, previous: Option<usize>, rng: &mut R) -> Stretch {
        let shares = previous.map_or(&self.start, |state| &self.next[state]);
        let model = draw(shares, rng.random());
        // A float beyond the range of usize saturates, and the path ends first.
        let bars = (self.stretch[model] * rng.sample::<f64, _>(Exp1)) as usize;
        Stretch { model, bars: bars.saturating_add(1) }
    }
}

/// The position at which the running sum of `shares` passes `uniform`; rounding at the end falls on the last
/// position that can be drawn at all.
fn draw(shares: &[f64], uniform: f64) -> usize {
    let mut sum = 0.0;
    let mut last = 0;
    for (position, share) in shares.iter().enumerate() {
        if *share > 0.0 {
            sum += share;
            last = position;
            if uniform < sum {
                break;
            }
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::dynamics::Dynamics;
    use crate::scenario::mixed;
    use crate::seed::Seed;

    fn mixed() -> Chain {
        match mixed::dynamics() {
            Dynamics::Chain(chain) => chain,
            other => panic!("mixed is {other:?}"),
        }
    }

    #[test]
    fn durations_and_time_shares_are_the_chains() {
        let chain = mixed();
        let walker = Walker::new(&chain);
        let mut rng = Seed::new(5).rng();
        let (mut visits, mut bars) = (vec![0.0_f64; 7], vec![0.0_f64; 7]);
        let mut state = None;
        let stretches = 200_000;
        for _ in 0..stretches {
            let stretch = walker.next(state, &mut rng);
            state = Some(stretch.model);
            visits[stretch.model] += 1.0;
            bars[stretch.model] += stretch.bars as f64;
        }
        let total: f64 = bars.iter().sum();
        for (index, share) in chain.time_shares().iter().enumerate() {
            let mean = chain.states[index].mean_bars;
            // A geometric duration's standard deviation is below its mean.
            let error = 4.0 * mean / visits[index].sqrt();
            assert!((bars[index] / visits[index] - mean).abs() < error, "{}", chain.states[index].name);
            assert!((bars[index] / total - share).abs() < 0.01, "{}", chain.states[index].name);
        }
    }

    #[test]
    fn time_shares_are_stationary() {
        let chain = mixed();
        let shares = chain.time_shares();
        let mut after = vec![0.0; 7];
        for (index, row) in chain.matrix().iter().enumerate() {
            let leave = 1.0 / chain.states[index].mean_bars;
            after[index] += shares[index] * (1.0 - leave);
            for (to, probability) in row.iter().enumerate() {
                after[to] += shares[index] * leave * probability;
            }
        }
        for (before, after) in shares.iter().zip(&after) {
            assert!((before - after).abs() < 1e-12);
        }
    }

    #[test]
    fn a_chain_that_leads_nowhere_is_refused() {
        let change = |edit: fn(&mut Chain)| {
            let mut chain = mixed();
            edit(&mut chain);
            chain.check().unwrap_err().to_string()
        };
        assert!(change(|chain| chain.states.truncate(1)).starts_with("states is 1 states"));
        assert!(change(|chain| chain.states[1].name = "bull".into()).contains("two of name bull"));
        assert!(change(|chain| chain.states[0].next[0].to = "bull".into()).starts_with("states.bull.next is bull"));
        assert!(change(|chain| chain.states[0].next[0].to = "x".into()).starts_with("states.bull.next is x"));
        assert!(change(|chain| chain.states[3].next[0].probability = 0.3).starts_with("states.bear.next is 1.05"));
        assert!(change(|chain| chain.states[3].mean_bars = 0.5).starts_with("states.bear.mean_bars is 0.5"));
        assert!(change(|chain| chain.states[3].model.tail_nu = 2.0).starts_with("states.bear.tail_nu is 2"));
    }
}
