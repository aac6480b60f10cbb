//! continuous-backtest finds the Python trading strategies in a codebase, backtests them unmodified, and
//! improves their parameters only where the evidence holds. ARCHITECTURE.md has the map; the modules below
//! stand in dependency order, and arrows only point up this list.

/// A hash over the sources of everything that computes, and the versions of what they are built on (`build.rs`). What is
/// kept under the hash of other sources is made again.
pub const BUILT_FROM: &str = env!("CBT_BUILT_FROM");

pub mod market;
pub mod seed;

pub mod stats;
pub mod strategy;

pub mod discovery;
pub mod engine;
pub mod optimize;
pub mod patch;
pub mod scenario;

pub mod backtest;

pub mod artifact;
pub mod config;
pub mod report;
pub mod results;

pub mod stage;

pub mod dashboard;

pub mod cli;
