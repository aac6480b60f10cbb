//! `min` and `max`, of arguments or of a sequence.

use super::ty::{Kinds, Pandas, Ty};
use super::val::{Literal, Val};
use super::{Lower, Pass};
use crate::discovery::code::{Call, Comprehension, ExprKind};
use crate::strategy::native::ir::{Intrinsic, Reduction};

impl Pass<'_> {
    /// `min` and `max` of arguments or of a sequence.
    pub fn extreme(&mut self, least: bool, call: &Call) -> Lower<Val> {
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
}
