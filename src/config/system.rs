use super::range::{above, at_least};
use super::section::Section;
use serde::Serialize;

/// `system_config`
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct System {
    /// Hours between two iterations of `loop`.
    pub scan_interval_hours: f64,
    /// Runs at the same time, and so also worker processes.
    pub max_concurrent_backtests: usize,
    /// Fraction: 0.05 is five percent.
    pub optimization_threshold: f64,
    /// False: `apply` shows what it would do.
    pub auto_update_configs: bool,
}

impl Default for System {
    fn default() -> Self {
        Self {
            scan_interval_hours: 1.0,
            max_concurrent_backtests: 8,
            optimization_threshold: 0.05,
            auto_update_configs: true,
        }
    }
}

impl System {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        Self {
            scan_interval_hours: section.number(
                "scan_interval_hours",
                default.scan_interval_hours,
                above(0.0).to(8760.0),
            ),
            max_concurrent_backtests: section.whole(
                "max_concurrent_backtests",
                default.max_concurrent_backtests,
                at_least(1.0).to(1024.0),
            ),
            optimization_threshold: section.number(
                "optimization_threshold",
                default.optimization_threshold,
                at_least(0.0).to(10.0),
            ),
            auto_update_configs: section.flag("auto_update_configs", default.auto_update_configs),
        }
    }
}
