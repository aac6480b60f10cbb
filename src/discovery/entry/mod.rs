//! How a class is called: its method, its arguments, its exit, and what had to be assumed.

mod answer;
mod choose;
mod names;
mod shape;
mod trace;

pub use answer::annotation_text;
pub use choose::{Chosen, Obstacle, ObstacleKind, choose};
pub use names::is_entry_like;
pub use shape::is_symbol_name;
