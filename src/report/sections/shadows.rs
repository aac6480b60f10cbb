use super::{Section, value};
use crate::report::Report;
use minijinja::context;
use minijinja::value::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::report) const SECTION: Section =
    Section { id: "shadows", title: "Promotions on trial", template: include_str!("shadows.html"), view };

/// A promotion whose old values run along on new real bars.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShadowRow {
    pub strategy: String,
    pub change_run: String,
    pub bars: u64,
    /// Evidence for the old and for the new values, as e-values.
    pub e_old: f64,
    pub e_new: f64,
    pub threshold: f64,
    /// watching, old better, new better, closed or broken.
    pub state: String,
    pub note: String,
}

fn view(report: &Report) -> Option<Value> {
    (!report.shadows.is_empty()).then(|| context! { shadows => value(&report.shadows) })
}
