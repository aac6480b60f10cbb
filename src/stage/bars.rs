//! The markets of one set, as paths with their bars.

use super::{Context, Failure, FailureKind};
use crate::artifact::{self, MarketBars, PathSet, ScenarioRow, market_bars};
use crate::backtest::{Badge, Path};

/// Every path of `set`, in the order of its scenario and number. Historical markets come under `historical:NAME`.
///
/// # Errors
/// `generate-scenarios` has not run, or its artifacts are damaged or do not fit together.
pub fn paths(context: &Context, sets: &[PathSet]) -> Result<Vec<Path>, Failure> {
    let rows = artifact::read::<ScenarioRow>(&context.data)?;
    let bars = MarketBars::open(&context.data)?;
    let mut rows: Vec<_> = rows.into_iter().filter(|row| sets.contains(&row.set)).collect();
    rows.sort_by(|a, b| (a.set, &a.scenario, a.path_index).cmp(&(b.set, &b.scenario, b.path_index)));
    rows.into_iter().map(|row| path(&bars, row)).collect()
}

fn path(bars: &MarketBars, row: ScenarioRow) -> Result<Path, Failure> {
    let series = bars.read(&row.market)?;
    // The two files are written one after the other; a run that died between them leaves a pair that does not match.
    if market_bars::content_hash(&series) != row.content_hash {
        return Err(Failure::new(
            FailureKind::BadArtifact,
            format!("the bars of {} are not those that scenarios.parquet describes", row.market),
        )
        .hint("run `cbt generate-scenarios` again"));
    }
    let real = row.set == PathSet::Historical;
    Ok(Path {
        scenario: if real { row.market } else { row.scenario },
        badge: if real { Badge::Real } else { Badge::Sim },
        index: row.path_index as usize,
        series,
    })
}
