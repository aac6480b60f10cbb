use super::{Section, value};
use crate::report::Report;
use minijinja::context;
use minijinja::value::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::report) const SECTION: Section =
    Section { id: "not-runnable", title: "Found, but not run", template: include_str!("not_runnable.html"), view };

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NotRunnable {
    pub name: String,
    pub class_name: String,
    pub place: String,
    pub status: String,
    pub reason: String,
}

fn view(report: &Report) -> Option<Value> {
    Some(context! { not_runnable => value(&report.not_runnable), functions => report.counts.function_candidates })
}
