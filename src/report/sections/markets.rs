use super::{Section, value};
use crate::report::Report;
use minijinja::context;
use minijinja::value::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::report) const SECTION: Section =
    Section { id: "markets", title: "Markets", template: include_str!("markets.html"), view };

/// What the simulated paths turned out to be, label against fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PathsRow {
    pub scenario: String,
    pub badge: String,
    pub paths: u64,
    pub bars: u64,
    pub log_return: Option<f64>,
    pub volatility: Option<f64>,
    pub max_drawdown: Option<f64>,
}

fn view(report: &Report) -> Option<Value> {
    (!report.paths.is_empty()).then(|| context! { paths => value(&report.paths) })
}
