use crate::strategy::native::lower::Obstacle;

/// Why a run on columns ended before its answer; CPython makes it then from its first bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exit {
    pub cause: Cause,
    pub at: Obstacle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A construct that nothing here understands.
    Unknown,
    /// CPython raises here, or does what only CPython can tell.
    Raises,
    /// A way that verification did not see.
    Unseen,
    /// More rounds than a run may take.
    Spent,
}

impl Exit {
    /// `strategies/s.py:12: float division by zero`
    pub fn told(&self) -> String {
        match self.cause {
            Cause::Unknown => self.at.to_string(),
            _ => format!("{}:{}: {}", self.at.file, self.at.line, self.at.why),
        }
    }
}
