//! What people see while a run works, on stderr, and in the journal for who watches from elsewhere. The only place below
//! the command line that prints.

use super::journal::{Journal, Opening};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug, Clone)]
pub struct Console {
    quiet: bool,
    journal: Option<Arc<Journal>>,
}

/// `1 strategy`, `2 strategies`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

impl Console {
    pub const fn new(quiet: bool) -> Self {
        Self { quiet, journal: None }
    }

    /// From here on, what is said stands in a journal at `path`, too.
    #[must_use]
    pub fn journaled(self, path: &Path, opening: Opening<'_>) -> Self {
        match Journal::begin(path, opening) {
            Ok(journal) => Self { journal: Some(Arc::new(journal)), ..self },
            Err(error) => {
                self.warn(format!("nobody can watch this run, {} cannot be written: {error}", path.display()));
                self
            }
        }
    }

    /// None where there is none.
    pub fn journal(&self) -> Option<&Journal> {
        self.journal.as_deref()
    }

    pub fn say(&self, line: impl AsRef<str>) {
        if !self.quiet {
            eprintln!("{}", line.as_ref());
        }
        if let Some(journal) = &self.journal {
            journal.said(line.as_ref());
        }
    }

    /// Shown even when quiet: something the reader has to act upon.
    pub fn warn(&self, line: impl AsRef<str>) {
        eprintln!("warning: {}", line.as_ref());
        if let Some(journal) = &self.journal {
            journal.warned(line.as_ref());
        }
    }

    /// A bar while the work lasts; hidden when stderr is no terminal.
    pub fn progress(&self, label: &str, total: u64) -> Progress {
        let journal = self.journal.clone();
        if self.quiet {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
            return Progress { bar, label: label.to_owned(), journal };
        }
        let bar = ProgressBar::new(total);
        if let Ok(style) = ProgressStyle::with_template("  {msg} {bar:30} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        bar.set_message(label.to_owned());
        bar.enable_steady_tick(Duration::from_secs(1));
        Progress { bar, label: label.to_owned(), journal }
    }
}

#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    label: String,
    journal: Option<Arc<Journal>>,
}

impl Progress {
    pub fn advance(&self, by: u64) {
        self.bar.inc(by);
        if let (Some(journal), Some(total)) = (&self.journal, self.bar.length()) {
            journal.advanced(&self.label, self.bar.position(), total);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
