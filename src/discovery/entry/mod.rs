//! How a class is called: its method, its arguments, its exit, and what had to be assumed.

mod answer;
mod beyond;
mod body;
mod choose;
mod frame_calls;
mod held;
mod hint;
mod names;
mod obstacle;
mod path;
mod reads;
mod shape;
mod trace;
mod wished;

pub use answer::annotation_text;
pub use choose::{Chosen, choose};
pub use names::is_entry_like;
pub use obstacle::{Obstacle, ObstacleKind};
pub use shape::is_symbol_name;
