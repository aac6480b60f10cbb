//! Statistics of anyone's returns, from files; nothing of a project is read or written.

mod against;
mod grid;
mod series;
mod text;

use self::against::Against;
use self::grid::Grid;
use self::series::Series;
use super::Failure;
use crate::artifact::market_file::{MarketRefusal, RefusalReason};
use crate::artifact::return_file::{load_matrix, load_returns};
use crate::seed::Seed;
use crate::stats::{Statistic, Undefined};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Resamples of every bootstrap here.
const RESAMPLES: usize = 10_000;

/// What the command line asked for.
#[derive(Debug)]
pub struct StatsOptions {
    pub returns: PathBuf,
    pub benchmark: Option<PathBuf>,
    pub grid: Option<PathBuf>,
    /// Bars in a year; annualises, and never changes a probability.
    pub periods_per_year: f64,
    pub seed: u64,
}

/// The statistics, for people or programs.
#[derive(Debug)]
pub struct Statistics {
    options: StatsOptions,
    series: Series,
    against: Option<Against>,
    grid: Option<Grid>,
}

/// # Errors
/// `Input` for a file that cannot be read as returns, or a benchmark of another length.
pub fn stats(options: StatsOptions) -> Result<Statistics, Failure> {
    let periods = options.periods_per_year;
    if !(periods.is_finite() && periods > 0.0) {
        return Err(Failure::usage(format!("--periods-per-year is {periods}; it must be above zero"))
            .hint("252 for daily bars of stocks, 365 for daily bars that trade every day"));
    }
    let seed = Seed::new(options.seed).child("stats");
    let returns = load_returns(&options.returns).map_err(|refusal| refused(&refusal))?;
    let benchmark = match &options.benchmark {
        None => None,
        Some(path) => Some(load_returns(path).map_err(|refusal| refused(&refusal))?),
    };
    let matrix = match &options.grid {
        None => None,
        Some(path) => Some(load_matrix(path).map_err(|refusal| refused(&refusal))?),
    };
    if let Some(benchmark) = &benchmark {
        let rows = [(&options.returns, returns.len())].into_iter();
        let rows = rows.chain(options.grid.as_ref().zip(matrix.as_ref().map(|matrix| matrix.columns[0].len())));
        for (path, length) in rows {
            if length != benchmark.len() {
                let benchmark_path = options.benchmark.as_deref().unwrap_or(path).display();
                return Err(Failure::input(format!(
                    "{benchmark_path} has {} rows and {} has {length}",
                    benchmark.len(),
                    path.display()
                ))
                .hint("the benchmark must cover the same bars, one row each: cut both files to the bars they share"));
            }
        }
    }
    Ok(Statistics {
        series: Series::of(&returns, periods, seed),
        against: benchmark.as_ref().map(|benchmark| Against::of(&returns, benchmark, periods)),
        grid: matrix.map(|matrix| Grid::of(&matrix, benchmark.as_deref(), periods, seed)),
        options,
    })
}

fn refused(refusal: &MarketRefusal) -> Failure {
    let hint = match refusal.reason {
        RefusalReason::Io(_) => "check the path",
        _ => {
            "a file of returns has a column `return` and a row for each bar, a matrix a column for each configuration; \
             returns are simple and fractions, 0.012 for 1.2%, and no cell may be empty"
        }
    };
    Failure::input(refusal.to_string()).hint(hint)
}

impl Statistics {
    /// One flat object. What has no value is null, and `undefined` has the reason under the same name.
    pub fn json(&self) -> Value {
        let mut sheet = Sheet::default();
        sheet.put("returns_file", json!(self.options.returns));
        sheet.put("periods_per_year", json!(self.options.periods_per_year));
        sheet.put("seed", json!(self.options.seed));
        self.series.fill(&mut sheet, self.options.seed);
        if let Some(against) = &self.against {
            against.fill(&mut sheet);
        }
        if let Some(grid) = &self.grid {
            grid.fill(&mut sheet);
        }
        sheet.finish()
    }

    pub fn text(&self) -> String {
        text::text(self)
    }
}

/// A JSON object that keeps the reason for each null.
#[derive(Debug, Default)]
struct Sheet {
    values: Map<String, Value>,
    undefined: Map<String, Value>,
}

impl Sheet {
    fn put(&mut self, name: &str, value: Value) {
        self.values.insert(name.to_owned(), value);
    }

    fn statistic(&mut self, name: &str, statistic: Statistic) {
        self.explained(name, statistic.map(|value| json!(value)).map_err(reason));
    }

    fn explained(&mut self, name: &str, value: Result<Value, String>) {
        match value {
            Ok(value) => self.put(name, value),
            Err(reason) => {
                self.put(name, Value::Null);
                self.undefined.insert(name.to_owned(), Value::String(reason));
            }
        }
    }

    fn finish(mut self) -> Value {
        self.values.insert("undefined".to_owned(), Value::Object(self.undefined));
        Value::Object(self.values)
    }
}

fn reason(undefined: Undefined) -> String {
    undefined.name().to_owned()
}
