use super::grid::round_to;

/// Numbers without a step. Values are rounded, so that what is written into a user's file is readable: to
/// about a ten-thousandth of the width, or to four significant digits on a log scale.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Interval {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) log: bool,
}

impl Interval {
    pub(super) fn contains(&self, number: f64) -> bool {
        self.low <= number && number <= self.high
    }

    /// `unit` outside [0, 1] is taken as the nearer end.
    pub(super) fn number(&self, unit: f64) -> f64 {
        if unit <= 0.0 {
            return self.low;
        }
        if unit >= 1.0 {
            return self.high;
        }
        let raw = if self.log {
            (self.low.ln() + unit * (self.high.ln() - self.low.ln())).exp()
        } else {
            self.low + unit * (self.high - self.low)
        };
        self.rounded(raw)
    }

    pub(super) fn unit(&self, number: f64) -> f64 {
        let unit = if self.log {
            (number.ln() - self.low.ln()) / (self.high.ln() - self.low.ln())
        } else {
            (number - self.low) / (self.high - self.low)
        };
        if unit.is_nan() { 0.0 } else { unit.clamp(0.0, 1.0) }
    }

    /// The next readable number above `number`, the low end from below it, None at the high end.
    pub(super) fn above(&self, number: f64) -> Option<f64> {
        if number < self.low {
            return Some(self.low);
        }
        if number >= self.high {
            return None;
        }
        let quantum = self.quantum(number);
        let next = [0.0, 1.0, 2.0].into_iter().map(|steps| self.rounded(number + steps * quantum));
        Some(next.into_iter().find(|next| *next > number).unwrap_or(self.high))
    }

    pub(super) fn below(&self, number: f64) -> Option<f64> {
        if number > self.high {
            return Some(self.high);
        }
        if number <= self.low {
            return None;
        }
        let quantum = self.quantum(number);
        let next = [0.0, 1.0, 2.0].into_iter().map(|steps| self.rounded(number - steps * quantum));
        Some(next.into_iter().find(|next| *next < number).unwrap_or(self.low))
    }

    fn quantum(&self, number: f64) -> f64 {
        if self.log {
            10_f64.powf(number.log10().floor() - 3.0)
        } else {
            10_f64.powf((self.high - self.low).log10().floor() - 4.0)
        }
    }

    fn rounded(&self, number: f64) -> f64 {
        let rounded = if self.log {
            format!("{number:.3e}").parse().unwrap_or(number)
        } else {
            let places = 4.0 - (self.high - self.low).log10().floor();
            if places >= 0.0 {
                round_to(number, (places as usize).min(300))
            } else {
                let quantum = 10_f64.powf(-places);
                (number / quantum).round() * quantum
            }
        };
        rounded.clamp(self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable_and_survive_the_round_trip() {
        for interval in [
            Interval { low: 0.0, high: 1.0, log: false },
            Interval { low: -5.0, high: 10.0, log: false },
            Interval { low: 1e-5, high: 1e-1, log: true },
            Interval { low: 0.0, high: 3e7, log: false },
        ] {
            for step in 0..=997 {
                let number = interval.number(f64::from(step) / 997.0);
                assert!(interval.contains(number));
                assert_eq!(interval.number(interval.unit(number)), number, "{interval:?}");
                assert!(format!("{number:e}").len() <= 12, "{number}");
                if let Some(above) = interval.above(number) {
                    assert!(above > number && interval.contains(above));
                    assert_eq!(interval.below(above).map(|below| below < above), Some(true));
                }
            }
            assert_eq!(interval.above(interval.high), None);
            assert_eq!(interval.below(interval.low), None);
        }
    }
}
