use chrono::{DateTime, Datelike};

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    #[default]
    Number,
    /// Of a fraction: 0.05 is 5%.
    Percent,
    /// Whole numbers, such as bars or iterations.
    Count,
    /// Of a multiple: 1.5 is ×1.5.
    Times,
    /// Microseconds since the Unix epoch, UTC.
    Date,
}

impl Unit {
    /// In a tooltip or a cell.
    pub fn write(self, value: f64) -> String {
        match self {
            Self::Number => trim(format!("{value:.3}")),
            Self::Percent => format!("{:.1}%", value * 100.0),
            Self::Count => format!("{value:.0}"),
            Self::Times => format!("×{}", trim(format!("{value:.3}"))),
            Self::Date => date(value).map_or_else(String::new, |date| date.format("%Y-%m-%d").to_string()),
        }
    }

    /// At a tick: as many digits as the distance between two ticks asks for.
    pub(super) fn tick(self, value: f64, step: f64) -> String {
        let digits = |step: f64| (-step.log10().floor()).clamp(0.0, 6.0) as usize;
        // What is left of a subtraction must not read as -0.
        let value = if value.abs() < step * 1e-6 { 0.0 } else { value };
        match self {
            Self::Number => format!("{value:.*}", digits(step)),
            Self::Percent => format!("{:.*}%", digits(step * 100.0), value * 100.0),
            Self::Count => format!("{value:.0}"),
            Self::Times => format!("×{value:.*}", digits(step)),
            Self::Date => date(value).map_or_else(String::new, |date| {
                let day = 86_400e6;
                match step {
                    step if step >= 300.0 * day => date.year().to_string(),
                    step if step >= 27.0 * day => date.format("%Y-%m").to_string(),
                    step if step >= day => date.format("%m-%d").to_string(),
                    _ => date.format("%H:%M").to_string(),
                }
            }),
        }
    }
}

fn date(micros: f64) -> Option<DateTime<chrono::Utc>> {
    DateTime::from_timestamp_micros(micros as i64)
}

/// Without zeros behind the point that say nothing.
fn trim(text: String) -> String {
    if !text.contains('.') {
        return text;
    }
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}
