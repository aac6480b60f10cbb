use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What one worker process may use. A set that exceeds one of them costs only itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall clock from starting the interpreter to its being ready, imports of numpy and pandas included.
    pub wall_start: Duration,
    /// Wall clock of one parameter set on one market.
    pub wall_per_call: Duration,
    /// CPU time of the whole process. A process that has used half of it is replaced between two blocks.
    pub cpu_seconds: u64,
    /// Address space.
    pub memory_bytes: u64,
    /// What one set may print.
    pub output_bytes: u64,
    /// Size of one file in the scratch directory.
    pub file_bytes: u64,
    /// What all files of its together may take, those that are open but in no directory any more included.
    pub scratch_bytes: u64,
    /// Files and directories in the scratch directory.
    pub scratch_files: usize,
    pub threads: usize,
    pub open_files: u64,
    /// After so many time-outs one after another, further sets are not tried.
    pub timeouts_in_a_row: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wall_start: Duration::from_secs(180),
            wall_per_call: Duration::from_secs(60),
            cpu_seconds: 3600,
            memory_bytes: 4 << 30,
            output_bytes: 64 << 20,
            file_bytes: 64 << 20,
            scratch_bytes: 512 << 20,
            scratch_files: 10_000,
            threads: 256,
            open_files: 256,
            timeouts_in_a_row: 3,
        }
    }
}
