//! Timestamps as people write them, to microseconds since the Unix epoch, UTC.

use super::refusal::RefusalReason;
use chrono::{NaiveDate, NaiveTime};

const EXPECTED: &str = "an ISO 8601 date or time (2004-08-19, 2004-08-19T14:30:00Z) or a Unix time";

/// How a column writes its times; decided by its first cell, demanded of all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Iso,
    /// 20040819
    CompactDate,
    Unix(Unit),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl Unit {
    /// By magnitude: each range starts in March 1973 and ends in the year 5138 (2262 for nanoseconds).
    fn of(value: f64) -> Option<Self> {
        match value.abs() {
            v if (1e8..1e11).contains(&v) => Some(Self::Seconds),
            v if (1e11..1e14).contains(&v) => Some(Self::Milliseconds),
            v if (1e14..1e17).contains(&v) => Some(Self::Microseconds),
            v if (1e17..9.3e18).contains(&v) => Some(Self::Nanoseconds),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
            Self::Nanoseconds => "nanoseconds",
        }
    }

    const fn whole_to_micros(self, value: i64) -> Option<i64> {
        match self {
            Self::Seconds => value.checked_mul(1_000_000),
            Self::Milliseconds => value.checked_mul(1_000),
            Self::Microseconds => Some(value),
            Self::Nanoseconds => Some(value.div_euclid(1_000)),
        }
    }

    fn to_micros(self, value: f64) -> Option<i64> {
        let micros = match self {
            Self::Seconds => value * 1e6,
            Self::Milliseconds => value * 1e3,
            Self::Microseconds => value,
            Self::Nanoseconds => value / 1e3,
        };
        // Beyond this an f64 cannot name every microsecond; `of` keeps values far below i64's end.
        micros.is_finite().then_some(micros.round() as i64)
    }
}

/// Reads one column's cells in the style of the first.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    style: Option<Style>,
}

impl Reader {
    pub(crate) fn text(&mut self, cell: &str) -> Result<i64, RefusalReason> {
        let cell = cell.trim();
        // What reads as a date reads as no number; most columns hold nothing else.
        if self.style == Some(Style::Iso)
            && let Some(micros) = iso(cell)
        {
            return Ok(micros);
        }
        if let Ok(whole) = cell.parse::<i64>() {
            return self.whole(whole);
        }
        if let Ok(number) = cell.parse::<f64>() {
            return self.number(number);
        }
        self.demand(Style::Iso, cell)?;
        iso(cell).ok_or_else(|| unparsable(cell))
    }

    pub(crate) fn whole(&mut self, value: i64) -> Result<i64, RefusalReason> {
        if let Some(day) = compact_date(value) {
            self.demand(Style::CompactDate, &value.to_string())?;
            return Ok(day);
        }
        let unit = Unit::of(value as f64).ok_or_else(|| unparsable(&value.to_string()))?;
        self.demand(Style::Unix(unit), &value.to_string())?;
        unit.whole_to_micros(value).ok_or_else(|| unparsable(&value.to_string()))
    }

    pub(crate) fn number(&mut self, value: f64) -> Result<i64, RefusalReason> {
        let text = || format!("{value}");
        let unit = Unit::of(value).ok_or_else(|| unparsable(&text()))?;
        self.demand(Style::Unix(unit), &text())?;
        unit.to_micros(value).ok_or_else(|| unparsable(&text()))
    }

    fn demand(&mut self, here: Style, text: &str) -> Result<(), RefusalReason> {
        match self.style.get_or_insert(here) {
            style if *style == here => Ok(()),
            Style::Unix(before) => match here {
                Style::Unix(here) => {
                    Err(RefusalReason::MixedUnits { text: text.to_owned(), before: before.name(), here: here.name() })
                }
                Style::Iso | Style::CompactDate => Err(unparsable(text)),
            },
            Style::Iso | Style::CompactDate => Err(unparsable(text)),
        }
    }
}

fn unparsable(text: &str) -> RefusalReason {
    RefusalReason::Unparsable { column: "timestamp".to_owned(), text: text.to_owned(), expected: EXPECTED }
}

fn compact_date(value: i64) -> Option<i64> {
    if !(19_000_101..=22_001_231).contains(&value) {
        return None;
    }
    let part = |value: i64| u32::try_from(value).ok();
    let date =
        NaiveDate::from_ymd_opt(i32::try_from(value / 10_000).ok()?, part(value / 100 % 100)?, part(value % 100)?)?;
    Some(date.and_time(NaiveTime::MIN).and_utc().timestamp_micros())
}

/// A date alone is its midnight; a time without a zone is UTC.
fn iso(text: &str) -> Option<i64> {
    let (date, rest) = text.split_at_checked(10)?;
    let &[y0, y1, y2, y3, mark @ (b'-' | b'/'), m0, m1, again, d0, d1] = date.as_bytes() else { return None };
    if again != mark {
        return None;
    }
    let year = i32::try_from(number(&[y0, y1, y2, y3])?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(&[m0, m1])?, number(&[d0, d1])?)?;
    let (time, offset) = match rest.chars().next() {
        None => (NaiveTime::MIN, 0),
        Some('T' | 't' | ' ') => time_and_offset(&rest[1..])?,
        Some(_) => return None,
    };
    let micros = date.and_time(time).and_utc().timestamp_micros();
    micros.checked_sub(offset.checked_mul(1_000_000)?)
}

/// Offset in seconds east of UTC.
fn time_and_offset(text: &str) -> Option<(NaiveTime, i64)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(text.len());
    let (clock, zone) = text.split_at(end);
    Some((time(clock)?, offset(zone.trim_start())?))
}

fn time(text: &str) -> Option<NaiveTime> {
    let (clock, fraction) = text.split_once('.').map_or((text, None), |(clock, fraction)| (clock, Some(fraction)));
    let mut parts = clock.split(':');
    let hour = digits(parts.next()?, 2)?;
    let minute = digits(parts.next()?, 2)?;
    let second = parts.next().map_or(Some(0), |second| digits(second, 2))?;
    let micro = match fraction {
        None => 0,
        Some(fraction) if (1..=9).contains(&fraction.len()) => {
            let nanos = digits(fraction, fraction.len())? * 10_u32.pow(9 - u32::try_from(fraction.len()).ok()?);
            nanos / 1_000
        }
        Some(_) => return None,
    };
    if parts.next().is_some() || (fraction.is_some() && clock.len() < 8) {
        return None;
    }
    NaiveTime::from_hms_micro_opt(hour, minute, second, micro)
}

fn offset(zone: &str) -> Option<i64> {
    if zone.is_empty() || zone.eq_ignore_ascii_case("z") || zone.eq_ignore_ascii_case("utc") {
        return Some(0);
    }
    let (sign, digits_of_it) = match zone.split_at_checked(1)? {
        ("+", rest) => (1, rest.replace(':', "")),
        ("-", rest) => (-1, rest.replace(':', "")),
        _ => return None,
    };
    let (hours, minutes) = match digits_of_it.len() {
        2 => (digits(&digits_of_it, 2)?, 0),
        4 => (digits(&digits_of_it[..2], 2)?, digits(&digits_of_it[2..], 2)?),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then_some(sign * i64::from(hours * 3600 + minutes * 60))
}

fn digits(text: &str, width: usize) -> Option<u32> {
    if text.len() == width { number(text.as_bytes()) } else { None }
}

/// Of nine digits at most.
fn number(digits: &[u8]) -> Option<u32> {
    let next = |number: u32, digit: &u8| digit.is_ascii_digit().then(|| 10 * number + u32::from(digit - b'0'));
    digits.iter().try_fold(0, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<i64> {
        Reader::default().text(text).ok()
    }

    #[test]
    fn the_same_moment_in_many_spellings() {
        let noon = Some(1_092_916_800_000_000);
        for text in [
            "2004-08-19T12:00:00Z",
            "2004-08-19 12:00",
            "2004/08/19 12:00:00",
            "2004-08-19T12:00:00.000000",
            "2004-08-19T12:00:00+00:00",
            "2004-08-19T14:30:00+02:30",
            "2004-08-19T07:00:00-0500",
            "2004-08-19 12:00:00 UTC",
            "1092916800",
            "1092916800.0",
            "1092916800000",
            "1092916800000000",
            "1092916800000000000",
        ] {
            assert_eq!(read(text), noon, "{text}");
        }
        let midnight = Some(1_092_873_600_000_000);
        assert_eq!(read("2004-08-19"), midnight);
        assert_eq!(read("20040819"), midnight);
        assert_eq!(read(" 2004-08-19T00:00:00.123456789Z "), Some(1_092_873_600_123_456));
        assert_eq!(read("1092873600.5"), Some(1_092_873_600_500_000));
        assert_eq!(read("1960-01-01"), Some(-315_619_200_000_000));
    }

    #[test]
    fn nothing_is_guessed() {
        for text in [
            "",
            "08/19/2004",
            "19.08.2004",
            "2004-8-19",
            "2004-02-30",
            "2004-08-19T25:00",
            "2004-08-19T12",
            "yesterday",
            "12",
            "0",
            "nan",
            "inf",
            "1e30",
            "2004-08-19T12:00:00+99:00",
            "2004-08-19x",
            "2004-08-19T12:00.5",
            "2004-08/19",
            "２００４-08-19",
            "-1",
            "2004-13-01",
            "20041301",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn one_column_has_one_style() {
        let mut reader = Reader::default();
        reader.text("1092916800").unwrap();
        let text = reader.text("1092916800000").unwrap_err().to_string();
        assert_eq!(text, "timestamp 1092916800000 looks like milliseconds, the first row's like seconds");
        assert!(reader.text("2004-08-19").is_err());
    }
}
