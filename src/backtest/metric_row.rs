use crate::engine::Metrics;
use crate::optimize::objective::MetricRow;

/// What a search may know of a run.
pub fn metric_row(metrics: &Metrics) -> MetricRow {
    MetricRow {
        sharpe_ratio: metrics.sharpe_ratio.ok(),
        sortino_ratio: metrics.sortino_ratio.ok(),
        calmar_ratio: metrics.calmar_ratio.ok(),
        total_return: Some(metrics.total_return),
        cagr: metrics.cagr.ok(),
        volatility: metrics.volatility.ok(),
        max_drawdown: Some(metrics.max_drawdown),
        win_rate: metrics.win_rate.ok(),
        profit_factor: metrics.profit_factor.ok(),
        total_trades: metrics.total_trades as u64,
    }
}
