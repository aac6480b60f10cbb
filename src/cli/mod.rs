//! The command line: clap definitions and nothing else. One file per command; each turns its arguments into
//! a call of the stage of the same name and prints what came back.

mod apply;
mod backtest;
mod collect;
mod dashboard;
mod discover;
mod error;
mod explain;
mod generate_scenarios;
mod global;
mod init;
mod iterate;
mod r#loop;
mod optimize;
mod place;
mod plan;
mod prove;
mod query;
mod replay;
mod report;
mod rollback;
mod run_shard;
mod sandbox;
mod stats;
mod status;

pub use error::exit_code;
pub use global::Global;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;

/// Finds the strategies in a codebase, backtests them unmodified, improves their parameters where the evidence holds.
#[derive(Debug, Parser)]
#[command(name = "cbt", version, after_long_help = exit_code::HELP, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Discover(discover::Args),
    GenerateScenarios(generate_scenarios::Args),
    Backtest(backtest::Args),
    Optimize(optimize::Args),
    Apply(apply::Args),
    Report(report::Args),
    Iterate(iterate::Args),
    Loop(r#loop::Args),
    Status(status::Args),
    Stats(stats::Args),
    Query(query::Args),
    Dashboard(dashboard::Args),
    Explain(explain::Args),
    Rollback(rollback::Args),
    Replay(replay::Args),
    Plan(plan::Args),
    RunShard(run_shard::Args),
    Collect(collect::Args),
    Prove(prove::Args),
    Init(init::Args),
    #[command(name = "__sandbox", hide = true)]
    Sandbox(sandbox::Args),
}

/// Parses, runs, and says how it ended.
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.collect();
    let matches = match Cli::command().try_get_matches_from(&args) {
        Ok(matches) => matches,
        Err(error) => return error::usage(&error),
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => return error::usage(&error),
    };
    let global = &cli.global;
    let outcome = match cli.command {
        Command::Discover(args) => args.run(global),
        Command::GenerateScenarios(args) => args.run(global),
        Command::Backtest(args) => args.run(global),
        Command::Optimize(args) => args.run(global),
        Command::Apply(args) => args.run(global),
        Command::Report(args) => args.run(global),
        Command::Iterate(args) => args.run(global),
        Command::Loop(args) => args.run(global),
        Command::Status(args) => args.run(global),
        Command::Stats(args) => args.run(global),
        Command::Query(args) => args.run(global),
        Command::Dashboard(args) => args.run(global),
        Command::Explain(args) => args.run(global),
        Command::Rollback(args) => args.run(global),
        Command::Plan(args) => args.run(global),
        Command::RunShard(args) => args.run(global),
        Command::Collect(args) => args.run(global),
        Command::Init(args) => args.run(global),
        Command::Prove(args) => return args.run(global),
        Command::Replay(args) => return args.run(global),
        Command::Sandbox(args) => return args.run(),
    };
    match outcome {
        Ok(()) => ExitCode::from(exit_code::OK),
        Err(failure) => error::report(&failure, global.json),
    }
}
