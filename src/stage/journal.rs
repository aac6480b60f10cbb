//! What the running iteration tells whoever watches it: `data/progress.jsonl`, one JSON object a line, begun anew by
//! each iteration. It is no artifact: nothing is computed from it, and who cannot write it works on without.

mod entry;
mod follow;
mod progress;
mod write;

pub use entry::{Entry, Event};
pub use follow::Follower;
pub use progress::{Line, Progress};
pub use write::{Journal, Opening};

use std::path::{Path, PathBuf};

pub fn path(data: &Path) -> PathBuf {
    data.join("progress.jsonl")
}

#[cfg(test)]
mod tests;
