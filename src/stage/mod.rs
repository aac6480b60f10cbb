//! One file per command: read artifacts → call rooms → write artifacts.

mod apply;
mod assignment;
mod axis;
mod backtest;
mod bars;
mod by_hand;
mod collect;
mod console;
mod context;
mod discover;
mod explain;
mod failure;
mod generate_scenarios;
mod init;
mod intent;
mod interpreters;
mod iterate;
mod journal;
mod ledger;
mod lock;
mod r#loop;
mod natives;
mod notify;
mod optimize;
mod pipeline;
mod placebos;
mod plan;
mod prove;
mod publish;
mod query;
mod realism;
mod recipe;
mod replay;
mod report;
mod rollback;
mod run_shard;
mod rungs;
mod shadow;
mod shards;
mod stats;
mod status;
mod stop;
mod subjects;
mod unfinished;
mod workers;

pub use apply::{ApplyOptions, apply};
pub use assignment::Assignment;
pub use axis::Axis;
pub use by_hand::{Grid, Single, backtest_grid, backtest_single};
pub use collect::collect;
pub use context::{Context, Settings};
pub use explain::{explain, explain_all};
pub use failure::{Failure, FailureKind};
pub use init::init;
pub use iterate::{iterate, run_one};
pub use journal::{Follower, Line, Progress, path as journal_file};
pub use lock::{Holder, current_holder};
pub use r#loop::repeat;
pub use pipeline::Pipeline;
pub use plan::{PlanOptions, Scheduler, plan};
pub use prove::{Null, Planted, ProveOptions, null, planted};
pub use publish::store as store_file;
pub use query::query;
pub use replay::{Replay, replay};
pub use report::{Leaderboard, terminal};
pub use rollback::rollback;
pub use run_shard::{Part, Wanted, run_shard};
pub use shards::Reuse;
pub use stats::{StatsOptions, stats};
pub use status::status;
pub use stop::Stop;

use serde_json::Value;

/// The six stages, in the order of the main pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Discover,
    GenerateScenarios,
    Backtest,
    Optimize,
    Apply,
    Report,
}

impl Stage {
    pub const ALL: [Self; 6] =
        [Self::Discover, Self::GenerateScenarios, Self::Backtest, Self::Optimize, Self::Apply, Self::Report];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Discover => "discover",
            Self::GenerateScenarios => "generate-scenarios",
            Self::Backtest => "backtest",
            Self::Optimize => "optimize",
            Self::Apply => "apply",
            Self::Report => "report",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// Runs on the artifacts as they are; the summary is the stage's `--json` object.
    fn run(self, context: &Context) -> Result<Value, Failure> {
        match self {
            Self::Discover => discover::run(context),
            Self::GenerateScenarios => generate_scenarios::run(context),
            Self::Backtest => backtest::run(context),
            Self::Optimize => optimize::run(context),
            Self::Apply => apply::run(context, &ApplyOptions::default()),
            Self::Report => report::run(context),
        }
    }
}
