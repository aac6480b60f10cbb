use serde::{Deserialize, Serialize};

/// How far up a class has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// Nothing runs it.
    Refused,
    /// The user's own interpreter.
    Cpython,
    /// Whole columns by numpy's and pandas' rules: classes that are given all bars at once.
    Columnar,
    /// The typed program in the register machine.
    Interpreted,
    /// The typed program as machine code.
    Compiled,
}

impl Rung {
    /// From the top.
    pub const ALL: [Self; 5] = [Self::Compiled, Self::Interpreted, Self::Columnar, Self::Cpython, Self::Refused];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Cpython => "cpython",
            Self::Columnar => "columnar",
            Self::Interpreted => "interpreted",
            Self::Compiled => "compiled",
        }
    }
}
