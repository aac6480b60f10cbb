//! A stored run made again from what it was made from, in a folder of its own, and held against what is stored.

use super::natives::Standings;
use super::recipe::{self, Recipe};
use super::shards::{Reuse, Shards, Sources};
use super::subjects::nearest;
use super::{Context, Failure, FailureKind, Stage};
use crate::artifact::{
    self, Backtest, Candidate, Change, Depot, DistributionRow, History, IntervalRow, Lake, LedgerRow, Placebo,
    RealismRow, Run, RunStatus, Stamped, StrategyRow, Table, Trial, WalkForwardRow, WalkForwardWindow,
};
use crate::discovery::{Status, Strategy};
use crate::seed::Seed;
use chrono::DateTime;
use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;

/// What a run's tables are when they are made again.
#[derive(Debug)]
pub struct Replay {
    run_id: String,
    iteration: u32,
    compared: Vec<Compared>,
    /// What was not made again, and why.
    left_out: Vec<String>,
}

#[derive(Debug)]
struct Compared {
    table: &'static str,
    rows: usize,
    /// None where every byte is the same.
    difference: Option<String>,
}

/// `run` is a run's name, the number of its iteration, or `last`.
///
/// # Errors
/// No such run; `Unreplayable` where it cannot be made again, with what stands in the way; what the stages say.
pub fn replay(context: &Context, run: &str) -> Result<Replay, Failure> {
    let lake = Lake::new(&context.data);
    let stored = find(lake.read::<Run>()?, run)?;
    let recipe = usable(context, &stored)?;
    let bench =
        tempfile::tempdir().map_err(|error| Failure::io("cannot make a folder in", &std::env::temp_dir(), &error))?;
    let again = as_it_was(context, &stored, &recipe, bench.path())?;
    lay_out(context, &again, &recipe, &stored)?;
    unchanged_sources(&again)?;
    let mut replay = Replay {
        run_id: stored.run_id.clone(),
        iteration: stored.row.iteration,
        compared: Vec::new(),
        left_out: Vec::new(),
    };
    let has = |stage: Stage| recipe.stages.contains(&stage);
    if has(Stage::GenerateScenarios) {
        Stage::GenerateScenarios.run(&again)?;
        unchanged_markets(&again, &recipe)?;
    } else if has(Stage::Backtest) || has(Stage::Optimize) {
        return Err(unreplayable("its markets were made by an earlier run: its pipeline did not generate scenarios"));
    }
    if has(Stage::Backtest) {
        Stage::Backtest.run(&again)?;
        replay.compare::<Backtest>(&lake, &again)?;
        replay.compare::<WalkForwardRow>(&lake, &again)?;
        replay.compare::<WalkForwardWindow>(&lake, &again)?;
        replay.compare::<DistributionRow>(&lake, &again)?;
        replay.compare::<IntervalRow>(&lake, &again)?;
    }
    if has(Stage::Optimize) && !has(Stage::Backtest) {
        replay.left_out.push("optimize: it went by the backtests of an earlier run".to_owned());
    } else if has(Stage::Optimize) {
        let known = recipe::past(&lake, stored.timestamp.0)?;
        match recipe.past.iter().find(|(table, hash)| known.get(*table) != Some(hash)) {
            Some((table, _)) => replay.left_out.push(format!(
                "optimize: {table} of before, which its search learned from, is not what it was (retention removes days)"
            )),
            None => {
                Stage::Optimize.run(&again)?;
                replay.compare::<Trial>(&lake, &again)?;
                replay.compare::<Candidate>(&lake, &again)?;
                replay.compare::<Placebo>(&lake, &again)?;
            }
        }
    }
    Ok(replay)
}

fn find(mut runs: Vec<Stamped<Run>>, wanted: &str) -> Result<Stamped<Run>, Failure> {
    runs.sort_by_key(|run| (run.row.iteration, run.timestamp));
    let number: Option<u32> = wanted.parse().ok();
    let is = |run: &&Stamped<Run>| run.run_id == wanted || Some(run.row.iteration) == number;
    let found = if wanted == "last" { runs.last() } else { runs.iter().rfind(is) };
    found.cloned().ok_or_else(|| {
        let names = runs.iter().map(|run| run.run_id.as_str());
        Failure::input(format!("there is no run `{wanted}`")).hint(nearest(wanted, names))
    })
}

fn unreplayable(why: impl Into<String>) -> Failure {
    Failure::new(FailureKind::Unreplayable, format!("the run cannot be made again: {}", why.into()))
}

/// The recipe, where this program can follow it.
fn usable(context: &Context, stored: &Stamped<Run>) -> Result<Recipe, Failure> {
    if stored.row.status != RunStatus::Complete {
        return Err(unreplayable("it did not come to its end"));
    }
    let recipe = Recipe::of(context, &stored.run_id)?
        .ok_or_else(|| unreplayable("what it was made from was not written down; earlier versions did not"))?;
    let own = recipe::engine();
    if recipe.engine != own {
        let then = &recipe.engine;
        return Err(unreplayable(format!("it was computed by another engine: `{then}` then, `{own}` now"))
            .hint("use the program that made it, on the system that made it"));
    }
    Ok(recipe)
}

/// This context as that run's, at work in `folder`.
fn as_it_was(context: &Context, stored: &Stamped<Run>, recipe: &Recipe, folder: &Path) -> Result<Context, Failure> {
    let config = recipe.config().filter(|config| config.hash == stored.row.config_hash);
    let config = config.ok_or_else(|| unreplayable("this program reads its settings differently"))?;
    let started = DateTime::from_timestamp_micros(stored.timestamp.0)
        .ok_or_else(|| unreplayable("the time of its start is none"))?;
    let mut again = context.clone().at_iteration(stored.row.iteration, "replay");
    again.config = config;
    again.data = folder.to_owned();
    again.reports = folder.join("reports");
    again.seed = Seed::new(stored.row.seed);
    again.started = started;
    again.run_id.clone_from(&stored.run_id);
    again.standings = Standings::default();
    again.shards = Shards::new(Depot::folder(folder.join("shards")), Reuse::Left);
    (again.only, again.kinds) = (Vec::new(), Vec::new());
    Ok(again)
}

/// What the stages find there: the strategies and values of then, and the history of before.
fn lay_out(context: &Context, again: &Context, recipe: &Recipe, stored: &Stamped<Run>) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io("cannot prepare the replay in", &again.data, &error);
    let snapshots = [("strategies", &recipe.strategies), ("parameters", &recipe.parameters)];
    for (table, name) in snapshots {
        let Some(name) = name else { continue };
        let from = recipe::snapshot(&context.data, name);
        let copied = fs::copy(&from, again.data.join(table).with_extension("parquet"));
        copied.map_err(|_| unreplayable(format!("{} is not there any more", from.display())))?;
    }
    // Verdicts on native code, what interpreters said, certificates and the ledger are not results; they save time, and
    // the ledger counts only what was before.
    for kept in ["native", "interpreters"] {
        if context.data.join(kept).is_dir() {
            std::os::unix::fs::symlink(context.data.join(kept), again.data.join(kept)).map_err(failed)?;
        }
    }
    for table in [artifact::path::<LedgerRow>(&context.data), artifact::path::<RealismRow>(&context.data)] {
        if let (true, Some(name)) = (table.exists(), table.file_name()) {
            fs::copy(&table, again.data.join(name)).map_err(failed)?;
        }
    }
    let lake = Lake::new(&context.data);
    link::<Run>(&lake, again, stored)?;
    link::<Trial>(&lake, again, stored)?;
    link::<Change>(&lake, again, stored)?;
    link::<Placebo>(&lake, again, stored)
}

fn link<R: History>(lake: &Lake, again: &Context, stored: &Stamped<Run>) -> Result<(), Failure> {
    let (from, to) = (lake.folder::<R>(), again.data.join(R::FOLDER));
    let failed = |error: io::Error| Failure::io("cannot prepare the replay in", &to, &error);
    for file in recipe::earlier::<R>(lake, stored.timestamp.0)? {
        let target = to.join(&file);
        fs::create_dir_all(target.parent().unwrap_or(&to)).map_err(failed)?;
        std::os::unix::fs::symlink(from.join(&file), target).map_err(failed)?;
    }
    Ok(())
}

fn unchanged_sources(again: &Context) -> Result<(), Failure> {
    let rows = match artifact::read::<StrategyRow>(&again.data) {
        Err(error) if error.is_missing() => return Ok(()),
        rows => rows?,
    };
    let runnable = rows.into_iter().map(Strategy::from).filter(|strategy| strategy.status == Status::Runnable);
    let changed: Vec<String> = runnable
        .filter(|strategy| !Sources::read(strategy).unchanged)
        .map(|strategy| format!("{} ({})", strategy.name, strategy.source_files.join(", ")))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    Err(unreplayable(format!("sources changed since: {}", changed.join("; ")))
        .hint("check out the sources of then, and try again"))
}

fn unchanged_markets(again: &Context, recipe: &Recipe) -> Result<(), Failure> {
    let now = recipe::markets(&again.data)?;
    let mut wrong = Vec::new();
    for name in recipe.markets.keys().chain(now.keys().filter(|name| !recipe.markets.contains_key(*name))) {
        match (recipe.markets.get(name), now.get(name)) {
            (Some(then), Some(now)) if then == now => {}
            (Some(_), Some(_)) => wrong.push(format!("{name} has other bars")),
            (Some(_), None) => wrong.push(format!("{name} is gone")),
            (None, _) => wrong.push(format!("{name} was not there then")),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(unreplayable(format!("markets changed since: {}", wrong.join("; ")))) }
}

impl Replay {
    fn compare<R: History>(&mut self, lake: &Lake, again: &Context) -> Result<(), Failure> {
        let file = |lake: &Lake| -> Result<_, Failure> {
            Ok(lake.files::<R>()?.into_iter().find(|file| file.run_id == self.run_id).map(|file| file.path))
        };
        let (stored, made) = (file(lake)?, file(&Lake::new(&again.data))?);
        let (rows, difference) = match (stored, made) {
            (Some(stored), Some(made)) => {
                let failed = |error: io::Error| Failure::io("cannot read", &stored, &error);
                let same = fs::read(&stored).map_err(failed)? == fs::read(&made).map_err(failed)?;
                let rows = artifact::count_file::<Stamped<R>>(&made)?;
                let different = || artifact::difference::<Stamped<R>>(&stored, &made);
                let other = "the rows agree, and the files differ in what they say of their origin".to_owned();
                (rows, if same { None } else { Some(different()?.unwrap_or(other)) })
            }
            (None, Some(_)) => (0, Some("nothing of the run is stored any more".to_owned())),
            (_, None) => (0, Some("nothing was made".to_owned())),
        };
        self.compared.push(Compared { table: <Stamped<R> as Table>::NAME, rows, difference });
        Ok(())
    }

    pub fn same(&self) -> bool {
        self.compared.iter().all(|table| table.difference.is_none())
    }

    pub fn json(&self) -> Value {
        let table = |one: &Compared| json!({ "table": one.table, "rows": one.rows, "difference": one.difference });
        json!({
            "run": self.run_id,
            "iteration": self.iteration,
            "same": self.same(),
            "tables": self.compared.iter().map(table).collect::<Vec<_>>(),
            "left_out": self.left_out,
        })
    }

    pub fn text(&self) -> String {
        let mut text = format!("Run {} (iteration {}), made again:\n", self.run_id, self.iteration);
        for Compared { table, rows, difference } in &self.compared {
            let _ = match difference {
                None => writeln!(text, "  {table}: {rows} rows, the same bytes"),
                Some(difference) => writeln!(text, "  {table}: DIFFERS, {difference}"),
            };
        }
        for why in &self.left_out {
            let _ = writeln!(text, "  not made again: {why}");
        }
        text
    }
}
