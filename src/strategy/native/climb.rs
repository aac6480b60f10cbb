//! From a class to the highest rung that it can be trusted on.

use super::arguments::{Arguments, varied};
use super::executors::BUILDS;
use super::frame::{Cause, Market, Plan, Whole};
use super::lower::{Lowered, Obstacle, Request, lower};
use super::machine::Executable;
use super::tiered::Tiered;
use super::verify::{Cache, Gate, Verdict, WholeGate, key, key_of_translation, key_of_whole, practice, restrict};
use super::{Rung, Unit};
use crate::discovery::{Parameter, Strategy, source_hash};
use crate::market::Series;
use crate::seed::Seed;
use crate::strategy::worker::Interpreter;
use crate::strategy::{Meaning, ParamSet, Protocol, Witness};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// What a class is, and what it is held against.
#[derive(Debug, Clone, Copy)]
pub struct Class<'a> {
    pub strategy: &'a Strategy,
    /// The strategy's own.
    pub parameters: &'a [Parameter],
    pub meaning: Meaning,
    pub interpreter: &'a Interpreter,
    pub cache: &'a Cache,
    /// As new verdicts are dated.
    pub now: &'a str,
    /// Names the production runs that are made again.
    pub seed: Seed,
}

/// Where a class stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// What runs it natively, if anything does.
    pub unit: Option<Arc<Unit>>,
    /// What keeps it from the next rung; None where it stands on the highest of this platform.
    pub obstacle: Option<HeldBack>,
    /// The verdict in force and its key, where the class could be lowered.
    pub verdict: Option<(String, Verdict)>,
}

/// Why not higher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldBack {
    /// A construct of its source.
    Construct(Obstacle),
    /// CPython cannot import its module; what it says.
    Import(String),
    /// What was seen when it was held against CPython.
    Verification(String),
}

impl fmt::Display for HeldBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Construct(obstacle) => write!(f, "{obstacle}"),
            Self::Import(why) => write!(f, "its module cannot be imported: {why}"),
            Self::Verification(why) => write!(f, "{why}"),
        }
    }
}

impl HeldBack {
    /// A word for tables: the same for all classes with the same obstacle.
    pub fn kind(&self) -> &str {
        match self {
            Self::Construct(obstacle) => &obstacle.construct,
            Self::Import(_) => "a module that cannot be imported",
            Self::Verification(_) => "verification",
        }
    }

    pub fn place(&self) -> Option<(&str, u32)> {
        match self {
            Self::Construct(obstacle) if !obstacle.file.is_empty() => Some((&obstacle.file, obstacle.line)),
            _ => None,
        }
    }
}

impl Standing {
    fn held(obstacle: HeldBack) -> Self {
        Self { unit: None, obstacle: Some(obstacle), verdict: None }
    }

    /// Whatever the market, every answer follows from the bars up to its own, as the kernels that make it show.
    pub fn is_causal(&self) -> bool {
        self.rung() == Rung::Columnar && self.verdict.as_ref().is_some_and(|(_, verdict)| verdict.causal)
    }

    pub fn rung(&self) -> Rung {
        self.unit.as_ref().filter(|unit| unit.overturned().is_none()).map_or(Rung::Cpython, |unit| unit.rung)
    }
}

/// Lowers the class, and takes the verdict of an earlier time or makes one with `cpython` on markets of its own
/// and slices of what `real` gives.
///
/// # Errors
/// The verdict cannot be kept.
pub fn climb(
    class: &Class<'_>,
    real: &dyn Fn() -> Vec<Series>,
    cpython: &mut dyn FnMut() -> Box<dyn Witness>,
) -> std::io::Result<Standing> {
    if class.strategy.entry.as_ref().is_some_and(|entry| at_once(entry.protocol)) {
        return climb_whole(class, real, cpython);
    }
    let lowered = match lowered(class) {
        Ok(lowered) => lowered,
        Err(obstacle) => return Ok(Standing::held(HeldBack::Construct(obstacle))),
    };
    let arguments = match Arguments::new(&lowered, class.parameters) {
        Ok(arguments) => arguments,
        Err(why) => return Ok(Standing::held(HeldBack::Verification(why))),
    };
    let key = key(class.strategy, class.meaning, &lowered.program, class.interpreter);
    let unit = |rung, made| {
        let name = class.strategy.name.clone();
        Some(Arc::new(Unit::new(name, rung, made, arguments.clone(), class.seed)))
    };
    if let Some(verdict) = class.cache.load(&key) {
        let obstacle = held_back(&verdict);
        let build = BUILDS.iter().find(|(rung, _)| *rung == verdict.rung);
        let Some((rung, build)) = build else {
            return Ok(Standing { unit: None, obstacle, verdict: Some((key, verdict)) });
        };
        let program = restrict(&lowered.program, &verdict.reached.iter().copied().collect());
        // Where it cannot be built any more, it is found out anew what can.
        if let Ok(tiered) = Tiered::new(&program, *build) {
            let made = (Arc::new(tiered) as Arc<dyn Executable>, program);
            return Ok(Standing { unit: unit(*rung, made), obstacle, verdict: Some((key, verdict)) });
        }
    }
    let gate = Gate {
        strategy: &class.strategy.name,
        program: &lowered.program,
        parameters: class.parameters,
        arguments: &arguments,
        builds: BUILDS,
        real: &real(),
        now: class.now.to_owned(),
    };
    let verified = gate.verify(cpython().as_mut());
    // What is not installed today may be tomorrow.
    if verified.verdict.import.is_none() {
        class.cache.store(&key, &verified.verdict)?;
    }
    let rung = verified.verdict.rung;
    Ok(Standing {
        unit: verified.executable.and_then(|made| unit(rung, made)),
        obstacle: held_back(&verified.verdict),
        verdict: Some((key, verified.verdict)),
    })
}

/// Its entry is called once and answers for every bar.
const fn at_once(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::Vectorised | Protocol::DataInConstructor)
}

/// Bars on which a class is tried before CPython is asked anything.
const TRIED: usize = 600;

/// As [`climb`], of a class that is given all bars at once.
fn climb_whole(
    class: &Class<'_>,
    real: &dyn Fn() -> Vec<Series>,
    cpython: &mut dyn FnMut() -> Box<dyn Witness>,
) -> std::io::Result<Standing> {
    let strategy = class.strategy;
    let held = |obstacle| Ok(Standing::held(HeldBack::Construct(obstacle)));
    if let Err(why) = unchanged(strategy) {
        let (file, construct) = (strategy.path.clone(), "changed source".to_owned());
        return held(Obstacle { file, line: strategy.line, construct, why });
    }
    let plan = match Plan::new(strategy, class.parameters, class.meaning, class.interpreter) {
        Ok(plan) => plan,
        Err(obstacle) => return held(obstacle),
    };
    let unit = |plan, verdict: &Verdict| {
        let whole = Whole::new(plan, verdict.reached.iter().copied().collect());
        Some(Arc::new(Unit::whole(strategy.name.clone(), whole, class.seed)))
    };
    let key = key_of_whole(strategy, class.meaning, class.interpreter);
    let verdict = match class.cache.load(&key) {
        Some(verdict) => verdict,
        None => {
            if let Err(exit) = plan.run(&Market::of(&practice(TRIED)), &ParamSet::new(), None, false)
                && matches!(exit.cause, Cause::Unknown | Cause::Spent)
            {
                return held(exit.at);
            }
            let gate = WholeGate {
                strategy: &strategy.name,
                plan: &plan,
                parameters: class.parameters,
                real: &real(),
                now: class.now.to_owned(),
            };
            let verdict = gate.verify(cpython().as_mut());
            class.cache.store(&key, &verdict)?;
            verdict
        }
    };
    // Nothing is above columns for such a class.
    let obstacle = (verdict.rung == Rung::Cpython).then(|| held_back(&verdict)).flatten();
    let unit = if verdict.rung == Rung::Columnar { unit(plan, &verdict) } else { None };
    Ok(Standing { unit, obstacle, verdict: Some((key, verdict)) })
}

fn lowered(class: &Class<'_>) -> Result<Lowered, Obstacle> {
    let strategy = class.strategy;
    let obstacle = |construct: &str, why: String| Obstacle {
        file: strategy.path.clone(),
        line: strategy.line,
        construct: construct.to_owned(),
        why,
    };
    if strategy.entry.is_none() {
        return Err(obstacle("no entry", strategy.reason.clone()));
    }
    unchanged(strategy).map_err(|why| obstacle("changed source", why))?;
    let mut parts = class.interpreter.version.split('.').map(|part| part.parse().unwrap_or(0));
    let python = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    let varied = varied(class.parameters);
    let pandas = class.interpreter.pandas.as_deref().and_then(|version| version.split('.').next()?.parse().ok());
    let request =
        Request { strategy, parameters: class.parameters, meaning: class.meaning, python, pandas, varied: &varied };
    let key = key_of_translation(&request);
    if let Some(kept) = class.cache.translation(&strategy.name, &key) {
        return Ok(kept);
    }
    let lowered = lower(&request)?;
    // One that cannot be kept is made again.
    let _ = class.cache.keep_translation(&strategy.name, &key, &lowered);
    Ok(lowered)
}

/// Native code is made of what discovery saw, or not at all.
fn unchanged(strategy: &Strategy) -> Result<(), String> {
    let mut hashes = Vec::with_capacity(strategy.source_files.len());
    for path in &strategy.source_files {
        let bytes = std::fs::read(Path::new(&strategy.root).join(path)).map_err(|error| format!("{path}: {error}"))?;
        hashes.push((path.as_str(), blake3::hash(&bytes).to_hex()));
    }
    if source_hash(hashes.iter().map(|(path, hash)| (*path, hash.as_str()))) == strategy.source_hash {
        Ok(())
    } else {
        Err("it changed since discovery; run `cbt discover` again".to_owned())
    }
}

/// The first thing that was seen against a rung above the one it stands on.
fn held_back(verdict: &Verdict) -> Option<HeldBack> {
    if let Some(why) = &verdict.import {
        return Some(HeldBack::Import(why.clone()));
    }
    let above = Rung::ALL.into_iter().filter(|rung| *rung > verdict.rung);
    let parted = above.clone().filter_map(|rung| verdict.parted.get(rung.name())).next_back();
    let why = parted.map(ToString::to_string).or_else(|| verdict.reason.clone());
    why.filter(|_| above.count() > 0).map(HeldBack::Verification)
}
