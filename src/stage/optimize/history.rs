use super::small;
use crate::artifact::{self, ChangeDecision, Lake, PathSet};
use crate::backtest::Path;
use crate::optimize::gate::SinceChange;
use crate::stage::{Context, Failure, bars};
use std::collections::BTreeMap;

/// When each strategy was last changed, and what has come since.
pub struct History(BTreeMap<String, SinceChange>);

impl History {
    pub fn load(context: &Context) -> Result<Self, Failure> {
        let lake = Lake::new(&context.data);
        let runs = lake.read::<artifact::Run>()?;
        let mut last: BTreeMap<String, artifact::Stamped<artifact::Change>> = BTreeMap::new();
        for change in lake.read::<artifact::Change>()? {
            let written = matches!(change.row.decision, ChangeDecision::Applied | ChangeDecision::RolledBack);
            let later = last.get(&change.row.strategy_name).is_none_or(|known| known.timestamp.0 < change.timestamp.0);
            if written && later {
                last.insert(change.row.strategy_name.clone(), change);
            }
        }
        let real = if last.is_empty() { Vec::new() } else { bars::paths(context, &[PathSet::Historical])? };
        let since = |change: &artifact::Stamped<artifact::Change>| SinceChange {
            iterations: small(
                runs.iter()
                    .filter(|run| {
                        run.row.status == artifact::RunStatus::Complete && run.timestamp.0 > change.timestamp.0
                    })
                    .count(),
            ),
            real_bars: (!real.is_empty()).then(|| {
                // A market that was not there then is new as a whole.
                let known = |path: &Path| change.row.known_until.0.get(&path.series.name).copied();
                let new = |path: &Path| {
                    let known = known(path).unwrap_or(i64::MIN);
                    path.series.timestamp.iter().filter(|&&time| time > known).count() as u64
                };
                real.iter().map(new).sum()
            }),
        };
        Ok(Self(last.iter().map(|(name, change)| (name.clone(), since(change))).collect()))
    }

    pub fn of(&self, strategy: &str) -> Option<SinceChange> {
        self.0.get(strategy).copied()
    }
}
