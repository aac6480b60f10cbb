use super::figure::Figure;
use super::{Section, value};
use crate::report::Report;
use crate::report::chart::{Axis, Bars, Caption, Group, Line, Lines, Moment, Shape, Tone, Unit};
use minijinja::context;
use minijinja::value::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::report) const SECTION: Section =
    Section { id: "history", title: "History", template: include_str!("history.html"), view };

/// What earlier iterations did, as far back as the report looks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct History {
    /// Oldest first; the present one is the last.
    pub iterations: Vec<IterationRow>,
    /// Oldest first.
    pub challenges: Vec<ChallengeRow>,
    /// Values that were changed or taken back, oldest first.
    pub values: Vec<ValueRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IterationRow {
    pub iteration: u64,
    pub dated: String,
    /// complete, abandoned, failed, or running for the one that writes this report.
    pub status: String,
    pub trials: u64,
    pub challengers: u64,
    pub promoted: u64,
    pub applied: u64,
    pub rolled_back: u64,
}

/// One challenger of one iteration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChallengeRow {
    pub strategy: String,
    pub iteration: u64,
    pub objective: String,
    /// Means over the validation paths of that iteration.
    pub incumbent_score: Option<f64>,
    pub challenger_score: Option<f64>,
    pub p_value: Option<f64>,
    pub promoted: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ValueRow {
    pub strategy: String,
    pub parameter: String,
    pub dated: String,
    pub old_value: String,
    pub new_value: String,
    /// applied or rolled back.
    pub decision: String,
}

fn view(report: &Report) -> Option<Value> {
    let history = &report.history;
    (!history.iterations.is_empty()).then(|| {
        context! { rows => value(&history.iterations), values => value(&history.values), figure => value(&iterations(history)) }
    })
}

fn iterations(history: &History) -> Option<Figure> {
    if history.iterations.len() < 2 {
        return None;
    }
    let group = |name: &str, tone: Tone, of: &dyn Fn(&IterationRow) -> u64| Group {
        name: name.to_owned(),
        tone,
        values: history.iterations.iter().map(|row| Some(of(row) as f64)).collect(),
    };
    let bars = Bars {
        caption: Caption {
            title: "Challengers and promotions by iteration".to_owned(),
            description: "The table has the same figures.".to_owned(),
        },
        label: "iteration".to_owned(),
        y: Axis::new("number", Unit::Count),
        names: history.iterations.iter().map(|row| row.iteration.to_string()).collect(),
        groups: vec![
            group("put to the gate", Tone::Muted, &|row| row.challengers),
            group("promoted", Tone::Good, &|row| row.promoted),
            group("taken back", Tone::Bad, &|row| row.rolled_back),
        ],
    };
    Figure::new("Challengers and promotions by iteration", "", "", bars.svg())
}

/// The incumbent's score from one challenge to the next, and its challengers.
pub(super) fn figure(strategy: &str, history: &History) -> Option<Figure> {
    let rows: Vec<&ChallengeRow> = history.challenges.iter().filter(|row| row.strategy == strategy).collect();
    if rows.len() < 2 {
        return None;
    }
    let at = |row: &ChallengeRow| row.iteration as f64;
    let points = rows.iter().map(|row| (at(row), row.incumbent_score.unwrap_or(f64::NAN))).collect();
    let moments = rows
        .iter()
        .filter_map(|row| {
            let score = row.challenger_score?;
            let fate = if row.promoted { "promoted" } else { "refused" };
            let tip = format!("iteration {}: challenger {score:.3}, {fate}", row.iteration);
            Some(Moment { x: at(row), y: score, tone: if row.promoted { Tone::Good } else { Tone::Muted }, tip })
        })
        .collect();
    let objective = rows.last().map_or("", |row| row.objective.as_str());
    let chart = Lines {
        caption: Caption {
            title: format!("Scores of {strategy} by iteration"),
            description: format!("{} challenges; each iteration draws validation paths of its own.", rows.len()),
        },
        x: Axis::new("iteration", Unit::Count),
        y: Axis::new(if objective == "sharpe" { "Sharpe ratio" } else { "objective" }, Unit::Number),
        lines: vec![Line { name: "incumbent".to_owned(), tone: Tone::Main, shape: Shape::Steps, points }],
        moments,
        ..Lines::default()
    };
    let note = "line: incumbent; dots: challengers, green where promoted; new paths every time";
    Figure::new("Scores by iteration", "SIM", note, chart.svg())
}
