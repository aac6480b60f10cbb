use super::Global;
use crate::stage::{self, Failure, StatsOptions};
use std::path::PathBuf;

/// Say what a file of returns can show: ratios with intervals, and what a search over them is worth
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  cbt stats returns.csv --benchmark index.csv --grid grid.csv --periods-per-year 252"
)]
pub struct Args {
    /// CSV or Parquet with a column `return`: simple returns per bar, as fractions
    #[arg(value_name = "RETURNS")]
    returns: PathBuf,
    /// Another such file over the same bars, to be compared with
    #[arg(long, value_name = "FILE")]
    benchmark: Option<PathBuf>,
    /// A file with one column of returns for each configuration that was tried; columns called date, time, timestamp
    /// or index are left out
    #[arg(long, value_name = "MATRIX")]
    grid: Option<PathBuf>,
    /// Bars in a year: 252 for daily bars of stocks, 365 where every day trades
    #[arg(long, value_name = "P", default_value_t = 252.0)]
    periods_per_year: f64,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let found = stage::stats(StatsOptions {
            returns: self.returns,
            benchmark: self.benchmark,
            grid: self.grid,
            periods_per_year: self.periods_per_year,
            seed: global.seed,
        })?;
        if global.json {
            global.finish(&found.json());
        } else {
            print!("{}", found.text());
        }
        Ok(())
    }
}
