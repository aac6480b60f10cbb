//! Series made of series by pandas: windows, distances, bounds.

use super::ty::{Labels, Line, Of, Pandas, Ty};
use super::val::{Literal, Val};
use super::{Lower, Pass};
use crate::discovery::code::BinaryOp;
use crate::strategy::native::ir::{CompareOp, FloatOp, Intrinsic, Kernel, Reg, UnaryOp, Word};

impl Pass<'_> {
    /// A kernel over the line's numbers; an array has no labels afterwards either.
    pub fn kernel(&mut self, line: &Val, kernel: Kernel, window: Reg, least: Reg, x: Reg) -> Lower<Val> {
        let (Ty::Pandas(Pandas::Line(Line { labels, .. })), Some((address, count))) = (&line.ty, self.stretch_of(line))
        else {
            return self.obstacle("pandas", format!("a window over {}", line.ty.name()));
        };
        let layout = self.layout(vec![Word::F]);
        let site = self.site("pandas raises");
        let list = self.b.call1(Intrinsic::Column(kernel, layout), &[address, count, window, least, x], site);
        let (first, _) = Self::span(line);
        let ty = Ty::Pandas(Pandas::Line(Line { of: Of::Floats, labels: *labels }));
        Ok(Val::new(ty, vec![list, first, count]))
    }

    /// Methods of a series of floats that give another, or a window over it.
    pub fn series_method(
        &mut self,
        object: &Val,
        line: Line,
        name: &str,
        args: &[Val],
        keywords: &[(String, Val)],
    ) -> Lower<Val> {
        let keyword = |name: &str| keywords.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let only = |known: &[&str]| keywords.iter().all(|(key, _)| known.contains(&key.as_str()));
        match name {
            "rolling" if args.len() < 3 && only(&["window", "min_periods"]) => {
                let Some(window) = args.first().cloned().or_else(|| keyword("window")) else {
                    return self.obstacle("pandas", "`rolling` without a window");
                };
                let window = self.index_of(&window, "a window that is no integer")?;
                let least = match args.get(1).cloned().or_else(|| keyword("min_periods")) {
                    Some(least) if !least.is_none() => self.index_of(&least, "min_periods that is no integer")?,
                    _ => window,
                };
                let regs = object.regs.iter().copied().chain([window, least]).collect();
                Ok(Val::new(Ty::Pandas(Pandas::Rolling(line)), regs))
            }
            "ewm" if args.is_empty() && only(&["span", "com", "alpha", "adjust", "min_periods"]) => {
                self.ewm(object, line, &keyword)
            }
            "shift" | "diff" | "pct_change" if args.len() < 2 && only(&["periods"]) => {
                let by = match args.first().cloned().or_else(|| keyword("periods")) {
                    Some(by) => self.index_of(&by, "a distance that is no integer")?,
                    None => self.b.int_const(1),
                };
                let (zero, x) = (self.b.int_const(0), self.b.float_const(0.0));
                let shifted = self.kernel(object, Kernel::Shift, by, zero, x)?;
                let made = match name {
                    "shift" => return Ok(shifted),
                    "diff" => self.binary_on_lines(BinaryOp::Sub, object, &shifted)?,
                    // Before pandas 3 what is missing is filled first.
                    _ if !restarts(self.request) && !matches!(line.of, Of::Column(_)) => {
                        return self.obstacle("pandas", "`pct_change` of a column that may miss numbers");
                    }
                    _ => {
                        let ratio = self.binary_on_lines(BinaryOp::Div, object, &shifted)?.unwrap_or_else(Val::never);
                        self.binary_on_lines(BinaryOp::Sub, &ratio, &Val::literal(Literal::Int(1)))?
                    }
                };
                Ok(made.unwrap_or_else(Val::never))
            }
            "clip" if args.len() < 3 && only(&["lower", "upper"]) => {
                let lower = args.first().cloned().or_else(|| keyword("lower"));
                let upper = args.get(1).cloned().or_else(|| keyword("upper"));
                self.bounded(object, lower, upper)
            }
            "abs" if args.is_empty() && keywords.is_empty() => self.each_number(object, UnaryOp::Abs),
            "fillna" if args.len() == 1 && keywords.is_empty() => {
                let filler = self.plain_number(&args[0], "a filler that is no number")?;
                self.each_number_with(object, &mut |this, word| {
                    let site = this.site("fillna");
                    let nan = this.b.unary(UnaryOp::IsNan, word, site);
                    this.either(nan, filler, word)
                })
            }
            _ => self.obstacle("pandas", format!("`{name}` of a series")),
        }
    }

    /// Of two float words.
    fn either(&mut self, test: Reg, yes: Reg, no: Reg) -> Lower<Reg> {
        let Some(other) = self.split(test) else { return Ok(no) };
        let mut ends: Vec<_> = self.part().map(|flow| (flow, Val::float(yes))).into_iter().collect();
        ends.push((other, Val::float(no)));
        let met = self.meet_with(ends)?;
        Ok(self.word(&met))
    }

    /// `clip(lower, upper)`: NaN stays.
    fn bounded(&mut self, object: &Val, lower: Option<Val>, upper: Option<Val>) -> Lower<Val> {
        let mut bounds = Vec::new();
        for (bound, op) in [(lower, CompareOp::Lt), (upper, CompareOp::Gt)] {
            if let Some(bound) = bound.filter(|bound| !bound.is_none()) {
                bounds.push((self.plain_number(&bound, "a bound that is no number")?, op));
            }
        }
        if let [(low, _), (high, _)] = bounds[..] {
            // pandas changes them about where they are not in order.
            let site = self.site("bounds that are not in order");
            let ordered = self.b.compare(CompareOp::Le, low, high);
            self.b.guard(ordered, site);
        }
        self.each_number_with(object, &mut |this, word| {
            let mut held = word;
            for &(bound, op) in &bounds {
                let beyond = this.b.compare(op, held, bound);
                held = this.either(beyond, bound, held)?;
            }
            Ok(held)
        })
    }

    fn ewm(&mut self, object: &Val, line: Line, keyword: &dyn Fn(&str) -> Option<Val>) -> Lower<Val> {
        let adjust = match keyword("adjust") {
            None => true,
            Some(value) => match value.literal {
                Some(Literal::Bool(adjust)) => adjust,
                _ => return self.obstacle("pandas", "`ewm` with an adjust that is no literal"),
            },
        };
        let site = self.site("pandas raises");
        let one = self.b.float_const(1.0);
        let com = match (keyword("span"), keyword("com"), keyword("alpha")) {
            (Some(span), None, None) => {
                let span = self.plain_number(&span, "a span that is no number")?;
                let (above, two) = (self.b.float(FloatOp::Sub, span, one, site), self.b.float_const(2.0));
                self.b.float(FloatOp::Div, above, two, site)
            }
            (None, Some(com), None) => self.plain_number(&com, "a com that is no number")?,
            (None, None, Some(alpha)) => {
                let alpha = self.plain_number(&alpha, "an alpha that is no number")?;
                let left = self.b.float(FloatOp::Sub, one, alpha, site);
                self.b.float(FloatOp::Div, left, alpha, site)
            }
            _ => return self.obstacle("pandas", "`ewm` by other than one of span, com and alpha"),
        };
        let least = match keyword("min_periods") {
            Some(least) if !least.is_none() => self.index_of(&least, "min_periods that is no integer")?,
            _ => self.b.int_const(0),
        };
        let regs = object.regs.iter().copied().chain([least, com]).collect();
        Ok(Val::new(Ty::Pandas(Pandas::Ewm(line, adjust)), regs))
    }

    /// `rolling(…).mean()`
    pub fn window_method(
        &mut self,
        object: &Val,
        what: Pandas,
        name: &str,
        args: &[Val],
        keywords: &[(String, Val)],
    ) -> Lower<Val> {
        let refuse = |this: &Self| this.obstacle("pandas", format!("`{name}` of {}", object.ty.name()));
        let at = object.regs.len() - 2;
        let (own, tail) = object.regs.split_at(at);
        let ddof = match (name, args, keywords) {
            (_, [], []) => 1.0,
            ("std" | "var", [], [(key, value)]) if key == "ddof" => match value.int_literal() {
                Some(ddof @ 0..=1) => ddof as f64,
                _ => return refuse(self),
            },
            _ => return refuse(self),
        };
        let restarts = restarts(self.request);
        let (line, kernel, window, least, x) = match what {
            Pandas::Rolling(line) => {
                let kernel = match (name, restarts) {
                    ("mean", _) => Kernel::RollingMean,
                    ("sum", _) => Kernel::RollingSum,
                    ("min", _) => Kernel::RollingMin,
                    ("max", _) => Kernel::RollingMax,
                    ("median", _) => Kernel::RollingMedian,
                    ("std", false) => Kernel::RollingStd,
                    ("std", true) => Kernel::RollingStdRestarting,
                    ("var", false) => Kernel::RollingVar,
                    ("var", true) => Kernel::RollingVarRestarting,
                    _ => return refuse(self),
                };
                (line, kernel, tail[0], tail[1], self.b.float_const(ddof))
            }
            Pandas::Ewm(line, adjust) => {
                let kernel = match (name, adjust) {
                    ("mean", false) => Kernel::EwmMean,
                    ("mean", true) => Kernel::EwmMeanAdjusted,
                    ("std", false) if ddof == 1.0 => Kernel::EwmStd,
                    ("std", true) if ddof == 1.0 => Kernel::EwmStdAdjusted,
                    _ => return refuse(self),
                };
                (line, kernel, self.b.int_const(0), tail[0], tail[1])
            }
            _ => return refuse(self),
        };
        let line = Val::new(Ty::Pandas(Pandas::Line(line)), own.to_vec());
        self.kernel(&line, kernel, window, least, x)
    }

    /// `np.diff(array)`, `np.abs(array)` and the like; None of what is no array.
    pub fn numpy_of_line(&mut self, function: &str, value: &Val) -> Lower<Option<Val>> {
        let Ty::Pandas(Pandas::Line(line)) = value.ty else { return Ok(None) };
        Ok(Some(match function {
            "array" | "asarray" => self.array_of(value)?,
            "abs" | "absolute" | "fabs" => self.each_number(value, UnaryOp::Abs)?,
            "sqrt" => self.each_number(value, UnaryOp::SqrtIeee)?,
            "diff" if line.of != Of::Bools => {
                let array =
                    Val::new(Ty::Pandas(Pandas::Line(Line { labels: Labels::None, ..line })), value.regs.clone());
                let (one, minus) = (self.b.int_const(1), self.b.int_const(-1));
                let (from, to) = (
                    self.b.int_const(crate::strategy::native::ir::intrinsic::FROM_START),
                    self.b.int_const(crate::strategy::native::ir::intrinsic::TO_END),
                );
                let later = self.sliced_line(&array, one, to);
                let earlier = self.sliced_line(&array, from, minus);
                self.binary_on_lines(BinaryOp::Sub, &later, &earlier)?.unwrap_or_else(Val::never)
            }
            _ => return Ok(None),
        }))
    }

    /// What `isinstance` of a numpy or pandas value gives; None where only the run knows.
    pub fn is_kind_of(value: &Val, class: &str) -> Option<bool> {
        let Ty::Pandas(what) = &value.ty else { return value.kinds().map(|kinds| kinds.is_empty()) };
        let class = class.rsplit('.').next().unwrap_or(class);
        match (what, class) {
            (Pandas::Number | Pandas::Bool, "float" | "int" | "bool") => None,
            (Pandas::Float, "float" | "float64" | "floating") => Some(true),
            (Pandas::Line(Line { labels: Labels::None, .. }), "ndarray") => Some(true),
            (Pandas::Line(Line { labels: Labels::Times | Labels::Count, .. }) | Pandas::Row(_), "Series") => Some(true),
            (Pandas::Frame(_), "DataFrame") => Some(true),
            _ => Some(false),
        }
    }
}

/// pandas 3 and later.
fn restarts(request: &super::Request<'_>) -> bool {
    request.pandas.is_some_and(|major| major >= 3)
}
