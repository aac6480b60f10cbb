//! A strategy's whole search and judging in one iteration, and its placebo, as shards: of use to an iteration that was
//! killed and is done again.

use super::Arena;
use crate::artifact::{self, Candidate, ScenarioRow, Shard, ShardError, ShardHead, Trial};
use crate::stage::shards::{About, Inputs};
use crate::stage::subjects::Subject;
use crate::stage::{Context, Failure, FailureKind};

/// What came of one strategy.
pub struct Worked {
    pub trials: Vec<Trial>,
    /// Challengers that were judged.
    pub candidates: Vec<Candidate>,
}

/// What every strategy's work follows from besides the strategy: the settings, all markets, and how many share the error
/// budget.
///
/// # Errors
/// A missing or damaged artifact.
pub fn inputs(context: &Context, strategies: usize) -> Result<Inputs, Failure> {
    let markets: Vec<String> = artifact::read::<ScenarioRow>(&context.data)?
        .iter()
        .map(|row| {
            let ScenarioRow { market, scenario, set, path_index, periods_per_year, content_hash, .. } = row;
            format!("{market} {scenario} {set:?} {path_index} {periods_per_year:?} {content_hash}")
        })
        .collect();
    Ok(Inputs::default()
        .with("config", context.config.hash.as_str())
        .with("seed", context.seed.value().to_string())
        .with("iteration", context.iteration.to_string())
        .with_json("markets", &markets)
        .with("strategies", strategies.to_string()))
}

impl Arena<'_> {
    /// The shard of this kind, else what `work` makes of it.
    pub(super) fn shard<T: Send>(
        &self,
        (subject, kind): (&Subject, &str),
        inputs: Inputs,
        parts: (impl Fn(&T, &mut Shard) -> Result<(), String>, impl Fn(&Shard) -> Result<T, ShardError> + Sync),
        work: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let (pack, unpack) = parts;
        let context = self.context;
        let about = About::of(context, &self.workers, subject)?;
        let key = about.key(kind, "", self.inputs.clone().and(inputs)).passing_if(true);
        let known = context.shards.find(context, std::slice::from_ref(&key), unpack)?;
        if let Some(Some(known)) = known.into_iter().next() {
            return Ok(known);
        }
        let made = work()?;
        context.stop.check()?;
        if about.holds() {
            let mut shard = Shard::new(ShardHead {
                key: key.id().to_owned(),
                kind: key.kind.clone(),
                strategy: key.strategy.clone(),
                market: key.market.clone(),
                inputs: key.inputs.clone().into_pairs(),
                runs: 0,
                failure: serde_json::Value::Null,
            });
            pack(&made, &mut shard)
                .map_err(|why| Failure::new(FailureKind::Internal, format!("a shard cannot be kept: {why}")))?;
            context.shards.keep(context, &[(&key, shard)])?;
        }
        Ok(made)
    }
}

impl Worked {
    pub fn pack(&self, shard: &mut Shard) -> Result<(), String> {
        shard.add(&self.trials)?;
        shard.add(&self.candidates)
    }

    pub fn unpack(shard: &Shard) -> Result<Self, ShardError> {
        Ok(Self { trials: shard.rows()?, candidates: shard.rows()? })
    }
}
