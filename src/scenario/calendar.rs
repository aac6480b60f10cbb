//! Timestamps of simulated bars, in microseconds since the Unix epoch.

const DAY: i64 = 86_400_000_000;

/// Monday 3 January 2000, midnight UTC.
const FIRST: i64 = 10_959 * DAY;

const DAYS_PER_YEAR: f64 = 365.25;

/// `bars` timestamps from 3 January 2000: Mondays to Fridays for 252 a year (holidays are not left out), every
/// day for 365, else equal steps.
pub(super) fn timestamps(periods_per_year: f64, bars: usize) -> Vec<i64> {
    let count = 0..bars as i64;
    if same(periods_per_year, 252.0) {
        return count.map(|bar| FIRST + (bar / 5 * 7 + bar % 5) * DAY).collect();
    }
    let step = if same(periods_per_year, 365.0) { DAY } else { (DAYS_PER_YEAR / periods_per_year * DAY as f64) as i64 };
    count.map(|bar| FIRST + bar * step).collect()
}

fn same(periods: f64, exactly: f64) -> bool {
    (periods - exactly).abs() < 1e-9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn business_days_skip_weekends() {
        let days: Vec<i64> = timestamps(252.0, 7).iter().map(|stamp| (stamp - FIRST) / DAY).collect();
        assert_eq!(days, [0, 1, 2, 3, 4, 7, 8]);
        // 1970-01-01 was a Thursday.
        assert_eq!((FIRST / DAY + 3) % 7, 0);
    }

    #[test]
    fn calendar_days_and_equal_steps() {
        let steps = |periods| timestamps(periods, 3).windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<_>>();
        assert_eq!(steps(365.0), [DAY, DAY]);
        assert_eq!(steps(8766.0), [DAY / 24, DAY / 24]);
        assert!(timestamps(1e6, 1000).windows(2).all(|pair| pair[0] < pair[1]));
    }
}
