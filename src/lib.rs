//! continuous-backtest finds the Python trading strategies in a codebase, backtests them unmodified, and
//! improves their parameters only where the evidence holds. ARCHITECTURE.md has the map; the modules below
//! stand in dependency order, and arrows only point up this list.

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
