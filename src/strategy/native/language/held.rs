//! Classes held against CPython on every executor.

use super::oracle::{self, Question};
use crate::discovery::{NoConfigFiles, Parameter, Params, PlaceKind, Status, Strategy, scan};
use crate::market::Series;
use crate::seed::Seed;
use crate::strategy::native::arguments::{Arguments, varied};
use crate::strategy::native::executors::BUILDS;
use crate::strategy::native::ir::{self, Program};
use crate::strategy::native::lower::{Lowered, Obstacle, Request, lower};
use crate::strategy::native::machine::{Budget, Columns, Executable, Finish, Memory, Said};
use crate::strategy::native::verify::{Ended, Witnessed, compare, markets, told};
use crate::strategy::native::vm::Vm;
use crate::strategy::{Meaning, Outcome, ParamSet, Trace, Value};
use rayon::prelude::*;
use std::path::Path;

/// A class that loops for longer is left to CPython after a part of a second, and its other paths are tried.
const BUDGET: Budget = Budget { rounds: 200_000, words: 1 << 20 };

/// On how much classes are held against CPython.
#[derive(Debug, Clone)]
pub struct Extent {
    /// Bars of most markets.
    pub bars: usize,
    /// Names the markets.
    pub markets: Seed,
    /// Parameter sets beside the user's own: what is added to an int, and what a float is multiplied with.
    pub changes: &'static [(i64, f64)],
}

impl Extent {
    pub fn of_pages() -> Self {
        Self { bars: 40, markets: Seed::new(0).child("language"), changes: &[(-1, 0.5), (3, 1.75)] }
    }
}

/// What became of one class.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Not found, or not runnable; why.
    Unfit(String),
    Refused(Obstacle),
    /// Every run as in CPython.
    Native {
        runs: usize,
        /// Runs that raise there, and leave here at the same bar.
        raised: usize,
    },
    /// As in CPython as far as native code went; where it left though CPython went on.
    Bails(String),
    Wrong(String),
}

/// A class with what it became.
struct Made {
    strategy: Strategy,
    arguments: Arguments,
    program: Program,
    sets: Vec<ParamSet>,
}

/// The classes of `sources`, one each, and what they became.
pub fn hold(sources: &[String], extent: &Extent) -> Vec<Verdict> {
    let folder = tempfile::tempdir().expect("a folder");
    for (number, source) in sources.iter().enumerate() {
        std::fs::write(folder.path().join(file(number)), source).expect("written");
    }
    let made = make(folder.path(), sources.len(), extent);
    let markets = markets(&[], extent.bars, extent.markets);
    let columns: Vec<Columns> = markets.iter().map(Columns::of).collect();
    let questions: Vec<Question<'_>> = made
        .iter()
        .zip(sources)
        .filter_map(|(made, source)| {
            let made = made.as_ref().ok()?;
            let attributes = made.program.observed.iter().map(|seen| seen.attribute.clone()).collect();
            Some(Question::new(source, &made.strategy, attributes, &made.sets))
        })
        .collect();
    let mut answers = oracle::ask(&markets, &questions).into_iter();
    let asked: Vec<_> =
        made.iter().map(|made| made.as_ref().ok().map(|_| answers.next().expect("as many answers"))).collect();
    made.par_iter()
        .zip(asked)
        .map(|(made, answers)| match (made, answers) {
            (Ok(made), Some(answers)) => judge(made, &markets, &columns, answers),
            (Err(verdict), _) => verdict.clone(),
            (Ok(_), None) => Verdict::Unfit("it was not asked".to_owned()),
        })
        .collect()
}

/// Loops of a class's method that the interpreter goes through in one step.
pub fn walks(source: &str) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(file(0)), source).expect("written");
    let made = make(folder.path(), 1, &Extent::of_pages()).remove(0).map_err(|verdict| format!("{verdict:?}"));
    let program = made.expect("a class in the language").program;
    Vm::new(&program).expect("a program").step.walks.len()
}

/// Lowers every class of `sources`, runnable or not; how many were compiled.
pub fn survive(sources: &[String]) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    for (number, source) in sources.iter().enumerate() {
        std::fs::write(folder.path().join(file(number)), source).expect("written");
    }
    let found = scan(&Params::new(vec![folder.path().to_path_buf()]), &NoConfigFiles).expect("a readable folder");
    let compiled = found.strategies.par_iter().filter(|strategy| {
        let of_class = found.parameters.iter().filter(|parameter| parameter.strategy == strategy.name);
        compile(strategy, &of_class.cloned().collect::<Vec<Parameter>>(), &Extent::of_pages()).is_ok()
    });
    compiled.count()
}

fn file(number: usize) -> String {
    format!("case_{number:05}.py")
}

fn make(root: &Path, count: usize, extent: &Extent) -> Vec<Result<Made, Verdict>> {
    let found = scan(&Params::new(vec![root.to_path_buf()]), &NoConfigFiles).expect("a readable folder");
    (0..count)
        .into_par_iter()
        .map(|number| {
            let of_file = || found.strategies.iter().filter(|one| one.path == file(number));
            let strategy = of_file().rfind(|one| one.status == Status::Runnable);
            let Some(strategy) = strategy else {
                let reasons: Vec<&str> = of_file().map(|one| one.reason.as_str()).collect();
                return Err(Verdict::Unfit(format!("nothing runnable: {}", reasons.join("; "))));
            };
            let of_class = found.parameters.iter().filter(|parameter| parameter.strategy == strategy.name);
            let parameters: Vec<Parameter> = of_class.cloned().collect();
            compile(strategy, &parameters, extent)
        })
        .collect()
}

fn compile(strategy: &Strategy, parameters: &[Parameter], extent: &Extent) -> Result<Made, Verdict> {
    let searched: Vec<Parameter> =
        parameters.iter().filter(|parameter| parameter.place.kind == PlaceKind::ConstructorDefault).cloned().collect();
    let varied = varied(&searched);
    let request = Request {
        strategy,
        parameters,
        meaning: Meaning::default(),
        python: oracle::version(),
        pandas: oracle::pandas(),
        varied: &varied,
    };
    let lowered: Lowered = lower(&request).map_err(Verdict::Refused)?;
    ir::check(&lowered.program).map_err(|why| Verdict::Wrong(format!("the program is unsound: {why}")))?;
    let text = lowered.program.to_string();
    match ir::parse(&text) {
        Ok(again) if again.to_string() == text => {}
        Ok(_) => return Err(Verdict::Wrong("its text is read as another program".to_owned())),
        Err(error) => return Err(Verdict::Wrong(format!("its text is not read: {error:?}"))),
    }
    let arguments = Arguments::new(&lowered, parameters).map_err(Verdict::Unfit)?;
    let sets = sets(&searched, &arguments, extent.changes);
    Ok(Made { strategy: strategy.clone(), arguments, program: lowered.program, sets })
}

/// The user's own values, smaller ones and larger ones.
fn sets(parameters: &[Parameter], arguments: &Arguments, changes: &[(i64, f64)]) -> Vec<ParamSet> {
    let all = |change: &dyn Fn(&Value) -> Option<Value>| {
        let taken = parameters.iter().filter(|parameter| arguments.takes(&parameter.name));
        taken.filter_map(|one| Some((one.name.clone(), change(&one.default)?))).collect::<ParamSet>()
    };
    let mut sets = vec![ParamSet::new()];
    for &(whole, share) in changes {
        let set = all(&|value| match value {
            Value::Int(value) => Some(Value::Int(value + whole)),
            Value::Float(value) => Some(Value::Float(value * share)),
            Value::Bool(value) => Some(Value::Bool(*value == (whole > 0))),
            _ => None,
        });
        if !sets.contains(&set) {
            sets.push(set);
        }
    }
    sets
}

fn judge(made: &Made, markets: &[Series], columns: &[Columns], answers: Vec<(Outcome, Trace)>) -> Verdict {
    let mut executables = Vec::new();
    for (rung, build) in BUILDS {
        match build(&made.program) {
            Ok(executable) => executables.push((rung.name(), executable)),
            Err(why) => return Verdict::Wrong(format!("{}: {why}", rung.name())),
        }
    }
    let (mut runs, mut raised, mut bails) = (0, 0, None);
    let mut memory = Memory::default();
    let mut words = Vec::new();
    let mut answers = answers.into_iter();
    for (market, columns) in markets.iter().zip(columns) {
        for set in &made.sets {
            let Some((outcome, trace)) = answers.next() else { return Verdict::Unfit("too few answers".to_owned()) };
            if let Err(why) = made.arguments.words(set, &mut words) {
                return Verdict::Unfit(why);
            }
            let run = Witnessed { market, set: set.clone(), outcome, trace };
            for (name, executable) in &executables {
                match held(made, executable.as_ref(), columns, &words, &mut memory, &run) {
                    Ok(None) => {}
                    Ok(Some(bail)) => bails = Some(bail),
                    Err(why) => return Verdict::Wrong(format!("{name}: {why}")),
                }
            }
            runs += 1;
            raised += usize::from(matches!(run.outcome, Outcome::Raised(_)));
        }
    }
    bails.map_or(Verdict::Native { runs, raised }, Verdict::Bails)
}

/// Where it left though CPython went on.
fn held(
    made: &Made,
    executable: &dyn Executable,
    columns: &Columns,
    words: &[u64],
    memory: &mut Memory,
    run: &Witnessed<'_>,
) -> Result<Option<String>, String> {
    let program = &made.program;
    let ended = compare(program, executable, (columns, words), (memory, BUDGET), run, &mut |_| {});
    let ended = ended.map_err(|finding| finding.to_string())?;
    let mut said = Said::default();
    let finish = executable.run(columns, words, memory, BUDGET, &mut said, None);
    let left = match finish {
        Finish::Done => None,
        Finish::Bail { bar, .. } | Finish::Fuel { bar } | Finish::Memory { bar } => Some(bar),
    };
    match (ended, &run.outcome) {
        (Ended::Same, Outcome::Ok(answers)) => {
            let same = |(a, b): (&f64, &f64)| a == b || a.is_nan() && b.is_nan() || b.abs() > 1.0 && *a == b.signum();
            let unseen = left.is_none() && answers.targets.iter().zip(&said.targets).all(same);
            if unseen { Ok(None) } else { Err("it runs otherwise when nobody looks".to_owned()) }
        }
        (Ended::Left { .. }, Outcome::Raised(failure)) if left == Some(failure.bar) => Ok(None),
        (Ended::Left { site }, outcome) => {
            let cpython = match outcome {
                Outcome::Raised(failure) => format!("bar {:?}: {}", failure.bar, failure.message),
                _ => "goes on".to_owned(),
            };
            let place = told(program, site);
            Ok(Some(format!("{} {:?}: leaves at bar {left:?}, {place}; CPython {cpython}", run.market.name, run.set)))
        }
        (Ended::Same | Ended::Untold, _) => Ok(None),
    }
}
