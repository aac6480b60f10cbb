//! Work that was done is not done again. A shard is known by everything its results follow from; where nothing of that
//! has changed, a later run takes what an earlier one found.

mod about;
mod inputs;
mod sources;

pub use about::About;
pub use inputs::{Inputs, Key};
pub use sources::Sources;

use super::{Context, Failure, FailureKind};
use crate::artifact::{Depot, DepotError, Shard, ShardError};
use rayon::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

/// What becomes of shards that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reuse {
    /// Taken; the others are computed and kept.
    Taken,
    /// Left; everything is computed, and kept in their place.
    Left,
    /// Nothing is computed: what is not there is a refusal.
    Only,
}

impl Reuse {
    pub const fn unless(recompute: bool) -> Self {
        if recompute { Self::Left } else { Self::Taken }
    }
}

/// Shards of one run, shared by its stages.
#[derive(Debug, Clone)]
pub struct Shards {
    depot: Depot,
    reuse: Reuse,
    counted: Arc<Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    hits: AtomicU32,
    misses: AtomicU32,
    damaged: AtomicU32,
}

/// How many shards were taken, how many had to be computed, and how many of these were there, but damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub hits: u32,
    pub misses: u32,
    pub damaged: u32,
}

impl Counts {
    /// What was counted after `before`.
    #[must_use]
    pub const fn since(self, before: Self) -> Self {
        Self {
            hits: self.hits - before.hits,
            misses: self.misses - before.misses,
            damaged: self.damaged - before.damaged,
        }
    }

    /// `12 of 40 shards known from before`
    pub fn line(self) -> String {
        let damaged = if self.damaged > 0 { format!(", {} damaged", self.damaged) } else { String::new() };
        format!("{} of {} shards known from before{damaged}", self.hits, self.hits + self.misses)
    }

    pub fn json(self) -> serde_json::Value {
        serde_json::json!({ "hits": self.hits, "misses": self.misses, "damaged": self.damaged })
    }
}

impl Shards {
    pub fn new(depot: Depot, reuse: Reuse) -> Self {
        Self { depot, reuse, counted: Arc::default() }
    }

    #[must_use]
    pub fn with(&self, reuse: Reuse) -> Self {
        Self::new(self.depot.clone(), reuse)
    }

    pub const fn depot(&self) -> &Depot {
        &self.depot
    }

    pub const fn only(&self) -> bool {
        matches!(self.reuse, Reuse::Only)
    }

    pub fn counts(&self) -> Counts {
        let read = |count: &AtomicU32| count.load(Ordering::Relaxed);
        Counts {
            hits: read(&self.counted.hits),
            misses: read(&self.counted.misses),
            damaged: read(&self.counted.damaged),
        }
    }

    /// The shards of `keys` that are there, each read by `take`, in order. What `take` cannot read is damaged, is said so
    /// and counts as not there.
    ///
    /// # Errors
    /// The depot cannot be read.
    pub fn find<T: Send>(
        &self,
        context: &Context,
        keys: &[Key],
        take: impl Fn(&Shard) -> Result<T, ShardError> + Sync,
    ) -> Result<Vec<Option<T>>, Failure> {
        keys.par_iter().map(|key| self.look(context, key, &take)).collect()
    }

    fn look<T>(
        &self,
        context: &Context,
        key: &Key,
        take: &impl Fn(&Shard) -> Result<T, ShardError>,
    ) -> Result<Option<T>, Failure> {
        let name = key.file();
        let looked = if key.kept && self.reuse != Reuse::Left {
            Shard::find(&self.depot, &name, key.id()).and_then(|shard| shard.map(|shard| take(&shard)).transpose())
        } else {
            Ok(None)
        };
        let found = match looked {
            Ok(found) => found,
            Err(ShardError::Damaged(why)) => {
                self.counted.damaged.fetch_add(1, Ordering::Relaxed);
                context.console.warn(format!("a kept shard of {} is damaged and made again: {why}", key.strategy));
                None
            }
            Err(ShardError::Depot(error)) => return Err(failed(&error)),
        };
        let count = if found.is_some() { &self.counted.hits } else { &self.counted.misses };
        count.fetch_add(1, Ordering::Relaxed);
        if found.is_some() {
            self.depot.date(&name, now(context));
        }
        Ok(found)
    }

    /// Keeps finished shards, each under its key, unless its key says that nothing vouches for them.
    ///
    /// # Errors
    /// The depot cannot be written.
    pub fn keep(&self, context: &Context, shards: &[(&Key, Shard)]) -> Result<(), Failure> {
        shards.par_iter().filter(|(key, _)| key.kept).try_for_each(|(key, shard)| {
            let name = key.file();
            shard.keep(&self.depot, &name).map_err(|error| failed(&error))?;
            self.depot.date(&name, now(context));
            Ok(())
        })
    }

    /// Removes what no later run can use: shards of paths that are new in every iteration once theirs is over, and
    /// shards that were of no use for as long as history is kept.
    ///
    /// # Errors
    /// The depot's folder cannot be cleared.
    pub fn clear(&self, context: &Context) -> Result<usize, Failure> {
        let days = Duration::from_secs(86_400 * u64::from(context.config.retention.days));
        let oldest = now(context).checked_sub(days).unwrap_or(SystemTime::UNIX_EPOCH);
        // Shards of another process that is at it right now are dated later than this run.
        let passed = now(context) + Duration::from_millis(1);
        let passing = self.depot.clear(inputs::PASSING, passed, context.begun).map_err(|error| failed(&error))?;
        let lasting = self.depot.clear(inputs::LASTING, oldest, context.begun).map_err(|error| failed(&error))?;
        Ok(passing + lasting)
    }
}

fn now(context: &Context) -> SystemTime {
    context.started.into()
}

fn failed(error: &DepotError) -> Failure {
    Failure::new(FailureKind::Io, error.to_string())
}
