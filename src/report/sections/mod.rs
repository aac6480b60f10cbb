//! One file and one template per section: the model's part that it shows, and the charts it makes of that. A section
//! that has nothing to say is left out.

pub(super) mod backtest_types;
pub(super) mod bootstrap;
pub(super) mod decisions;
pub(super) mod equity;
pub(super) mod failures;
pub(super) mod figure;
pub(super) mod history;
pub(super) mod leaderboard;
pub(super) mod markets;
pub(super) mod monte_carlo;
pub(super) mod not_runnable;
pub(super) mod overview;
mod reading;
pub(super) mod realism;
pub(super) mod scenarios;
pub(super) mod search;
pub(super) mod shadows;
pub(super) mod strategies;
mod surface;
pub(super) mod walk_forward;

use super::Report;
use minijinja::value::{Serde, Value};
use serde::Serialize;

pub(super) struct Section {
    /// Its anchor, and the name of its template.
    pub id: &'static str,
    pub title: &'static str,
    pub template: &'static str,
    /// What the template sees; None where there is nothing to say.
    pub view: fn(&Report) -> Option<Value>,
}

/// In the order of the page.
pub(super) const ALL: [Section; 12] = [
    overview::SECTION,
    leaderboard::SECTION,
    scenarios::SECTION,
    decisions::SECTION,
    shadows::SECTION,
    history::SECTION,
    failures::SECTION,
    strategies::SECTION,
    not_runnable::SECTION,
    markets::SECTION,
    realism::SECTION,
    reading::SECTION,
];

fn value(data: &impl Serialize) -> Value {
    Value::from(Serde(data))
}
