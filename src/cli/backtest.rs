use super::Global;
use crate::backtest::Kind;
use crate::stage::{self, Assignment, Axis, Failure, Grid, Reuse, Single, Stage};
use std::path::PathBuf;

/// Test every runnable strategy on every market, or run one strategy by hand
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only this strategy; with --market, one run by hand
    #[arg(long, value_name = "NAME")]
    strategy: Vec<String>,
    /// Only this type: standard, walk_forward, monte_carlo or bootstrap; may be repeated. What the others found stays
    #[arg(long = "type", value_name = "TYPE", value_parser = kind, conflicts_with = "market")]
    kind: Vec<Kind>,
    /// One market: `historical:IBM`, a simulated path such as `bull/test/0`, or a CSV or Parquet file
    #[arg(long, value_name = "MARKET", requires = "strategy")]
    market: Option<String>,
    /// A parameter's value for the run by hand; may be repeated
    #[arg(long = "set", value_name = "PARAM=VALUE", requires = "market")]
    set: Vec<Assignment>,
    /// Sweep this parameter from LOW to HIGH, both included, and print sums and speed; may be repeated
    #[arg(long, value_name = "PARAM=LOW..HIGH[:STEP]", requires = "market", conflicts_with_all = ["set", "save"])]
    grid: Vec<Axis>,
    /// Write equity.parquet and trades.parquet of the run by hand here
    #[arg(long, value_name = "DIR", requires = "market")]
    save: Option<PathBuf>,
    /// Compute everything, also what an earlier run has computed from the same inputs
    #[arg(long, conflicts_with = "market")]
    recompute: bool,
}

impl Args {
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let context = global.context(None)?;
        let summary = match self.market {
            Some(market) if !self.grid.is_empty() => {
                let strategy = single(self.strategy)?;
                stage::backtest_grid(&context, &Grid { strategy, market, axes: self.grid })?
            }
            Some(market) => {
                let strategy = single(self.strategy)?;
                stage::backtest_single(&context, &Single { strategy, market, set: self.set, save: self.save })?
            }
            None => {
                let context = context.only(self.strategy).only_types(self.kind);
                stage::run_one(&context.reusing(Reuse::unless(self.recompute)), Stage::Backtest)?
            }
        };
        global.finish(&summary);
        Ok(())
    }
}

fn single(names: Vec<String>) -> Result<String, Failure> {
    let count = names.len();
    match <[String; 1]>::try_from(names) {
        Ok([name]) => Ok(name),
        Err(_) => Err(Failure::usage(format!("a run by hand takes one --strategy, not {count}"))),
    }
}

fn kind(name: &str) -> Result<Kind, String> {
    Kind::named(name).ok_or_else(|| {
        let known: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        format!("the types are {}", known.join(", "))
    })
}
