use std::fmt;

/// Why a scenario is refused: the knob as the user wrote it, its value, and what it may be.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFault {
    /// Dotted below the scenario: `vol_per_year`, `phases.leg.jumps.sd`, `states.bull.mean_bars`.
    pub knob: String,
    pub value: String,
    /// Completes "must be …".
    pub allowed: String,
}

impl ModelFault {
    pub(super) fn new(knob: impl Into<String>, value: impl fmt::Display, allowed: impl Into<String>) -> Self {
        Self { knob: knob.into(), value: value.to_string(), allowed: allowed.into() }
    }

    /// The same fault seen from one level further out.
    #[must_use]
    pub(super) fn within(mut self, outer: impl fmt::Display) -> Self {
        self.knob = format!("{outer}.{}", self.knob);
        self
    }
}

impl fmt::Display for ModelFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}, it must be {}", self.knob, self.value, self.allowed)
    }
}

impl std::error::Error for ModelFault {}

/// What a number may be. The bounds belong to the range unless the variant says otherwise.
#[derive(Debug, Clone, Copy)]
pub(super) enum Allowed {
    Between(f64, f64),
    /// Above the first, at most the second.
    Above(f64, f64),
    /// Strictly between.
    Inside(f64, f64),
}

impl Allowed {
    /// # Errors
    /// `value` outside the range, or not a number.
    pub fn check(self, knob: &str, value: f64) -> Result<(), ModelFault> {
        let (holds, words) = match self {
            Self::Between(low, high) => ((low..=high).contains(&value), format!("from {low} to {high}")),
            Self::Above(low, high) => (value > low && value <= high, format!("above {low} and at most {high}")),
            Self::Inside(low, high) => (value > low && value < high, format!("above {low} and below {high}")),
        };
        if holds { Ok(()) } else { Err(ModelFault::new(knob, value, words)) }
    }
}
