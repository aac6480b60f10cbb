use super::against::Against;
use super::grid::Grid;
use super::series::{LEVEL, Series};
use super::{RESAMPLES, Statistics, reason};
use crate::stats::Statistic;
use std::fmt::{Display, Write};

/// Lines for people: the interval before the point, and beside every figure what it rests on.
pub(super) fn text(statistics: &Statistics) -> String {
    let options = &statistics.options;
    let mut lines = Lines::default();
    let returns = format!("{} returns, {} a year", statistics.series.bars, options.periods_per_year);
    lines.title(&options.returns.display(), &returns);
    series(&mut lines, &statistics.series, options.seed);
    if let (Some(found), Some(path)) = (&statistics.against, &options.benchmark) {
        lines.title(&path.display(), "the benchmark, over the same bars");
        against(&mut lines, found);
    }
    if let (Some(found), Some(path)) = (&statistics.grid, &options.grid) {
        lines.title(&path.display(), &format!("{} configurations, {} bars", found.trials, found.bars));
        grid(&mut lines, found);
    }
    lines.0
}

fn series(lines: &mut Lines, series: &Series, seed: u64) {
    if series.ruin {
        lines.line("ruin", "a return of -100% or less: nothing was left after it");
    }
    let interval = match &series.interval {
        Ok(interval) => format!(
            "{:.2} to {:.2} ({:.0}%, BCa, {RESAMPLES} stationary bootstrap resamples in blocks of {:.1} bars, seed \
             {seed})",
            interval.low,
            interval.high,
            100.0 * LEVEL,
            interval.block_length,
        ),
        Err(why) => format!("no interval: {why}"),
    };
    lines.line("Sharpe ratio", &format!("{interval}; point {}", number(series.sharpe)));
    let psr = match series.psr {
        Ok(_) => format!("{} that the true Sharpe ratio is above zero", share(series.psr)),
        Err(_) => share(series.psr),
    };
    lines.line("PSR", &psr);
    let needed = match &series.min_track_record {
        Ok(bars) => format!("{bars:.0} bars to say so at 5%; there are {}", series.bars),
        Err(why) => format!("none ({why})"),
    };
    lines.line("min. track record", &needed);
    lines.line("Sortino ratio", &number(series.sortino));
    lines.line("max. drawdown", &share(series.max_drawdown));
    lines.line("CAGR", &share(series.cagr));
    lines.line("Calmar ratio", &number(series.calmar));
    lines.line("volatility", &share(series.volatility));
    let blocks = (number(series.blocks_of_returns), number(series.blocks_of_sizes));
    lines.line("block length", &format!("{} bars for returns, {} for their sizes", blocks.0, blocks.1));
}

fn against(lines: &mut Lines, against: &Against) {
    lines.line("Sharpe ratio", &number(against.sharpe));
    let difference = match &against.difference {
        Ok(found) => format!(
            "{:.2} +- {:.2} a year, one-sided p {:.3} (Ledoit-Wolf); this data would have shown a difference of {:.2} \
             in 80% of cases",
            found.difference,
            found.standard_error,
            found.one_sided,
            Against::detectable(found),
        ),
        Err(undefined) => format!("none ({})", reason(*undefined)),
    };
    lines.line("difference", &difference);
}

fn grid(lines: &mut Lines, grid: &Grid) {
    let best = match &grid.best {
        Ok(best) => format!(
            "{}, Sharpe ratio {:.2}; the best of {} worthless ones would show {:.2}",
            best.name, best.sharpe, grid.trials, best.expected_max
        ),
        Err(undefined) => format!("none ({})", reason(*undefined)),
    };
    lines.line("best", &best);
    let effective = match &grid.effective {
        Ok(found) => {
            format!("{} with the {:.1} they are worth", share(grid.dsr_effective), found.by_average_correlation)
        }
        Err(undefined) => format!("their effective number is not defined ({})", reason(*undefined)),
    };
    lines.line("deflated Sharpe", &format!("{} with {} trials; {effective}", share(grid.dsr), grid.trials));
    for found in &grid.pbo {
        let overfitting = match found {
            Ok(found) => format!(
                "{:.1}% at {} blocks; what was chosen lost in {:.1}% of halves it was not chosen on",
                100.0 * found.probability,
                found.blocks,
                100.0 * found.loss
            ),
            Err(undefined) => format!("none ({})", reason(*undefined)),
        };
        lines.line("PBO", &overfitting);
    }
    let spa = match &grid.spa {
        Ok(found) => format!(
            "p {:.4} that none beats {} (Hansen, {RESAMPLES} resamples in blocks of {} bars)",
            found.consistent,
            if grid.against == "zero" { "zero" } else { "the benchmark" },
            number(grid.block_length),
        ),
        Err(undefined) => format!("none ({})", grid.too_few(*undefined)),
    };
    lines.line("SPA", &spa);
    lines.line("min. backtest", &format!("{:.1} years for so many trials", grid.min_years));
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    fn title(&mut self, file: &dyn Display, what: &str) {
        let _ = writeln!(self.0, "{file}: {what}");
    }

    fn line(&mut self, name: &str, value: &str) {
        let _ = writeln!(self.0, "  {name:<18}{value}");
    }
}

fn number(statistic: Statistic) -> String {
    statistic.map_or_else(|undefined| format!("none ({})", reason(undefined)), |value| format!("{value:.2}"))
}

fn share(statistic: Statistic) -> String {
    statistic.map_or_else(|undefined| format!("none ({})", reason(undefined)), |value| format!("{:.1}%", 100.0 * value))
}
