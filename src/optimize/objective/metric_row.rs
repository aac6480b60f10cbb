/// The figures of one backtest on one path, in the conventions of the statistics: annual ratios, fractions
/// (0.1 is ten percent), drawdown in [-1, 0]. None is undefined.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MetricRow {
    pub sharpe_ratio: Option<f64>,
    pub sortino_ratio: Option<f64>,
    pub calmar_ratio: Option<f64>,
    pub total_return: Option<f64>,
    pub cagr: Option<f64>,
    pub volatility: Option<f64>,
    pub max_drawdown: Option<f64>,
    pub win_rate: Option<f64>,
    pub profit_factor: Option<f64>,
    /// Closed trades.
    pub total_trades: u64,
}

impl MetricRow {
    /// No trade was closed and the equity never moved: nothing was held.
    pub fn is_idle(&self) -> bool {
        self.total_trades == 0 && self.volatility.is_none_or(|volatility| volatility == 0.0)
    }

    /// Every figure by the name that configurations and results use.
    pub fn named(&self) -> [(&'static str, Option<f64>); 10] {
        [
            ("sharpe_ratio", self.sharpe_ratio),
            ("sortino_ratio", self.sortino_ratio),
            ("calmar_ratio", self.calmar_ratio),
            ("total_return", self.total_return),
            ("cagr", self.cagr),
            ("volatility", self.volatility),
            ("max_drawdown", self.max_drawdown),
            ("win_rate", self.win_rate),
            ("profit_factor", self.profit_factor),
            ("total_trades", Some(self.total_trades as f64)),
        ]
    }
}

/// An ordinary result: every figure defined.
pub(super) fn sample() -> MetricRow {
    MetricRow {
        sharpe_ratio: Some(0.8),
        sortino_ratio: Some(1.1),
        calmar_ratio: Some(0.6),
        total_return: Some(0.12),
        cagr: Some(0.11),
        volatility: Some(0.14),
        max_drawdown: Some(-0.18),
        win_rate: Some(0.55),
        profit_factor: Some(1.4),
        total_trades: 40,
    }
}

/// An ordinary loss: every figure defined.
pub(super) fn losing() -> MetricRow {
    MetricRow {
        sharpe_ratio: Some(-0.7),
        sortino_ratio: Some(-0.9),
        calmar_ratio: Some(-0.4),
        total_return: Some(-0.15),
        cagr: Some(-0.14),
        volatility: Some(0.2),
        max_drawdown: Some(-0.35),
        win_rate: Some(0.38),
        profit_factor: Some(0.8),
        total_trades: 12,
    }
}
