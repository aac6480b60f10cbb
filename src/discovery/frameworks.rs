//! Base classes of known frameworks: their strategies are called by the framework's own engine.

/// Top-level module of the base class → name of the framework.
const MODULES: &[(&str, &str)] = &[
    ("AlgorithmImports", "QuantConnect"),
    ("QuantConnect", "QuantConnect"),
    ("aat", "aat"),
    ("backtesting", "backtesting.py"),
    ("backtrader", "backtrader"),
    ("basana", "basana"),
    ("blankly", "blankly"),
    ("bt", "bt"),
    ("catalyst", "catalyst"),
    ("freqtrade", "freqtrade"),
    ("hummingbot", "hummingbot"),
    ("investing_algorithm_framework", "investing-algorithm-framework"),
    ("jesse", "jesse"),
    ("lumibot", "lumibot"),
    ("moonshot", "moonshot"),
    ("nautilus_trader", "nautilus_trader"),
    ("octobot_trading", "OctoBot"),
    ("pyalgotrade", "pyalgotrade"),
    ("qstrader", "qstrader"),
    ("quanttrader", "quanttrader"),
    ("rqalpha", "rqalpha"),
    ("tradeexecutor", "trade-executor"),
    ("vnpy", "vnpy"),
    ("vnpy_ctabacktester", "vnpy"),
    ("vnpy_ctastrategy", "vnpy"),
    ("vnpy_portfoliostrategy", "vnpy"),
    ("vnpy_spreadtrading", "vnpy"),
    ("zipline", "zipline"),
];

/// Base names that mean one framework wherever they come from.
const BASES: &[(&str, &str)] = &[
    ("CtaTemplate", "vnpy"),
    ("IStrategy", "freqtrade"),
    ("QCAlgorithm", "QuantConnect"),
    ("SignalStrategy", "backtesting.py"),
    ("TrailingStrategy", "backtesting.py"),
];

pub fn of_module(module: &str) -> Option<&'static str> {
    let top = module.split('.').next().unwrap_or(module);
    MODULES.iter().find(|(name, _)| *name == top).map(|(_, framework)| *framework)
}

/// The framework a base class that is not in the repository belongs to.
pub fn of_base(full: &str) -> Option<&'static str> {
    let last = full.rsplit('.').next().unwrap_or(full);
    let by_module = if full.contains('.') { of_module(full) } else { None };
    by_module.or_else(|| BASES.iter().find(|(name, _)| *name == last).map(|(_, framework)| *framework))
}
