//! What the host says of one set. Everything it says is checked: user code lives in the same process.

use super::channel::Frame;
use crate::strategy::{Answers, Failure, FailureKind, Outcome};
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Reply {
    pub index: usize,
    /// Something stays alive in the process that the next set could see.
    pub tainted: bool,
    /// CPU seconds the process has used.
    pub cpu: f64,
    #[serde(default)]
    clipped: usize,
    confidence: Option<f64>,
    failure: Option<Failure>,
    #[serde(default)]
    infeasible: bool,
}

impl Reply {
    pub fn read(frame: &Frame) -> Result<Self, String> {
        serde_json::from_slice(&frame.header).map_err(|error| format!("an unreadable reply: {error}"))
    }

    pub const fn is_failure(&self) -> bool {
        self.failure.is_some()
    }

    pub fn outcome(self, payload: &[u8], bars: usize) -> Result<Outcome, String> {
        match self.failure {
            Some(failure) if self.infeasible => Ok(Outcome::Infeasible(failure)),
            Some(failure) => Ok(Outcome::Raised(failure)),
            None => {
                let (words, rest) = payload.as_chunks::<8>();
                if words.len() != bars || !rest.is_empty() {
                    return Err(format!("{} bytes of answers for {bars} bars", payload.len()));
                }
                let targets: Vec<f64> = words.iter().map(|word| f64::from_le_bytes(*word)).collect();
                if let Some(target) = targets.iter().find(|target| target.abs() > 1.0) {
                    return Err(format!("a target exposure of {target}"));
                }
                Ok(Outcome::Ok(Answers { targets, clipped: self.clipped, confidence: self.confidence }))
            }
        }
    }
}

pub(super) fn failed(kind: FailureKind, message: String) -> Failure {
    Failure { kind, message, file: None, line: None, bar: None }
}
