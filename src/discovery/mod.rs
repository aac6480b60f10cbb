//! Source text → strategies, parameters, protocols, and the reasons why not. Nothing is imported or run.
//!
//! [`scan`] walks the roots, outlines every file, and looks closer at the classes whose name or base says
//! strategy: `entry` tells how a class is called, `construct` how it is built, `verdict` why it is not run,
//! `parameters` which values it holds and where they stand, `config_files` which of them a file overrides.
//! `python` is the only folder that knows the parser.

mod config_files;
mod construct;
mod entry;
mod found;
mod frameworks;
mod functions;
mod lineage;
mod names;
mod outline;
mod parameters;
mod params;
mod placement;
mod python;
mod reach;
mod repository;
mod scan;
mod stdlib;
#[cfg(test)]
mod tests;
mod verdict;
mod walk;

pub use config_files::{ConfigReader, FileValue, NoConfigFiles};
pub use found::*;
pub use names::snake_case;
pub use parameters::is_period_name;
pub use params::{EntryOverride, Override, Params, ScanError};
pub use scan::scan;
