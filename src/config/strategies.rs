use super::overrides::StrategyOverride;
use super::range::{above, at_least};
use super::section::Section;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const DEFAULT_ROOT: &str = "examples";
const NAME_PATTERNS: [&str; 5] = ["*Strategy", "*Bot", "*Trader", "*System", "*Algo"];

/// `strategies`
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Strategies {
    /// Directories that are scanned.
    pub roots: Vec<PathBuf>,
    /// Globs of files to read, relative to a root; empty takes every `.py` file.
    pub include: Vec<String>,
    /// Globs of files to leave alone; wins over `include`.
    pub exclude: Vec<String>,
    /// Names, of the class or of a base, that make a candidate: `*Strategy`.
    pub name_patterns: Vec<String>,
    /// Further bases that make a candidate, bare or dotted: `SignalSource`, `lib.Model`.
    pub base_classes: Vec<String>,
    /// A path, or a program to be found in PATH; None: VIRTUAL_ENV, `.venv` beside the root, python3.
    pub interpreter: Option<PathBuf>,
    pub limits: Limits,
    pub native: Native,
    /// Run strategies even where the system cannot confine them.
    pub allow_unsandboxed: bool,
    /// By strategy name.
    pub overrides: BTreeMap<String, StrategyOverride>,
}

/// Native code in CPython's place, where it was seen to answer the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Native {
    pub enabled: bool,
    /// Of the native runs that are made again in CPython, in [0, 1].
    pub verify_share: f64,
}

impl Default for Native {
    fn default() -> Self {
        Self { enabled: true, verify_share: 0.001 }
    }
}

/// What a worker process may use.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Limits {
    /// Wall clock for one parameter set over one market.
    pub wall_seconds_per_run: f64,
    /// CPU time of one worker process over its whole life.
    pub cpu_seconds: u64,
    /// Address space of one worker process.
    pub memory_mb: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { wall_seconds_per_run: 60.0, cpu_seconds: 3600, memory_mb: 4096 }
    }
}

impl Default for Strategies {
    fn default() -> Self {
        Self {
            roots: vec![PathBuf::from(DEFAULT_ROOT)],
            include: Vec::new(),
            exclude: Vec::new(),
            name_patterns: NAME_PATTERNS.map(str::to_owned).to_vec(),
            base_classes: Vec::new(),
            interpreter: None,
            limits: Limits::default(),
            native: Native::default(),
            allow_unsandboxed: false,
            overrides: BTreeMap::new(),
        }
    }
}

impl Strategies {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        let roots = section.texts("roots", vec![DEFAULT_ROOT.to_owned()]);
        if roots.is_empty() {
            section.empty("roots", "name at least one directory");
        }
        let strategies = Self {
            roots: roots.into_iter().map(PathBuf::from).collect(),
            include: section.globs("include", default.include),
            exclude: section.globs("exclude", default.exclude),
            name_patterns: section.globs("name_patterns", default.name_patterns),
            base_classes: section.texts("base_classes", default.base_classes),
            interpreter: section.optional_text("interpreter").map(PathBuf::from),
            limits: section.nested("limits", Limits::read),
            native: section.nested("native", Native::read),
            allow_unsandboxed: section.flag("allow_unsandboxed", default.allow_unsandboxed),
            overrides: section.named("overrides", |_, strategy| StrategyOverride::read(strategy)),
        };
        if strategies.name_patterns.is_empty() && strategies.base_classes.is_empty() {
            section.empty("name_patterns", "without name_patterns and base_classes nothing can be found");
        }
        strategies
    }

    pub(super) fn anchor(&mut self, base: &Path) {
        for root in &mut self.roots {
            *root = base.join(&root);
        }
        if let Some(interpreter) = &mut self.interpreter {
            // A bare name is looked up in PATH.
            if interpreter.components().count() > 1 {
                *interpreter = base.join(&interpreter);
            }
        }
    }
}

impl Native {
    fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        Self {
            enabled: section.flag("enabled", default.enabled),
            verify_share: section.number("verify_share", default.verify_share, at_least(0.0).to(1.0)),
        }
    }
}

impl Limits {
    fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        Self {
            wall_seconds_per_run: section.number(
                "wall_seconds_per_run",
                default.wall_seconds_per_run,
                above(0.0).to(86_400.0),
            ),
            cpu_seconds: section.whole("cpu_seconds", default.cpu_seconds, at_least(1.0).to(604_800.0)),
            // CPython does not start in less.
            memory_mb: section.whole("memory_mb", default.memory_mb, at_least(64.0).to(1_048_576.0)),
        }
    }
}
