//! What people see while a run works, on stderr. The only place below the command line that prints.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

#[derive(Debug, Clone, Copy)]
pub struct Console {
    quiet: bool,
}

/// `1 strategy`, `2 strategies`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

impl Console {
    pub const fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    pub fn say(&self, line: impl AsRef<str>) {
        if !self.quiet {
            eprintln!("{}", line.as_ref());
        }
    }

    /// Shown even when quiet: something the reader has to act upon.
    pub fn warn(&self, line: impl AsRef<str>) {
        eprintln!("warning: {}", line.as_ref());
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
