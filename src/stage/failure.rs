use serde::Serialize;
use std::fmt;

/// Whose fault it is; the command line turns it into an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    Internal,
    Usage,
    Configuration,
    Input,
    MissingArtifact,
    BadArtifact,
    Locked,
    Io,
    Store,
    Python,
    Refused,
    Strategy,
    /// A stored run cannot be made again.
    Unreplayable,
    Interrupted,
}

/// Why a command ended early: what and where in the message, what to do next in the hints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub kind: FailureKind,
    pub message: String,
    pub hints: Vec<String>,
}

impl Failure {
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new() }
    }

    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Usage, message)
    }

    pub fn input(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Input, message)
    }

    pub fn io(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::new(FailureKind::Io, format!("{doing} {}: {error}", path.display()))
    }

    pub fn interrupted() -> Self {
        Self::new(FailureKind::Interrupted, "stopped by a signal; finished stages are kept")
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<crate::artifact::ArtifactError> for Failure {
    fn from(error: crate::artifact::ArtifactError) -> Self {
        use crate::artifact::Fault;
        let kind = match error.fault {
            Fault::Missing { .. } => FailureKind::MissingArtifact,
            Fault::Io { .. } => FailureKind::Io,
            Fault::NoSuchMarket { .. } => FailureKind::Input,
            _ => FailureKind::BadArtifact,
        };
        Self::new(kind, error.to_string())
    }
}
