use crate::discovery::{Parameter, Role, SearchRange, is_period_name};
use crate::strategy::Value;

/// How many bars a decision may depend on, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookBack {
    pub bars: usize,
    /// One clause for people.
    pub determined: String,
}

/// The largest whole number that counts bars by its name, whether in force or within reach of the search: known
/// before a set is chosen, and true of whichever will be. A recursive average remembers longer than its period.
pub fn look_back(parameters: &[Parameter]) -> LookBack {
    let longest = parameters
        .iter()
        .filter(|parameter| parameter.role != Role::Infrastructure && is_period_name(&parameter.name))
        .filter_map(|parameter| Some((longest_of(parameter)?, parameter)))
        .max_by(|(one, first), (other, second)| one.cmp(other).then_with(|| second.name.cmp(&first.name)));
    match longest {
        Some((bars, parameter)) if Value::Int(bars) == parameter.default => {
            LookBack { bars: bars as usize, determined: format!("{} is {bars}", parameter.name) }
        }
        Some((bars, parameter)) => {
            LookBack { bars: bars as usize, determined: format!("the search may set {} to {bars}", parameter.name) }
        }
        None => LookBack { bars: 0, determined: "no whole-number parameter counts bars by its name".to_owned() },
    }
}

fn longest_of(parameter: &Parameter) -> Option<i64> {
    let Value::Int(own) = parameter.default else { return None };
    let reach = match &parameter.range {
        Some(SearchRange::Int { high, .. }) => *high,
        Some(SearchRange::Choice { choices }) => {
            choices.iter().filter_map(|choice| if let Value::Int(n) = choice { Some(*n) } else { None }).max()?
        }
        _ => own,
    };
    Some(own.max(reach)).filter(|bars| *bars > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimize::space::tests::parameter;

    fn int(name: &str, value: i64, high: Option<i64>) -> Parameter {
        parameter(name, Value::Int(value), high.map(|high| SearchRange::Int { low: 1, high, step: 1 }), None)
    }

    #[test]
    fn the_longest_count_of_bars_that_a_set_may_hold() {
        let found = look_back(&[int("fast", 10, Some(40)), int("slow", 50, Some(90)), int("oversold", 300, None)]);
        assert_eq!((found.bars, found.determined.as_str()), (90, "the search may set slow to 90"));
        let found = look_back(&[int("window", 120, None), int("fast_period", 10, Some(40))]);
        assert_eq!((found.bars, found.determined.as_str()), (120, "window is 120"));
        assert_eq!(look_back(&[int("oversold", 30, Some(40))]).bars, 0);
        let float = parameter("window", Value::Float(20.0), None, None);
        assert_eq!(look_back(&[float]).bars, 0);
    }
}
