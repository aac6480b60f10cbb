//! The markets of one set, as paths with their bars.

use super::{Context, Failure};
use crate::artifact::{self, MarketBars, PathSet, ScenarioRow};
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
    let real = row.set == PathSet::Historical;
    Ok(Path {
        scenario: if real { row.market } else { row.scenario },
        badge: if real { Badge::Real } else { Badge::Sim },
        index: row.path_index as usize,
        series,
    })
}
