//! What was tested, as a shard and back.

use super::Tested;
use crate::artifact::{RunOutcome, Shard, ShardError, ShardHead};
use crate::stage::shards::Key;
use crate::stage::{Failure, FailureKind};

impl Tested {
    /// A limit that was hit, or a process that died, may be the machine's doing: such results are not kept.
    pub(super) fn is_a_finding(&self) -> bool {
        let chance = |outcome: RunOutcome| matches!(outcome, RunOutcome::Timeout | RunOutcome::Crash);
        let failed = self.failure.as_ref().is_some_and(|(outcome, _)| chance(*outcome));
        !failed && !self.rows.iter().any(|row| chance(row.outcome))
    }

    pub(super) fn pack(&self, key: &Key) -> Result<Shard, Failure> {
        let internal = |why: String| Failure::new(FailureKind::Internal, format!("a shard cannot be kept: {why}"));
        let mut shard = Shard::new(ShardHead {
            key: key.id().to_owned(),
            kind: key.kind.clone(),
            strategy: key.strategy.clone(),
            market: key.market.clone(),
            inputs: key.inputs.clone().into_pairs(),
            runs: self.runs,
            failure: serde_json::to_value(&self.failure).map_err(|error| internal(error.to_string()))?,
        });
        shard.add(&self.rows).map_err(internal)?;
        shard.add(&self.walks).map_err(internal)?;
        shard.add(&self.windows).map_err(internal)?;
        shard.add(&self.distributions).map_err(internal)?;
        shard.add(&self.intervals).map_err(internal)?;
        shard.add(&self.curves).map_err(internal)?;
        Ok(shard)
    }

    pub(super) fn unpack(shard: &Shard) -> Result<Self, ShardError> {
        Ok(Self {
            rows: shard.rows()?,
            walks: shard.rows()?,
            windows: shard.rows()?,
            distributions: shard.rows()?,
            intervals: shard.rows()?,
            curves: shard.rows()?,
            runs: shard.head.runs,
            failure: serde_json::from_value(shard.head.failure.clone())
                .map_err(|error| ShardError::Damaged(error.to_string()))?,
        })
    }
}
