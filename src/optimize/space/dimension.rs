use super::Note;
use super::grid::{EXACT, Grid};
use super::interval::Interval;
use crate::discovery::{Parameter, RangeSource, SearchRange};
use crate::strategy::Value;

/// One searched parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Dimension {
    name: String,
    pub(super) axis: Axis,
    incumbent: Value,
    home: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Axis {
    Grid {
        grid: Grid,
        whole: bool,
    },
    Interval(Interval),
    /// Bool and choices: no order, no neighbours.
    Choices(Vec<Value>),
}

/// A number and where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) coordinate: f64,
    pub(super) number: f64,
}

/// Coordinates of an incumbent that lies outside an interval.
const BEYOND: (f64, f64) = (-0.05, 1.05);

impl Dimension {
    pub(super) fn from_parameter(parameter: &Parameter, notes: &mut Vec<Note>) -> Option<Self> {
        let range = parameter.range.as_ref()?;
        let axis = match axis(parameter, range, notes) {
            Ok(axis) => axis,
            Err(why) => {
                notes.push(Note::LeftOut { parameter: parameter.name.clone(), why });
                return None;
            }
        };
        let Some(home) = home(&axis, &parameter.default) else {
            let why = format!("the value in force {} has no place in its range", parameter.default);
            notes.push(Note::LeftOut { parameter: parameter.name.clone(), why });
            return None;
        };
        Some(Self { name: parameter.name.clone(), axis, incumbent: parameter.default.clone(), home })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value in force, as the user wrote it.
    pub fn incumbent(&self) -> &Value {
        &self.incumbent
    }

    pub fn incumbent_coordinate(&self) -> f64 {
        self.home
    }

    /// How many values there are; None where they are not counted.
    pub fn levels(&self) -> Option<u64> {
        match &self.axis {
            Axis::Grid { grid, .. } => Some(grid.levels()),
            Axis::Interval(_) => None,
            Axis::Choices(choices) => Some(choices.len() as u64),
        }
    }

    /// Levels have no order: bool and choices.
    pub fn is_unordered(&self) -> bool {
        matches!(self.axis, Axis::Choices(_))
    }

    pub fn value_at(&self, coordinate: f64) -> Value {
        let coordinate = self.snap(coordinate);
        if coordinate == self.home {
            return self.incumbent.clone();
        }
        match &self.axis {
            Axis::Grid { grid, whole: true } => Value::Int(grid.number(coordinate) as i64),
            Axis::Grid { grid, whole: false } => Value::Float(grid.number(coordinate)),
            Axis::Interval(interval) => Value::Float(interval.number(coordinate)),
            Axis::Choices(choices) => {
                choices.get(coordinate as usize).cloned().unwrap_or_else(|| self.incumbent.clone())
            }
        }
    }

    /// None where `value` is not in the domain. An int stands for the same float and the other way round.
    pub fn coordinate_of(&self, value: &Value) -> Option<f64> {
        if *value == self.incumbent {
            return Some(self.home);
        }
        match &self.axis {
            Axis::Choices(choices) => choices.iter().position(|choice| choice == value).map(|index| index as f64),
            Axis::Grid { .. } | Axis::Interval(_) if matches!(value, Value::Bool(_)) => None,
            Axis::Grid { grid, .. } => grid.index(value.as_f64()?),
            Axis::Interval(interval) => {
                let number = value.as_f64().filter(|number| interval.contains(*number))?;
                Some(self.snap(interval.unit(number)))
            }
        }
    }

    /// The coordinate of the level that `raw` falls on.
    pub(super) fn snap(&self, raw: f64) -> f64 {
        match &self.axis {
            Axis::Grid { .. } | Axis::Choices(_) => {
                let last = self.levels().unwrap_or(1).saturating_sub(1) as f64;
                raw.round().clamp(0.0, last) + 0.0
            }
            Axis::Interval(_) if raw == self.home => raw,
            Axis::Interval(interval) => interval.unit(interval.number(raw)),
        }
    }

    /// None for unordered dimensions.
    pub(super) fn number_at(&self, coordinate: f64) -> Option<f64> {
        if coordinate == self.home {
            return (!self.is_unordered()).then(|| self.incumbent.as_f64()).flatten();
        }
        match &self.axis {
            Axis::Grid { grid, .. } => Some(grid.number(coordinate)),
            Axis::Interval(interval) => Some(interval.number(coordinate)),
            Axis::Choices(_) => None,
        }
    }

    fn place(&self, coordinate: f64) -> Option<Place> {
        Some(Place { coordinate, number: self.number_at(coordinate)? })
    }

    pub(super) fn nearest(&self, number: f64) -> Option<Place> {
        match &self.axis {
            Axis::Choices(_) => None,
            Axis::Grid { grid, .. } => self.place(grid.nearest(number)),
            Axis::Interval(interval) => self.place(self.snap(interval.unit(number))),
        }
    }

    pub(super) fn lowest(&self) -> Option<Place> {
        self.nearest(f64::MIN)
    }

    pub(super) fn highest(&self) -> Option<Place> {
        self.nearest(f64::MAX)
    }

    /// The lowest level strictly above `number`.
    pub(super) fn above(&self, number: f64) -> Option<Place> {
        let start = self.nearest(number)?;
        if start.number > number && start.coordinate == self.lowest()?.coordinate {
            return Some(start);
        }
        match &self.axis {
            Axis::Interval(interval) => self.place(self.snap(interval.unit(interval.above(number)?))),
            _ => [start.coordinate, start.coordinate + 1.0]
                .into_iter()
                .filter(|coordinate| self.is_level(*coordinate))
                .filter_map(|coordinate| self.place(coordinate))
                .find(|place| place.number > number),
        }
    }

    /// The highest level strictly below `number`.
    pub(super) fn below(&self, number: f64) -> Option<Place> {
        let start = self.nearest(number)?;
        if start.number < number && start.coordinate == self.highest()?.coordinate {
            return Some(start);
        }
        match &self.axis {
            Axis::Interval(interval) => self.place(self.snap(interval.unit(interval.below(number)?))),
            _ => [start.coordinate, start.coordinate - 1.0]
                .into_iter()
                .filter(|coordinate| self.is_level(*coordinate))
                .filter_map(|coordinate| self.place(coordinate))
                .find(|place| place.number < number),
        }
    }

    pub(super) fn is_level(&self, coordinate: f64) -> bool {
        self.levels().is_none_or(|levels| 0.0 <= coordinate && coordinate < levels as f64)
    }
}

fn home(axis: &Axis, incumbent: &Value) -> Option<f64> {
    match axis {
        Axis::Choices(choices) => choices.iter().position(|choice| choice == incumbent).map(|index| index as f64),
        Axis::Grid { grid, .. } => grid.index(incumbent.as_f64()?),
        Axis::Interval(interval) => Some(match incumbent.as_f64()? {
            number if number < interval.low => BEYOND.0,
            number if number > interval.high => BEYOND.1,
            number => interval.unit(number),
        }),
    }
}

fn axis(parameter: &Parameter, range: &SearchRange, notes: &mut Vec<Note>) -> Result<Axis, String> {
    match range {
        SearchRange::Bool => match parameter.default {
            Value::Bool(_) => Ok(Axis::Choices(vec![Value::Bool(false), Value::Bool(true)])),
            _ => Err(format!("the value in force is {}, not True or False", parameter.default)),
        },
        SearchRange::Choice { choices } => {
            let mut distinct: Vec<Value> = Vec::new();
            for choice in choices {
                if !distinct.contains(choice) {
                    distinct.push(choice.clone());
                }
            }
            if !distinct.contains(&parameter.default) {
                let value = parameter.default.clone();
                notes.push(Note::ChoiceAdded { parameter: parameter.name.clone(), value: value.clone() });
                distinct.push(value);
            }
            Ok(Axis::Choices(distinct))
        }
        SearchRange::Int { low, high, step } => {
            let (low, high, step) = (*low as f64, *high as f64, *step as f64);
            if low.abs() > EXACT || high.abs() > EXACT {
                return Err(format!("the range {low}..{high} is too large to be searched"));
            }
            let number = checked(parameter, low, high, Some(step), false)?;
            let (low, high) = widen(parameter, number, (low, high), Some(step), false, notes);
            Ok(Axis::Grid { grid: Grid::new(low, high, step).with(number), whole: true })
        }
        SearchRange::Float { low, high, step, log } => {
            let number = checked(parameter, *low, *high, *step, *log)?;
            let (low, high) = widen(parameter, number, (*low, *high), *step, *log, notes);
            Ok(match *step {
                Some(step) => Axis::Grid { grid: Grid::new(low, high, step).with(number), whole: false },
                None if low == high => Axis::Grid { grid: Grid::new(low, high, 1.0).with(number), whole: false },
                None => Axis::Interval(Interval { low, high, log: *log }),
            })
        }
    }
}

/// The value in force as a number, once the range is known to make sense.
fn checked(parameter: &Parameter, low: f64, high: f64, step: Option<f64>, log: bool) -> Result<f64, String> {
    let finite = low.is_finite() && high.is_finite() && (high - low).is_finite();
    if !finite || low > high {
        return Err(format!("the range {low}..{high} is empty or not finite"));
    }
    if let Some(step) = step {
        if !(step.is_finite() && step > 0.0) {
            return Err(format!("the step {step} is not above zero"));
        }
        if (high - low) / step > EXACT {
            return Err(format!("the step {step} is too fine for {low}..{high}"));
        }
    }
    if log && low <= 0.0 {
        return Err(format!("a logarithmic range has to start above zero, not at {low}"));
    }
    match &parameter.default {
        Value::Int(_) | Value::Float(_) => parameter.default.as_f64().filter(|number| number.is_finite()),
        _ => None,
    }
    .filter(|number| number.abs() <= EXACT)
    .ok_or_else(|| format!("the value in force is {}, not a number within reach", parameter.default))
}

/// Only an inferred range gives way: a stated one is the user's own bound. The reach is one more width (a
/// decade on a log scale), and never to zero or across it.
fn widen(
    parameter: &Parameter,
    number: f64,
    (low, high): (f64, f64),
    step: Option<f64>,
    log: bool,
    notes: &mut Vec<Note>,
) -> (f64, f64) {
    if low <= number && number <= high {
        return (low, high);
    }
    let reach = if log { (low / 10.0, high * 10.0) } else { (low - (high - low), high + (high - low)) };
    let same_side = (low <= 0.0 || number > 0.0) && (high >= 0.0 || number < 0.0);
    let inferred = parameter.range_source.is_none_or(|source| source == RangeSource::Inferred);
    let (name, value) = (parameter.name.clone(), parameter.default.clone());
    if !(inferred && same_side && reach.0 <= number && number <= reach.1) {
        notes.push(Note::Outside { parameter: name, value, range: (low, high) });
        return (low, high);
    }
    // Whole steps only, so that the levels of the old range stay levels; the value itself is added if it is none.
    let wide = match step {
        Some(step) if number < low => (low - ((low - number) / step + 1e-9).floor() * step, high),
        Some(step) => (low, high + ((number - high) / step + 1e-9).floor() * step),
        None => (low.min(number), high.max(number)),
    };
    notes.push(Note::Widened {
        parameter: name,
        value,
        from: (low, high),
        to: (wide.0.min(number), wide.1.max(number)),
    });
    wide
}
