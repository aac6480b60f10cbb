use super::{Executor, Outcome, ParamSet};
use crate::market::Series;

/// What an attribute held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Held {
    /// The instance has no such attribute yet.
    Absent,
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Which text is not told.
    Str,
    /// A list, an object, an integer beyond 64 bits.
    Other,
}

/// The attributes of one run after every bar that ended well.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trace {
    attributes: usize,
    /// Bar after bar.
    held: Vec<Held>,
}

impl Trace {
    /// # Panics
    /// If `held` is not a whole number of bars.
    pub fn new(attributes: usize, held: Vec<Held>) -> Self {
        assert!(if attributes == 0 { held.is_empty() } else { held.len().is_multiple_of(attributes) }, "whole bars");
        Self { attributes, held }
    }

    /// None beyond the bars that ended well.
    pub fn at(&self, bar: usize, attribute: usize) -> Option<Held> {
        self.held.get(bar * self.attributes + attribute).copied()
    }
}

/// A seat that shows what instances held, beside what they answered.
pub trait Witness: Executor {
    /// As [`Executor::run`], with what `attributes` (dotted: `rsi.avg_gain`) held after each bar. Only for
    /// protocols with one call per bar.
    fn trace(&mut self, market: &Series, sets: &[ParamSet], attributes: &[String]) -> Vec<(Outcome, Trace)>;
}
