use super::{Section, value};
use crate::report::Report;
use minijinja::context;
use minijinja::value::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::report) const SECTION: Section =
    Section { id: "failures", title: "Should run and did not", template: include_str!("failures.html"), view };

/// A class that should run and did not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FailedRun {
    pub strategy: String,
    pub outcome: String,
    pub message: String,
    pub market: String,
}

fn view(report: &Report) -> Option<Value> {
    (!report.failures.is_empty()).then(|| context! { failures => value(&report.failures) })
}
