//! The markets of one set, as paths with their bars.

use super::{Context, Failure, FailureKind};
use crate::artifact::{self, MarketBars, PathSet, ScenarioRow, market_bars};
use crate::backtest::{Badge, Path};
use crate::market::Series;

/// Every path of `set`, in the order of its scenario and number. Historical markets come under `historical:NAME`.
///
/// # Errors
/// `generate-scenarios` has not run, or its artifacts are damaged or do not fit together.
pub fn paths(context: &Context, sets: &[PathSet]) -> Result<Vec<Path>, Failure> {
    let rows = artifact::read::<ScenarioRow>(&context.data)?;
    let bars = MarketBars::open(&context.data)?;
    let mut rows: Vec<_> = rows.into_iter().filter(|row| sets.contains(&row.set)).collect();
    rows.sort_by(|a, b| (a.set, &a.scenario, a.path_index).cmp(&(b.set, &b.scenario, b.path_index)));
    let names: Vec<&str> = rows.iter().map(|row| row.market.as_str()).collect();
    let series = bars.read_several(&names)?;
    rows.into_iter().zip(series).map(|(row, series)| path(series, row)).collect()
}

fn path(series: Series, row: ScenarioRow) -> Result<Path, Failure> {
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
        badge: match (real, &row.source_file) {
            (true, _) => Badge::Real,
            (false, Some(_)) => Badge::Resampled,
            (false, None) => Badge::Sim,
        },
        index: row.path_index as usize,
        series,
    })
}
