//! Markets in which no parameter can be better.

use super::ProveOptions;
use super::evidence::{Count, allowed, rule};
use super::law::{self, Law};
use super::project::{Loop, Project, each};
use super::text::Table;
use crate::artifact::Candidate;
use crate::seed::Seed;
use crate::stage::Failure;
use serde_json::{Value, json};

/// Iterations of a loop.
const ITERATIONS: usize = 20;

/// Why nothing can be better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Independent normal returns, expectation zero.
    Martingale,
    /// GJR-GARCH with Student's t, expectation zero.
    ZeroDrift,
    /// The shipped real series with tossed signs.
    MirroredReal,
    /// The parameters do not matter, whatever the market.
    Placebo,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Martingale, Self::ZeroDrift, Self::MirroredReal, Self::Placebo];

    const fn name(self) -> &'static str {
        match self {
            Self::Martingale => "martingale",
            Self::ZeroDrift => "zero_drift",
            Self::MirroredReal => "mirrored_real",
            Self::Placebo => "placebo",
        }
    }

    fn law(self) -> Law {
        match self {
            Self::Martingale => law::martingale(),
            Self::ZeroDrift => law::zero_drift(),
            Self::MirroredReal => law::mirrored_real(),
            Self::Placebo => law::placebo(),
        }
    }
}

/// What one loop did.
#[derive(Debug, Clone, PartialEq)]
struct Course {
    kind: Kind,
    /// Iterations after which the file of values was another than before.
    changed: Vec<usize>,
    /// The values at the end.
    values: String,
    /// Challengers that the gate tested.
    tests: usize,
    /// Those whose mean was better by more than the threshold, which is all that a rule without a test asks for.
    ahead: usize,
}

/// What all loops did.
#[derive(Debug, Clone, PartialEq)]
pub struct Null {
    seed: u64,
    loops: Vec<Course>,
}

/// Loops in turn over the four kinds.
///
/// # Errors
/// The operating system, no Python, a signal.
pub fn null(options: &ProveOptions) -> Result<Null, Failure> {
    let seed = Seed::new(options.seed).child("prove").child("null");
    let loops = each(options, options.loops, |project, number| {
        let kind = Kind::ALL[number % Kind::ALL.len()];
        course(project, kind, seed.child(kind.name()).child(&number.to_string()))
    })?;
    Ok(Null { seed: options.seed, loops })
}

fn course(project: &Project, kind: Kind, seed: Seed) -> Result<Course, Failure> {
    let law = kind.law();
    let mut running: Loop<'_> = project.begin(&law, seed)?;
    let mut course = Course { kind, changed: Vec::new(), values: running.values()?, tests: 0, ahead: 0 };
    for iteration in 1..=ITERATIONS {
        let step = running.step(&law)?;
        course.tests += step.candidates.len();
        course.ahead += step.candidates.iter().filter(|candidate| is_ahead(candidate)).count();
        if step.values != course.values {
            course.changed.push(iteration);
            course.values = step.values;
        }
    }
    Ok(course)
}

fn is_ahead(candidate: &Candidate) -> bool {
    let improvement = candidate.conditions.0.iter().find(|condition| condition.name == "improvement");
    improvement.is_some_and(|condition| condition.verdict == crate::artifact::Verdict::Pass)
}

impl Null {
    fn changed(loops: &[&Course]) -> Count {
        Count::of(loops, |course| !course.changed.is_empty())
    }

    fn all(&self) -> Vec<&Course> {
        self.loops.iter().collect()
    }

    fn of(&self, kind: Kind) -> Vec<&Course> {
        self.loops.iter().filter(|course| course.kind == kind).collect()
    }

    /// Whether no more loops were changed than may be.
    pub fn passed(&self) -> bool {
        Self::changed(&self.all()).happened <= allowed(self.loops.len())
    }

    pub fn json(&self) -> Value {
        let mut found = counted(&self.all());
        found["kinds"] = Kind::ALL
            .into_iter()
            .map(|kind| {
                let mut counted = counted(&self.of(kind));
                counted["kind"] = json!(kind.name());
                counted
            })
            .collect();
        found["iterations"] = json!(ITERATIONS);
        found["seed"] = json!(self.seed);
        found["allowed"] = json!(allowed(self.loops.len()));
        found["passed"] = json!(self.passed());
        found["changes"] = self
            .loops
            .iter()
            .enumerate()
            .filter(|(_, course)| !course.changed.is_empty())
            .map(|(number, course)| {
                json!({
                    "loop": number,
                    "kind": course.kind.name(),
                    "iterations": course.changed,
                    "values": course.values,
                })
            })
            .collect();
        found
    }

    pub fn text(&self) -> String {
        let mut table = Table::new(&["market", "loops changed [95%]", "tests", "ahead by more than the threshold"]);
        let mut row = |name: &str, loops: &[&Course]| {
            let (tests, ahead) = spent(loops);
            table.row(&[name.to_owned(), Self::changed(loops).words(), tests.to_string(), ahead.to_string()]);
        };
        for kind in Kind::ALL {
            row(kind.name(), &self.of(kind));
        }
        row("all", &self.all());
        let verdict = if self.passed() { "passed" } else { "failed" };
        format!(
            "Loops of {ITERATIONS} iterations on markets where no parameter can be better, seed {}\n\n{table}\n\
             {verdict}: at most {} of {} may change, which {}\n",
            self.seed,
            allowed(self.loops.len()),
            self.loops.len(),
            rule(self.loops.len())
        )
    }
}

fn spent(loops: &[&Course]) -> (usize, usize) {
    (loops.iter().map(|course| course.tests).sum(), loops.iter().map(|course| course.ahead).sum())
}

fn counted(loops: &[&Course]) -> Value {
    let changed = Null::changed(loops);
    let (tests, ahead) = spent(loops);
    let mut found = changed.json();
    found["loops"] = json!(changed.of);
    found["loops_changed"] = json!(changed.happened);
    found["tests"] = json!(tests);
    found["ahead"] = json!(ahead);
    found
}
