//! From values to places, with ticks at round values (Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990).

use super::Unit;
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    /// Values at the two ends.
    pub low: f64,
    pub high: f64,
    /// Places of the two ends, in units of the drawing.
    pub from: f64,
    pub to: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub value: f64,
    pub text: String,
}

impl Scale {
    /// None where no value is finite. A single value gets room on both sides.
    pub fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Option<Self> {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if low > high {
            return None;
        }
        let room = if high > low { 0.0 } else { (low.abs() * 0.1).max(1e-3) };
        Some(Self { low: low - room, high: high + room, from, to })
    }

    /// Ends moved out to the next round value.
    #[must_use]
    pub fn rounded(self, unit: Unit, wanted: usize) -> Self {
        if unit == Unit::Date {
            return self;
        }
        let step = step(self, unit, wanted);
        Self { low: (self.low / step).floor() * step, high: (self.high / step).ceil() * step, ..self }
    }

    /// Clamped to the ends.
    pub fn place(&self, value: f64) -> f64 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.from + share * (self.to - self.from)
    }

    pub fn ticks(self, unit: Unit, wanted: usize) -> Vec<Tick> {
        if unit == Unit::Date {
            return dates(self, wanted);
        }
        let step = step(self, unit, wanted);
        let (first, last) = ((self.low / step - 1e-9).ceil() as i64, (self.high / step + 1e-9).floor() as i64);
        (first..=last)
            .map(|number| {
                let value = number as f64 * step;
                Tick { value, text: unit.tick(value, step) }
            })
            .collect()
    }
}

/// 1, 2 or 5 times a power of ten, whichever gives about `wanted` steps.
fn step(scale: Scale, unit: Unit, wanted: usize) -> f64 {
    let rough = (scale.high - scale.low) / wanted.max(1) as f64;
    let power = 10f64.powf(rough.log10().floor());
    let step = power
        * match rough / power {
            share if share < 1.5 => 1.0,
            share if share < 3.0 => 2.0,
            share if share < 7.0 => 5.0,
            _ => 10.0,
        };
    if unit == Unit::Count { step.max(1.0) } else { step }
}

/// Beginnings of years, months, days, hours or minutes, whichever are few enough.
fn dates(scale: Scale, wanted: usize) -> Vec<Tick> {
    let day = 86_400e6;
    let rough = (scale.high - scale.low) / wanted.max(1) as f64 / day;
    if rough < 0.5 {
        return times(scale, rough * day);
    }
    let of = |micros: f64| DateTime::<Utc>::from_timestamp_micros(micros as i64).map(|time| time.date_naive());
    let (Some(first), Some(last)) = (of(scale.low), of(scale.high)) else { return Vec::new() };
    let at = |date: NaiveDate| {
        date.and_hms_opt(0, 0, 0).map_or(f64::NAN, |midnight| midnight.and_utc().timestamp_micros() as f64)
    };
    let months = [1_u32, 3, 6, 12, 24, 60, 120, 240, 600].into_iter().find(|months| f64::from(*months) * 30.5 >= rough);
    let mut found = Vec::new();
    if rough < 15.0 {
        let days = [1_u64, 2, 5, 10, 15].into_iter().find(|days| *days as f64 >= rough).unwrap_or(15);
        let mut date = first;
        while date <= last {
            found.push(Tick { value: at(date), text: Unit::Date.tick(at(date), days as f64 * day) });
            date = date.checked_add_days(chrono::Days::new(days)).unwrap_or(NaiveDate::MAX);
        }
    } else {
        let months = months.unwrap_or(600);
        let start = if months >= 12 {
            let years = (months / 12) as i32;
            NaiveDate::from_ymd_opt(first.year().div_euclid(years) * years, 1, 1)
        } else {
            NaiveDate::from_ymd_opt(first.year(), (first.month0() / months) * months + 1, 1)
        };
        let mut next = start;
        while let Some(date) = next.filter(|date| *date <= last) {
            found.push(Tick { value: at(date), text: Unit::Date.tick(at(date), f64::from(months) * 30.0 * day) });
            next = date.checked_add_months(Months::new(months));
        }
    }
    found.retain(|tick| tick.value >= scale.low && tick.value <= scale.high);
    found
}

/// Round times of a day, at least `rough` microseconds apart; midnight is told by its date.
fn times(scale: Scale, rough: f64) -> Vec<Tick> {
    let (minute, day) = (60e6, 86_400e6);
    let minutes = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 180.0, 360.0, 720.0];
    let step =
        minutes.into_iter().map(|minutes| minutes * minute).find(|step| *step >= rough).unwrap_or(720.0 * minute);
    let (first, last) = ((scale.low / step).ceil() as i64, (scale.high / step).floor() as i64);
    (first..=last)
        .map(|number| {
            let value = number as f64 * step;
            let shown = if value % day == 0.0 { day } else { step };
            Tick { value, text: Unit::Date.tick(value, shown) }
        })
        .collect()
}
