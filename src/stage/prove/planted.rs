//! Markets with an edge whose place and size are known.

use super::ProveOptions;
use super::evidence::{Count, allowed};
use super::law::{self, Law, OPTIMUM, STEPS};
use super::project::{Project, each, value};
use super::text::Table;
use crate::artifact::{Candidate, Decision};
use crate::seed::Seed;
use crate::stage::Failure;
use serde_json::{Value, json};

/// Annual Sharpe ratio of who follows the planted edge.
const SHARPES: [f64; 4] = [0.5, 1.0, 1.5, 2.0];
/// Iterations in which a loop may find it.
const ITERATIONS: usize = 5;
/// Iterations that the edge that vanishes is there, and those after it is gone.
const THERE: usize = 3;
const GONE: usize = 5;

/// At this Sharpe ratio at least these shares of loops have to be promoted, and to end within a step of the optimum.
const REQUIRED: (f64, f64, f64) = (1.5, 0.80, 0.75);
/// What the regime with the edge has where the other has none, and what vanishes.
const IN_ONE: f64 = 2.0;
const VANISHING: f64 = 1.5;

/// What one loop found.
#[derive(Debug, Clone, PartialEq)]
struct Found {
    /// The iteration that changed the file of values.
    promoted: Option<usize>,
    /// Steps of the grid from the optimum, of the parameter that is further off.
    off: i64,
    /// Mean Sharpe ratio on the validation paths of the last test; none where there was no test.
    champion: Option<f64>,
    challenger: Option<f64>,
}

/// What one loop did about an edge that vanishes.
#[derive(Debug, Clone, PartialEq)]
struct Vanished {
    /// Promoted while it was there, with the files left alone.
    preferred: bool,
    /// The last iteration after its end, from 1, in which files were changed for it.
    late: Option<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Planted {
    seed: u64,
    loops: usize,
    curve: Vec<(f64, Vec<Found>)>,
    in_one: Vec<Found>,
    vanishing: Vec<Vanished>,
}

/// As many loops for every planted edge.
///
/// # Errors
/// The operating system, no Python, a signal.
pub fn planted(options: &ProveOptions) -> Result<Planted, Failure> {
    enum Outcome {
        Found(Found),
        Vanished(Vanished),
    }
    let seed = Seed::new(options.seed).child("prove").child("planted");
    // The edges take turns, so that threads have equally much to do.
    let edges = SHARPES.len() + 2;
    let all = each(options, options.loops * edges, |project, number| {
        let (edge, number) = (number % edges, number / edges);
        let seed = |name: &str| seed.child(name).child(&number.to_string());
        Ok(match SHARPES.get(edge) {
            Some(&sharpe) => Outcome::Found(find(project, &law::planted(sharpe), seed(&format!("sharpe {sharpe}")))?),
            None if edge == SHARPES.len() => {
                Outcome::Found(find(project, &law::planted_in_one(IN_ONE), seed("one regime"))?)
            }
            None => Outcome::Vanished(vanish(project, seed("vanishing"))?),
        })
    })?;
    let mut planted = Planted {
        seed: options.seed,
        loops: options.loops,
        curve: SHARPES.map(|sharpe| (sharpe, Vec::new())).to_vec(),
        in_one: Vec::new(),
        vanishing: Vec::new(),
    };
    for (number, outcome) in all.into_iter().enumerate() {
        match outcome {
            Outcome::Vanished(vanished) => planted.vanishing.push(vanished),
            Outcome::Found(found) => match planted.curve.get_mut(number % edges) {
                Some((_, loops)) => loops.push(found),
                None => planted.in_one.push(found),
            },
        }
    }
    Ok(planted)
}

/// Ends with the first change: the real market has no new bar, so that the cooldown allows no second.
fn find(project: &Project, law: &Law, seed: Seed) -> Result<Found, Failure> {
    let mut running = project.begin(law, seed)?;
    let first = running.values()?;
    let mut found = Found { promoted: None, off: off(&first), champion: None, challenger: None };
    for iteration in 1..=ITERATIONS {
        let step = running.step(law)?;
        if let Some(Candidate { incumbent_score, challenger_score, .. }) = step.candidates.first() {
            (found.champion, found.challenger) = (*incumbent_score, *challenger_score);
        }
        if step.values != first {
            found.off = off(&step.values);
            found.promoted = Some(iteration);
            break;
        }
    }
    Ok(found)
}

/// While the edge is there the files are left alone, so that the values are to be found again and again; when it is
/// gone, everything that was learned from it is still known to the search.
fn vanish(project: &Project, seed: Seed) -> Result<Vanished, Failure> {
    let mut there = law::planted(VANISHING);
    there.settings["system_config"] = json!({ "auto_update_configs": false });
    let gone = law::planted(0.0);
    let mut running = project.begin(&there, seed)?;
    let mut vanished = Vanished { preferred: false, late: None };
    for _ in 0..THERE {
        let step = running.step(&there)?;
        vanished.preferred |= step.candidates.iter().any(|candidate| candidate.decision == Decision::Promote);
    }
    let mut values = running.values()?;
    for iteration in 1..=GONE {
        let step = running.step(&gone)?;
        if step.values != values {
            vanished.late = Some(iteration);
            values = step.values;
        }
    }
    Ok(vanished)
}

/// The optimum is at 0, and one step off is at 1 whichever way.
fn off(values: &str) -> i64 {
    ["fast_period", "slow_period"]
        .into_iter()
        .zip(OPTIMUM.into_iter().zip(STEPS))
        .map(|(name, (best, step))| {
            value(values, "sma_cross_trader", name).map_or(i64::MAX, |value| ((value - best).abs() + step - 1) / step)
        })
        .max()
        .unwrap_or(i64::MAX)
}

fn promoted(loops: &[Found]) -> Count {
    Count::of(loops, |found| found.promoted.is_some())
}

/// Of all loops, not only of the promoted ones.
fn located(loops: &[Found]) -> Count {
    Count::of(loops, |found| found.promoted.is_some() && found.off <= 1)
}

fn exact(loops: &[Found]) -> Count {
    Count::of(loops, |found| found.promoted.is_some() && found.off == 0)
}

fn mean(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let known: Vec<f64> = values.flatten().collect();
    (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
}

impl Planted {
    fn preferred(&self) -> Count {
        Count::of(&self.vanishing, |vanished| vanished.preferred)
    }

    fn late(&self) -> Count {
        Count::of(&self.vanishing, |vanished| vanished.late.is_some())
    }

    /// Whether the required shares are reached, and no more loops went after what was gone than may change falsely.
    pub fn passed(&self) -> bool {
        let (sharpe, least_promoted, least_located) = REQUIRED;
        let reached = |count: Count, least: f64| count.rate().is_some_and(|rate| rate >= least);
        let found = self
            .curve
            .iter()
            .filter(|(planted, _)| (planted - sharpe).abs() < 1e-9)
            .all(|(_, loops)| reached(promoted(loops), least_promoted) && reached(located(loops), least_located));
        found && self.late().happened <= allowed(self.vanishing.len())
    }

    pub fn json(&self) -> Value {
        let curve: Vec<Value> = self
            .curve
            .iter()
            .map(|(sharpe, loops)| {
                let mut told = told(loops);
                told["sharpe"] = json!(sharpe);
                told
            })
            .collect();
        let mut in_one = told(&self.in_one);
        in_one["sharpe"] = json!(IN_ONE);
        let (sharpe, least_promoted, least_located) = REQUIRED;
        json!({
            "loops": self.loops,
            "seed": self.seed,
            "iterations": ITERATIONS,
            "planted": curve,
            "one_regime": in_one,
            "vanishing": {
                "sharpe": VANISHING,
                "loops": self.vanishing.len(),
                "preferred": self.preferred().rate(),
                "preferred_interval": self.preferred().interval(),
                "changed_after": self.late().happened,
                "changed_after_interval": self.late().interval(),
                "last_change_after": self.vanishing.iter().filter_map(|vanished| vanished.late).max(),
                "iterations_there": THERE,
                "iterations_gone": GONE,
            },
            "required": { "sharpe": sharpe, "promoted": least_promoted, "located": least_located },
            "passed": self.passed(),
        })
    }

    pub fn text(&self) -> String {
        let head = ["planted Sharpe", "promoted [95%]", "within one step [95%]", "exact", "champion", "challenger"];
        let mut table = Table::new(&head);
        let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
        let mut row = |name: String, loops: &[Found]| {
            table.row(&[
                name,
                promoted(loops).words(),
                located(loops).words(),
                exact(loops).happened.to_string(),
                number(mean(loops.iter().map(|found| found.champion))),
                number(mean(loops.iter().map(|found| found.challenger))),
            ]);
        };
        for (sharpe, loops) in &self.curve {
            row(format!("{sharpe:.1}"), loops);
        }
        row(format!("{IN_ONE:.1}, in one of two regimes"), &self.in_one);
        let (sharpe, least_promoted, least_located) = REQUIRED;
        let verdict = if self.passed() { "passed" } else { "failed" };
        format!(
            "Loops of at most {ITERATIONS} iterations on markets with an edge at {}/{}, seed {}\n\n{table}\n\
             vanishing: of Sharpe {VANISHING:.1} for {THERE} iterations, preferred in {}; changed for it in the {GONE} \
             iterations after: {}\n\
             {verdict}: at {sharpe:.1} at least {:.0}% promoted and {:.0}% within one step are required\n",
            OPTIMUM[0],
            OPTIMUM[1],
            self.seed,
            self.preferred().words(),
            self.late().words(),
            100.0 * least_promoted,
            100.0 * least_located,
        )
    }
}

fn told(loops: &[Found]) -> Value {
    json!({
        "loops": loops.len(),
        "promoted": promoted(loops).rate(),
        "promoted_interval": promoted(loops).interval(),
        "located": located(loops).rate(),
        "located_interval": located(loops).interval(),
        "exact": exact(loops).rate(),
        "champion_sharpe": mean(loops.iter().map(|found| found.champion)),
        "challenger_sharpe": mean(loops.iter().map(|found| found.challenger)),
        "mean_iterations": mean(loops.iter().map(|found| found.promoted.map(|iteration| iteration as f64))),
    })
}
