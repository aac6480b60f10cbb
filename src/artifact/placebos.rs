//! `placebos.parquet`: what the gate said of a change that changes nothing.

use super::table::{History, table};

table! {
    /// One placebo that the gate tested: a strategy's values as they are, under another name, in one iteration.
    pub struct Placebo {
        /// The strategy.
        strategy_name: String,
        /// blake3 of its source files.
        source_hash: String,
        /// The iteration.
        iteration: u32,
        /// Names the search had to choose from.
        names: u32,
        /// Which placebo this is, counting from 1.
        test_number: u32,
        /// Validation paths.
        paths: u32,
        /// Those of them that are others for the placebo.
        redrawn: u32,
        /// Score of the placebo less that of the same values under their own name.
        difference: f64,
        /// Difference that is asked for.
        margin: f64,
        /// Chance of a difference this large if the true one were the margin.
        p_value: Option<f64>,
        /// Why p_value is null.
        p_value_reason: Option<String>,
        /// What p_value had to be at most.
        alpha: f64,
        /// Whether it passed every condition on the validation paths. Nothing is ever written for it.
        promoted: bool,
        /// The first condition it failed, in words.
        reason: String,
    }
    name: "placebos",
    stage: "optimize",
    version: 1,
    key: ["iteration"],
    check: check,
}

impl History for Placebo {
    const FOLDER: &'static str = "placebo_history";
}

fn check(row: &Placebo) -> Result<(), String> {
    if row.strategy_name.is_empty() || row.reason.is_empty() {
        return Err("strategy_name or reason is empty".to_owned());
    }
    if row.test_number == 0 || row.redrawn == 0 || row.redrawn > row.paths {
        return Err("test_number and redrawn count from 1, and no more paths are redrawn than there are".to_owned());
    }
    if row.p_value.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
        return Err("p_value is outside [0, 1]".to_owned());
    }
    Ok(())
}
