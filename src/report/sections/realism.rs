use super::figure::Figure;
use super::{Section, value};
use crate::report::Report;
use crate::report::chart::{Caption, Cell, Heat, Shade};
use crate::scenario::Family;
use minijinja::context;
use minijinja::value::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::report) const SECTION: Section =
    Section { id: "realism", title: "Realism of the generators", template: include_str!("realism.html"), view };

const CELL: f64 = 46.0;

/// One generator in one regime, or one real market, against the stylised facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RealismRow {
    pub generator: String,
    pub regime: String,
    pub kind: String,
    pub inside: u64,
    pub outside: u64,
    pub not_judged: u64,
    /// `hill_left 2.21 (2.30 to 3.50)`
    pub outside_in: Vec<String>,
    /// Facts outside of all that the user's own markets show.
    pub unlike_own_bars: u64,
    pub facts: Vec<FactRow>,
}

/// One stylised fact: its median over long paths, against the band of real markets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactRow {
    pub fact: String,
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// inside, outside or not judged.
    pub standing: String,
}

/// The badge of a number over all simulated scenarios: with an asterisk where one of them is outside.
pub(in crate::report) fn simulated(report: &Report) -> &'static str {
    let marked = |row: &RealismRow| row.generator == Family::Gjr.name() && row.outside > 0;
    if report.realism.iter().any(marked) { "SIM*" } else { "SIM" }
}

fn view(report: &Report) -> Option<Value> {
    if report.realism.is_empty() {
        return None;
    }
    Some(context! { realism => value(&report.realism), figure => value(&certificate(&report.realism)) })
}

fn certificate(rows: &[RealismRow]) -> Option<Figure> {
    let mut facts: Vec<&str> = Vec::new();
    for fact in rows.iter().flat_map(|row| &row.facts) {
        if !facts.contains(&fact.fact.as_str()) {
            facts.push(&fact.fact);
        }
    }
    let name = |row: &RealismRow| {
        if row.generator.starts_with("real:") {
            row.generator.clone()
        } else {
            format!("{} {}", row.generator, row.regime)
        }
    };
    let cell = |row: &RealismRow, fact: &str| {
        let Some(found) = row.facts.iter().find(|found| found.fact == fact) else { return Cell::default() };
        let text = found.value.map_or_else(String::new, |value| format!("{value:.2}"));
        let band = match (found.low, found.high) {
            (Some(low), Some(high)) => format!(", band {low:.2} to {high:.2}"),
            _ => String::new(),
        };
        let shade = match found.standing.as_str() {
            "inside" => Shade::of(0.4, 0.0, 1.0),
            "outside" => Shade::of(-1.0, 0.0, 1.0),
            _ => Shade::NONE,
        };
        let tip = format!("{}, {}: {text}{band}, {}", name(row), fact.replace('_', " "), found.standing);
        Cell { shade, text, tip, ring: None }
    };
    let heat = Heat {
        caption: Caption {
            title: "Stylised facts of each generator".to_owned(),
            description: "Which facts lie inside the bands of real daily bars; the table names those outside."
                .to_owned(),
        },
        columns: facts.iter().map(|fact| fact.replace('_', " ")).collect(),
        rows: rows.iter().map(name).collect(),
        cells: rows.iter().map(|row| facts.iter().map(|fact| cell(row, fact)).collect()).collect(),
        cell_width: CELL,
        ..Heat::default()
    };
    let note = "blue is inside the band of real markets, orange outside, dashed not judged";
    Figure::new("Stylised facts of each generator", "", note, heat.svg())
}
