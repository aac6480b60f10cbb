//! What people see while a run works, on stderr, and in the journal for who watches from elsewhere. The only place below
//! the command line that prints.

use super::journal::{Journal, Opening};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::borrow::Cow;
use std::io::Write;
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

/// Names of files and texts of other people's code are told as well: what a terminal would obey is written out.
fn shown(line: &str) -> Cow<'_, str> {
    let obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{202a}'..='\u{202e}');
    if !line.contains(obeyed) {
        return line.into();
    }
    line.chars().map(|c| if obeyed(c) { c.escape_default().to_string() } else { c.to_string() }).collect()
}

/// Who reads may have gone (`cbt iterate 2>&1 | head`): that is no reason to end the work.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", shown(line));
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
            tell(line.as_ref());
        }
        if let Some(journal) = &self.journal {
            journal.said(line.as_ref());
        }
    }

    /// Shown even when quiet: something the reader has to act upon.
    pub fn warn(&self, line: impl AsRef<str>) {
        tell(&format!("warning: {}", line.as_ref()));
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

#[cfg(test)]
mod tests {
    #[test]
    fn a_terminal_is_told_nothing_it_would_obey() {
        assert_eq!(super::shown("two\n\tlines"), "two\n\tlines");
        assert_eq!(super::shown("a\u{1b}[31mb\r\u{202e}"), "a\\u{1b}[31mb\\r\\u{202e}");
    }
}
