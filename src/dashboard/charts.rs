//! The report's charts over rows of the store. Nothing is computed here but places in a drawing.

use crate::report::chart::{
    Axis, Bars, Caption, Cell, Forest, Group, Heat, Line, Lines, Moment, Shade, Shape, Sparkline, Stem, Tone, Unit,
};
use crate::results::OptimizationImpactRow;
use serde::Deserialize;
use serde_json::Value;

/// Bars that fit beside each other.
const MOST_BARS: usize = 12;

/// A Sharpe ratio so far from zero has the deepest shade.
const REACH: f64 = 2.0;

/// One strategy on one market.
#[derive(Debug, Deserialize)]
pub struct Point {
    strategy_name: String,
    market_scenario: String,
    badge: String,
    sharpe_ratio: Option<f64>,
    outcome: String,
}

/// One strategy's mean Sharpe ratio on simulated markets in one run.
#[derive(Debug, Deserialize)]
pub struct Course {
    strategy_name: String,
    sharpe_ratio: f64,
}

/// The same by kind of market, for one strategy.
#[derive(Debug, Deserialize)]
pub struct CoursePoint {
    /// Microseconds since 1970.
    time: i64,
    badge: String,
    sharpe_ratio: f64,
}

#[derive(Debug, Deserialize)]
pub struct Interval {
    market_scenario: String,
    backtest_type: String,
    source: String,
    badge: String,
    low: Option<f64>,
    high: Option<f64>,
    estimate: Option<f64>,
    reason: Option<String>,
    level: f64,
}

/// One attempt to change a value.
#[derive(Debug, Deserialize)]
pub struct Step {
    time: i64,
    parameter: String,
    old_value: String,
    new_value: String,
    decision: String,
    reason: String,
}

/// Strategy × market.
pub fn matrix(points: &[Point]) -> Option<String> {
    let mut columns: Vec<(&str, &str)> = Vec::new();
    let mut rows: Vec<&str> = Vec::new();
    for point in points {
        let column = (point.market_scenario.as_str(), point.badge.as_str());
        if !columns.contains(&column) {
            columns.push(column);
        }
        if !rows.contains(&point.strategy_name.as_str()) {
            rows.push(&point.strategy_name);
        }
    }
    // What is simulated first, then what is real.
    columns.sort_by_key(|(market, badge)| (*badge != "SIM", *market));
    let cell = |row: &str, (market, badge): (&str, &str)| {
        let found = points
            .iter()
            .find(|point| point.strategy_name == row && point.market_scenario == market && point.badge == badge);
        match found {
            None => Cell { shade: Shade::NONE, tip: format!("{row} on {market}: not run"), ..Cell::default() },
            Some(point) => match point.sharpe_ratio {
                Some(sharpe) => Cell {
                    shade: Shade::of(sharpe, 0.0, REACH),
                    text: format!("{sharpe:.2}"),
                    tip: format!("{row} on {market} ({badge}): Sharpe {sharpe:.3}"),
                    ring: None,
                },
                None => Cell {
                    shade: Shade::NONE,
                    text: "–".to_owned(),
                    tip: format!("{row} on {market} ({badge}): no Sharpe ratio, {}", point.outcome),
                    ring: None,
                },
            },
        }
    };
    Heat {
        caption: Caption {
            title: "Sharpe ratio by strategy and market".to_owned(),
            description: format!(
                "{} strategies on {} markets, with their current parameters.",
                rows.len(),
                columns.len()
            ),
        },
        cells: rows.iter().map(|row| columns.iter().map(|column| cell(row, *column)).collect()).collect(),
        columns: columns
            .iter()
            .map(|(market, _)| market.strip_prefix("historical:").unwrap_or(market).to_owned())
            .collect(),
        rows: rows.into_iter().map(str::to_owned).collect(),
        cell_width: 46.0,
        ..Heat::default()
    }
    .svg()
}

/// Of the strategies that were changed, as far as there is room: where they stood at first and where they stand now.
pub fn improvement(impact: &[OptimizationImpactRow]) -> Option<String> {
    let mut rows: Vec<_> = impact.iter().filter(|row| row.applied > 0).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.last_promoted));
    rows.truncate(MOST_BARS);
    if rows.is_empty() {
        return None;
    }
    let group = |name: &str, tone, of: fn(&OptimizationImpactRow) -> Option<f64>| Group {
        name: name.to_owned(),
        tone,
        values: rows.iter().map(|row| of(row)).collect(),
    };
    Bars {
        caption: Caption {
            title: "Sharpe ratio before and after".to_owned(),
            description: "Of the strategies whose values were changed: in their first and in their latest run."
                .to_owned(),
        },
        y: Axis::new("mean Sharpe ratio over all markets", Unit::Number),
        names: rows.iter().map(|row| row.strategy_name.clone()).collect(),
        groups: vec![
            group("first run", Tone::Muted, |row| row.sharpe_first),
            group("latest run", Tone::Main, |row| row.sharpe_latest),
        ],
        ..Bars::default()
    }
    .svg()
}

/// A line the size of a word.
pub fn course_of(courses: &[Course], strategy: &str) -> Option<String> {
    let values: Vec<f64> =
        courses.iter().filter(|course| course.strategy_name == strategy).map(|course| course.sharpe_ratio).collect();
    Sparkline {
        caption: Caption {
            title: format!("Sharpe ratio of {strategy} from run to run"),
            description: format!("{} runs on simulated markets.", values.len()),
        },
        values,
        reference: Some(0.0),
    }
    .svg()
}

/// The Sharpe ratio from run to run; None with fewer than two runs.
pub fn course(strategy: &str, points: &[CoursePoint]) -> Option<String> {
    let mut badges: Vec<&str> = points.iter().map(|point| point.badge.as_str()).collect();
    badges.sort_unstable_by_key(|badge| (*badge != "SIM", *badge));
    badges.dedup();
    let line = |(index, badge): (usize, &&str)| Line {
        name: (*badge).to_owned(),
        tone: if index == 0 { Tone::Main } else { Tone::Series(index) },
        shape: Shape::Straight,
        points: points
            .iter()
            .filter(|point| point.badge == **badge)
            .map(|point| (point.time as f64, point.sharpe_ratio))
            .collect(),
    };
    let lines: Vec<Line> = badges.iter().enumerate().map(line).collect();
    if lines.iter().all(|line| line.points.len() < 2) {
        return None;
    }
    Lines {
        caption: Caption {
            title: format!("Sharpe ratio of {strategy} from run to run"),
            description: "The mean over markets, simulated and real ones apart.".to_owned(),
        },
        x: Axis::new("run", Unit::Date),
        y: Axis::new("Sharpe ratio", Unit::Number),
        lines,
        reference: Some(0.0),
        ..Lines::default()
    }
    .svg()
}

/// Intervals of the Sharpe ratio, a chart per backtest type.
pub fn intervals(strategy: &str, rows: &[Interval]) -> Vec<(String, String)> {
    let mut types: Vec<&str> = rows.iter().map(|row| row.backtest_type.as_str()).collect();
    types.dedup();
    types
        .into_iter()
        .filter_map(|kind| {
            let of_kind: Vec<&Interval> = rows.iter().filter(|row| row.backtest_type == kind).collect();
            let level = of_kind.first().map_or(f64::NAN, |row| row.level);
            let several = of_kind.iter().any(|row| row.source != of_kind[0].source);
            let stem = |row: &&Interval| Stem {
                label: {
                    let market = row.market_scenario.trim_start_matches("historical:");
                    let source = if several { format!(" {}", row.source.replace('_', " ")) } else { String::new() };
                    format!("{} {market}{source}", row.badge)
                },
                low: row.low,
                high: row.high,
                estimate: row.estimate,
                reason: row.reason.clone().unwrap_or_default().replace('_', " "),
            };
            let svg = Forest {
                caption: Caption {
                    title: format!("Intervals of the Sharpe ratio of {strategy}, {}", kind.replace('_', " ")),
                    description: format!("{} markets, level {level}.", of_kind.len()),
                },
                x: Axis::new(format!("Sharpe ratio, {}% interval", (level * 1e3).round() / 10.0), Unit::Number),
                reference: Some(0.0),
                stems: of_kind.iter().map(stem).collect(),
            }
            .svg()?;
            Some((kind.to_owned(), svg))
        })
        .collect()
}

/// Values over time, a chart per numeric parameter that was ever changed.
pub fn timelines(strategy: &str, steps: &[Step]) -> Vec<(String, String)> {
    let written = |step: &&Step| matches!(step.decision.as_str(), "applied" | "rolled_back");
    let mut names: Vec<&str> = steps.iter().filter(written).map(|step| step.parameter.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().filter_map(|name| Some((name.to_owned(), timeline(strategy, name, steps)?))).collect()
}

fn timeline(strategy: &str, parameter: &str, steps: &[Step]) -> Option<String> {
    let of: Vec<&Step> = steps.iter().filter(|step| step.parameter == parameter).collect();
    let whole = of.iter().all(|step| is_whole(&step.old_value) && is_whole(&step.new_value));
    let unit = if whole { Unit::Count } else { Unit::Number };
    let mut points: Vec<(f64, f64)> = Vec::new();
    let mut moments = Vec::new();
    for step in of {
        let at = step.time as f64;
        let (old, new) = (figure(&step.old_value)?, figure(&step.new_value)?);
        let (value, tone) = match step.decision.as_str() {
            "applied" => (new, Tone::Good),
            "rolled_back" => (new, Tone::Bad),
            // What was refused or only shown left the value as it was.
            _ => (old, Tone::Muted),
        };
        if points.is_empty() {
            // Some room before the first change shows what was there.
            points.push((at - 86_400e6, old));
        }
        points.push((at, value));
        let tip =
            format!("{} → {}, {}: {}", step.old_value, step.new_value, step.decision.replace('_', " "), step.reason);
        moments.push(Moment { x: at, y: value, tone, tip });
    }
    Lines {
        caption: Caption {
            title: format!("{strategy}.{parameter} over time"),
            description: format!("{} changes or attempts.", moments.len()),
        },
        x: Axis::new("", Unit::Date),
        y: Axis::new(parameter, unit),
        lines: vec![Line { name: parameter.to_owned(), tone: Tone::Main, shape: Shape::Steps, points }],
        moments,
        ..Lines::default()
    }
    .svg()
}

fn is_whole(value: &str) -> bool {
    value.parse::<i64>().is_ok()
}

/// Of a value as the store has it, JSON.
fn figure(value: &str) -> Option<f64> {
    match serde_json::from_str(value).ok()? {
        Value::Number(number) => number.as_f64(),
        _ => None,
    }
}
