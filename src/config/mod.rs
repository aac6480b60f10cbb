//! `continuous_backtest_config.yaml`: raw (the file as it stands) → resolved [`Config`] (cannot be wrong).
//!
//! Every key has a default, an unknown key is refused, and one reading lists every fault with its line.

mod argument;
mod backtest;
mod backtest_types;
mod bounds;
mod fault;
mod market_data;
mod model;
mod notify;
mod optimization;
mod overrides;
mod range;
mod raw;
mod report;
mod retention;
mod scenarios;
mod section;
mod strategies;
mod system;

pub use backtest::Backtest;
pub use backtest_types::{BacktestTypes, Scheme};
pub use bounds::Bounds;
pub use fault::{Fault, Faults, Reason};
pub use market_data::{Market, MarketData};
pub use model::{Garch, Jumps, Model, Trend};
pub use notify::{Address, Channel, Event, Notification};
pub use optimization::{Gate, Objective, Optimization};
pub use overrides::{EntryOverride, StrategyOverride};
pub use raw::Origin;
pub use report::Report;
pub use retention::Retention;
pub use scenarios::{Instrument, Paths, Realism, Scenarios, Volume, mirrored};
pub use strategies::{Limits, Native, Strategies};
pub use system::System;

use raw::Node;
use section::Section;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The complete, commented file with every default.
const SHIPPED: &str = include_str!("../../continuous_backtest_config.yaml");
const SHIPPED_ROOTS: &str = "roots: [examples]";

/// Every setting, checked. Paths are resolved against the directory of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Directory that relative paths count from.
    pub base_dir: PathBuf,
    /// blake3 of the settings as JSON, paths as written: equal settings have equal hashes wherever they stand.
    pub hash: String,
    pub written: Written,
    pub system: System,
    pub backtest: Backtest,
    pub backtest_types: BacktestTypes,
    pub strategies: Strategies,
    pub market_data: MarketData,
    pub scenarios: Scenarios,
    pub optimization: Optimization,
    pub retention: Retention,
    pub report: Report,
    pub notify: Vec<Notification>,
}

/// What the settings were read from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Written {
    /// The file, for messages.
    pub file: PathBuf,
    /// Its text; None where there was no file.
    pub text: Option<String>,
    /// What a pipeline laid over it.
    pub overrides: Option<serde_json::Value>,
}

/// What holds without a file, in the current directory.
impl Default for Config {
    fn default() -> Self {
        let settings = Self {
            base_dir: PathBuf::new(),
            hash: String::new(),
            written: Written::default(),
            system: System::default(),
            backtest: Backtest::default(),
            backtest_types: BacktestTypes::default(),
            strategies: Strategies::default(),
            market_data: MarketData::default(),
            scenarios: Scenarios::default(),
            optimization: Optimization::default(),
            retention: Retention::default(),
            report: Report::default(),
            notify: Vec::new(),
        };
        settings.seal(Path::new("."))
    }
}

impl Config {
    /// # Errors
    /// As [`Self::load_with`].
    pub fn load(file: &Path) -> Result<Self, Faults> {
        Self::load_with(file, None)
    }

    /// Reads `file` with `overrides` laid over it: the same keys, as a pipeline has them.
    ///
    /// # Errors
    /// A file that cannot be read or is not YAML; otherwise every unknown key, repeated key, wrong type, value out
    /// of range and contradiction in it.
    pub fn load_with(file: &Path, overrides: Option<&serde_json::Value>) -> Result<Self, Faults> {
        let text = std::fs::read_to_string(file).map_err(|error| {
            let message = if error.kind() == std::io::ErrorKind::NotFound {
                "there is no such file; `cbt init DIR` writes one".to_owned()
            } else {
                error.to_string()
            };
            whole(file, None, Reason::Unreadable { message })
        })?;
        let base = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self::read_again(&Written { file: file.to_owned(), text: Some(text), overrides: overrides.cloned() }, base)
    }

    /// What was read once, read again.
    ///
    /// # Errors
    /// As [`Self::load_with`], but for the reading of the file.
    pub fn read_again(written: &Written, base: &Path) -> Result<Self, Faults> {
        let Written { file, text, overrides } = written;
        let root = match text {
            Some(text) => Node::parse(text).map_err(|fault| {
                whole(file, fault.line.map(Origin::Line), Reason::Syntax { message: fault.message })
            })?,
            None => Node::null(),
        };
        let config = Self::resolve(root, overrides.as_ref(), file, base)?;
        Ok(Self { written: written.clone(), ..config })
    }

    /// The defaults with `overrides` laid over them, for work without a file.
    ///
    /// # Errors
    /// As [`Self::load_with`], for the overrides.
    pub fn defaults_with(base: &Path, overrides: Option<&serde_json::Value>) -> Result<Self, Faults> {
        let file = PathBuf::from("the defaults");
        Self::read_again(&Written { file, text: None, overrides: overrides.cloned() }, base)
    }

    fn resolve(
        mut root: Node,
        overrides: Option<&serde_json::Value>,
        file: &Path,
        base: &Path,
    ) -> Result<Self, Faults> {
        if let Some(overrides) = overrides.filter(|overrides| !overrides.is_null()) {
            root.overlay(overrides);
        }
        let mut faults = Vec::new();
        let config = Section::read(String::new(), &root, root.origin, &mut faults, Self::read);
        if !faults.is_empty() {
            faults.sort_by_key(|fault| match fault.origin {
                Some(Origin::Line(line)) => line,
                Some(Origin::Override) | None => u64::MAX,
            });
            return Err(Faults { file: file.to_owned(), faults });
        }
        Ok(config.seal(base))
    }

    fn read(section: &mut Section<'_>) -> Self {
        // In the order of the file, which is the order a message lists the keys in.
        let system = section.nested("system_config", System::read);
        let backtest = section.nested("backtest_settings", Backtest::read);
        let strategies = section.nested("strategies", Strategies::read);
        let market_data = section.nested("market_data", MarketData::read);
        let scenarios = section.nested("scenarios", Scenarios::read);
        let backtest_types = section.nested("backtest_types", |section| BacktestTypes::read(section, scenarios.bars));
        let optimization = section.nested("optimization", |section| Optimization::read(section, &scenarios.names()));
        let retention = section.nested("retention", Retention::read);
        let report = section.nested("report", Report::read);
        let notify = section.listed("notify", Notification::read);
        let (base_dir, hash, written) = (PathBuf::new(), String::new(), Written::default());
        Self {
            base_dir,
            hash,
            written,
            system,
            backtest,
            backtest_types,
            strategies,
            market_data,
            scenarios,
            optimization,
            retention,
            report,
            notify,
        }
    }

    /// Hashes the settings as they are written, then resolves their paths.
    fn seal(mut self, base: &Path) -> Self {
        self.hash = blake3::hash(self.to_json().to_string().as_bytes()).to_hex().to_string();
        self.base_dir = base.to_owned();
        self.strategies.anchor(base);
        self.market_data.anchor(base);
        self.report.anchor(base);
        self
    }

    /// The settings under the keys of the file.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "system_config": self.system,
            "backtest_settings": self.backtest,
            "strategies": self.strategies,
            "market_data": self.market_data,
            "scenarios": self.scenarios,
            "backtest_types": self.backtest_types,
            "optimization": self.optimization,
            "retention": self.retention,
            "report": self.report,
            "notify": self.notify,
        })
    }

    /// The commented file for a repository of the user's own, which scans the directory it stands in.
    pub fn init_text() -> String {
        SHIPPED.replacen(SHIPPED_ROOTS, "roots: [.]", 1)
    }
}

fn whole(file: &Path, origin: Option<Origin>, reason: Reason) -> Faults {
    Faults { file: file.to_owned(), faults: vec![Fault { origin, key: String::new(), reason }] }
}

#[cfg(test)]
mod tests;
