use super::error;
use crate::config::Config;
use crate::stage::{self, Context, Failure, FailureKind};
use chrono::{DateTime, Utc};
use std::path::PathBuf;

/// Options every command has.
#[derive(Debug, Clone, clap::Args)]
pub struct Global {
    /// Configuration file; without the file, its documented defaults apply
    #[arg(long, global = true, value_name = "FILE", default_value = "continuous_backtest_config.yaml")]
    pub config: PathBuf,
    /// Where artifacts, market data and the results store live [default: data beside the configuration]
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Where reports are written [default: the configuration's report directory]
    #[arg(long, global = true, value_name = "DIR")]
    pub reports_dir: Option<PathBuf>,
    /// Everything random follows from this number
    #[arg(long, global = true, value_name = "N", default_value_t = 42)]
    pub seed: u64,
    /// Worker threads; results do not depend on it [default: the number of cores]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// Only errors on stderr
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// One JSON object with the summary on stdout
    #[arg(long, global = true)]
    pub json: bool,
    /// The time this run is dated with, RFC 3339 [default: now]
    #[arg(long, global = true, value_name = "TIME", hide_short_help = true)]
    pub at: Option<DateTime<Utc>>,
}

impl Global {
    /// The configuration and everything a stage needs to work.
    pub fn context(&self, overrides: Option<&serde_json::Value>) -> Result<Context, Failure> {
        let explicit = self.config.as_os_str() != "continuous_backtest_config.yaml";
        let config = if explicit || self.config.exists() {
            Config::load_with(&self.config, overrides)
        } else {
            Config::defaults_with(std::path::Path::new("."), overrides)
        }
        .map_err(|fault| Failure::new(FailureKind::Configuration, fault.to_string()))?;
        Context::new(
            config,
            stage::Settings {
                data_dir: self.data_dir.clone(),
                reports_dir: self.reports_dir.clone(),
                seed: self.seed,
                threads: self.threads.map(usize::from),
                quiet: self.quiet,
                started: self.at.unwrap_or_else(Utc::now),
            },
        )
    }

    /// The words that run this program on this project from anywhere.
    pub fn command(&self, context: &Context) -> Result<Vec<String>, Failure> {
        let absolute = |path: &std::path::Path| {
            std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
        };
        let mut words = vec![context.launcher()?.to_string_lossy().into_owned()];
        if self.config.exists() {
            words.extend(["--config".to_owned(), absolute(&self.config)]);
        }
        words.extend(["--data-dir".to_owned(), absolute(&context.data)]);
        words.extend(["--seed".to_owned(), self.seed.to_string()]);
        Ok(words)
    }

    /// Prints a stage's summary where it was asked for.
    pub fn finish(&self, summary: &serde_json::Value) {
        if self.json {
            error::emit(summary);
        }
    }
}
