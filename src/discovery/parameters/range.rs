//! A search range by a value's type, size and name, where nobody declared one. Always bounded.

use super::declared::between;
use crate::discovery::found::SearchRange;
use crate::strategy::Value;

/// Bars that a look-back may at most span.
const LONGEST: i64 = 400;

/// A range around the value in force, or why there is none. `strategy` tells what a plain `low` is a level of.
pub fn infer(strategy: &str, name: &str, value: &Value) -> Result<SearchRange, String> {
    let mut name = name.to_ascii_lowercase();
    let class = strategy.split('@').next().unwrap_or(strategy);
    if is_oscillator(class) && matches!(name.as_str(), "low" | "high" | "lower" | "upper" | "buy_level" | "sell_level")
    {
        name = format!("rsi_{name}");
    }
    let range = match value {
        Value::Bool(_) => Ok(SearchRange::Bool),
        Value::Int(int) => integer(&name, *int),
        Value::Float(float) => real(&name, *float),
        Value::Null => Err("its value is None, so its type does not show".to_owned()),
        Value::Str(_) => Err("it is a text, and no choices are declared".to_owned()),
        Value::Code { .. } => Err("it is an expression, not a plain value".to_owned()),
    };
    range.map(|range| including(range, value))
}

/// Widens a range so that the value in force is inside.
pub fn including(range: SearchRange, value: &Value) -> SearchRange {
    match (range, value) {
        (SearchRange::Int { low, high, step }, Value::Int(value)) => {
            SearchRange::Int { low: low.min(*value), high: high.max(*value), step }
        }
        (SearchRange::Float { low, high, step, log }, value) => {
            let value = value.as_f64().unwrap_or(low);
            SearchRange::Float { low: low.min(value), high: high.max(value), step, log: log && value > 0.0 }
        }
        (SearchRange::Choice { choices }, Value::Bool(_))
            if choices.iter().all(|one| matches!(one, Value::Bool(_))) =>
        {
            SearchRange::Bool
        }
        (SearchRange::Choice { mut choices }, value) => {
            if !choices.contains(value) {
                choices.insert(0, value.clone());
            }
            SearchRange::Choice { choices }
        }
        (range, _) => range,
    }
}

fn has(name: &str, words: &[&str]) -> bool {
    name.split(['_', '.']).any(|part| words.contains(&part))
}

fn integer(name: &str, value: i64) -> Result<SearchRange, String> {
    if let Some(range) = oscillator(name, value as f64, true) {
        return Ok(range);
    }
    if is_fraction_name(name) && value.abs() <= 100 && value != 0 {
        return percent(value as f64, true);
    }
    if is_period_name(name) {
        if value < 1 {
            return Err(format!("{value} is no number of bars"));
        }
        let high = (value.saturating_mul(4)).clamp(8, LONGEST.max(value.saturating_mul(2)));
        let low = (value / 4).max(2).min(value);
        return Ok(SearchRange::Int { low, high, step: if high - low > 200 { 2 } else { 1 } });
    }
    match value {
        0 => Err("its value is 0, which gives no scale to search around; bounds in the configuration would".to_owned()),
        1..=4 => Ok(SearchRange::Int { low: 1, high: value * 4, step: 1 }),
        5..=1_000_000 => {
            let (low, high) = (value / 4, value * 4);
            Ok(SearchRange::Int { low: low.max(1), high, step: ((high - low) / 200).max(1) })
        }
        -1_000_000..=-1 => {
            let (low, high) = (value * 4, (value / 4).min(-1));
            Ok(SearchRange::Int { low, high, step: ((high - low) / 200).max(1) })
        }
        _ => Err("its value is too large for a search around it to mean anything".to_owned()),
    }
}

fn real(name: &str, value: f64) -> Result<SearchRange, String> {
    if !value.is_finite() {
        return Err("its value is not finite".to_owned());
    }
    if value == 0.0 {
        return Err(
            "its value is 0, which gives no scale to search around; bounds in the configuration would".to_owned()
        );
    }
    if let Some(range) = oscillator(name, value, false) {
        return Ok(range);
    }
    if is_period_name(name) && value >= 2.0 {
        let high = (value * 4.0).min((LONGEST as f64).max(value * 2.0));
        return bounded((value / 4.0).max(2.0), high);
    }
    if has(
        name,
        &["probability", "ibs", "rank", "prob", "confidence", "quantile", "percentile", "correlation", "alpha"],
    ) && (0.0..=1.0).contains(&value)
    {
        return bounded((value - 0.4).max(0.01), (value + 0.4).min(0.99));
    }
    if is_fraction_name(name) {
        return percent(value, false);
    }
    if value.abs() > 1e6 {
        return Err("its value is too large for a search around it to mean anything".to_owned());
    }
    // The same sign, a quarter to four times: thresholds and multipliers alike.
    if value > 0.0 { bounded(value * 0.25, value * 4.0) } else { bounded(value * 4.0, value * 0.25) }
}

fn bounded(low: f64, high: f64) -> Result<SearchRange, String> {
    between(tidy(low), tidy(high), None, false).ok_or_else(|| "no sensible range around its value".to_owned())
}

/// Bounds people would write: three significant digits.
fn tidy(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

/// Whether a number of this name counts bars.
pub fn is_period_name(name: &str) -> bool {
    has(
        name,
        &[
            "period",
            "periods",
            "window",
            "lookback",
            "length",
            "len",
            "span",
            "fast",
            "slow",
            "bars",
            "days",
            "candles",
            "short",
            "long",
            "signal",
            "n",
            "timeperiod",
            "hold",
            "holding",
            "cooldown",
            "lag",
            "smooth",
            "smoothing",
        ],
    ) && !has(name, &["pct", "percent", "threshold", "mult", "multiplier", "ratio", "weight", "std"])
}

/// Stop losses, takes, sizes: shares of the price or of the account.
fn is_fraction_name(name: &str) -> bool {
    let named = has(
        name,
        &["pct", "percent", "percentage", "stoploss", "sl", "tp", "fraction", "drawdown", "risk", "trailing", "trail"],
    ) || name.contains("stop_loss")
        || name.contains("take_profit")
        || name.contains("trailing_stop")
        || name.contains("profit_target");
    named && !has(name, &["atr", "mult", "multiplier", "ratio", "period", "window", "bars", "days", "reward", "factor"])
}

/// A fraction within (0, 0.5], or per cent where the value is written so.
fn percent(value: f64, whole: bool) -> Result<SearchRange, String> {
    let size = value.abs();
    let ceiling = if size >= 1.0 { 50.0f64.max(size) } else { 0.5f64.max(size) };
    let (low, high) = (tidy(size * 0.25), tidy((size * 4.0).min(ceiling)));
    let (low, high) = if whole { ((size / 4.0).ceil().max(1.0), high.ceil()) } else { (low, high) };
    let (low, high) = if value < 0.0 { (-high, -low) } else { (low, high) };
    between(low, high, None, whole).ok_or_else(|| "no sensible range around its value".to_owned())
}

fn is_oscillator(name: &str) -> bool {
    has(name, &["rsi", "stoch", "stochastic", "mfi", "stochrsi"])
}

/// RSI and its kin live between 0 and 100, and each level stays on its side of the middle.
fn oscillator(name: &str, value: f64, whole: bool) -> Option<SearchRange> {
    let oversold = has(name, &["oversold", "os"]);
    let overbought = has(name, &["overbought", "ob"]);
    let level = is_oscillator(name)
        && has(
            name,
            &["buy", "sell", "lower", "upper", "low", "high", "threshold", "level", "entry", "exit", "min", "max"],
        );
    if !(oversold || overbought || level) || is_period_name(name) {
        return None;
    }
    let (low, high) = match value {
        value if (-100.0..0.0).contains(&value) => return between((value * 1.5).max(-100.0), value * 0.5, None, whole),
        value if value > 0.0 && value <= 1.0 => {
            let (low, high) = if value < 0.5 { (0.05, 0.45) } else { (0.55, 0.95) };
            return between(value.min(low), value.max(high), None, false);
        }
        value if value > 1.0 && value < 50.0 => (5.0, 45.0),
        value if value == 50.0 && oversold => (5.0, 50.0),
        value if value == 50.0 && overbought => (50.0, 95.0),
        50.0 => (30.0, 70.0),
        value if value > 50.0 && value <= 100.0 => (55.0, 95.0),
        _ => return None,
    };
    between(value.min(low), value.max(high), None, whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(name: &str, value: i64) -> (i64, i64) {
        match infer("x_bot", name, &Value::Int(value)) {
            Ok(SearchRange::Int { low, high, .. }) => (low, high),
            other => panic!("{name}={value}: {other:?}"),
        }
    }

    fn float(name: &str, value: f64) -> (f64, f64) {
        match infer("x_bot", name, &Value::Float(value)) {
            Ok(SearchRange::Float { low, high, .. }) => (low, high),
            other => panic!("{name}={value}: {other:?}"),
        }
    }

    #[test]
    fn every_kind_is_bounded() {
        assert_eq!(int("lookback_period", 20), (5, 80));
        assert_eq!(int("slow", 200), (50, 400));
        assert_eq!(int("fast_period", 3), (2, 12));
        assert_eq!(int("oversold", 30), (5, 45));
        assert_eq!(int("rsi_overbought", 70), (55, 95));
        assert_eq!(float("stop_loss", 0.02), (0.005, 0.08));
        assert_eq!(float("stop_loss_pct", 5.0), (1.25, 20.0));
        assert_eq!(float("take_profit", 0.3), (0.075, 0.5));
        assert_eq!(float("stoploss", -0.10), (-0.4, -0.025));
        assert_eq!(float("atr_mult", 2.0), (0.5, 8.0));
        assert_eq!(float("entry_threshold", -1.5), (-6.0, -0.375));
        assert_eq!(float("min_confidence", 0.6), (0.2, 0.99));
        assert_eq!(infer("x_bot", "use_filter", &Value::Bool(true)), Ok(SearchRange::Bool));
        assert_eq!(
            infer("wilder_rsi_bot@a/b", "high", &Value::Int(70)),
            Ok(SearchRange::Int { low: 55, high: 95, step: 1 })
        );
        assert!(infer("x_bot", "threshold", &Value::Float(0.0)).is_err());
    }

    #[test]
    fn the_value_in_force_is_inside() {
        for name in ["period", "x", "stop_loss", "rsi_buy", "oversold", "confidence", "atr_mult", "level"] {
            for value in [1, 2, 3, 7, 20, 50, 63, 100, 200, 365, 1000] {
                if let Ok(SearchRange::Int { low, high, .. }) = infer("x_bot", name, &Value::Int(value)) {
                    assert!(low <= value && value <= high, "{name}={value} outside {low}..{high}");
                }
                for float in [value as f64 / 1000.0, value as f64 / 10.0, value as f64, -(value as f64) / 100.0] {
                    if let Ok(SearchRange::Float { low, high, .. }) = infer("x_bot", name, &Value::Float(float)) {
                        assert!(low <= float && float <= high, "{name}={float} outside {low}..{high}");
                    }
                }
            }
        }
    }
}
