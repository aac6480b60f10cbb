use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a file was left as it is: what, where, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub file: PathBuf,
    /// One-based, where one line is to blame.
    pub line: Option<u32>,
    pub reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The bytes are not those that discovery read.
    Changed,
    /// The file is gone.
    Missing,
    /// Nothing begins or ends at this span.
    NotFound,
    /// The span holds more or less than one plain value: an expression, a key, a comment, an annotation.
    NotAValue,
    /// A plain value stands there, but not the one to be replaced.
    OtherValue {
        key: String,
    },
    /// Two edits ask for the same bytes, one assignment gives two names their value, edits name two files.
    Ambiguous {
        why: String,
    },
    /// These bytes are read at all of `keys`, through a YAML alias or merge key.
    AliasOrAnchor {
        keys: Vec<String>,
    },
    /// The key is given again, and another value may win.
    DuplicateKey {
        key: String,
    },
    /// A number or truth value kept in quotes on purpose.
    Quoted {
        key: String,
    },
    /// The new value is of another type than the old.
    TypeChange {
        key: String,
        from: &'static str,
        to: &'static str,
    },
    /// A number whose form cannot hold the new value, or that readers take differently.
    UnsupportedNumberForm {
        key: String,
        why: String,
    },
    /// Text or code in a form that is not edited.
    UnsupportedForm {
        key: String,
        why: String,
    },
    /// Every value already is as asked.
    NoChange,
    /// The extension is none that can be read, or edits disagree about it.
    UnknownFormat,
    /// The present text does not parse.
    Unreadable {
        message: String,
    },
    /// The text with the new values would not parse.
    WouldNotReparse {
        message: String,
    },
    /// The text with the new values would read differently elsewhere, or would not give back the new value.
    DiffersElsewhere {
        what: String,
    },
    NotRegularFile {
        what: &'static str,
    },
    /// The file has other names, and replacing one would part them.
    HardLinked {
        names: u64,
    },
    ReadOnly {
        what: PathBuf,
    },
    /// Something that was not made here stands where the backup goes.
    BackupInTheWay {
        backup: PathBuf,
    },
    /// There is no backup, or it is not of the bytes asked for.
    NoBackup {
        backup: PathBuf,
    },
    Io {
        doing: String,
        kind: io::ErrorKind,
        message: String,
    },
}

impl Refusal {
    pub(super) fn new(file: &Path, reason: Reason) -> Self {
        Self { file: file.to_owned(), line: None, reason }
    }

    pub(super) fn at(file: &Path, line: u32, reason: Reason) -> Self {
        Self { file: file.to_owned(), line: Some(line), reason }
    }

    pub(super) fn io(file: &Path, doing: impl Into<String>, error: &io::Error) -> Self {
        let reason = match error.kind() {
            io::ErrorKind::NotFound => Reason::Missing,
            kind => Reason::Io { doing: doing.into(), kind, message: error.to_string() },
        };
        Self::new(file, reason)
    }
}

impl Reason {
    /// For history rows and `--json`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::NotFound => "not_found",
            Self::NotAValue => "not_a_value",
            Self::OtherValue { .. } => "other_value",
            Self::Ambiguous { .. } => "ambiguous",
            Self::AliasOrAnchor { .. } => "alias_or_anchor",
            Self::DuplicateKey { .. } => "duplicate_key",
            Self::Quoted { .. } => "quoted",
            Self::TypeChange { .. } => "type_change",
            Self::UnsupportedNumberForm { .. } => "unsupported_number_form",
            Self::UnsupportedForm { .. } => "unsupported_form",
            Self::NoChange => "no_change",
            Self::UnknownFormat => "unknown_format",
            Self::Unreadable { .. } => "unreadable",
            Self::WouldNotReparse { .. } => "would_not_reparse",
            Self::DiffersElsewhere { .. } => "differs_elsewhere",
            Self::NotRegularFile { .. } => "not_regular_file",
            Self::HardLinked { .. } => "hard_linked",
            Self::ReadOnly { .. } => "read_only",
            Self::BackupInTheWay { .. } => "backup_in_the_way",
            Self::NoBackup { .. } => "no_backup",
            Self::Io { .. } => "io",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}; nothing was changed", self.reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const AGAIN: &str = "run `cbt discover` again";
        match self {
            Self::Changed => write!(f, "the file has changed since it was read: {AGAIN}"),
            Self::Missing => write!(f, "the file is gone: {AGAIN}"),
            Self::NotFound => write!(f, "no value stands at the recorded place: {AGAIN}"),
            Self::NotAValue => {
                write!(
                    f,
                    "the recorded place holds no plain value of its own (an expression, a key): change it by hand"
                )
            }
            Self::OtherValue { key } => write!(f, "{key} is not the value that was recorded: {AGAIN}"),
            Self::Ambiguous { why } => write!(f, "{why}: change it by hand"),
            Self::AliasOrAnchor { keys } => {
                write!(f, "one value serves {}: write it out where it should differ", keys.join(" and "))
            }
            Self::DuplicateKey { key } => write!(f, "{key} is given more than once: keep one of them"),
            Self::Quoted { key } => {
                write!(f, "{key} is kept in quotes: remove them if it is a number, or change it by hand")
            }
            Self::TypeChange { key, from, to } => {
                write!(f, "{key} holds {from} and would become {to}: give a value of the same type")
            }
            Self::UnsupportedNumberForm { key, why } => {
                write!(f, "{key}: {why}: write it as a plain decimal or change it by hand")
            }
            Self::UnsupportedForm { key, why } => write!(f, "{key}: {why}: change it by hand"),
            Self::NoChange => write!(f, "every value already is as asked: there is nothing to do"),
            Self::UnknownFormat => {
                write!(f, "this is not a Python, YAML, JSON, TOML or .env file: change it by hand")
            }
            Self::Unreadable { message } => write!(f, "the file does not parse ({message}): correct it first"),
            Self::WouldNotReparse { message } => {
                write!(f, "with the new value the file would not parse ({message}): change it by hand")
            }
            Self::DiffersElsewhere { what } => {
                write!(f, "with the new value {what} would read differently: change it by hand")
            }
            Self::NotRegularFile { what } => write!(f, "this is {what}, not a regular file: name the file itself"),
            Self::HardLinked { names } => {
                write!(
                    f,
                    "the file has {names} names (hard links) and replacing one would part them: change it by hand"
                )
            }
            Self::ReadOnly { what } => {
                write!(f, "{} is not writable: give yourself permission to write", what.display())
            }
            Self::BackupInTheWay { backup } => {
                write!(f, "{} was not made by this program: move it away", backup.display())
            }
            Self::NoBackup { backup } => {
                write!(f, "{} is not a backup of the bytes asked for: restore from your own copy", backup.display())
            }
            Self::Io { doing, kind, message } => {
                let advice = match kind {
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space",
                    io::ErrorKind::PermissionDenied => "check who owns the file and its directory",
                    _ => "check the disk",
                };
                write!(f, "{doing} failed ({message}): {advice} and try again")
            }
        }
    }
}

impl std::error::Error for Refusal {}
