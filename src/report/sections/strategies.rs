use super::figure::Figure;
use super::{Section, bootstrap, equity, history, realism, value, walk_forward};
use crate::report::Report;
use minijinja::context;
use minijinja::value::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::report) const SECTION: Section =
    Section { id: "strategies", title: "Strategies", template: include_str!("strategies.html"), view };

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StrategySection {
    pub name: String,
    pub class_name: String,
    /// Relative to the scanned root.
    pub path: String,
    pub line: u32,
    pub protocol: String,
    pub entry: String,
    pub assumed: Vec<String>,
    pub source_hash: String,
    /// compiled, interpreted, columnar, cpython or refused; null before a backtest.
    pub rung: Option<String>,
    /// What keeps it from the next rung; null on the highest.
    pub held_back_by: Option<String>,
    pub parameters: Vec<ParameterRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParameterRow {
    pub name: String,
    pub value: String,
    pub role: String,
    /// `5..60 step 1`, or why it is not searched.
    pub range: String,
    pub searched: bool,
    pub range_source: String,
    pub place: String,
}

fn view(report: &Report) -> Option<Value> {
    let strategies: Vec<Value> = report.strategies.iter().map(|strategy| one(report, strategy)).collect();
    Some(context! { strategies, levels => value(&report.type_levels) })
}

/// Everything there is about one strategy.
fn one(report: &Report, own: &StrategySection) -> Value {
    let name = &own.name;
    let curves: Vec<_> = report.equity.iter().filter(|curve| curve.strategy == *name).collect();
    let types = report.backtest_types.iter().find(|types| types.strategy == *name);
    let search = report.searches.iter().find(|search| search.strategy == *name);
    let decision = report.decisions.iter().find(|decision| decision.strategy == *name);
    let changes: Vec<_> = report.changes.iter().filter(|change| change.strategy == *name).collect();
    let touched = |path: &str| {
        changes.iter().any(|change| change.place.rsplit_once(':').is_some_and(|(changed, _)| changed == path))
    };
    let diffs: Vec<_> = report.diffs.iter().filter(|diff| touched(&diff.path)).collect();
    let measured = || report.scenarios.iter().filter(|row| row.strategy == *name);
    let parts = |scenario: &str| -> Vec<Option<f64>> {
        let parts = measured().filter(|row| row.scenario == scenario && row.span != "full");
        parts.map(|row| row.sharpe_mean).collect()
    };
    let rows: Vec<Value> = measured()
        .filter(|row| row.span == "full")
        .map(|row| context! { r => value(row), parts => value(&parts(&row.scenario)) })
        .collect();
    let parameters: Vec<Value> = own
        .parameters
        .iter()
        .map(|parameter| {
            let of = |row: &&super::history::ValueRow| row.strategy == *name && row.parameter == parameter.name;
            let history: Vec<_> = report.history.values.iter().filter(of).collect();
            context! { p => value(parameter), history => value(&history) }
        })
        .collect();
    let level = report.type_levels.bootstrap;
    let over_all = |figure: Figure| figure.over_all(realism::simulated(report));
    context! {
        s => value(own),
        standing => value(&report.leaderboard.iter().find(|standing| standing.strategy == *name)),
        parameters,
        decision => value(&decision),
        decision_badge => decision.map_or("", |decision| decision.badge()),
        changes => value(&changes),
        diffs => value(&diffs),
        rows,
        equity => value(&equity::figures(&curves)),
        searched => search.map(|search| value(&search.figures().into_iter().map(over_all).collect::<Vec<_>>())),
        scores => value(&history::figure(name, &report.history).map(over_all)),
        types => value(&types),
        scheme => types.and_then(|types| walk_forward::scheme(&types.walks)),
        walked => types.map(|types| value(&walk_forward::figures(&types.walks))),
        sure => types.map(|types| value(&bootstrap::figure(name, &types.resampled, level))),
    }
}
