//! What keeps the classes below the folders in `CBT_LOWER` in CPython, for people: `CBT_LOWER=folder:folder cargo test
//! report_on_a_folder -- --nocapture`. With `CBT_PYTHON` and `CBT_LAUNCHER` (an interpreter, and a `cbt`) what was
//! translated is also held against that CPython. `cbt explain --all --folder` does both for one folder.

use crate::discovery::{NoConfigFiles, Parameter, Params, Status, Strategy, scan};
use crate::seed::Seed;
use crate::strategy::Meaning;
use crate::strategy::native::ir::check;
use crate::strategy::native::lower::{Request, lower};
use crate::strategy::native::verify::Cache;
use crate::strategy::native::{Class, climb};
use crate::strategy::worker::{Interpreter, Limits, Probes, Spec, Worker, find_interpreter};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Classes, and how many of them each reason keeps in CPython.
#[derive(Default)]
struct Tally {
    native: usize,
    runnable: usize,
    reasons: BTreeMap<String, usize>,
}

impl Tally {
    fn told(&self, kind: &str) {
        let share = if self.runnable == 0 { 0.0 } else { 100.0 * self.native as f64 / self.runnable as f64 };
        println!("{kind}: {} of {} translated, {share:.0}%", self.native, self.runnable);
        let mut ordered: Vec<_> = self.reasons.iter().collect();
        ordered.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        for (reason, count) in ordered {
            println!("{count:>5}  {reason}");
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

    fn verdict(&self, strategy: &Strategy, parameters: &[Parameter]) -> String {
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
        let worker = || {
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
        };
        let standing = climb(&class, &Vec::new, &mut || Box::new(worker())).unwrap();
        let why = standing.obstacle.as_ref().map(ToString::to_string);
        let Some((_, verdict)) = &standing.verdict else { return format!("not translated: {why:?}") };
        let (runs, same, bars) = (verdict.runs, verdict.same, verdict.bars);
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
        let before = (bar_by_bar.native, bar_by_bar.runnable, whole.runnable);
        for strategy in found.strategies.iter().filter(|one| one.status == Status::Runnable) {
            let own: Vec<Parameter> =
                found.parameters.iter().filter(|one| one.strategy == strategy.name).cloned().collect();
            let varied = BTreeMap::new();
            let request =
                Request { strategy, parameters: &own, meaning: Meaning::default(), python: (3, 11), varied: &varied };
            let entry = strategy.entry.as_ref();
            let protocol = entry.map_or("", |entry| entry.protocol.name());
            let sees_whole = entry.is_some_and(|entry| entry.sees_whole_frame());
            let tally = if sees_whole { &mut whole } else { &mut bar_by_bar };
            tally.runnable += 1;
            match lower(&request) {
                Ok(lowered) => {
                    tally.native += 1;
                    println!("{} [{protocol}]: translated, {:?}", strategy.name, check(&lowered.program));
                    if let Some(held) = &held {
                        println!("    {}", held.verdict(strategy, &own));
                    }
                }
                Err(obstacle) => {
                    *tally.reasons.entry(obstacle.construct.clone()).or_default() += 1;
                    println!("{} [{protocol}]: {obstacle}", strategy.name);
                }
            }
        }
        let classes = found.strategies.iter().filter(|one| !one.class_name.is_empty()).count();
        let (native, runnable) = (bar_by_bar.native - before.0, bar_by_bar.runnable - before.1);
        let whole = whole.runnable - before.2;
        println!("# {folder}: {classes} found, {native} of {runnable} bar-by-bar translated, {whole} whole-series\n");
    }
    bar_by_bar.told("bar by bar");
    whole.told("whole series");
}
