//! Paths from an argument into what it holds: `df["close"].rolling(…)`.

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// `.close`, not called.
    Attr(String),
    /// `["close"]`
    Key(String),
    /// `.get("close", …)`
    Maybe(String),
    /// `[-1]`, `[0]`
    At(i64),
    /// `[i]`, `[self.column]`
    Index,
    /// The element of a loop.
    Each,
    Slice,
    /// `.rolling(…)`
    Call(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    Read,
    /// In arithmetic or a comparison.
    Number,
    Length,
    /// Given to a function: its dotted name.
    Passed(String),
    /// `x["signal"] = …`, with the path's last step the key.
    Stored,
    /// `a, b, c = x`
    Unpacked(usize),
}

/// One use of an argument.
#[derive(Debug, Clone)]
pub struct Use {
    pub argument: String,
    pub path: Vec<Step>,
    pub how: How,
    /// One-based line, in the file of the method that uses it.
    pub line: u32,
}

/// An argument, and what is read from it step by step.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    pub argument: String,
    pub steps: Vec<Step>,
}

impl Path {
    pub fn step(&self, step: Step) -> Self {
        let mut steps = self.steps.clone();
        steps.push(step);
        Self { argument: self.argument.clone(), steps }
    }
}
