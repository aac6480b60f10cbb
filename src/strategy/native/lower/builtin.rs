//! Python's built-in functions.

use super::ty::{Kinds, Known, Pandas, Ty};
use super::val::{Literal, Val};
use super::{Lower, Pass};
use crate::discovery::code::{BinaryOp, Call, Expr, ExprKind};
use crate::strategy::native::ir::{Intrinsic, UnaryOp};

impl Pass<'_> {
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
