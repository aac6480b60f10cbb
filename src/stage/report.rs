//! Artifacts → the report's model. Nothing is computed here that an artifact does not hold; means over
//! scenarios are equal-weighted.

mod backtest_types;
mod equity;
mod history;
mod leaderboard;
mod realism;
mod searches;
mod sections;
mod shadows;
mod terminal;

pub use terminal::{Leaderboard, terminal};

use super::{Context, Failure, FailureKind, ledger, placebos, rungs, workers};
use crate::artifact::{
    self, Backtest, Candidate, Change, ChangeDecision, Decision, DistributionRow, EquityCurveRow, FunctionRow,
    IntervalRow, ParameterRow, RealismRow, RunOutcome, RungRow, ScenarioRow, Shadow, StrategyRow, Table, Trial,
    WalkForwardRow, WalkForwardWindow,
};
use crate::backtest::Kind;
use crate::discovery::Status;
use crate::report::model::{Counts, Header, Report, SCHEMA_VERSION, Standing, TypeLevels};
use crate::report::{html, json};
use chrono::SecondsFormat;
use serde_json::{Value, json};
use std::path::Path;

/// Everything a report is made of. Artifacts of stages that have not run yet are empty.
struct Artifacts {
    strategies: Vec<StrategyRow>,
    parameters: Vec<ParameterRow>,
    functions: Vec<FunctionRow>,
    files_read: u64,
    scenarios: Vec<ScenarioRow>,
    realism: Vec<RealismRow>,
    shadows: Vec<Shadow>,
    backtests: Vec<Backtest>,
    walks: Vec<WalkForwardRow>,
    windows: Vec<WalkForwardWindow>,
    distributions: Vec<DistributionRow>,
    intervals: Vec<IntervalRow>,
    curves: Vec<EquityCurveRow>,
    rungs: Vec<RungRow>,
    trials: Vec<Trial>,
    candidates: Vec<Candidate>,
    changes: Vec<Change>,
}

/// # Errors
/// No discovery yet, a damaged artifact, or a directory that cannot be written.
pub fn run(context: &Context) -> Result<Value, Failure> {
    let artifacts = load(&context.data)?;
    let report = model(context, &artifacts)?;
    let stem = format!("continuous_training_report_{}", context.started.format("%Y%m%d_%H%M%S"));
    let render = |error: &dyn std::fmt::Display| Failure::new(FailureKind::Internal, format!("the report: {error}"));
    let page = html(&report).map_err(|error| render(&error))?;
    let twin = json(&report).map_err(|error| render(&error))?;
    std::fs::create_dir_all(&context.reports)
        .map_err(|error| Failure::io("cannot make the report directory", &context.reports, &error))?;
    let html_path = context.reports.join(format!("{stem}.html"));
    let json_path = context.reports.join(format!("{stem}.json"));
    publish(&html_path, &page)?;
    publish(&json_path, &twin)?;
    prune(context)?;
    Ok(json!({ "html": html_path, "json": json_path }))
}

/// Removes the oldest pairs beyond `report.keep`. Only files named as reports are named are touched.
fn prune(context: &Context) -> Result<(), Failure> {
    let failed = |error: &std::io::Error| Failure::io("cannot tidy", &context.reports, error);
    let mut stems = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir(&context.reports).map_err(|error| failed(&error))? {
        let name = entry.map_err(|error| failed(&error))?.file_name().to_string_lossy().into_owned();
        let stem = name.strip_suffix(".html").or_else(|| name.strip_suffix(".json"));
        stems.extend(stem.filter(|stem| is_report(stem)).map(str::to_owned));
    }
    let surplus = stems.len().saturating_sub(context.config.report.keep);
    for stem in stems.into_iter().take(surplus) {
        for extension in ["html", "json"] {
            match std::fs::remove_file(context.reports.join(format!("{stem}.{extension}"))) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(&error)),
                _ => {}
            }
        }
    }
    Ok(())
}

/// `continuous_training_report_20260102_030405`
fn is_report(stem: &str) -> bool {
    stem.strip_prefix("continuous_training_report_").is_some_and(|moment| {
        moment.len() == 15
            && moment.bytes().enumerate().all(|(at, byte)| if at == 8 { byte == b'_' } else { byte.is_ascii_digit() })
    })
}

fn publish(path: &Path, text: &str) -> Result<(), Failure> {
    artifact::Partial::beside(path)
        .and_then(|partial| {
            std::fs::write(partial.path(), text)?;
            partial.publish()
        })
        .map_err(|error| Failure::io("cannot write", path, &error))
}

fn load(data: &Path) -> Result<Artifacts, Failure> {
    let strategies = artifact::read_artifact::<StrategyRow>(data)?;
    Ok(Artifacts {
        files_read: strategies.provenance["files_read"].as_u64().unwrap_or(0),
        strategies: strategies.rows,
        parameters: optional(data)?,
        functions: optional(data)?,
        scenarios: optional(data)?,
        realism: optional(data)?,
        shadows: optional(data)?,
        backtests: optional(data)?,
        walks: optional(data)?,
        windows: optional(data)?,
        distributions: optional(data)?,
        intervals: optional(data)?,
        curves: optional(data)?,
        rungs: optional(data)?,
        trials: optional(data)?,
        candidates: optional(data)?,
        changes: optional(data)?,
    })
}

fn optional<R: Table>(data: &Path) -> Result<Vec<R>, Failure> {
    match artifact::read(data) {
        Ok(rows) => Ok(rows),
        Err(error) if error.is_missing() => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

fn model(context: &Context, artifacts: &Artifacts) -> Result<Report, Failure> {
    let ledger = ledger::Ledger::open(&context.data, context.iteration)?;
    let backtest = &context.config.backtest;
    let types = &context.config.backtest_types;
    let placebos = placebos::tally(context)?;
    let failures = sections::failures(&artifacts.backtests);
    let not_runnable = sections::not_runnable(&artifacts.strategies);
    Ok(Report {
        schema_version: SCHEMA_VERSION,
        header: Header {
            run: context.run_id.clone(),
            iteration: u64::from(context.iteration),
            dated: context.started.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
            command: command(context),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: context.seed.value(),
            config_hash: context.config.hash.clone(),
            pipeline: context.pipeline.clone(),
            initial_capital: backtest.initial_capital,
            commission_rate: backtest.commission_rate,
            slippage_rate: backtest.slippage_rate,
            max_position_size: backtest.max_position_size,
            fill: sections::fill(context).to_owned(),
            interpreter: workers::interpreter_line(context),
            confinement: workers::confinement_line(),
            rungs: (!artifacts.rungs.is_empty()).then(|| rungs::line(&rungs::count(&artifacts.rungs))),
        },
        counts: Counts {
            files_read: artifacts.files_read,
            classes_found: artifacts.strategies.iter().filter(|row| !row.class_name.is_empty()).count() as u64,
            runnable: artifacts.strategies.iter().filter(|row| row.status == Status::Runnable).count() as u64,
            function_candidates: artifacts.functions.len() as u64,
            backtest_rows: artifacts.backtests.len() as u64,
            backtests: artifacts
                .backtests
                .iter()
                .filter(|row| row.backtest_type == Kind::Standard.name())
                .filter(|row| row.outcome == RunOutcome::Ok && row.span == "full")
                .map(|row| u64::from(row.paths))
                .sum(),
            trials: artifacts.trials.len() as u64,
            trials_ever: ledger.trials_ever(),
            strategies_optimized: artifacts.candidates.iter().filter(|row| row.decision == Decision::Promote).count()
                as u64,
            changes_applied: decided(&artifacts.changes, ChangeDecision::Applied),
            changes_refused: decided(&artifacts.changes, ChangeDecision::Refused),
            placebo_tests: placebos.tests as u64,
            placebo_promotions: placebos.promoted as u64,
            placebo_surprises: placebos.surprising as u64,
        },
        attention: sections::attention(artifacts, &failures),
        changes: sections::changes(&artifacts.changes),
        diffs: sections::diffs(&artifacts.changes),
        decisions: sections::decisions(artifacts),
        leaderboard: leaderboard::leaderboard(artifacts),
        shadows: shadows::shadows(&artifacts.shadows),
        scenarios: sections::scenarios(artifacts),
        equity: equity::curves(artifacts),
        backtest_types: backtest_types::sections(artifacts),
        type_levels: TypeLevels {
            monte_carlo: types.monte_carlo.level,
            bootstrap: types.bootstrap.level,
            min_blocks: types.bootstrap.min_blocks,
            ruin_drawdown: types.monte_carlo.ruin_drawdown,
        },
        searches: searches::searches(artifacts),
        history: history::history(context, artifacts)?,
        paths: sections::paths(artifacts),
        realism: realism::certificates(&artifacts.realism),
        strategies: sections::strategies(artifacts),
        recommendations: sections::recommendations(artifacts, &not_runnable),
        not_runnable,
        failures,
    })
}

/// What makes the same report again, given the same files.
fn command(context: &Context) -> String {
    let what = match context.pipeline.as_str() {
        "by hand" => "report".to_owned(),
        "iterate" => "iterate".to_owned(),
        other => format!("iterate --pipeline pipelines/{other}.yaml"),
    };
    let at = context.started.to_rfc3339_opts(SecondsFormat::Millis, true);
    format!("cbt {what} --seed {} --at {at}", context.seed.value())
}

/// The leaderboard of the artifacts as they are; empty before anything was discovered.
///
/// # Errors
/// A damaged artifact.
pub fn standings(context: &Context) -> Result<Vec<Standing>, Failure> {
    match artifact::read::<StrategyRow>(&context.data) {
        Err(error) if error.is_missing() => Ok(Vec::new()),
        _ => Ok(leaderboard::leaderboard(&load(&context.data)?)),
    }
}

fn decided(changes: &[Change], decision: ChangeDecision) -> u64 {
    changes.iter().filter(|change| change.decision == decision).count() as u64
}
