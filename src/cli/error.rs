//! How a command ends: the message on stderr and a documented exit code.

use crate::stage::{Failure, FailureKind};
use std::process::ExitCode;

/// Exit codes, stable across versions.
pub mod exit_code {
    /// Done. "Nothing to improve" is done, too.
    pub const OK: u8 = 0;
    /// A fault of this program.
    pub const INTERNAL: u8 = 1;
    /// The command line is wrong.
    pub const USAGE: u8 = 2;
    /// The configuration is wrong.
    pub const CONFIGURATION: u8 = 3;
    /// An input is wrong: a missing or empty root, malformed bars, an unknown strategy, parameter or market.
    pub const INPUT: u8 = 4;
    /// A stage's artifact is missing: run the stage it names first.
    pub const MISSING_ARTIFACT: u8 = 5;
    /// An artifact is damaged, or from another version.
    pub const BAD_ARTIFACT: u8 = 6;
    /// Another iteration holds the lock.
    pub const LOCKED: u8 = 7;
    /// Reading or writing failed: permissions, a full disk.
    pub const IO: u8 = 8;
    /// The results store or a query failed.
    pub const STORE: u8 = 9;
    /// No Python, or it cannot be confined.
    pub const PYTHON: u8 = 10;
    /// A change was asked for and refused; the file is untouched.
    pub const REFUSED: u8 = 11;
    /// The run by hand failed in the user's code.
    pub const STRATEGY_FAILED: u8 = 12;
    /// A proof ran to its end, and its figures are not what they have to be.
    pub const NOT_PROVEN: u8 = 13;
    /// A run was made again, and its results are not the stored ones.
    pub const REPLAY_DIFFERS: u8 = 14;
    /// A stored run cannot be made again: sources, markets or the program changed.
    pub const UNREPLAYABLE: u8 = 15;
    /// SIGTERM or SIGINT ended it; finished stages are kept. A loop or a dashboard that is ended so has done its job: 0.
    pub const INTERRUPTED: u8 = 130;

    pub const HELP: &str = "\
Exit codes:
    0  done (\"nothing to improve\" is done, too)
    1  a fault of this program
    2  wrong command line
    3  wrong configuration
    4  wrong input: missing or empty root, malformed bars, unknown strategy or parameter
    5  a stage's artifact is missing
    6  an artifact is damaged, or from another version
    7  another iteration holds the lock
    8  reading or writing failed
    9  the results store or a query failed
   10  no Python, or it cannot be confined
   11  a change was asked for and refused; the file is untouched
   12  the run by hand failed in the strategy's own code
   13  a proof ran to its end, and its figures are not what they have to be
   14  a run was made again, and its results are not the stored ones
   15  a stored run cannot be made again
  130  ended by SIGTERM or SIGINT, within seconds; finished stages are kept (`cbt loop` and `cbt dashboard`, which only end so, end with 0)";
}

const fn code(kind: FailureKind) -> u8 {
    match kind {
        FailureKind::Internal => exit_code::INTERNAL,
        FailureKind::Usage => exit_code::USAGE,
        FailureKind::Configuration => exit_code::CONFIGURATION,
        FailureKind::Input => exit_code::INPUT,
        FailureKind::MissingArtifact => exit_code::MISSING_ARTIFACT,
        FailureKind::BadArtifact => exit_code::BAD_ARTIFACT,
        FailureKind::Locked => exit_code::LOCKED,
        FailureKind::Io => exit_code::IO,
        FailureKind::Store => exit_code::STORE,
        FailureKind::Python => exit_code::PYTHON,
        FailureKind::Refused => exit_code::REFUSED,
        FailureKind::Strategy => exit_code::STRATEGY_FAILED,
        FailureKind::Unreplayable => exit_code::UNREPLAYABLE,
        FailureKind::Interrupted => exit_code::INTERRUPTED,
    }
}

/// Prints the failure for people, or as one JSON object on stdout with `--json`.
pub fn report(failure: &Failure, json: bool) -> ExitCode {
    let code = code(failure.kind);
    if json {
        let object = serde_json::json!({
            "error": { "kind": failure.kind, "message": failure.message, "hints": failure.hints, "exit_code": code }
        });
        emit(&object);
    }
    eprintln!("error: {}", failure.message);
    for hint in &failure.hints {
        eprintln!("  hint: {hint}");
    }
    ExitCode::from(code)
}

pub fn usage(error: &clap::Error) -> ExitCode {
    // Printing can only fail when the terminal is gone; there is nobody left to tell.
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { exit_code::USAGE } else { exit_code::OK })
}

/// One JSON object on stdout. A closed pipe is not an error: the reader has what it wanted.
pub fn emit(value: &serde_json::Value) {
    use std::io::Write;
    // In one piece: the terminal's own way is a write a line.
    let text = format!("{value:#}\n");
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}
