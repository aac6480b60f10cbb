use crate::discovery::Parameter;
use crate::strategy::Value;
use std::str::FromStr;

const FORM: &str = "write it as PARAM=LOW..HIGH or PARAM=LOW..HIGH:STEP, such as fast_period=2..50";
/// Points of one axis.
const MOST: f64 = 1e9;

/// One parameter of a grid, from `fast_period=2..50` or `threshold=0.0..0.1:0.01`; both ends belong to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    pub parameter: String,
    ends: Ends,
    count: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Ends {
    Int { low: i64, step: i64 },
    Float { low: f64, step: f64 },
}

impl FromStr for Axis {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (parameter, range) = text.split_once('=').ok_or(FORM)?;
        let (low, rest) = range.split_once("..").ok_or(FORM)?;
        let (high, step) = rest.split_once(':').map_or((rest, None), |(high, step)| (high, Some(step)));
        let parameter = parameter.trim().to_owned();
        if parameter.is_empty() {
            return Err(FORM.to_owned());
        }
        let whole = |text: &str| text.trim().parse::<i64>().ok();
        if let (Some(low), Some(high), Some(step)) = (whole(low), whole(high), step.map_or(Some(1), whole)) {
            if step < 1 || high < low || (high as f64 - low as f64) / step as f64 >= MOST {
                return Err(format!("{text}: the step is at least 1 and the high end not below the low one"));
            }
            let count = (high.abs_diff(low) / step.unsigned_abs()) + 1;
            return Ok(Self { parameter, ends: Ends::Int { low, step }, count });
        }
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|value| value.is_finite());
        let step = step.ok_or_else(|| format!("{text}: between fractions a step is needed, LOW..HIGH:STEP"))?;
        let (Some(low), Some(high), Some(step)) = (number(low), number(high), number(step)) else {
            return Err(FORM.to_owned());
        };
        let points = (high - low) / step;
        if step <= 0.0 || !(0.0..MOST).contains(&points) {
            return Err(format!("{text}: the step is above 0 and the high end not below the low one"));
        }
        // 0.0..0.1:0.01 has eleven points though 0.1 / 0.01 may come out a hair below ten.
        let count = (points * (1.0 + 1e-12) + 1e-9).floor() as u64 + 1;
        Ok(Self { parameter, ends: Ends::Float { low, step }, count })
    }
}

impl Axis {
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The point at `index`, as a value of the parameter's type.
    pub fn value(&self, index: u64, parameter: &Parameter) -> Value {
        match (self.ends, &parameter.default) {
            (Ends::Int { low, step }, Value::Float(_)) => Value::Float(low as f64 + index as f64 * step as f64),
            (Ends::Int { low, step }, _) => Value::Int(low + index.cast_signed() * step),
            (Ends::Float { low, step }, _) => Value::Float(low + index as f64 * step),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_belong_to_an_axis() {
        let count = |text: &str| text.parse::<Axis>().unwrap().count();
        assert_eq!(count("n=2..50"), 49);
        assert_eq!(count("n=2..50:10"), 5);
        assert_eq!(count("n=3..3"), 1);
        assert_eq!(count("x=0.0..0.1:0.01"), 11);
        assert_eq!(count("x=-1..1:0.5"), 5);
    }

    #[test]
    fn what_is_no_axis_is_refused() {
        for text in ["n", "n=2", "=1..2", "n=5..2", "n=1..9:0", "x=0.1..0.9", "x=0..1:nan", "n=1..2:x"] {
            assert!(text.parse::<Axis>().is_err(), "{text}");
        }
    }
}
