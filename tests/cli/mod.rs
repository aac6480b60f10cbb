//! One file per command.

mod apply;
mod backtest;
mod discover;
mod explain;
mod generate_scenarios;
mod grid;
mod hostile;
mod init;
mod iterate;
mod r#loop;
mod native;
mod optimize;
mod prove;
mod query;
mod report;
mod rollback;
mod shadow;
mod signals;
mod stats;
mod status;
