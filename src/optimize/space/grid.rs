/// Evenly spaced numbers, and the value in force where it stands between or beyond them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grid {
    low: f64,
    step: f64,
    /// Levels without `odd`.
    regular: u64,
    /// Decimal places of `low` and `step`, so that 0.1 + 2 × 0.1 is 0.3 and not 0.30000000000000004.
    decimals: usize,
    odd: Option<f64>,
}

/// Whole numbers above this are not all representable.
pub(super) const EXACT: f64 = 9_007_199_254_740_992.0;

impl Grid {
    /// `low <= high` and `step > 0`, all finite; levels are `low`, `low + step`, … not above `high`.
    pub(super) fn new(low: f64, high: f64, step: f64) -> Self {
        // A range that is a whole number of steps but for rounding keeps its last level.
        let regular = ((high - low) / step + 1e-9).floor() as u64 + 1;
        Self { low, step, regular, decimals: decimals(low).max(decimals(step)), odd: None }
    }

    pub(super) fn with(mut self, value: f64) -> Self {
        if self.regular_index(value).is_none() {
            self.odd = Some(value);
        }
        self
    }

    pub(super) fn levels(&self) -> u64 {
        self.regular + u64::from(self.odd.is_some())
    }

    pub(super) fn number(&self, index: f64) -> f64 {
        match self.odd {
            Some(odd) if index == self.before_odd() => odd,
            Some(_) if index > self.before_odd() => self.regular_number(index - 1.0),
            _ => self.regular_number(index),
        }
    }

    pub(super) fn index(&self, number: f64) -> Option<f64> {
        if self.odd == Some(number) {
            return Some(self.before_odd());
        }
        self.regular_index(number).map(|index| self.shifted(index))
    }

    /// Of two equally near levels the lower.
    pub(super) fn nearest(&self, number: f64) -> f64 {
        let regular = self.nearest_regular(number);
        let index = self.shifted(regular);
        match self.odd {
            Some(odd) if (odd - number).abs() < (self.regular_number(regular) - number).abs() => self.before_odd(),
            _ => index,
        }
    }

    fn nearest_regular(&self, number: f64) -> f64 {
        let exact = (number - self.low) / self.step;
        let rounded = if exact.fract() == 0.5 { exact.floor() } else { exact.round() };
        rounded.clamp(0.0, (self.regular - 1) as f64)
    }

    fn regular_index(&self, number: f64) -> Option<f64> {
        let index = self.nearest_regular(number);
        (self.regular_number(index) == number).then_some(index)
    }

    fn regular_number(&self, index: f64) -> f64 {
        round_to(self.low + index * self.step, self.decimals)
    }

    /// How many regular levels lie below the odd one; also its index.
    fn before_odd(&self) -> f64 {
        self.odd.map_or(f64::INFINITY, |odd| ((odd - self.low) / self.step).ceil().clamp(0.0, self.regular as f64))
    }

    fn shifted(&self, regular: f64) -> f64 {
        if regular >= self.before_odd() { regular + 1.0 } else { regular }
    }
}

/// Decimal places of the shortest text that reads back as `number`, at most 15.
pub(super) fn decimals(number: f64) -> usize {
    let text = format!("{number}");
    text.split_once('.').map_or(0, |(_, fraction)| fraction.len().min(15))
}

/// The double nearest to `number` written with that many decimal places.
pub(super) fn round_to(number: f64, decimals: usize) -> f64 {
    // Text, because scaling by a power of ten rounds twice: 1.005 × 100 is not 100.5.
    format!("{number:.decimals$}").parse().map_or(number, |rounded: f64| rounded + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_written_as_people_write_them() {
        let grid = Grid::new(0.1, 0.9, 0.1);
        let levels: Vec<f64> = (0..grid.levels()).map(|index| grid.number(index as f64)).collect();
        assert_eq!(levels, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
    }

    #[test]
    fn an_odd_value_takes_its_place_among_the_levels() {
        for (odd, expected) in
            [(12.0, [5.0, 10.0, 12.0, 15.0]), (1.0, [1.0, 5.0, 10.0, 15.0]), (90.0, [5.0, 10.0, 15.0, 90.0])]
        {
            let grid = Grid::new(5.0, 15.0, 5.0).with(odd);
            let levels: Vec<f64> = (0..grid.levels()).map(|index| grid.number(index as f64)).collect();
            assert_eq!(levels, expected);
            for (index, level) in expected.iter().enumerate() {
                assert_eq!(grid.index(*level), Some(index as f64), "{level} with {odd}");
                assert_eq!(grid.nearest(*level), index as f64);
            }
            assert_eq!(grid.index(11.0), None);
        }
    }
}
