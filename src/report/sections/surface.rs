//! The mean score over the two parameters that matter most, and the steps that the gate takes around the challenger.

use super::figure::Figure;
use super::search::{Search, TrialRow};
use crate::report::chart::{Caption, Cell, Heat, Ring, Shade, Unit};

/// Columns and rows where a parameter has more values.
const BINS: usize = 6;
const CELL: f64 = 46.0;

/// None with fewer than two numbers to vary, or without a score of the incumbent.
pub(super) fn figure(search: &Search) -> Option<Figure> {
    let (across, down) = leading(search)?;
    let (columns, rows) = (Bins::of(search, across)?, Bins::of(search, down)?);
    let surface = Surface { search, across, down, columns, rows };
    let sums = surface.sums();
    let middle = search.incumbent().and_then(|trial| search.score(trial))?;
    let means = sums.iter().flatten().filter(|(_, count)| *count > 0).map(|(sum, count)| sum / f64::from(*count));
    let reach = means.map(|mean| (mean - middle).abs()).fold(0.0, f64::max);
    let (x, y) = (&search.axes[across].parameter, &search.axes[down].parameter);
    let shade = |mean: f64| Shade::of(mean, middle, reach);
    let heat = Heat {
        caption: Caption {
            title: format!("{} of {} by {x} and {y}", search.objective(), search.strategy),
            description: "Means of the trials in each cell, against the incumbent.".to_owned(),
        },
        across: x.clone(),
        down: y.clone(),
        columns: (0..surface.columns.count()).map(|column| surface.columns.name(column)).collect(),
        rows: (0..surface.rows.count()).map(|row| surface.rows.name(row)).collect(),
        cells: sums
            .iter()
            .enumerate()
            .map(|(row, sums)| {
                sums.iter().enumerate().map(|(column, sum)| surface.cell((row, column), *sum, &shade)).collect()
            })
            .collect(),
        cell_width: CELL,
    };
    let mut note = "mean score of the trials in a cell, empty where none was; blue is better than the incumbent (orange ring), orange worse".to_owned();
    if search.challenger.is_some() {
        note.push_str("; solid ring: challenger, dashed: one step beside it");
        note.push_str(if search.neighbours_run { ", run by the gate" } else { ", not run: it failed before" });
    }
    Figure::new("Parameter surface", "SIM", note, heat.svg())
}

struct Surface<'a> {
    search: &'a Search,
    across: usize,
    down: usize,
    columns: Bins,
    rows: Bins,
}

impl Surface<'_> {
    /// Row and column of a set.
    fn place(&self, values: &[Option<f64>]) -> Option<(usize, usize)> {
        let at = |axis: usize| values.get(axis).copied().flatten();
        Some((self.rows.bin(at(self.down)?), self.columns.bin(at(self.across)?)))
    }

    /// Sum of the scores and number of trials.
    fn sums(&self) -> Vec<Vec<(f64, u32)>> {
        let mut sums = vec![vec![(0.0, 0); self.columns.count()]; self.rows.count()];
        for trial in &self.search.trials {
            if let (Some(score), Some((row, column))) = (self.search.score(trial), self.place(&trial.values)) {
                sums[row][column].0 += score;
                sums[row][column].1 += 1;
            }
        }
        sums
    }

    fn ring(&self, here: (usize, usize)) -> Option<Ring> {
        let at = |trial: Option<&TrialRow>| trial.and_then(|trial| self.place(&trial.values)) == Some(here);
        if at(self.search.contestant()) {
            Some(Ring::Challenger)
        } else if at(self.search.incumbent()) {
            Some(Ring::Incumbent)
        } else if self.search.neighbours.iter().any(|values| self.place(values) == Some(here)) {
            Some(Ring::Neighbour)
        } else {
            None
        }
    }

    fn cell(&self, (row, column): (usize, usize), (sum, count): (f64, u32), shade: &dyn Fn(f64) -> Shade) -> Cell {
        let ring = self.ring((row, column));
        if count == 0 {
            return Cell { ring, ..Cell::default() };
        }
        let mean = sum / f64::from(count);
        Cell { shade: shade(mean), text: format!("{mean:.2}"), ring, ..Cell::default() }
    }
}

/// The two axes that the challenger changes, or that the score follows most closely.
fn leading(search: &Search) -> Option<(usize, usize)> {
    let changed = |axis: usize| match (search.contestant(), search.incumbent()) {
        (Some(one), Some(other)) => one.values.get(axis) != other.values.get(axis),
        _ => false,
    };
    let mut axes: Vec<(bool, f64, usize)> =
        (0..search.axes.len()).map(|axis| (changed(axis), follows(search, axis), axis)).collect();
    axes.sort_by(|one, other| other.0.cmp(&one.0).then(other.1.total_cmp(&one.1)).then(one.2.cmp(&other.2)));
    let [(_, _, one), (_, _, other), ..] = axes[..] else { return None };
    Some((one.min(other), one.max(other)))
}

/// The size of the correlation of the score with one parameter; 0 where it is not defined.
fn follows(search: &Search, axis: usize) -> f64 {
    let pairs: Vec<(f64, f64)> = search
        .trials
        .iter()
        .filter_map(|trial| Some((trial.values.get(axis).copied().flatten()?, search.score(trial)?)))
        .collect();
    let count = pairs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>();
    let both = sum(&|pair| (pair.0 - x) * (pair.1 - y));
    let sizes = sum(&|pair| (pair.0 - x).powi(2)) * sum(&|pair| (pair.1 - y).powi(2));
    if sizes > 0.0 { both.abs() / sizes.sqrt() } else { 0.0 }
}

/// The values of one parameter, or stretches of its range where there are many.
enum Bins {
    Values(Vec<f64>),
    Stretches { low: f64, high: f64, log: bool },
}

impl Bins {
    fn of(search: &Search, axis: usize) -> Option<Self> {
        let sets = search.trials.iter().map(|trial| &trial.values).chain(&search.neighbours);
        let mut values: Vec<f64> = sets.filter_map(|values| values.get(axis).copied().flatten()).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        let (&low, &high) = (values.first()?, values.last()?);
        let log = search.axes.get(axis)?.log && low > 0.0;
        match values.len() {
            1 => None,
            count if count <= BINS => Some(Self::Values(values)),
            _ => Some(Self::Stretches { low, high, log }),
        }
    }

    fn count(&self) -> usize {
        match self {
            Self::Values(values) => values.len(),
            Self::Stretches { .. } => BINS,
        }
    }

    fn bin(&self, value: f64) -> usize {
        match self {
            Self::Values(values) => values.iter().position(|own| *own >= value).unwrap_or(values.len() - 1),
            Self::Stretches { low, high, log } => {
                let at = |value: f64| if *log { value.ln() } else { value };
                let share = (at(value) - at(*low)) / (at(*high) - at(*low));
                ((share * BINS as f64) as usize).min(BINS - 1)
            }
        }
    }

    fn name(&self, bin: usize) -> String {
        match self {
            Self::Values(values) => Unit::Number.write(values[bin]),
            Self::Stretches { low, high, log } => {
                let at = |value: f64| if *log { value.ln() } else { value };
                let start = at(*low) + (at(*high) - at(*low)) * bin as f64 / BINS as f64;
                let start = if *log { start.exp() } else { start };
                let digits = (2.0 - (high - low).abs().log10().floor()).clamp(0.0, 3.0) as usize;
                format!("{start:.digits$}…")
            }
        }
    }
}
