//! Whole loops on markets whose truth is known: where nothing can be better the loop has to change nothing, and where
//! something is better it has to find it.
//!
//! A loop is a project in a folder of its own (`project/`: a configuration, a pipeline and plain Python classes) on
//! which `iterate` runs again and again, as cron would run it. What a loop changed is read off the file of values.

mod evidence;
mod law;
mod null;
mod planted;
mod project;
mod text;

pub use null::{Null, null};
pub use planted::{Planted, planted};

/// What the command line asked for.
#[derive(Debug, Clone, Copy)]
pub struct ProveOptions {
    pub loops: usize,
    pub seed: u64,
    /// Loops at the same time; None for one on each core.
    pub threads: Option<usize>,
    pub quiet: bool,
}
