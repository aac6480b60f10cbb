use super::metric_row::{losing, sample};
use super::{Direction, MetricRow};
use minijinja::{Environment, ErrorKind, Value};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

/// A user's own objective over the figures of one path: `sharpe_ratio - 2 * abs(max_drawdown)`.
///
/// Variables are the names of [`MetricRow`]; functions are `abs`, `sqrt`, `log`, `exp`, `min` and `max`. Where a
/// figure that the expression names is undefined, or the result is no finite number (a division by zero),
/// the objective is undefined.
#[derive(Clone)]
pub struct Expression {
    name: String,
    source: String,
    direction: Direction,
    variables: Vec<&'static str>,
    compiled: Arc<minijinja::Expression<'static, 'static>>,
}

static LANGUAGE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut language = Environment::empty();
    language.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    language.add_function("abs", f64::abs);
    language.add_function("sqrt", f64::sqrt);
    language.add_function("log", f64::ln);
    language.add_function("exp", f64::exp);
    language.add_function("min", |one: f64, other: f64| one.min(other));
    language.add_function("max", |one: f64, other: f64| one.max(other));
    language
});

/// Functions of [`LANGUAGE`]; its globals cannot be told from variables otherwise.
const FUNCTIONS: [&str; 6] = ["abs", "sqrt", "log", "exp", "min", "max"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpressionError {
    Syntax {
        objective: String,
        problem: String,
    },
    UnknownNames {
        objective: String,
        names: Vec<String>,
    },
    /// It names no figure, so it would be the same for every trial.
    Constant {
        objective: String,
    },
    /// It answers something else than a number for an ordinary result.
    NotANumber {
        objective: String,
        found: String,
    },
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { objective, problem } => write!(f, "objective {objective} cannot be read: {problem}"),
            Self::UnknownNames { objective, names } => {
                let known: Vec<&str> = sample().named().iter().map(|(name, _)| *name).collect();
                write!(
                    f,
                    "objective {objective} names {}, which is no metric; there are {}, and the functions {}",
                    names.join(", "),
                    known.join(", "),
                    FUNCTIONS.join(", ")
                )
            }
            Self::Constant { objective } => {
                write!(f, "objective {objective} names no metric, so every trial would be worth the same")
            }
            Self::NotANumber { objective, found } => {
                write!(f, "objective {objective} has to be a number, but an ordinary result makes it {found}")
            }
        }
    }
}

impl std::error::Error for ExpressionError {}

impl Expression {
    pub fn compile(name: &str, source: &str, direction: Direction) -> Result<Self, ExpressionError> {
        let objective = name.to_owned();
        let compiled = LANGUAGE.compile_expression_owned(source.to_owned()).map_err(|error| {
            let problem = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
            ExpressionError::Syntax { objective: objective.clone(), problem }
        })?;
        let mentioned = compiled.undeclared_variables(false);
        let mut names: Vec<String> =
            mentioned.iter().filter(|name| !FUNCTIONS.contains(&name.as_str())).cloned().collect();
        names.sort_unstable();
        let known = sample().named().map(|(name, _)| name);
        let variables: Vec<&'static str> = known.into_iter().filter(|known| mentioned.contains(*known)).collect();
        names.retain(|name| !known.contains(&name.as_str()));
        if !names.is_empty() {
            return Err(ExpressionError::UnknownNames { objective, names });
        }
        if variables.is_empty() {
            return Err(ExpressionError::Constant { objective });
        }
        let expression =
            Self { name: objective, source: source.to_owned(), direction, variables, compiled: Arc::new(compiled) };
        expression.prove()?;
        Ok(expression)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// As the user wrote it.
    pub fn source(&self) -> &str {
        &self.source
    }

    pub fn direction(&self) -> Direction {
        self.direction
    }

    pub fn of(&self, row: &MetricRow) -> Option<f64> {
        if row.is_idle() {
            return None;
        }
        number(&self.evaluate(row)?.ok()?)
    }

    /// None where a figure it names is undefined.
    fn evaluate(&self, row: &MetricRow) -> Option<Result<Value, minijinja::Error>> {
        let figures = row.named();
        let used: Option<BTreeMap<&str, f64>> = self
            .variables
            .iter()
            .map(|variable| {
                let value = figures.iter().find(|(name, _)| name == variable)?.1?;
                value.is_finite().then_some((*variable, value))
            })
            .collect();
        Some(self.compiled.eval(Value::from(used?)))
    }

    /// Ordinary results have to give a number. Two of them, because a filter or a type that does not exist is
    /// only met when its branch is taken.
    fn prove(&self) -> Result<(), ExpressionError> {
        for row in [sample(), losing()] {
            let objective = self.name.clone();
            match self.evaluate(&row) {
                Some(Ok(value)) if value.is_number() => {}
                Some(Ok(value)) => {
                    return Err(ExpressionError::NotANumber { objective, found: value.kind().to_string() });
                }
                Some(Err(error)) if error.kind() == ErrorKind::InvalidOperation => {
                    return Err(ExpressionError::NotANumber { objective, found: format!("an error ({error})") });
                }
                Some(Err(error)) => {
                    let problem = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
                    return Err(ExpressionError::Syntax { objective, problem });
                }
                None => {}
            }
        }
        Ok(())
    }
}

fn number(value: &Value) -> Option<f64> {
    if !value.is_number() {
        return None;
    }
    f64::try_from(value.clone()).ok().filter(|number| number.is_finite())
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expression").field("name", &self.name).field("source", &self.source).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(source: &str) -> Result<Expression, ExpressionError> {
        Expression::compile("mine", source, Direction::Maximise)
    }

    fn of(source: &str, row: &MetricRow) -> Option<f64> {
        compile(source).ok()?.of(row)
    }

    #[test]
    fn arithmetic_over_the_metrics() {
        let row = sample();
        assert_eq!(of("sharpe_ratio - 2 * abs(max_drawdown)", &row), Some(0.8 - 2.0 * 0.18));
        assert_eq!(of("total_return / volatility", &row), Some(0.12 / 0.14));
        assert_eq!(of("sharpe_ratio if total_trades >= 30 else -1", &row), Some(0.8));
        assert_eq!(of("min(sharpe_ratio, sqrt(total_trades))", &row), Some(0.8));
        assert_eq!(of("total_trades", &row), Some(40.0));
    }

    #[test]
    fn an_undefined_figure_makes_it_undefined() {
        let row = MetricRow { sharpe_ratio: None, ..sample() };
        assert_eq!(of("sharpe_ratio", &row), None);
        assert_eq!(of("total_return if total_return > 0 else sharpe_ratio", &row), None);
        assert_eq!(of("total_return", &row), Some(0.12));
        assert_eq!(of("1 / win_rate", &MetricRow { win_rate: Some(0.0), ..sample() }), None);
        assert_eq!(of("log(total_return)", &MetricRow { total_return: Some(-0.1), ..sample() }), None);
        assert_eq!(of("1 - total_trades", &MetricRow::default()), None);
    }

    #[test]
    fn mistakes_are_named_when_the_configuration_is_read() {
        let message = |source| compile(source).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(message("sharpe + win_rate").contains("names sharpe, which is no metric; there are sharpe_ratio,"));
        assert!(message("sharpe_ratio +").contains("cannot be read"));
        assert!(message("1 + 1").contains("names no metric"));
        assert!(message("sharpe_ratio > 1").contains("has to be a number"));
        assert!(message("sharpe_ratio ~ 'x'").contains("has to be a number"));
        assert!(message("sharpe_ratio | frobnicate").contains("frobnicate"));
        assert!(message("sharpe_ratio.x").contains("objective mine"));
        let untaken = "sharpe_ratio if sharpe_ratio > 0 else sharpe_ratio | frobnicate";
        assert!(message(untaken).contains("frobnicate"));
        assert!(message("sharpe_ratio if total_return > 0 else 'none'").contains("string"));
        assert!(message("range(9)").contains("names range"));
    }
}
