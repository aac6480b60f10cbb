//! What people see while a run works, on stderr. The only place below the command line that prints.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::borrow::Cow;
use std::io::Write;
use std::time::Duration;

#[derive(Debug, Clone, Copy)]
pub struct Console {
    quiet: bool,
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
        Self { quiet }
    }

    pub fn say(&self, line: impl AsRef<str>) {
        if !self.quiet {
            tell(line.as_ref());
        }
    }

    /// Shown even when quiet: something the reader has to act upon.
    pub fn warn(&self, line: impl AsRef<str>) {
        tell(&format!("warning: {}", line.as_ref()));
    }

    /// A bar while the work lasts; hidden when stderr is no terminal.
    pub fn progress(&self, label: &str, total: u64) -> Progress {
        if self.quiet {
            return Progress(ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden()));
        }
        let bar = ProgressBar::new(total);
        if let Ok(style) = ProgressStyle::with_template("  {msg} {bar:30} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        bar.set_message(label.to_owned());
        bar.enable_steady_tick(Duration::from_secs(1));
        Progress(bar)
    }
}

#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    pub fn advance(&self, by: u64) {
        self.0.inc(by);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
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
