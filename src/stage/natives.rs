//! Which classes run natively: verdicts of earlier runs, and new ones.

use super::subjects::Subject;
use super::{Context, Failure};
use crate::artifact::MarketBars;
use crate::market::Series;
use crate::seed::Seed;
use crate::strategy::Meaning;
use crate::strategy::native::verify::Cache;
use crate::strategy::native::{Class, HeldBack, Rung, Standing, climb};
use crate::strategy::worker::{Interpreter, Worker};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where the classes of a run stand, found out once and not once per stage; by name and source.
#[derive(Clone, Default)]
pub struct Standings(Arc<Mutex<Found>>);

type Found = BTreeMap<(String, String), Arc<Standing>>;

impl fmt::Debug for Standings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Standings").finish_non_exhaustive()
    }
}

/// Real markets that give slices for verification.
const REAL: usize = 3;

pub struct Natives {
    enabled: bool,
    share: f64,
    cache: Cache,
    data: PathBuf,
    now: String,
    seed: Seed,
    found: Standings,
}

impl Natives {
    pub fn new(context: &Context) -> Self {
        let config = &context.config.strategies.native;
        Self {
            enabled: config.enabled,
            share: config.verify_share,
            cache: Cache::new(context.data.join("native")),
            data: context.data.clone(),
            now: context.started.to_rfc3339(),
            seed: context.seed.child("verify"),
            found: context.standings.clone(),
        }
    }

    pub const fn share(&self) -> f64 {
        self.share
    }

    fn lock(&self) -> MutexGuard<'_, Found> {
        self.found.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// # Errors
    /// The verdict cannot be kept.
    pub fn standing(
        &self,
        subject: &Subject,
        meaning: Meaning,
        interpreter: &Interpreter,
        worker: &dyn Fn() -> Worker,
    ) -> Result<Arc<Standing>, Failure> {
        let name = &subject.strategy.name;
        let asked = (name.clone(), subject.strategy.source_hash.clone());
        if let Some(standing) = self.lock().get(&asked) {
            return Ok(standing.clone());
        }
        let standing = if self.enabled {
            let class = Class {
                strategy: &subject.strategy,
                parameters: &subject.parameters,
                meaning,
                interpreter,
                cache: &self.cache,
                now: &self.now,
                seed: self.seed.child(name),
            };
            climb(&class, &|| real(&self.data), &mut || Box::new(worker())).map_err(|error| self.io(&error))?
        } else {
            let why = "native code is switched off in the configuration".to_owned();
            Standing { unit: None, obstacle: Some(HeldBack::Verification(why)), verdict: None }
        };
        let standing = Arc::new(standing);
        self.lock().insert(asked, standing.clone());
        Ok(standing)
    }

    /// Says loudly that native code answered other than CPython, and remembers it for good.
    ///
    /// # Errors
    /// The verdict cannot be written.
    pub fn demote(&self, context: &Context, subject: &Subject, standing: &Standing) -> Result<(), Failure> {
        let Some(finding) = standing.unit.as_ref().and_then(|unit| unit.overturned()) else { return Ok(()) };
        let name = &subject.strategy.name;
        context.console.warn(format!(
            "{name} answered differently in native code than in CPython: {finding}\n  From now on it runs in CPython. \
             What this stage had of it is made again; rows of earlier stages stand until they run again"
        ));
        if let Some((key, verdict)) = &standing.verdict {
            let mut verdict = verdict.clone();
            for rung in Rung::ALL.into_iter().filter(|rung| *rung > Rung::Cpython && *rung <= verdict.rung) {
                verdict.parted.insert(rung.name().to_owned(), finding.clone());
            }
            verdict.rung = Rung::Cpython;
            self.cache.store(key, &verdict).map_err(|error| self.io(&error))?;
        }
        Ok(())
    }

    /// # Errors
    /// A verdict cannot be written.
    pub fn keep(&self) -> Result<(), Failure> {
        for standing in self.lock().values() {
            let (Some(unit), Some((key, _))) = (&standing.unit, &standing.verdict) else { continue };
            let tally = unit.take_tally();
            if unit.overturned().is_some() || tally.witnessed == 0 && tally.bails.is_empty() {
                continue;
            }
            // Another stage may have added to it since.
            let Some(mut verdict) = self.cache.load(key) else { continue };
            verdict.witnessed += tally.witnessed;
            for (why, count) in tally.bails {
                *verdict.bails.entry(why).or_default() += count;
            }
            self.cache.store(key, &verdict).map_err(|error| self.io(&error))?;
        }
        Ok(())
    }

    fn io(&self, error: &std::io::Error) -> Failure {
        Failure::io("cannot keep a verdict on native code in", self.cache.folder(), error)
    }
}

/// The first real markets of the last generation; none where nothing was generated yet.
fn real(data: &std::path::Path) -> Vec<Series> {
    let Ok(bars) = MarketBars::open(data) else { return Vec::new() };
    let names: Vec<String> =
        bars.names().filter(|name| name.starts_with("historical:")).take(REAL).map(str::to_owned).collect();
    names.iter().filter_map(|name| bars.read(name).ok()).collect()
}
