//! What the gate said of placebos so far.

use super::{Context, Failure};
use crate::artifact::{Lake, Placebo};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How often a true improvement of nothing looks significant at this level, by what the level means.
const LEVEL: f64 = 0.05;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub tests: usize,
    pub promoted: usize,
    /// Tests whose p is at most 0.05: one in twenty is to be expected.
    pub surprising: usize,
}

/// # Errors
/// A damaged file of the history.
pub fn tally(context: &Context) -> Result<Tally, Failure> {
    let rows = Lake::new(&context.data).read::<Placebo>()?;
    // A stage that was run again put the same placebo to the gate.
    let tests: BTreeMap<u32, Placebo> = rows.into_iter().map(|placebo| (placebo.row.iteration, placebo.row)).collect();
    let count = |is: &dyn Fn(&Placebo) -> bool| tests.values().filter(|placebo| is(placebo)).count();
    Ok(Tally {
        tests: tests.len(),
        promoted: count(&|placebo| placebo.promoted),
        surprising: count(&|placebo| placebo.p_value.is_some_and(|p| p <= LEVEL)),
    })
}

impl Tally {
    pub fn line(self) -> String {
        format!(
            "placebo promotions: {} of {} tests; p at most {LEVEL} in {}, and one in twenty is to be expected",
            self.promoted, self.tests, self.surprising
        )
    }

    pub fn json(self) -> Value {
        json!({ "tests": self.tests, "promotions": self.promoted, "p_at_most_0_05": self.surprising })
    }
}
