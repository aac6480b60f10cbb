use super::convert::tag_of;
use super::ty::{Kinds, Known, Ty};
use super::val::{Literal, Val};
use super::{Lower, Pass};
use crate::discovery::code::CompareOp as Python;
use crate::strategy::native::ir::{CompareOp, Reg, UnaryOp};

impl Pass<'_> {
    pub fn compare(&mut self, op: Python, left: &Val, right: &Val) -> Lower<Val> {
        if left.ty == Ty::Never || right.ty == Ty::Never {
            return Ok(Val::never());
        }
        if let Some(value) = self.compare_lines(op, left, right)? {
            return Ok(value);
        }
        match op {
            Python::Lt => self.order(CompareOp::Lt, left, right),
            Python::Le => self.order(CompareOp::Le, left, right),
            Python::Gt => self.order(CompareOp::Gt, left, right),
            Python::Ge => self.order(CompareOp::Ge, left, right),
            Python::Eq => self.equal(left, right),
            Python::Ne => {
                let equal = self.equal(left, right)?;
                let negated = self.negated(&equal)?;
                Ok(if matches!(equal.ty, Ty::Pandas(_)) { Val::new(equal.ty, negated.regs) } else { negated })
            }
            Python::Is => self.same(left, right),
            Python::IsNot => {
                let same = self.same(left, right)?;
                self.negated(&same)
            }
            Python::In => self.contains(left, right),
            Python::NotIn => {
                let inside = self.contains(left, right)?;
                self.negated(&inside)
            }
        }
    }

    fn negated(&mut self, value: &Val) -> Lower<Val> {
        if let Some(Literal::Bool(truth)) = value.literal {
            return Ok(Val::literal(Literal::Bool(!truth)));
        }
        if value.ty == Ty::Never {
            return Ok(Val::never());
        }
        let (word, site) = (self.word(value), self.site("not"));
        Ok(Val::bool(self.b.unary(UnaryOp::Not, word, site)))
    }

    fn order(&mut self, op: CompareOp, left: &Val, right: &Val) -> Lower<Val> {
        if let (Some(a), Some(b)) = (left.kinds(), right.kinds())
            && a == Kinds::TIME
            && b == Kinds::TIME
        {
            let (x, y) = (self.word(left), self.word(right));
            return Ok(Val::bool(self.b.compare(op, x, y)));
        }
        if let Some(value) = self.compare_numpy(op, left, right)? {
            return Ok(value);
        }
        let why = "values that have no order";
        let (left, right) = (self.narrow(left, Kinds::NUMBERS, why)?, self.narrow(right, Kinds::NUMBERS, why)?);
        let (Some(a), Some(b)) = (left.kinds(), right.kinds()) else { return Ok(Val::never()) };
        if !a.has(Kinds::FLOAT) && !b.has(Kinds::FLOAT) {
            let (left, right) = (self.as_int(&left), self.as_int(&right));
            let (x, y) = (self.word(&left), self.word(&right));
            return Ok(Val::bool(self.b.compare(op, x, y)));
        }
        // An int and a float compare exactly in Python.
        let (x, y) = (self.float_of(&left, true)?, self.float_of(&right, true)?);
        Ok(Val::bool(self.b.compare(op, x, y)))
    }

    fn equal(&mut self, left: &Val, right: &Val) -> Lower<Val> {
        if let Some(value) = self.compare_numpy(CompareOp::Eq, left, right)? {
            return Ok(value);
        }
        if super::numpy_scalar::is_foreign(&left.ty) || super::numpy_scalar::is_foreign(&right.ty) {
            return self.obstacle("a comparison", format!("of {} with {}", left.ty.name(), right.ty.name()));
        }
        match (&left.ty, &right.ty) {
            (Ty::Scalar(a), Ty::Scalar(b)) => self.equal_scalars(left, right, *a, *b),
            (Ty::Scalar(none), _) if *none == Kinds::NONE => Ok(self.is_none_test(right)),
            (_, Ty::Scalar(none)) if *none == Kinds::NONE => Ok(self.is_none_test(left)),
            (Ty::Tuple(a), Ty::Tuple(b)) if a.len() == b.len() => {
                let pairs: Vec<(Val, Val)> = self.tuple_parts(left).into_iter().zip(self.tuple_parts(right)).collect();
                let mut all: Option<Reg> = None;
                for (a, b) in pairs {
                    self.equal_to_itself(&a);
                    let equal = self.equal(&a, &b)?;
                    let word = self.word(&equal);
                    let site = self.site("==");
                    all = Some(match all {
                        Some(all) => self.b.int(crate::strategy::native::ir::IntOp::And, all, word, site),
                        None => word,
                    });
                }
                Ok(all.map_or(Val::literal(Literal::Bool(true)), Val::bool))
            }
            (Ty::Known(Known::Class(a)), Ty::Known(Known::Class(b))) => Ok(Val::literal(Literal::Bool(a == b))),
            _ => self.obstacle("a comparison", format!("of {} with {}", left.ty.name(), right.ty.name())),
        }
    }

    fn equal_scalars(&mut self, left: &Val, right: &Val, a: Kinds, b: Kinds) -> Lower<Val> {
        if let (Some(x), Some(y)) = (left.literal, right.literal)
            && let (Literal::Symbol(x), Literal::Symbol(y)) = (x, y)
        {
            return self.symbols_equal(x, y);
        }
        let numbers = |kinds: Kinds| kinds.within(Kinds::NUMBERS);
        if numbers(a) && numbers(b) {
            if !a.has(Kinds::FLOAT) && !b.has(Kinds::FLOAT) {
                let (left, right) = (self.as_int(left), self.as_int(right));
                let (x, y) = (self.word(&left), self.word(&right));
                return Ok(Val::bool(self.b.compare(CompareOp::Eq, x, y)));
            }
            let (x, y) = (self.float_of(left, true)?, self.float_of(right, true)?);
            return Ok(Val::bool(self.b.compare(CompareOp::Eq, x, y)));
        }
        let shared = a.meet(b).without(Kinds::NUMBERS);
        let both_numbers = a.has(Kinds::NUMBERS) && b.has(Kinds::NUMBERS);
        if shared.is_empty() && !both_numbers {
            return Ok(Val::literal(Literal::Bool(false)));
        }
        if a.single() && b.single() {
            if a == Kinds::NONE {
                return Ok(Val::literal(Literal::Bool(true)));
            }
            let (x, y) = (self.word(left), self.word(right));
            return Ok(Val::bool(self.b.compare(CompareOp::Eq, x, y)));
        }
        // Kind by kind of the left: None and symbols equal their like, numbers go by value.
        let mut ends = Vec::new();
        let all: Vec<Kinds> = a.each().map(|(kind, _)| kind).collect();
        for (at, &kind) in all.iter().enumerate() {
            let no = if at + 1 == all.len() {
                None
            } else {
                let is = self.is_one_of(left, kind);
                self.split(is)
            };
            let own = self.assume(left, kind);
            let value = self.equal_one(&own, kind, right, b)?;
            ends.extend(self.part().map(|flow| (flow, value)));
            match no {
                Some(no) => self.follow(no),
                None => break,
            }
        }
        self.meet_with(ends)
    }

    /// `left` has one kind, `right` any.
    fn equal_one(&mut self, left: &Val, kind: Kinds, right: &Val, b: Kinds) -> Lower<Val> {
        let family = if kind.within(Kinds::NUMBERS) { Kinds::NUMBERS } else { kind };
        if !b.has(family) {
            return Ok(Val::literal(Literal::Bool(false)));
        }
        if b.single() {
            return self.equal_scalars(left, right, kind, b);
        }
        let is = self.is_one_of(right, family);
        let Some(no) = self.split(is) else { return Ok(Val::never()) };
        let own = self.assume(right, family);
        let value = match own.kinds() {
            Some(Kinds::NONE) => Val::literal(Literal::Bool(true)),
            Some(kinds) => self.equal_scalars(left, &own, kind, kinds)?,
            None => Val::never(),
        };
        let mut ends: Vec<_> = self.part().map(|flow| (flow, value)).into_iter().collect();
        ends.push((no, Val::literal(Literal::Bool(false))));
        self.meet_with(ends)
    }

    fn symbols_equal(&mut self, x: usize, y: usize) -> Lower<Val> {
        let market = super::facts::Symbol::Market;
        let symbols = self.facts.symbols();
        if x != y && (symbols.get(x) == Some(&market) || symbols.get(y) == Some(&market)) {
            return self.obstacle("a comparison", "with the symbol of the market");
        }
        Ok(Val::literal(Literal::Bool(x == y)))
    }

    /// `is`: for None, bools, enum members and classes; anything else is an accident of the interpreter.
    fn same(&mut self, left: &Val, right: &Val) -> Lower<Val> {
        if right.is_none() {
            return Ok(self.is_none_test(left));
        }
        if left.is_none() {
            return Ok(self.is_none_test(right));
        }
        match (left.kinds(), right.kinds()) {
            (Some(a), Some(b)) if b == Kinds::BOOL || a == Kinds::BOOL => {
                let (value, other) = if b == Kinds::BOOL { (left, right) } else { (right, left) };
                let kinds = value.kinds().unwrap_or(Kinds::BOOL);
                if kinds == Kinds::BOOL {
                    return self.equal_scalars(left, right, a, b);
                }
                if !kinds.has(Kinds::BOOL) {
                    return Ok(Val::literal(Literal::Bool(false)));
                }
                let is = self.b.equals(value.regs[0], tag_of(Kinds::BOOL));
                let word = self.word(other);
                let equal = self.b.compare(CompareOp::Eq, value.regs[1], word);
                let site = self.site("is");
                Ok(Val::bool(self.b.int(crate::strategy::native::ir::IntOp::And, is, equal, site)))
            }
            (Some(a), Some(b))
                if a.within(Kinds::STR.union(Kinds::NONE)) && b.within(Kinds::STR.union(Kinds::NONE)) =>
            {
                if !self.only_members(left) && !self.only_members(right) {
                    return self.obstacle("`is` between strings", "it depends on the interpreter");
                }
                self.equal_scalars(left, right, a, b)
            }
            _ => match (&left.ty, &right.ty) {
                (Ty::Known(Known::Static(a)), Ty::Known(Known::Static(b))) => Ok(Val::literal(Literal::Bool(a == b))),
                (Ty::Object(_), Ty::Object(_)) | (Ty::List(_), Ty::List(_)) => {
                    let (x, y) = (self.word(left), self.word(right));
                    Ok(Val::bool(self.b.compare(CompareOp::Eq, x, y)))
                }
                _ => self.obstacle("`is`", format!("between {} and {}", left.ty.name(), right.ty.name())),
            },
        }
    }

    fn only_members(&self, value: &Val) -> bool {
        matches!(value.literal, Some(Literal::Symbol(id))
            if matches!(self.facts.symbols().get(id), Some(super::facts::Symbol::Member { .. })))
    }

    /// What is not equal to itself is found by identity in Python, which is not known here.
    fn equal_to_itself(&mut self, value: &Val) {
        let word = match value.kinds() {
            Some(Kinds::FLOAT) => self.word(value),
            Some(kinds) if kinds.has(Kinds::FLOAT) => {
                let is = self.is_one_of(value, Kinds::FLOAT);
                let site = self.site("NaN among what is compared by identity");
                let float = self.b.unary(UnaryOp::FloatOfBits, value.regs[1], site);
                let odd = self.b.compare(CompareOp::Ne, float, float);
                let both = self.b.int(crate::strategy::native::ir::IntOp::And, is, odd, site);
                let fine = self.b.unary(UnaryOp::Not, both, site);
                self.b.guard(fine, site);
                return;
            }
            _ => return,
        };
        let site = self.site("NaN among what is compared by identity");
        let same = self.b.compare(CompareOp::Eq, word, word);
        self.b.guard(same, site);
    }

    fn contains(&mut self, item: &Val, container: &Val) -> Lower<Val> {
        if matches!(container.ty, Ty::Tuple(_) | Ty::List(_)) {
            self.equal_to_itself(item);
        }
        match &container.ty {
            Ty::Tuple(_) => {
                let parts = self.tuple_parts(container);
                self.any_equal(item, &parts)
            }
            Ty::Map(items) => {
                let Some(key) = self.text_of(item) else {
                    return self.obstacle("`in` a dict", "with a key that is not a literal");
                };
                Ok(Val::literal(Literal::Bool(items.iter().any(|(known, _)| *known == key))))
            }
            Ty::List(_) => {
                let found = self.hidden_name();
                self.env.vars.insert(found.clone(), Val::literal(Literal::Bool(false)));
                let item = item.clone();
                self.each_element(container, std::slice::from_ref(&found), &mut |this, element| {
                    let equal = this.equal(&item, &element)?;
                    let word = this.word(&equal);
                    let Some(no) = this.split(word) else { return Ok(()) };
                    this.env.vars.insert(found.clone(), Val::literal(Literal::Bool(true)));
                    let flow = this.part();
                    if let (Some(flow), Some(frame)) = (flow, this.innermost_loop()) {
                        frame.breaks.push(flow);
                    }
                    this.follow(no);
                    Ok(())
                })?;
                Ok(self.env.vars.remove(&found).unwrap_or_else(Val::never))
            }
            Ty::Known(Known::Static(id)) if self.is_static_dict(container) => {
                let key = self.static_key(*id, item)?;
                self.attribute_is_set(*id, &key)
            }
            Ty::Pandas(super::ty::Pandas::Names(id) | super::ty::Pandas::Frame(id)) => {
                let id = *id;
                let name = self.key(item)?;
                let there = self.has_column(id, &name)?;
                Ok(Val::literal(Literal::Bool(there)))
            }
            _ => self.obstacle("`in`", container.ty.name()),
        }
    }

    fn any_equal(&mut self, item: &Val, parts: &[Val]) -> Lower<Val> {
        let mut found: Option<Reg> = None;
        for part in parts {
            let equal = self.equal(item, part)?;
            let word = self.word(&equal);
            let site = self.site("in");
            found = Some(match found {
                Some(found) => self.b.int(crate::strategy::native::ir::IntOp::Or, found, word, site),
                None => word,
            });
        }
        Ok(found.map_or(Val::literal(Literal::Bool(false)), Val::bool))
    }

    /// The text of a string literal.
    pub fn text_of(&self, value: &Val) -> Option<String> {
        match value.literal {
            Some(Literal::Symbol(id)) => match self.facts.symbols().get(id) {
                Some(super::facts::Symbol::Text(text)) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        }
    }
}
