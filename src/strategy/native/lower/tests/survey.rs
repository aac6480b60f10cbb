//! What keeps the classes below the folders in `CBT_LOWER` in CPython, for people: `CBT_LOWER=folder:folder cargo test
//! report_on_a_folder -- --nocapture`. With `CBT_PYTHON` and `CBT_LAUNCHER` (an interpreter, and a `cbt`) each class is
//! also run there: what does not run in CPython is counted apart, and what was translated is held against it.
//! `cbt explain --all --folder` does the latter for one folder.

use crate::discovery::{NoConfigFiles, Parameter, Params, Status, Strategy, scan};
use crate::seed::Seed;
use crate::strategy::native::ir::check;
use crate::strategy::native::lower::{Request, lower};
use crate::strategy::native::verify::{Cache, markets};
use crate::strategy::native::{Class, Rung, climb};
use crate::strategy::worker::{Interpreter, Limits, Probes, Spec, Worker, find_interpreter};
use crate::strategy::{Meaning, Outcome, ParamSet, Witness};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Classes, and how many of them each reason keeps in CPython.
#[derive(Default)]
struct Tally {
    translated: usize,
    /// As discovery says.
    runnable: usize,
    /// On a market of the gate, in the CPython that was named.
    runs: usize,
    native: usize,
    /// Differential runs, and those that were the same to their end.
    held: (usize, usize),
    reasons: BTreeMap<String, usize>,
    /// Why CPython does not run what discovery calls runnable.
    broken: BTreeMap<String, usize>,
}

impl Tally {
    fn told(&self, kind: &str) {
        let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 };
        let Self { translated, runnable, runs, native, held: (held, same), .. } = self;
        println!("{kind}: {translated} of {runnable} translated, {:.0}%", share(*translated, *runnable));
        println!("{kind}: {native} of {runs} that CPython runs are native, {:.0}%", share(*native, *runs));
        println!("{kind}: {held} runs held against CPython, {same} the same to their end");
        for (what, counts) in [("kept in CPython by", &self.reasons), ("not run by CPython", &self.broken)] {
            let mut ordered: Vec<_> = counts.iter().collect();
            ordered.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
            for (reason, count) in ordered {
                println!("{count:>5}  {what}: {reason}");
            }
        }
    }
}

struct Held {
    interpreter: Interpreter,
    launcher: PathBuf,
    scratch: tempfile::TempDir,
}

impl Held {
    fn given() -> Option<Self> {
        let variable = |name: &str| std::env::var(name).ok();
        let python = variable("CBT_PYTHON")?;
        let interpreter =
            find_interpreter(Some(Path::new(&python)), Path::new("."), &variable, &Probes::none()).unwrap();
        Some(Self { interpreter, launcher: variable("CBT_LAUNCHER")?.into(), scratch: tempfile::tempdir().unwrap() })
    }

    fn worker(&self, strategy: &Strategy, parameters: &[Parameter]) -> Worker {
        Worker::new(Spec {
            strategy: strategy.clone(),
            parameters: parameters.to_vec(),
            meaning: Meaning::default(),
            interpreter: self.interpreter.clone(),
            launcher: self.launcher.clone(),
            scratch: self.scratch.path().to_owned(),
            limits: Limits::default(),
            allow_unsandboxed: false,
            home: None,
        })
    }

    /// Whether CPython answers a market with the class's own values.
    fn runs(&self, strategy: &Strategy, parameters: &[Parameter]) -> Result<(), String> {
        let market = &markets(&[], 300, Seed::new(0).child("survey"))[0];
        match self.worker(strategy, parameters).trace(market, &[ParamSet::new()], &[]).pop() {
            Some((Outcome::Ok(_), _)) => Ok(()),
            Some((Outcome::Raised(failure) | Outcome::Timeout(failure) | Outcome::Crash(failure), _)) => {
                Err(failure.message)
            }
            _ => Err("no answer".to_owned()),
        }
    }

    fn verdict(&self, strategy: &Strategy, parameters: &[Parameter], tally: &mut Tally) -> String {
        let cache = Cache::new(self.scratch.path().join("verdicts"));
        let class = Class {
            strategy,
            parameters,
            meaning: Meaning::default(),
            interpreter: &self.interpreter,
            cache: &cache,
            now: "now",
            seed: Seed::new(0),
        };
        let standing = climb(&class, &Vec::new, &mut || Box::new(self.worker(strategy, parameters))).unwrap();
        let why = standing.obstacle.as_ref().map(ToString::to_string);
        let Some((_, verdict)) = &standing.verdict else { return format!("not translated: {why:?}") };
        let (runs, same, bars) = (verdict.runs, verdict.same, verdict.bars);
        tally.native += usize::from(standing.rung() > Rung::Cpython);
        tally.held = (tally.held.0 + runs, tally.held.1 + same);
        format!(
            "{}, {same} of {runs} runs the same to their end over {bars} bars, differences {:?}, {why:?}, left {:?}",
            standing.rung().name(),
            verdict.parted,
            verdict.bails
        )
    }
}

#[test]
fn report_on_a_folder() {
    let Ok(folders) = std::env::var("CBT_LOWER") else { return };
    let held = Held::given();
    let (mut bar_by_bar, mut whole) = (Tally::default(), Tally::default());
    for folder in folders.split(':') {
        let params = Params::new(vec![Path::new(folder).to_owned()]);
        let Ok(found) = scan(&params, &NoConfigFiles) else { continue };
        let before = (bar_by_bar.translated, bar_by_bar.runnable, whole.runnable);
        for strategy in found.strategies.iter().filter(|one| one.status == Status::Runnable) {
            let own: Vec<Parameter> =
                found.parameters.iter().filter(|one| one.strategy == strategy.name).cloned().collect();
            let varied = BTreeMap::new();
            let request = Request {
                strategy,
                parameters: &own,
                meaning: Meaning::default(),
                python: (3, 11),
                pandas: Some(3),
                varied: &varied,
            };
            let entry = strategy.entry.as_ref();
            let protocol = entry.map_or("", |entry| entry.protocol.name());
            let sees_whole = entry.is_some_and(|entry| entry.sees_whole_frame());
            let tally = if sees_whole { &mut whole } else { &mut bar_by_bar };
            tally.runnable += 1;
            let broken = held.as_ref().filter(|_| !sees_whole).and_then(|held| held.runs(strategy, &own).err());
            tally.runs += usize::from(broken.is_none());
            if let Some(why) = &broken {
                *tally.broken.entry(why.clone()).or_default() += 1;
            }
            match lower(&request) {
                Ok(lowered) => {
                    tally.translated += 1;
                    println!("{} [{protocol}]: translated, {:?}", strategy.name, check(&lowered.program));
                    if let Some(held) = held.as_ref().filter(|_| broken.is_none()) {
                        println!("    {}", held.verdict(strategy, &own, tally));
                    }
                }
                Err(obstacle) => {
                    if broken.is_none() {
                        *tally.reasons.entry(obstacle.construct.clone()).or_default() += 1;
                    }
                    println!("{} [{protocol}]: {obstacle}", strategy.name);
                }
            }
            if let Some(why) = broken {
                println!("    CPython: {why}");
            }
        }
        let classes = found.strategies.iter().filter(|one| !one.class_name.is_empty()).count();
        let (native, runnable) = (bar_by_bar.translated - before.0, bar_by_bar.runnable - before.1);
        let whole = whole.runnable - before.2;
        println!("# {folder}: {classes} found, {native} of {runnable} bar-by-bar translated, {whole} whole-series\n");
    }
    bar_by_bar.told("bar by bar");
    whole.told("whole series");
}
