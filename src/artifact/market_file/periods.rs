use crate::market::Series;
use chrono::{DateTime, Datelike, NaiveDate, Weekday};
use std::collections::BTreeMap;

/// Bars per year of a series, and in words what that was taken from.
#[derive(Debug, Clone, PartialEq)]
pub struct Periods {
    pub per_year: f64,
    pub reason: String,
}

const DAY: i64 = 86_400_000_000;

/// What the spacing of the bars suggests. A proposal for people to see, not a measurement: 252 exchange
/// days, 365 where there are Saturdays, 52 weeks, 12 months, or bars per day times days.
pub fn suggest_periods_per_year(series: &Series) -> Periods {
    let found = |per_year: f64, reason: &str| Periods { per_year, reason: reason.to_owned() };
    let mut steps: Vec<_> = series.timestamp.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect();
    if steps.is_empty() {
        return found(252.0, "fewer than two bars, exchange days assumed");
    }
    steps.sort_unstable();
    let step = steps[steps.len() / 2];
    match step {
        step if step > 300 * DAY => return found(1.0, "yearly bars"),
        step if step > 80 * DAY => return found(4.0, "quarterly bars"),
        step if step > 26 * DAY => return found(12.0, "monthly bars"),
        step if step > 5 * DAY => return found(52.0, "weekly bars"),
        _ => {}
    }
    let mut bars_of_day: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    let dates = series.timestamp.iter().filter_map(|&at| DateTime::from_timestamp_micros(at));
    for date in dates.map(|time| time.date_naive()) {
        *bars_of_day.entry(date).or_default() += 1;
    }
    // Markets that never close have one Saturday in seven days; a stray one is an error in the file.
    let saturdays = bars_of_day.keys().filter(|date| date.weekday() == Weekday::Sat).count();
    let (days, calendar) = if saturdays * 20 >= bars_of_day.len() {
        (365.0, "weekends are present: 365 days")
    } else {
        (252.0, "no weekends: 252 exchange days")
    };
    if step >= DAY * 9 / 10 {
        return Periods { per_year: days, reason: format!("daily bars, {calendar}") };
    }
    let mut counts: Vec<_> = bars_of_day.into_values().collect();
    counts.sort_unstable();
    let bars = counts[counts.len() / 2] as f64;
    Periods { per_year: bars * days, reason: format!("{bars} bars a day, {calendar}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(step: i64, bars: i64, keep: impl Fn(i64) -> bool) -> f64 {
        // 2024-01-01 is a Monday.
        let timestamp = (0..bars).map(|bar| 1_704_067_200_000_000 + bar * step).filter(|&at| keep(at)).collect();
        suggest_periods_per_year(&Series { timestamp, ..Series::default() }).per_year
    }

    #[test]
    fn spacing_tells_the_calendar() {
        let weekday = |at: i64| (at - 1_704_067_200_000_000) / DAY % 7 < 5;
        let hour = DAY / 24;
        assert_eq!(every(DAY, 400, weekday), 252.0);
        assert_eq!(every(DAY, 400, |_| true), 365.0);
        assert_eq!(every(7 * DAY, 100, |_| true), 52.0);
        assert_eq!(every(30 * DAY, 40, |_| true), 12.0);
        assert_eq!(every(hour, 24 * 60, |_| true), 24.0 * 365.0);
        assert_eq!(every(hour, 24 * 60, |at| weekday(at) && (at / hour) % 24 < 7), 7.0 * 252.0);
        assert_eq!(every(DAY, 1, |_| true), 252.0);
    }
}
