//! What a search tried, and what the front of it is.

use super::figure::Figure;
use crate::report::chart::{Axis, Caption, Dot, Role, Scatter, Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Parameters that get a chart of their own where there is no surface.
const SLICES: usize = 2;

/// One strategy's search of this iteration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Search {
    pub strategy: String,
    /// Searched parameters that are numbers, those the challenger changes first.
    pub axes: Vec<SearchAxis>,
    pub trials: Vec<TrialRow>,
    /// The trial that was put to the gate; trial 0 is the incumbent.
    pub challenger: Option<u64>,
    /// Values of the sets one step beside the challenger, in the order of `axes`.
    pub neighbours: Vec<Vec<Option<f64>>>,
    /// Whether the gate ran those sets.
    pub neighbours_run: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchAxis {
    pub parameter: String,
    /// As searched.
    pub low: f64,
    pub high: f64,
    /// On a logarithmic scale.
    pub log: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrialRow {
    pub number: u64,
    /// In the order of `axes`; null where the value is no number.
    pub values: Vec<Option<f64>>,
    /// All on the training paths.
    pub sharpe: Option<f64>,
    pub total_return: Option<f64>,
    pub max_drawdown: Option<f64>,
    /// Of the configured expression.
    pub custom: Option<f64>,
    /// Place by the leading objective, from 1; null where it has none.
    pub rank: Option<u64>,
    pub on_front: bool,
    /// ok, infeasible, raised, timeout, crash or looks ahead.
    pub outcome: String,
}

impl Search {
    fn expression(&self) -> bool {
        self.trials.iter().any(|trial| trial.custom.is_some())
    }

    pub(super) fn score(&self, trial: &TrialRow) -> Option<f64> {
        if self.expression() { trial.custom } else { trial.sharpe }
    }

    pub(super) fn objective(&self) -> &'static str {
        if self.expression() { "objective" } else { "Sharpe ratio" }
    }

    pub(super) fn contestant(&self) -> Option<&TrialRow> {
        self.trials.iter().find(|trial| self.challenger == Some(trial.number))
    }

    pub(super) fn incumbent(&self) -> Option<&TrialRow> {
        self.trials.iter().find(|trial| trial.number == 0)
    }

    fn role(&self, trial: &TrialRow) -> Role {
        if self.challenger == Some(trial.number) {
            Role::Challenger
        } else if trial.number == 0 {
            Role::Incumbent
        } else if trial.on_front {
            Role::Front
        } else {
            Role::Trial
        }
    }

    fn words(&self, trial: &TrialRow) -> String {
        let value = |(axis, value): (&SearchAxis, &Option<f64>)| {
            value.map(|value| format!("{}={}", axis.parameter, Unit::Number.write(value)))
        };
        let values: Vec<String> = self.axes.iter().zip(&trial.values).filter_map(value).collect();
        format!("trial {}: {}", trial.number, values.join(", "))
    }

    /// The front, and the surface or, with a single number to vary, the score along it.
    pub(super) fn figures(&self) -> Vec<Figure> {
        let mut found: Vec<Figure> = self.front().into_iter().collect();
        match super::surface::figure(self) {
            Some(surface) => found.push(surface),
            None => found.extend((0..self.axes.len().min(SLICES)).filter_map(|axis| self.slice(axis))),
        }
        found
    }

    fn front(&self) -> Option<Figure> {
        let dots: Vec<Dot> = self
            .trials
            .iter()
            .filter_map(|trial| {
                let (depth, score) = (trial.max_drawdown?, self.score(trial)?);
                let role = self.role(trial);
                let tip = match role {
                    Role::Trial => String::new(),
                    Role::Front => format!("trial {}: {score:.2}, drawdown {:.1}%", trial.number, 100.0 * depth),
                    _ => format!("{}: {score:.2}, drawdown {:.1}%", self.words(trial), 100.0 * depth),
                };
                Some(Dot { x: depth, y: score, role, tip })
            })
            .collect();
        let shown = dots.len();
        let chart = Scatter {
            caption: Caption {
                title: format!("Trials of {} by drawdown and {}", self.strategy, self.objective()),
                description: format!("{shown} trials; the front is what no other trial beats in every objective."),
            },
            x: Axis::new("max drawdown in training", Unit::Percent),
            y: Axis::new(self.objective(), Unit::Number),
            dots,
            join_front: false,
        };
        Figure::new(
            "Pareto front",
            "SIM",
            format!("{shown} trials on the training paths"),
            chart.svg().filter(|_| shown > 1),
        )
    }

    fn slice(&self, axis: usize) -> Option<Figure> {
        let own = self.axes.get(axis)?;
        let dots: Vec<Dot> = self
            .trials
            .iter()
            .filter_map(|trial| {
                let (at, score, role) = ((*trial.values.get(axis)?)?, self.score(trial)?, self.role(trial));
                // The front is one of several objectives; along one parameter it says nothing.
                let role = if role == Role::Front { Role::Trial } else { role };
                let tip =
                    if role == Role::Trial { String::new() } else { format!("{}: {score:.2}", self.words(trial)) };
                Some(Dot { x: at, y: score, role, tip })
            })
            .collect();
        let shown = dots.len();
        let chart = Scatter {
            caption: Caption {
                title: format!("{} by {}", self.objective(), own.parameter),
                description: format!("{shown} trials of {} on the training paths.", self.strategy),
            },
            x: Axis::new(own.parameter.clone(), Unit::Number),
            y: Axis::new(self.objective(), Unit::Number),
            dots,
            join_front: false,
        };
        Figure::new(&format!("Along {}", own.parameter), "SIM", "", chart.svg().filter(|_| shown > 1))
    }
}
