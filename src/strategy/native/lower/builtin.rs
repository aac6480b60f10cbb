//! Python's built-in functions.

use super::ty::{Kinds, Known, Pandas, Ty};
use super::val::{Literal, Val};
use super::{Lower, Pass};
use crate::discovery::code::{BinaryOp, Call, Comprehension, Expr, ExprKind};
use crate::strategy::native::ir::{CompareOp, FloatOp, IntOp, Intrinsic, Reduction, UnaryOp};
use crate::strategy::native::numerics::SumPolicy;

impl Pass<'_> {
    pub fn sum_policy(&self) -> SumPolicy {
        if self.request.python >= (3, 12) { SumPolicy::Neumaier } else { SumPolicy::Ordered }
    }

    pub fn call_builtin(&mut self, name: &str, call: &Call) -> Lower<Val> {
        match (name, call.positional.as_slice()) {
            ("sum", [argument]) if call.keywords.is_empty() => return self.sum(argument),
            ("min" | "max", _) => return self.extreme(name == "min", call),
            ("any" | "all", [argument]) => return self.any_all(argument, name == "any"),
            ("sorted", [argument]) => return self.sorted(argument, call),
            ("list" | "tuple", [argument]) => {
                let origin = self.origin();
                if let ExprKind::Comprehension(comprehension) = &argument.kind {
                    return self.list_comprehension(comprehension);
                }
                let is_call = argument.call().and_then(|call| call.function.name()).map(str::to_owned);
                if matches!(is_call.as_deref(), Some("range" | "zip" | "enumerate" | "reversed")) {
                    let source = self.iterable(argument)?;
                    let list = self.list_of(&origin, &[])?;
                    let held = list.clone();
                    self.iterate(&source, &[], &mut |this, item| this.push(&held, &item), &mut |_| Ok(()))?;
                    return Ok(list);
                }
                let value = self.expr(argument)?;
                return match &value.ty {
                    Ty::Never => Ok(Val::never()),
                    Ty::Tuple(_) if name == "tuple" => Ok(value),
                    // A view cannot be changed, so a copy of it is the view.
                    Ty::View(_) => Ok(value),
                    _ => self.as_list(&origin, &value, None),
                };
            }
            ("list", []) => {
                let origin = self.origin();
                return self.list_of(&origin, &[]);
            }
            ("dict", _) => {
                let origin = self.origin();
                let (args, keywords) = self.arguments(call)?;
                let mut entries = Vec::new();
                for value in &args {
                    entries.extend(self.entries_of(value)?);
                }
                entries.extend(keywords);
                return self.dict_at(&origin, entries);
            }
            ("isinstance", [value, class]) => return self.is_instance(value, class),
            ("hasattr", [object, name]) => {
                let (object, name) = (self.expr(object)?, self.expr(name)?);
                let name = self.key(&name)?;
                return match object.ty {
                    Ty::Known(Known::Static(id)) => self.attribute_is_set(id, &name),
                    _ => self.obstacle("hasattr()", format!("of {}", object.ty.name())),
                };
            }
            ("getattr", [object, name, rest @ ..]) => {
                let (object, name) = (self.expr(object)?, self.expr(name)?);
                let name = self.key(&name)?;
                let [default] = rest else { return self.attribute(&object, &name) };
                let default = self.expr(default)?;
                return self.attribute_or(&object, &name, default);
            }
            ("print", _) => {
                let (args, _) = self.arguments(call)?;
                for value in &args {
                    self.format_check(value, false)?;
                }
                return Ok(Val::none());
            }
            _ => {}
        }
        let (args, keywords) = self.arguments(call)?;
        if !keywords.is_empty() && !name.ends_with("Error") {
            return self.obstacle("a built-in function", format!("`{name}` with keywords"));
        }
        if args.iter().any(|value| value.ty == Ty::Never) {
            return Ok(Val::never());
        }
        match (name, args.as_slice()) {
            ("float", [value]) if super::numpy_scalar::is_numpy_float(value) => Ok(Val::float(self.word(value))),
            ("abs", [value]) if super::numpy_scalar::is_numpy_float(value) => {
                let (word, site) = (self.word(value), self.site("abs"));
                Ok(Val::new(value.ty.clone(), vec![self.b.unary(UnaryOp::Abs, word, site)]))
            }
            ("int", [value]) if super::numpy_scalar::is_numpy_float(value) => {
                let (word, site) = (self.word(value), self.site("int() raises"));
                Ok(Val::int(self.b.unary(UnaryOp::Trunc, word, site)))
            }
            ("round", [value]) if super::numpy_scalar::is_numpy_float(value) => self.numpy_round(value, None),
            ("round", [value, digits]) if super::numpy_scalar::is_numpy_float(value) => {
                self.numpy_round(value, Some(digits))
            }
            ("abs", [value]) if matches!(value.ty, Ty::Pandas(Pandas::Line(_))) => {
                self.each_number(value, UnaryOp::Abs)
            }
            ("len", [value]) => self.len(value),
            ("abs", [value]) => self.abs(value),
            ("round", [value]) => self.rounded(value),
            ("round", [value, digits]) => {
                if digits.is_none() {
                    return self.rounded(value);
                }
                if value.kinds().is_some_and(|kinds| kinds.within(Kinds::INT.union(Kinds::BOOL))) {
                    return self.obstacle("round()", "of an int with digits");
                }
                let digits = self.index_of(digits, "an integer is required")?;
                let value = self.narrow(value, Kinds::FLOAT, "round() of what is no float")?;
                if value.ty == Ty::Never {
                    return Ok(value);
                }
                let (word, site) = (self.word(&value), self.site("round() raises"));
                Ok(Val::float(self.b.call1(Intrinsic::RoundDigits, &[word, digits], site)))
            }
            ("int", [value]) => {
                let value = self.narrow(value, Kinds::NUMBERS, "int() of what is no number")?;
                match value.kinds() {
                    Some(kinds) if !kinds.has(Kinds::FLOAT) => Ok(self.as_int(&value)),
                    Some(Kinds::FLOAT) => {
                        let (word, site) = (self.word(&value), self.site("int() raises"));
                        Ok(Val::int(self.b.unary(UnaryOp::Trunc, word, site)))
                    }
                    Some(_) => self.by_float_or_int(&value, |this, value| {
                        if value.kinds() != Some(Kinds::FLOAT) {
                            return Ok(value.clone());
                        }
                        let (word, site) = (this.word(value), this.site("int() raises"));
                        Ok(Val::int(this.b.unary(UnaryOp::Trunc, word, site)))
                    }),
                    None => Ok(Val::never()),
                }
            }
            ("float", [value]) => {
                if let Some(text) = self.text_of(value) {
                    let number = match text.trim().to_ascii_lowercase().as_str() {
                        "inf" | "+inf" | "infinity" => f64::INFINITY,
                        "-inf" | "-infinity" => f64::NEG_INFINITY,
                        "nan" => f64::NAN,
                        _ => return self.obstacle("float()", "of text"),
                    };
                    return Ok(Val::literal(Literal::Float(number)));
                }
                let word = self.float_of(value, false)?;
                Ok(Val::float(word))
            }
            ("bool", [value]) => {
                let word = self.truth(value)?;
                Ok(Val::bool(word))
            }
            ("str" | "repr", [value]) => {
                self.format_check(value, false)?;
                Ok(match value.literal {
                    Some(Literal::Symbol(_)) if name == "str" && self.text_of(value).is_some() => value.clone(),
                    _ => Val::text(),
                })
            }
            ("pow", [a, b]) => self.binary(BinaryOp::Pow, a, b),
            (name, _) if name.ends_with("Error") || name.ends_with("Exception") => Ok(Val::text()),
            _ => self.obstacle("a built-in function", format!("`{name}`")),
        }
    }

    pub fn len(&mut self, value: &Val) -> Lower<Val> {
        match &value.ty {
            Ty::List(_) => Ok(Val::int(self.length_of(value)?)),
            Ty::View(_) => Ok(Val::int(value.regs[1])),
            Ty::Pandas(Pandas::Frame(_) | Pandas::Line(_)) => Ok(Val::int(Self::span(value).1)),
            Ty::Tuple(items) => Ok(Val::literal(Literal::Int(items.len() as i64))),
            Ty::Map(items) => Ok(Val::literal(Literal::Int(items.len() as i64))),
            Ty::Opt(_) => {
                let held = self.present(value, "object of type 'NoneType' has no len()");
                self.len(&held)
            }
            Ty::Never => Ok(Val::never()),
            _ => self.obstacle("len()", format!("of {}", value.ty.name())),
        }
    }

    fn abs(&mut self, value: &Val) -> Lower<Val> {
        let value = self.narrow(value, Kinds::NUMBERS, "bad operand type for abs()")?;
        let site = self.site("an integer over 64 bits");
        match value.kinds() {
            Some(Kinds::FLOAT) => {
                let word = self.word(&value);
                Ok(Val::float(self.b.unary(UnaryOp::Abs, word, site)))
            }
            Some(kinds) if !kinds.has(Kinds::FLOAT) => {
                let int = self.as_int(&value);
                let word = self.word(&int);
                Ok(Val::int(self.b.unary(UnaryOp::AbsInt, word, site)))
            }
            Some(_) => self.by_float_or_int(&value, |this, value| this.abs(value)),
            None => Ok(Val::never()),
        }
    }

    fn rounded(&mut self, value: &Val) -> Lower<Val> {
        let value = self.narrow(value, Kinds::NUMBERS, "round() of what is no number")?;
        match value.kinds() {
            Some(Kinds::FLOAT) => {
                let (word, site) = (self.word(&value), self.site("round() raises"));
                Ok(Val::int(self.b.unary(UnaryOp::Round, word, site)))
            }
            Some(kinds) if !kinds.has(Kinds::FLOAT) => Ok(self.as_int(&value)),
            Some(_) => self.by_float_or_int(&value, |this, value| this.rounded(value)),
            None => Ok(Val::never()),
        }
    }

    /// A list to which nothing was ever added, as far as is known; where the last pass says so too, the run leaves.
    pub fn holds_nothing(&mut self, value: &Val) -> bool {
        if value.ty == Ty::Never {
            return true;
        }
        let empty = matches!(value.ty, Ty::List(id) if self.known.element(id) == Ty::Never);
        if empty {
            let never = self.b.int_const(0);
            let site = self.site("a list that is always empty");
            self.b.guard(never, site);
        }
        empty
    }

    fn sum(&mut self, argument: &Expr) -> Lower<Val> {
        let policy = self.sum_policy();
        if let ExprKind::Comprehension(comprehension) = &argument.kind {
            let element = self.element_type(comprehension)?;
            return self.sum_generated(comprehension, &element, policy);
        }
        let value = self.expr(argument)?;
        if self.holds_nothing(&value) {
            return Ok(Val::never());
        }
        if let Some((address, count)) = self.floats(&value)? {
            let numpy = self.element_of(&value);
            if numpy == Some(Pandas::Number) && policy == SumPolicy::Neumaier {
                return self.obstacle("sum()", "of Python's and numpy's floats together");
            }
            // Numbers of numpy are added one after another by every version.
            let policy = if numpy.is_some() { SumPolicy::Ordered } else { policy };
            let site = self.site("sum() raises");
            let word = self.b.call1(Intrinsic::Reduce(Reduction::Sum(policy)), &[address, count], site);
            return Ok(if numpy.is_some() { Val::number(word) } else { Val::float(word) });
        }
        let element = match &value.ty {
            Ty::List(id) => self.known.element(*id),
            Ty::Tuple(items) => {
                let mut all = Ty::Never;
                for item in items {
                    all = self.facts.join(&all, item);
                }
                all
            }
            _ => return self.obstacle("sum()", format!("of {}", value.ty.name())),
        };
        let total = self.hidden_name();
        let start = self.start_of_sum(&element, policy)?;
        self.env.vars.insert(total.clone(), start);
        if element == Ty::FLOAT && policy == SumPolicy::Neumaier {
            return self.obstacle("sum()", "of a tuple of floats");
        }
        self.each_element(&value, std::slice::from_ref(&total), &mut |this, item| {
            let sum = this.env.vars[&total].clone();
            let sum = this.binary(BinaryOp::Add, &sum, &item)?;
            this.env.vars.insert(total.clone(), sum);
            Ok(())
        })?;
        Ok(self.env.vars.remove(&total).unwrap_or_else(Val::never))
    }

    /// The numpy kind of a sequence's numbers; None of Python's.
    pub fn element_of(&self, value: &Val) -> Option<Pandas> {
        match &value.ty {
            Ty::List(id) => match self.known.element(*id) {
                Ty::Pandas(numpy @ (Pandas::Float | Pandas::Number)) => Some(numpy),
                _ => None,
            },
            Ty::Pandas(Pandas::Line(_)) => Some(Pandas::Float),
            _ => None,
        }
    }

    /// Zero as an int; where floats follow the float zero adds alike and keeps one type.
    fn start_of_sum(&mut self, element: &Ty, policy: SumPolicy) -> Lower<Val> {
        match element.kinds() {
            Some(Kinds::FLOAT) => Ok(Val::literal(Literal::Float(0.0))),
            Some(kinds) if kinds.within(Kinds::INT.union(Kinds::BOOL)) => Ok(Val::literal(Literal::Int(0))),
            Some(kinds) if kinds.within(Kinds::NUMBERS) && policy == SumPolicy::Ordered => {
                Ok(Val::literal(Literal::Int(0)))
            }
            None if *element == Ty::Never => Ok(Val::literal(Literal::Int(0))),
            None if *element == Ty::Pandas(Pandas::Float) => Ok(Val::literal(Literal::Float(0.0))),
            _ => self.obstacle("sum()", format!("of {}", element.name())),
        }
    }

    fn sum_generated(&mut self, comprehension: &Comprehension, element: &Ty, policy: SumPolicy) -> Lower<Val> {
        let (total, lost) = (self.hidden_name(), self.hidden_name());
        let start = self.start_of_sum(element, policy)?;
        self.env.vars.insert(total.clone(), start);
        if *element != Ty::FLOAT || policy == SumPolicy::Ordered {
            self.generate(comprehension, std::slice::from_ref(&total), &mut |this, item| {
                let sum = this.env.vars[&total].clone();
                let sum = this.binary(BinaryOp::Add, &sum, &item)?;
                this.env.vars.insert(total.clone(), sum);
                Ok(())
            })?;
            return Ok(self.env.vars.remove(&total).unwrap_or_else(Val::never));
        }
        // CPython's compensated sum, term by term.
        self.env.vars.insert(lost.clone(), Val::literal(Literal::Float(0.0)));
        self.generate(comprehension, &[total.clone(), lost.clone()], &mut |this, item| {
            let (sum, c) = (this.env.vars[&total].clone(), this.env.vars[&lost].clone());
            let (sum, c, x) = (this.word(&sum), this.word(&c), this.word(&item));
            let site = this.site("sum");
            let t = this.b.float(FloatOp::Add, sum, x, site);
            let (size, other) = (this.b.unary(UnaryOp::Abs, sum, site), this.b.unary(UnaryOp::Abs, x, site));
            let larger = this.b.compare(CompareOp::Ge, size, other);
            let Some(no) = this.split(larger) else { return Ok(()) };
            let part = this.b.float(FloatOp::Sub, sum, t, site);
            let part = Val::float(this.b.float(FloatOp::Add, part, x, site));
            let mut ends: Vec<_> = this.part().map(|flow| (flow, part)).into_iter().collect();
            this.follow(no);
            let part = this.b.float(FloatOp::Sub, x, t, site);
            let part = Val::float(this.b.float(FloatOp::Add, part, sum, site));
            ends.extend(this.part().map(|flow| (flow, part)));
            let part = this.meet_with(ends)?;
            let part = this.word(&part);
            let c = this.b.float(FloatOp::Add, c, part, site);
            this.env.vars.insert(total.clone(), Val::float(t));
            this.env.vars.insert(lost.clone(), Val::float(c));
            Ok(())
        })?;
        let sum = self.env.vars.remove(&total).unwrap_or_else(Val::never);
        let c = self.env.vars.remove(&lost).unwrap_or_else(Val::never);
        if self.b.current.is_none() {
            return Ok(Val::never());
        }
        let (sum, c) = (self.word(&sum), self.word(&c));
        let site = self.site("sum");
        let (nan, inf) = (self.b.unary(UnaryOp::IsNan, c, site), self.b.unary(UnaryOp::IsInf, c, site));
        let odd = self.b.int(IntOp::Or, nan, inf, site);
        let Some(finite) = self.split(odd) else { return Ok(Val::never()) };
        let mut ends: Vec<_> = self.part().map(|flow| (flow, Val::float(sum))).into_iter().collect();
        self.follow(finite);
        // Where nothing was lost, adding zero changes nothing but a sum of -0.0, and that starts at 0.0.
        let whole = Val::float(self.b.float(FloatOp::Add, sum, c, site));
        ends.extend(self.part().map(|flow| (flow, whole)));
        self.meet_with(ends)
    }

    /// `min` and `max` of arguments or of a sequence.
    fn extreme(&mut self, least: bool, call: &Call) -> Lower<Val> {
        let mut default = None;
        for (key, value) in &call.keywords {
            match key.as_deref() {
                Some("default") => default = Some(self.expr(value)?),
                _ => return self.obstacle("min() or max()", "with a key"),
            }
        }
        if call.positional.len() > 1 {
            let (args, _) = self.arguments(&Call { keywords: Vec::new(), ..call.clone() })?;
            let mut args = args.into_iter();
            let Some(mut best) = args.next() else { return Ok(Val::never()) };
            for value in args {
                best = self.better(least, &best, &value)?;
            }
            return Ok(best);
        }
        let Some(argument) = call.positional.first() else { return self.obstacle("min() or max()", "of nothing") };
        if let ExprKind::Comprehension(comprehension) = &argument.kind {
            let element = self.element_type(comprehension)?;
            return self.extreme_generated(least, comprehension, &element, default);
        }
        let value = self.expr(argument)?;
        if default.is_none() && self.holds_nothing(&value) {
            return Ok(Val::never());
        }
        if value.ty == Ty::Never || matches!(value.ty, Ty::List(id) if self.known.element(id) == Ty::Never) {
            return Ok(default.unwrap_or_else(Val::never));
        }
        if let (Some((address, count)), None) = (self.floats(&value)?, &default) {
            let site = self.site("min() or max() of an empty sequence");
            let f = Intrinsic::Reduce(if least { Reduction::Min } else { Reduction::Max });
            let word = self.b.call1(f, &[address, count], site);
            return Ok(match self.element_of(&value) {
                Some(numpy) => Val::new(Ty::Pandas(numpy), vec![word]),
                None => Val::float(word),
            });
        }
        let element = match &value.ty {
            Ty::List(id) => self.known.element(*id),
            Ty::View(_) => Ty::FLOAT,
            Ty::Tuple(_) => {
                let parts = self.tuple_parts(&value);
                let mut parts = parts.into_iter();
                let Some(mut best) = parts.next() else { return self.obstacle("min() or max()", "of an empty tuple") };
                for part in parts {
                    best = self.better(least, &best, &part)?;
                }
                return Ok(best);
            }
            _ => return self.obstacle("min() or max()", format!("of {}", value.ty.name())),
        };
        let (best, seen) = self.start_of_extreme(&element)?;
        let changed = [best.clone(), seen.clone()];
        self.each_element(&value, &changed, &mut |this, item| this.keep_better(least, &best, &seen, &item))?;
        self.end_of_extreme(&best, &seen, default)
    }

    fn extreme_generated(
        &mut self,
        least: bool,
        comprehension: &Comprehension,
        element: &Ty,
        default: Option<Val>,
    ) -> Lower<Val> {
        let (best, seen) = self.start_of_extreme(element)?;
        let changed = [best.clone(), seen.clone()];
        self.generate(comprehension, &changed, &mut |this, item| this.keep_better(least, &best, &seen, &item))?;
        self.end_of_extreme(&best, &seen, default)
    }

    fn start_of_extreme(&mut self, element: &Ty) -> Lower<(String, String)> {
        let (best, seen) = (self.hidden_name(), self.hidden_name());
        let start = match element.kinds() {
            Some(Kinds::FLOAT) => Val::literal(Literal::Float(0.0)),
            Some(Kinds::INT) => Val::literal(Literal::Int(0)),
            _ if *element == Ty::Never => Val::never(),
            _ if matches!(element, Ty::Pandas(Pandas::Float | Pandas::Number)) => {
                let zero = self.b.float_const(0.0);
                Val::new(element.clone(), vec![zero])
            }
            _ => return self.obstacle("min() or max()", format!("of {}", element.name())),
        };
        self.env.vars.insert(best.clone(), start);
        self.env.vars.insert(seen.clone(), Val::literal(Literal::Bool(false)));
        Ok((best, seen))
    }

    fn keep_better(&mut self, least: bool, best: &str, seen: &str, item: &Val) -> Lower<()> {
        let (held, any) = (self.env.vars[best].clone(), self.env.vars[seen].clone());
        let any = self.word(&any);
        let Some(no) = self.split(any) else { return Ok(()) };
        let better = self.better(least, &held, item)?;
        let mut ends: Vec<_> = self.part().map(|flow| (flow, better)).into_iter().collect();
        ends.push((no, item.clone()));
        let kept = self.meet_with(ends)?;
        self.env.vars.insert(best.to_owned(), kept);
        self.env.vars.insert(seen.to_owned(), Val::literal(Literal::Bool(true)));
        Ok(())
    }

    fn end_of_extreme(&mut self, best: &str, seen: &str, default: Option<Val>) -> Lower<Val> {
        let value = self.env.vars.remove(best).unwrap_or_else(Val::never);
        let any = self.env.vars.remove(seen).unwrap_or_else(Val::never);
        if self.b.current.is_none() {
            return Ok(Val::never());
        }
        let any = self.word(&any);
        match default {
            None => {
                let site = self.site("min() or max() of an empty sequence");
                self.b.guard(any, site);
                Ok(value)
            }
            Some(default) => {
                let Some(no) = self.split(any) else { return Ok(Val::never()) };
                let mut ends: Vec<_> = self.part().map(|flow| (flow, value)).into_iter().collect();
                ends.push((no, default));
                self.meet_with(ends)
            }
        }
    }

    /// The second where it is strictly better, else the first, as Python does.
    fn better(&mut self, least: bool, a: &Val, b: &Val) -> Lower<Val> {
        use crate::discovery::code::CompareOp as Python;
        if a.ty == Ty::Never || b.ty == Ty::Never {
            return Ok(Val::never());
        }
        let wins = self.compare(if least { Python::Lt } else { Python::Gt }, b, a)?;
        let word = self.word(&wins);
        let (a, b) = (self.numeric(a)?, self.numeric(b)?);
        let Some(no) = self.split(word) else { return Ok(Val::never()) };
        let mut ends: Vec<_> = self.part().map(|flow| (flow, b)).into_iter().collect();
        ends.push((no, a));
        self.meet_with(ends)
    }

    /// What a comparison has shown to be a number.
    fn numeric(&mut self, value: &Val) -> Lower<Val> {
        if super::numpy_scalar::is_numpy_float(value) {
            return Ok(value.clone());
        }
        self.narrow(value, Kinds::NUMBERS, "values that have no order")
    }

    fn any_all(&mut self, argument: &Expr, any: bool) -> Lower<Val> {
        let found = self.hidden_name();
        self.env.vars.insert(found.clone(), Val::literal(Literal::Bool(!any)));
        let mut each = |this: &mut Self, item: Val| {
            if item.ty == Ty::Never {
                return Ok(());
            }
            let truth = this.truth(&item)?;
            let Some(no) = this.split(truth) else { return Ok(()) };
            let yes = this.part();
            let (decides, goes_on) = if any { (yes, Some(no)) } else { (Some(no), yes) };
            if let Some(decides) = decides {
                this.follow(decides);
                this.env.vars.insert(found.clone(), Val::literal(Literal::Bool(any)));
                let flow = this.part();
                if let (Some(flow), Some(frame)) = (flow, this.innermost_loop()) {
                    frame.breaks.push(flow);
                }
            }
            if let Some(goes_on) = goes_on {
                this.follow(goes_on);
            }
            Ok(())
        };
        match &argument.kind {
            ExprKind::Comprehension(comprehension) if comprehension.generators.len() == 1 => {
                self.generate(comprehension, std::slice::from_ref(&found), &mut each)?;
            }
            ExprKind::Comprehension(_) => return self.obstacle("any() or all()", "over nested loops"),
            _ => {
                let value = self.expr(argument)?;
                self.each_element(&value, std::slice::from_ref(&found), &mut each)?;
            }
        }
        Ok(self.env.vars.remove(&found).unwrap_or_else(Val::never))
    }

    fn sorted(&mut self, argument: &Expr, call: &Call) -> Lower<Val> {
        let origin = self.origin();
        let reverse = match call.keywords.as_slice() {
            [] => Val::literal(Literal::Bool(false)),
            [(Some(key), value)] if key == "reverse" => self.expr(value)?,
            _ => return self.obstacle("sorted()", "with a key"),
        };
        let value = self.sequence(argument)?;
        if value.ty == Ty::Never {
            return Ok(value);
        }
        let list = self.as_list(&origin, &value, None)?;
        self.sort(&list, &reverse)?;
        Ok(list)
    }

    fn is_instance(&mut self, value: &Expr, class: &Expr) -> Lower<Val> {
        let value = self.expr(value)?;
        let foreign = super::numpy_scalar::is_foreign(&value.ty);
        let mut wanted = Kinds::NONE.without(Kinds::NONE);
        let classes: Vec<&Expr> = match class.elements() {
            Some(items) => items.iter().collect(),
            None => vec![class],
        };
        let mut is_any = false;
        for class in classes {
            let library = class.dotted().filter(|name| {
                name.split_once('.').is_some_and(|(module, _)| {
                    matches!(module, "pd" | "np" | "pandas" | "numpy") && !self.env.vars.contains_key(module)
                })
            });
            if foreign || library.is_some() {
                let name = library.or_else(|| class.name().map(str::to_owned)).unwrap_or_default();
                match Self::is_kind_of(&value, &name) {
                    Some(is) => is_any |= is,
                    None => return self.obstacle("isinstance()", format!("of {}", value.ty.name())),
                }
                continue;
            }
            match class.name() {
                Some("int") => wanted = wanted.union(Kinds::INT).union(Kinds::BOOL),
                Some("bool") => wanted = wanted.union(Kinds::BOOL),
                Some("float") => wanted = wanted.union(Kinds::FLOAT),
                _ => return self.obstacle("isinstance()", "of another class than int, float or bool"),
            }
        }
        if is_any || foreign {
            return Ok(Val::literal(Literal::Bool(is_any)));
        }
        match value.kinds() {
            Some(kinds) if kinds.within(wanted) => Ok(Val::literal(Literal::Bool(true))),
            Some(kinds) if !kinds.has(wanted) => Ok(Val::literal(Literal::Bool(false))),
            Some(_) => Ok(Val::bool(self.is_one_of(&value, wanted))),
            None if value.ty == Ty::Never => Ok(Val::never()),
            None => Ok(Val::literal(Literal::Bool(false))),
        }
    }

    /// `getattr(object, name, default)`
    fn attribute_or(&mut self, object: &Val, name: &str, default: Val) -> Lower<Val> {
        match &object.ty {
            Ty::Known(Known::Static(id)) => {
                let set = self.attribute_is_set(*id, name)?;
                match set.literal {
                    Some(Literal::Bool(true)) => self.attribute(object, name),
                    Some(Literal::Bool(false)) => Ok(default),
                    _ => {
                        let word = self.word(&set);
                        let Some(no) = self.split(word) else { return Ok(Val::never()) };
                        let value = self.attribute(object, name)?;
                        let mut ends: Vec<_> = self.part().map(|flow| (flow, value)).into_iter().collect();
                        ends.push((no, default));
                        self.meet_with(ends)
                    }
                }
            }
            Ty::Bar(_) if super::attribute::column_named(name).is_some() => self.attribute(object, name),
            Ty::Never => Ok(Val::never()),
            _ => self.obstacle("getattr()", format!("of {}", object.ty.name())),
        }
    }
}
