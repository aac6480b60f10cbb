//! How a class is built: its chain of constructors, and where each argument comes from.

mod arguments;
mod chain;
mod config;

pub use arguments::{Built, Lack, build};
pub use chain::{Chain, Fed};
pub use config::{Fallback, is_config_name, reads_of};
