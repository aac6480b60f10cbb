//! What the host says of one set. Everything it says is checked: user code lives in the same process.

use super::channel::Frame;
use crate::strategy::{Answers, Failure, FailureKind, Outcome};
use serde::Deserialize;

/// Characters of a message; the host cuts at half of it.
const MESSAGE: usize = 4000;

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
        let failure = self.failure.map(|failure| Failure {
            message: legible(&failure.message, MESSAGE),
            file: failure.file.map(|file| legible(&file, MESSAGE)),
            ..failure
        });
        match failure {
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

/// Text that user code had a hand in, for a console and a page: cut, and characters that a terminal obeys, or that
/// turn the order of others around, written out.
pub(super) fn legible(text: &str, limit: usize) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut told = String::with_capacity(text.len().min(limit));
    for (count, c) in text.chars().enumerate() {
        if count == limit {
            told.push('…');
            break;
        }
        if c.is_control() || turns(c) { told.extend(c.escape_default()) } else { told.push(c) }
    }
    told
}

pub(super) fn failed(kind: FailureKind, message: String) -> Failure {
    Failure { kind, message, file: None, line: None, bar: None }
}

#[cfg(test)]
mod tests {
    use super::legible;

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        assert_eq!(legible("é: \u{1b}[2J\r\n\u{202e}x", 99), "é: \\u{1b}[2J\\r\\n\\u{202e}x");
        assert_eq!(legible("abcdef", 3), "abc…");
        assert_eq!(legible("abc", 3), "abc");
    }
}
