use super::coverage::Edge;
use super::finding::Finding;
use crate::strategy::native::Rung;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is known about one class in one surrounding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub strategy: String,
    /// The best rung that agreed; `cpython` where none did.
    pub rung: Rung,
    /// When it was found out, as the caller dates it.
    pub verified: String,
    /// Runs that CPython made for it, those among them that native code ended with the same answers, and bars of these.
    pub runs: usize,
    pub same: usize,
    pub bars: usize,
    /// Branches taken in agreement. On all others the program bails.
    pub reached: Vec<Edge>,
    /// Edges there are.
    pub edges: usize,
    /// Why a rung above is not used: `compiled`, then where it parted.
    pub parted: BTreeMap<String, Finding>,
    /// Why nothing native is used, where no difference is the reason.
    pub reason: Option<String>,
    /// What CPython says where it cannot import the class's module: nothing else was tried.
    #[serde(default)]
    pub import: Option<String>,
    /// Where runs left native code, in the gate and since, by `file:line: why`.
    pub bails: BTreeMap<String, u64>,
    /// Of a class on columns: every answer follows from the bars up to its own, whatever the market, so that no prefix
    /// has to be tried.
    #[serde(default)]
    pub causal: bool,
    /// Where such a class may take later bars, by `file:line: what`.
    #[serde(default)]
    pub looks_ahead: Vec<String>,
    /// Native answers of production runs that were made again in CPython.
    pub witnessed: u64,
}
