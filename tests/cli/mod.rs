//! One file per command.

mod apply;
mod backtest;
mod discover;
mod generate_scenarios;
mod init;
mod iterate;
mod r#loop;
mod optimize;
mod query;
mod report;
mod stats;
mod signals;
mod status;
