//! Actions and confidences in the fields of a dict or an object.

use super::answer::CONFIDENCE;
use super::flow::Flow;
use super::ty::{Kinds, Known, Pandas, Ty};
use super::val::{Literal, Val};
use super::{Lower, Pass};
use crate::discovery::code::Lineage;
use crate::strategy::native::ir::{CompareOp, Reg, UnaryOp};
use crate::strategy::words::{ACTIONS, CONFIDENCES};

impl Pass<'_> {
    /// The first field with a readable action.
    pub fn fields(&mut self, value: &Val, depth: usize) -> Lower<Reg> {
        let mut unread = false;
        let mut blank = false;
        for name in ACTIONS {
            let Some(field) = self.field(value, name)? else { continue };
            if field.is_none() {
                blank = true;
                continue;
            }
            if let Some(Literal::Symbol(id)) = field.literal
                && self.facts.symbols().get(id).and_then(|symbol| self.target_of(symbol)).is_none()
            {
                unread = true;
                continue;
            }
            if matches!(field.ty, Ty::Known(Known::Text)) {
                return self.obstacle("an answer", format!("whose `{name}` is formatted text"));
            }
            let maybe_none =
                matches!(field.ty, Ty::Opt(_)) || field.kinds().is_some_and(|kinds| kinds.has(Kinds::NONE));
            let later = ACTIONS.iter().skip_while(|other| **other != name).skip(1);
            let mut others = false;
            for other in later {
                others |= self.field(value, other)?.is_some();
            }
            if others
                && (maybe_none || field.kinds().is_some_and(|kinds| kinds.has(Kinds::STR) && field.literal.is_none()))
            {
                // What cannot be read here would be looked for in a later field.
                if maybe_none {
                    return self.obstacle("an answer", format!("whose `{name}` may be None beside another action"));
                }
            }
            return if maybe_none {
                self.read_or_blank(value, &field, depth)
            } else {
                self.confident(value, &field, depth)
            };
        }
        if unread {
            self.bail("an answer that is no known action");
            return Ok(self.nan());
        }
        let empty = matches!(&value.ty, Ty::Map(items) if items.is_empty());
        if !blank && !empty {
            self.bail("an answer without an action");
        }
        Ok(self.nan())
    }

    /// Reads an action, and the confidences beside it.
    fn confident(&mut self, value: &Val, action: &Val, depth: usize) -> Lower<Reg> {
        let target = self.read(action, depth + 1)?;
        for name in CONFIDENCES {
            if let Some(confidence) = self.field(value, name)? {
                self.confide(&confidence)?;
            }
        }
        Ok(target)
    }

    /// An action that is None takes its confidence with it.
    fn read_or_blank(&mut self, value: &Val, action: &Val, depth: usize) -> Lower<Reg> {
        let (blank, held) = match &action.ty {
            Ty::Opt(inner) => {
                let present = self.is_present(action);
                let Some(blank) = self.split(present) else { return Ok(self.nan()) };
                (blank, self.assume_present(action, inner))
            }
            ty => {
                let kinds = ty.kinds().unwrap_or(Kinds::NONE).without(Kinds::NONE);
                let there = self.is_one_of(action, kinds);
                let Some(blank) = self.split(there) else { return Ok(self.nan()) };
                (blank, self.assume(action, kinds))
            }
        };
        let target = self.confident(value, &held, depth)?;
        let mut ends: Vec<_> = self.part().map(|flow| (flow, Val::float(target))).into_iter().collect();
        self.follow(blank);
        let nan = self.nan();
        ends.extend(self.part().map(|flow| (flow, Val::float(nan))));
        let met = self.meet_with(ends)?;
        Ok(self.word(&met))
    }

    fn field(&mut self, value: &Val, name: &str) -> Lower<Option<Val>> {
        match &value.ty {
            Ty::Map(_) => {
                Ok(self.map_parts(value).into_iter().find(|(known, _)| known == name).map(|(_, value)| value))
            }
            Ty::Known(Known::Static(id)) => {
                if self.facts.attributes.contains_key(&(*id, name.to_owned())) {
                    return self.get_attribute(*id, name).map(Some);
                }
                self.field_of_class(value, name)
            }
            Ty::Object(id) => {
                if self.facts.fields(*id).iter().any(|(field, _)| field == name) {
                    return self.attribute(value, name).map(Some);
                }
                self.field_of_class(value, name)
            }
            _ => Ok(None),
        }
    }

    fn field_of_class(&mut self, value: &Val, name: &str) -> Lower<Option<Val>> {
        let Some(class) = self.class_of_value(value) else { return Ok(None) };
        if let Some(method) = Lineage::of(self.repo, class)
            .and_then(|lineage| lineage.method(name).map(|m| m.function.has_decorator("property")))
        {
            return if method { self.attribute(value, name).map(Some) } else { Ok(None) };
        }
        self.class_attribute(class, name)
    }

    pub fn confide(&mut self, value: &Val) -> Lower<()> {
        let as_float;
        let value = match &value.ty {
            Ty::Pandas(Pandas::Float | Pandas::Number) => {
                as_float = Val::float(self.word(value));
                &as_float
            }
            ty if super::numpy_scalar::is_foreign(ty) => {
                return self.obstacle("an answer", format!("with {} as its confidence", ty.name()));
            }
            _ => value,
        };
        let Some(kinds) = value.kinds() else { return Ok(()) };
        let numbers = kinds.meet(Kinds::INT.union(Kinds::FLOAT));
        if numbers.is_empty() || self.b.current.is_none() {
            return Ok(());
        }
        let before = self.env.vars.get(CONFIDENCE).cloned();
        if !before.is_some_and(|value| value.is_none()) {
            return self.obstacle("an answer", "with two confidences");
        }
        let is = self.is_one_of(value, numbers);
        let no = if kinds.within(numbers) { None } else { self.split(is) };
        let own = self.assume(value, numbers);
        let word = self.float_of(&own, false)?;
        let mut ends: Vec<(Flow, Val)> = no.map(|no| (no, Val::none())).into_iter().collect();
        // One that is not finite is none, as one that is no number.
        let site = self.site("a confidence");
        let size = self.b.unary(UnaryOp::Abs, word, site);
        let bound = self.b.float_const(1e300);
        let within = self.b.compare(CompareOp::Lt, size, bound);
        let Some(beyond) = self.split(within) else { return Ok(()) };
        ends.extend(self.part().map(|flow| (flow, Val::float(word))));
        ends.push((beyond, Val::none()));
        let met = self.meet_with(ends)?;
        self.env.vars.insert(CONFIDENCE.to_owned(), met);
        Ok(())
    }
}
