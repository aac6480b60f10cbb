use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Milliseconds since 1970, UTC.
    pub at: i64,
    #[serde(flatten)]
    pub event: Event,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The first line.
    Begun {
        run: String,
        iteration: u32,
        pid: u32,
        pipeline: String,
        stages: Vec<String>,
        /// Seconds that stages took in earlier iterations, by pipeline and stage: half of it the last one's.
        experience: BTreeMap<String, BTreeMap<String, f64>>,
    },
    StageBegun {
        stage: String,
    },
    /// So many of the stage's `label` (backtests, trials) are done.
    Advanced {
        label: String,
        done: u64,
        total: u64,
    },
    Said {
        line: String,
    },
    Warned {
        line: String,
    },
    StageEnded {
        stage: String,
        seconds: f64,
    },
    /// The last line: complete, failed or abandoned. A run that was killed has none.
    Ended {
        status: String,
        message: Option<String>,
    },
}
