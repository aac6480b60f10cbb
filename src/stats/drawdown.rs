use super::{Statistic, sample::sample};

/// How far, and for how long, equity stood below its former peak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawdown {
    /// The deepest fall from a peak as a fraction in [-1, 0].
    pub depth: f64,
    /// The longest unbroken run of bars below a former peak, the one still running at the end included.
    pub bars: usize,
}

/// Follows equity bar by bar. The initial capital is the first peak.
#[derive(Debug, Clone, Copy)]
pub struct Underwater {
    peak: f64,
    /// Lowest equity, and bars, since the peak.
    lowest: f64,
    bars: usize,
    /// Of the spells before.
    depth: f64,
    longest: usize,
}

impl Underwater {
    pub const fn new(initial: f64) -> Self {
        Self { peak: initial, lowest: initial, bars: 0, depth: 0.0, longest: 0 }
    }

    pub const fn peak(&self) -> f64 {
        self.peak
    }

    pub fn mark(&mut self, equity: f64) {
        if equity < self.peak {
            self.below(equity, 1);
        } else {
            // The spell is measured at its end: one division for all of it.
            if self.bars > 0 {
                *self = Self { bars: 0, depth: self.depth(), longest: self.longest(), ..*self };
            }
            self.peak = equity;
            self.lowest = equity;
        }
    }

    /// `bars` bars below the peak, the lowest of them at `lowest`: the same as marking each of them.
    pub fn below(&mut self, lowest: f64, bars: usize) {
        self.lowest = self.lowest.min(lowest);
        self.bars += bars;
    }

    pub fn drawdown(&self) -> Drawdown {
        Drawdown { depth: self.depth().max(-1.0), bars: self.longest() }
    }

    fn depth(&self) -> f64 {
        self.depth.min(self.lowest / self.peak - 1.0)
    }

    fn longest(&self) -> usize {
        self.longest.max(self.bars)
    }
}

/// The maximum drawdown of an equity curve that starts from `initial`.
pub fn drawdown(initial: f64, equity: &[f64]) -> Drawdown {
    let mut water = Underwater::new(initial);
    for &value in equity {
        water.mark(value);
    }
    water.drawdown()
}

/// The depth of the maximum drawdown of `returns`, a fraction in [-1, 0]: `min(E_t / max(E_0..E_t) - 1)`.
///
/// # Errors
/// `TooFewBars` for no returns, `NotFinite`.
pub fn max_drawdown(returns: &[f64]) -> Statistic {
    let mut equity = 1.0;
    let mut water = Underwater::new(equity);
    for change in sample(returns, 1)? {
        equity *= 1.0 + change;
        water.mark(equity);
    }
    Ok(water.drawdown().depth)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_initial_capital_is_a_peak_and_the_last_spell_counts() {
        assert_eq!(drawdown(100.0, &[75.0, 100.0, 120.0, 90.0, 108.0, 119.0]), Drawdown { depth: -0.25, bars: 3 });
        assert_eq!(drawdown(100.0, &[100.0, 110.0]), Drawdown { depth: 0.0, bars: 0 });
        assert_eq!(drawdown(100.0, &[-20.0, -30.0]), Drawdown { depth: -1.0, bars: 2 });
    }

    #[test]
    fn a_spell_at_once_equals_its_bars_one_by_one() {
        let mut slow = Underwater::new(100.0);
        for equity in [110.0, 104.0, 99.0, 101.0] {
            slow.mark(equity);
        }
        let mut fast = Underwater::new(100.0);
        fast.mark(110.0);
        fast.below(99.0, 3);
        assert_eq!(slow.drawdown(), fast.drawdown());
    }
}
