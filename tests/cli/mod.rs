//! One file per command.

mod apply;
mod backtest;
mod collect;
mod discover;
mod disk;
mod explain;
mod generate_scenarios;
mod grid;
mod init;
mod iterate;
mod r#loop;
mod native;
mod optimize;
mod plan;
mod prove;
mod query;
mod replay;
mod report;
mod rollback;
mod run_shard;
mod shadow;
pub mod shards;
mod signals;
mod stats;
mod status;
mod torture;
