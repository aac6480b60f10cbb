//! Functions of Python's library and of numpy.

use super::ty::{Kinds, Known, Labels, Line, Pandas, Ty};
use super::val::{Literal, Val};
use super::{Lower, Pass};
use crate::discovery::code::{Call, Expr, ExprKind};
use crate::strategy::native::ir::{FloatOp, Intrinsic, Reduction, UnaryOp};

impl Pass<'_> {
    pub fn external_constant(&mut self, name: &str) -> Lower<Val> {
        let value = match name {
            "math.pi" | "numpy.pi" => std::f64::consts::PI,
            "math.e" | "numpy.e" => std::f64::consts::E,
            "math.tau" => std::f64::consts::TAU,
            "math.inf" | "numpy.inf" => f64::INFINITY,
            "math.nan" | "numpy.nan" => f64::NAN,
            _ => return Ok(Val::external(name)),
        };
        Ok(Val::literal(Literal::Float(value)))
    }

    pub fn call_external(&mut self, name: &str, call: &Call) -> Lower<Val> {
        if let Some(builtin) = name.strip_prefix("builtins.") {
            return self.call_builtin(builtin, call);
        }
        match name {
            "collections.deque" => return self.call_deque(call),
            "math.fsum"
            | "statistics.fmean"
            | "statistics.mean"
            | "statistics.median"
            | "statistics.stdev"
            | "statistics.pstdev"
            | "statistics.variance"
            | "statistics.pvariance" => {
                let f = match name {
                    "math.fsum" => Reduction::Fsum,
                    "statistics.fmean" => Reduction::Fmean,
                    "statistics.mean" => Reduction::StatisticsMean,
                    "statistics.median" => Reduction::StatisticsMedian,
                    "statistics.stdev" => Reduction::StatisticsStdev,
                    "statistics.pstdev" => Reduction::StatisticsPstdev,
                    "statistics.variance" => Reduction::StatisticsVariance,
                    _ => Reduction::StatisticsPvariance,
                };
                return self.reduction(name, f, call);
            }
            "dataclasses.field" => return self.obstacle("a dataclass", "field() outside a class body"),
            "logging.getLogger" => return Ok(Val::known(Known::Logger)),
            _ => {}
        }
        if let Some(level) = name.strip_prefix("logging.")
            && matches!(level, "debug" | "info" | "warning" | "error" | "critical" | "exception")
        {
            let (args, _) = self.arguments(call)?;
            for value in &args {
                self.format_check(value, false)?;
            }
            return Ok(Val::none());
        }
        if let Some(function) = name.strip_prefix("math.") {
            return self.call_math(function, call);
        }
        let family = name.split('.').next().unwrap_or(name);
        match family {
            "numpy" => self.call_numpy(name.trim_start_matches("numpy."), call),
            "pandas" if matches!(name, "pandas.isna" | "pandas.isnull" | "pandas.notna" | "pandas.notnull") => {
                let (args, _) = self.arguments(call)?;
                self.missing(name, &args)
            }
            "pandas" if name == "pandas.Series" && call.positional.len() == 1 && call.keywords.is_empty() => {
                let value = self.expr(&call.positional[0])?;
                if value.ty == Ty::Never { Ok(value) } else { self.series_of(&value) }
            }
            "pandas" => self.obstacle("pandas", format!("`{name}`")),
            "random" => self.obstacle("random numbers", name),
            "datetime" | "time" => self.obstacle("datetime", name),
            _ => self.obstacle("a library function", name),
        }
    }

    fn call_deque(&mut self, call: &Call) -> Lower<Val> {
        let origin = self.origin();
        let (args, keywords) = self.arguments(call)?;
        let maxlen = match (args.get(1), keywords.as_slice()) {
            (Some(value), []) => Some(value.clone()),
            (None, [(key, value)]) if key == "maxlen" => Some(value.clone()),
            (None, []) => None,
            _ => return self.obstacle("deque()", "with other arguments"),
        };
        match args.first() {
            None => self.deque_of(&origin, maxlen.as_ref()),
            Some(items) => self.as_list(&origin, items, Some(maxlen)),
        }
    }

    /// A function of one sequence of floats.
    fn reduction(&mut self, name: &str, f: Reduction, call: &Call) -> Lower<Val> {
        let [argument] = call.positional.as_slice() else {
            return self.obstacle("a library function", format!("`{name}` with other arguments"));
        };
        if !call.keywords.is_empty() {
            return self.obstacle("a library function", format!("`{name}` with keywords"));
        }
        let value = self.sequence(argument)?;
        if self.holds_nothing(&value) {
            return Ok(Val::never());
        }
        if self.element_of(&value).is_some() && !name.starts_with("math.") {
            return self.obstacle("a library function", format!("`{name}` of numpy's floats"));
        }
        match self.floats(&value)? {
            Some((address, count)) => {
                let site = self.site(&format!("{name} raises"));
                Ok(Val::float(self.b.call1(Intrinsic::Reduce(f), &[address, count], site)))
            }
            None => self.obstacle("a library function", format!("`{name}` of what is no list of floats")),
        }
    }

    /// An argument that is a sequence; a generator is made a list first.
    pub fn sequence(&mut self, argument: &Expr) -> Lower<Val> {
        match &argument.kind {
            ExprKind::Comprehension(comprehension) => self.list_comprehension(comprehension),
            _ => self.expr(argument),
        }
    }

    /// numpy's functions of a list of floats or of one float. What they give is a float64, which differs from a float
    /// where Python's raises: there the run bails.
    fn call_numpy(&mut self, function: &str, call: &Call) -> Lower<Val> {
        let ddof = match call.keywords.as_slice() {
            [] => 0,
            [(Some(key), value)] if key == "ddof" => match value.literal() {
                Some(crate::strategy::Value::Int(ddof @ 0..=1)) => *ddof as u8,
                _ => return self.obstacle("numpy", format!("`{function}` with a ddof that is not 0 or 1")),
            },
            _ => return self.obstacle("numpy", format!("`{function}` with keywords")),
        };
        let f = match function {
            "sum" => Some(Reduction::NumpySum),
            "mean" => Some(Reduction::NumpyMean),
            "std" => Some(Reduction::NumpyStd { ddof }),
            "var" => Some(Reduction::NumpyVar { ddof }),
            "min" | "amin" => Some(Reduction::NumpyMin),
            "max" | "amax" => Some(Reduction::NumpyMax),
            "median" => Some(Reduction::NumpyMedian),
            _ => None,
        };
        let [argument, rest @ ..] = call.positional.as_slice() else {
            return self.obstacle("numpy", format!("`{function}` without arguments"));
        };
        let site = self.site(&format!("numpy.{function} raises"));
        if let Some(f) = f {
            if !rest.is_empty() {
                return self.obstacle("numpy", format!("`{function}` with an axis"));
            }
            let value = self.sequence(argument)?;
            if self.holds_nothing(&value) {
                return Ok(Val::never());
            }
            match value.ty {
                Ty::Pandas(Pandas::Line(Line { labels: Labels::None, .. })) => {
                    return self.reduced(&value, f, function);
                }
                Ty::Pandas(_) => return self.obstacle("numpy", format!("`{function}` of {}", value.ty.name())),
                _ => {}
            }
            return match self.floats(&value)? {
                Some((address, count)) => {
                    Ok(Val::numpy_float(self.b.call1(Intrinsic::Reduce(f), &[address, count], site)))
                }
                None => self.obstacle("numpy", format!("`{function}` of {}", value.ty.name())),
            };
        }
        if function == "clip" {
            let (args, _) = self.arguments(call)?;
            return self.clipped(&args);
        }
        let value = self.sequence(argument)?;
        if value.ty == Ty::Never {
            return Ok(value);
        }
        if rest.is_empty() {
            let line = match function {
                "diff" | "array" | "asarray" if !matches!(value.ty, Ty::Pandas(_)) => self.array_of(&value)?,
                _ => value.clone(),
            };
            if let Some(value) = self.numpy_of_line(function, &line)? {
                return Ok(value);
            }
        }
        if super::numpy_scalar::is_numpy_float(&value) && rest.is_empty() {
            return self.numpy_function(function, &value);
        }
        if value.kinds().is_none() {
            return self.obstacle("numpy", format!("`{function}` of {}", value.ty.name()));
        }
        let word = self.float_of(&value, false)?;
        match (function, rest) {
            ("sqrt", []) => Ok(Val::numpy_float(self.b.unary(UnaryOp::SqrtIeee, word, site))),
            ("log", []) => Ok(Val::numpy_float(self.b.unary(UnaryOp::LogIeee, word, site))),
            ("exp", []) => Ok(Val::numpy_float(self.b.unary(UnaryOp::ExpIeee, word, site))),
            ("fabs", []) => Ok(Val::numpy_float(self.b.unary(UnaryOp::Abs, word, site))),
            // Of an int it is one of numpy's.
            ("abs" | "absolute", []) if value.ty == Ty::FLOAT => {
                Ok(Val::numpy_float(self.b.unary(UnaryOp::Abs, word, site)))
            }
            ("isnan", []) => Ok(Val::numpy_bool(self.b.unary(UnaryOp::IsNan, word, site))),
            _ => self.obstacle("numpy", format!("`{function}`")),
        }
    }

    fn call_math(&mut self, function: &str, call: &Call) -> Lower<Val> {
        let (args, keywords) = self.arguments(call)?;
        if !keywords.is_empty() {
            return self.obstacle("a library function", format!("`math.{function}` with keywords"));
        }
        if args.iter().any(|value| value.ty == Ty::Never) {
            return Ok(Val::never());
        }
        // Whatever has a float's value counts as one, and the result is Python's own.
        let args: Vec<Val> = args
            .into_iter()
            .map(
                |value| {
                    if super::numpy_scalar::is_numpy_float(&value) { Val::float(self.word(&value)) } else { value }
                },
            )
            .collect();
        let op = match function {
            "sqrt" => Some(UnaryOp::Sqrt),
            "exp" => Some(UnaryOp::Exp),
            "log" if args.len() == 1 => Some(UnaryOp::Log),
            "log2" => Some(UnaryOp::Log2),
            "log10" => Some(UnaryOp::Log10),
            "log1p" => Some(UnaryOp::Log1p),
            "expm1" => Some(UnaryOp::Expm1),
            "sin" => Some(UnaryOp::Sin),
            "cos" => Some(UnaryOp::Cos),
            "tan" => Some(UnaryOp::Tan),
            "atan" => Some(UnaryOp::Atan),
            "tanh" => Some(UnaryOp::Tanh),
            "fabs" => Some(UnaryOp::Abs),
            _ => None,
        };
        let site = self.site(&format!("math.{function} raises"));
        match (op, function, args.as_slice()) {
            (Some(op), _, [value]) => {
                let word = self.float_of(value, false)?;
                Ok(Val::float(self.b.unary(op, word, site)))
            }
            (_, "floor" | "ceil" | "trunc", [value]) => {
                if value.kinds().is_some_and(|kinds| kinds.within(Kinds::INT.union(Kinds::BOOL))) {
                    return Ok(self.as_int(value));
                }
                let op = match function {
                    "floor" => UnaryOp::Floor,
                    "ceil" => UnaryOp::Ceil,
                    _ => UnaryOp::Trunc,
                };
                let word = self.float_of(value, true)?;
                Ok(Val::int(self.b.unary(op, word, site)))
            }
            (_, "isnan" | "isinf" | "isfinite", [value]) => {
                let word = self.float_of(value, false)?;
                let nan = self.b.unary(UnaryOp::IsNan, word, site);
                let inf = self.b.unary(UnaryOp::IsInf, word, site);
                Ok(Val::bool(match function {
                    "isnan" => nan,
                    "isinf" => inf,
                    _ => {
                        let either = self.b.int(crate::strategy::native::ir::IntOp::Or, nan, inf, site);
                        self.b.unary(UnaryOp::Not, either, site)
                    }
                }))
            }
            (_, "pow" | "atan2" | "copysign", [a, b]) => {
                let (x, y) = (self.float_of(a, false)?, self.float_of(b, false)?);
                let op = match function {
                    "pow" => return self.obstacle("a library function", "`math.pow`"),
                    "atan2" => FloatOp::Atan2,
                    _ => FloatOp::Copysign,
                };
                Ok(Val::float(self.b.float(op, x, y, site)))
            }
            _ => self.obstacle("a library function", format!("`math.{function}`")),
        }
    }
}
