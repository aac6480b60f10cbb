//! Lists and deques in memory, views of market columns, and what stands in square brackets.

use super::attribute::column_named;
use super::facts::Origin;
use super::ty::{Kinds, Known, Pandas, Ty, Viewed};
use super::val::Val;
use super::{Lower, Pass};
use crate::discovery::code::{BinaryOp, Expr, ExprKind};
use crate::strategy::BarShape;
use crate::strategy::native::ir::{ColumnId, IntOp, Intrinsic, Reg};

/// For the ends of a slice that were left out; the same numbers as the intrinsics'.
const FROM_START: i64 = i64::MIN;
const TO_END: i64 = i64::MAX;

impl Pass<'_> {
    /// A list made at `origin` of these elements.
    pub fn list_of(&mut self, origin: &Origin, items: &[Val]) -> Lower<Val> {
        let id = self.facts.list_at(origin, false);
        for item in items {
            self.facts.grow(id, &item.ty);
        }
        let ty = self.known.element(id);
        let layout = self.layout(ty.words());
        let site = self.site("memory");
        let list = self.b.call1(Intrinsic::ListNew(layout), &[], site);
        let list = Val::new(Ty::List(self.facts.find(id)), vec![list]);
        for item in items {
            self.push(&list, item)?;
        }
        Ok(list)
    }

    pub fn deque_of(&mut self, origin: &Origin, maxlen: Option<&Val>) -> Lower<Val> {
        let id = self.facts.list_at(origin, true);
        let ty = self.known.element(id);
        let layout = self.layout(ty.words());
        let site = self.site("a deque of a negative length");
        let maxlen = match maxlen {
            Some(value) if !value.is_none() => self.index_of(value, "an integer is required")?,
            _ => {
                // A plain list's header says -1: no limit. A deque made so is one that never drops.
                let list = self.b.call1(Intrinsic::ListNew(layout), &[], site);
                return Ok(Val::new(Ty::List(self.facts.find(id)), vec![list]));
            }
        };
        let list = self.b.call1(Intrinsic::DequeNew(layout), &[maxlen], site);
        Ok(Val::new(Ty::List(self.facts.find(id)), vec![list]))
    }

    /// Learns that elements of `ty` go into the list, and says what earlier passes know of them.
    pub fn learn_element(&mut self, list: &Val, ty: &Ty) -> Lower<Ty> {
        let Ty::List(id) = list.ty else { return Ok(Ty::Never) };
        self.facts.grow(id, ty);
        match self.known.element(id) {
            Ty::Conflict(why) => self.obstacle("a list of several types", why),
            known => Ok(known),
        }
    }

    pub fn push(&mut self, list: &Val, item: &Val) -> Lower<()> {
        self.put(list, item, Intrinsic::ListPush, &[])
    }

    pub fn put(&mut self, list: &Val, item: &Val, f: Intrinsic, also: &[Reg]) -> Lower<()> {
        if self.b.current.is_none() || item.ty == Ty::Never {
            return Ok(());
        }
        let ty = self.learn_element(list, &item.ty)?;
        self.note_change(list);
        let word = self.word(list);
        let words = self.convert(item, &ty);
        let site = self.site("appending");
        let args: Vec<Reg> = std::iter::once(word).chain(also.iter().copied()).collect();
        let address = self.b.call1(f, &args, site);
        for (offset, reg) in words.into_iter().enumerate() {
            self.b.store(address, offset as u32, reg);
        }
        Ok(())
    }

    /// Python does not go on walking a deque that was changed meanwhile.
    pub fn note_change(&mut self, list: &Val) {
        if let Ty::List(id) = list.ty {
            self.changed.insert(self.facts.find(id));
        }
    }

    pub fn extend(&mut self, list: &Val, other: &Val) -> Lower<()> {
        self.note_change(list);
        if let (Ty::List(a), Ty::List(b)) = (&list.ty, &other.ty) {
            // Elements are the same, the lists are two.
            let element = self.facts.element(*b);
            self.facts.grow(*a, &element);
            let grown = self.facts.element(*a);
            self.facts.grow(*b, &grown);
            for id in [*a, *b] {
                if let Ty::Conflict(why) = self.known.element(id) {
                    return self.obstacle("a list of several types", why);
                }
            }
            let (x, y) = (self.word(list), self.word(other));
            let site = self.site("extending");
            self.b.call(Intrinsic::ListExtend, &[x, y], site);
            return Ok(());
        }
        let held = list.clone();
        self.each_element(other, &[], &mut |this, item| this.push(&held, &item))
    }

    /// Something with elements as a list of its own.
    pub fn as_list(&mut self, origin: &Origin, value: &Val, deque: Option<Option<Val>>) -> Lower<Val> {
        if let (Ty::List(from), None) = (&value.ty, &deque) {
            let id = self.facts.list_at(origin, false);
            // Elements are the same, the list is another: what it may be is its own affair.
            let element = self.facts.element(*from);
            self.facts.grow(id, &element);
            let grown = self.facts.element(id);
            self.facts.grow(*from, &grown);
            let word = self.word(value);
            let minus = self.b.int_const(-1);
            let site = self.site("list()");
            let list = self.b.call1(Intrinsic::ListCopy, &[word, minus], site);
            return Ok(Val::new(Ty::List(self.facts.find(id)), vec![list]));
        }
        let list = match &deque {
            Some(maxlen) => self.deque_of(origin, maxlen.as_ref())?,
            None => self.list_of(origin, &[])?,
        };
        let held = list.clone();
        self.each_element(value, &[], &mut |this, item| this.push(&held, &item))?;
        Ok(list)
    }

    /// Address of the first element and their number, where elements are single floats in a row.
    pub fn floats(&mut self, value: &Val) -> Lower<Option<(Reg, Reg)>> {
        match &value.ty {
            Ty::List(id) => match self.known.element(*id) {
                ty if ty == Ty::FLOAT || matches!(ty, Ty::Pandas(Pandas::Float | Pandas::Number)) => {
                    let word = self.word(value);
                    let site = self.site("elements");
                    let view = self.b.call(Intrinsic::ListView, &[word], site);
                    Ok(Some((view[0], view[1])))
                }
                _ => Ok(None),
            },
            Ty::View(Viewed::Column(column)) if *column != ColumnId::TIMESTAMP => {
                let base = self.b.column_address(*column);
                let site = self.site("an address");
                let address = self.b.int(IntOp::AddWrapping, base, value.regs[0], site);
                Ok(Some((address, value.regs[1])))
            }
            Ty::Pandas(Pandas::Line(_)) => Ok(self.stretch_of(value)),
            _ => Ok(None),
        }
    }

    pub fn subscript(&mut self, object: &Expr, index: &Expr) -> Lower<Val> {
        let object = self.expr(object)?;
        self.subscript_value(&object, index)
    }

    pub fn subscript_value(&mut self, object: &Val, index: &Expr) -> Lower<Val> {
        if let ExprKind::Slice(parts) = &index.kind {
            return self.slice(object, parts);
        }
        if let Ty::Opt(_) = object.ty {
            let held = self.present(object, "'NoneType' object is not subscriptable");
            return self.subscript_value(&held, index);
        }
        let at = self.expr(index)?;
        self.item(object, &at)
    }

    pub fn item(&mut self, object: &Val, at: &Val) -> Lower<Val> {
        let site = self.site("index out of range");
        match &object.ty {
            Ty::Never => Ok(Val::never()),
            Ty::List(id) => {
                let index = self.index_of(at, "list indices must be integers")?;
                let ty = match self.known.element(*id) {
                    Ty::Conflict(why) => return self.obstacle("a list of several types", why),
                    ty => ty,
                };
                let word = self.word(object);
                let address = self.b.call1(Intrinsic::ListAt, &[word, index], site);
                Ok(self.load_value(&ty, address))
            }
            Ty::View(_) => {
                let index = self.index_of(at, "list indices must be integers")?;
                let bar = self.bar_of_view(object, index)?;
                Ok(self.viewed(object, bar))
            }
            Ty::Tuple(items) => {
                let Some(at) = at.int_literal() else {
                    return self.obstacle("a tuple", "with an index that is not a literal");
                };
                let at = if at < 0 { at + items.len() as i64 } else { at };
                let parts = self.tuple_parts(object);
                match usize::try_from(at).ok().and_then(|at| parts.get(at)) {
                    Some(part) => Ok(part.clone()),
                    None => {
                        self.bail("tuple index out of range");
                        Ok(Val::never())
                    }
                }
            }
            Ty::Map(_) => {
                let key = self.key(at)?;
                match self.map_parts(object).into_iter().find(|(known, _)| *known == key) {
                    Some((_, value)) => Ok(value),
                    None => {
                        self.bail("KeyError");
                        Ok(Val::never())
                    }
                }
            }
            Ty::Known(Known::Static(id)) if self.is_static_dict(object) => {
                let key = self.static_key(*id, at)?;
                let there = self.facts.attributes.contains_key(&(*id, key.clone()));
                if there {
                    return self.get_attribute(*id, &key);
                }
                self.bail("KeyError");
                Ok(Val::never())
            }
            Ty::Bar(BarShape::Dict) => {
                let key = self.key(at)?;
                match column_named(&key) {
                    Some(column) => Ok(self.bar_field(object, column)),
                    None => self.obstacle("a bar's key", key),
                }
            }
            Ty::Bar(BarShape::Tuple) => {
                let columns = [ColumnId::OPEN, ColumnId::HIGH, ColumnId::LOW, ColumnId::CLOSE, ColumnId::VOLUME];
                match at.int_literal() {
                    Some(at @ 1..=5) => Ok(self.bar_field(object, columns[at as usize - 1])),
                    _ => self.obstacle("a bar's field", "by an index that is not 1 to 5"),
                }
            }
            Ty::Pandas(what) => self.pandas_item(object, *what, at),
            Ty::Known(Known::Columns) => {
                let key = self.key(at)?;
                match column_named(&key) {
                    Some(column) => Ok(self.whole_view(Viewed::Column(column))),
                    None => self.obstacle("a column", key),
                }
            }
            Ty::Known(Known::Class(class)) if self.is_enum(*class) => {
                let key = self.key(at)?;
                match self.class_attribute(*class, &key)? {
                    Some(value) => Ok(value),
                    None => self.obstacle("an enum", format!("there is no member {key}")),
                }
            }
            _ => self.obstacle("a subscript", format!("of {}", object.ty.name())),
        }
    }

    /// All bars so far.
    pub fn whole_view(&mut self, viewed: Viewed) -> Val {
        let zero = self.b.int_const(0);
        let now = self.b.now();
        let one = self.b.int_const(1);
        let site = self.site("a count");
        let count = self.b.int(IntOp::AddWrapping, now, one, site);
        Val::new(Ty::View(viewed), vec![zero, count])
    }

    pub fn key(&mut self, at: &Val) -> Lower<String> {
        match self.text_of(at) {
            Some(key) => Ok(key),
            None => self.obstacle("a key", "that is not a string literal"),
        }
    }

    /// The bar that element `index` of a view is; out of range bails.
    pub fn bar_of_view(&mut self, view: &Val, index: Reg) -> Lower<Reg> {
        use crate::strategy::native::ir::CompareOp;
        let site = self.site("index out of range");
        let (first, count) = (view.regs[0], view.regs[1]);
        let zero = self.b.int_const(0);
        let negative = self.b.compare(CompareOp::Lt, index, zero);
        let Some(no) = self.split(negative) else { return Ok(index) };
        let shifted = self.b.int(IntOp::Add, index, count, site);
        let mut ends: Vec<_> = self.part().map(|flow| (flow, Val::int(shifted))).into_iter().collect();
        ends.push((no, Val::int(index)));
        let met = self.meet_with(ends)?;
        let at = self.word(&met);
        let low = self.b.compare(CompareOp::Ge, at, zero);
        let high = self.b.compare(CompareOp::Lt, at, count);
        let within = self.b.int(IntOp::And, low, high, site);
        self.b.guard(within, site);
        Ok(self.b.int(IntOp::AddWrapping, first, at, site))
    }

    fn slice(&mut self, object: &Val, parts: &[Option<Expr>; 3]) -> Lower<Val> {
        if let Ty::Opt(_) = object.ty {
            let held = self.present(object, "'NoneType' object is not subscriptable");
            return self.slice(&held, parts);
        }
        let site = self.site("a slice");
        let start = self.bound(parts[0].as_ref(), FROM_START)?;
        let stop = self.bound(parts[1].as_ref(), TO_END)?;
        let step = match &parts[2] {
            Some(step) => {
                let step = self.expr(step)?;
                if step.is_none() || step.int_literal() == Some(1) {
                    None
                } else {
                    Some(self.index_of(&step, "slice step")?)
                }
            }
            None => None,
        };
        match &object.ty {
            Ty::Never => Ok(Val::never()),
            Ty::List(id) => {
                let id = *id;
                if self.facts.nature(id).0 {
                    return self.obstacle("a slice of a deque", "Python raises there");
                }
                let word = self.word(object);
                let list = match step {
                    Some(step) => self.b.call1(Intrinsic::ListSliceStep, &[word, start, stop, step], site),
                    None => self.b.call1(Intrinsic::ListSlice, &[word, start, stop], site),
                };
                Ok(Val::new(Ty::List(self.facts.find(id)), vec![list]))
            }
            Ty::View(_) => {
                if step.is_some() {
                    return self.obstacle("a slice with a step", "of the bars so far");
                }
                let bounds = self.b.call(Intrinsic::SliceBounds, &[object.regs[1], start, stop], site);
                let first = self.b.int(IntOp::AddWrapping, object.regs[0], bounds[0], site);
                Ok(Val::new(object.ty.clone(), vec![first, bounds[1]]))
            }
            Ty::Pandas(what) if step.is_none() => match self.pandas_slice(object, *what, start, stop)? {
                Some(sliced) => Ok(sliced),
                None => self.obstacle("a slice", format!("of {}", object.ty.name())),
            },
            _ => self.obstacle("a slice", format!("of {}", object.ty.name())),
        }
    }

    fn bound(&mut self, part: Option<&Expr>, otherwise: i64) -> Lower<Reg> {
        match part {
            Some(part) => {
                let value = self.expr(part)?;
                if value.is_none() {
                    return Ok(self.b.int_const(otherwise));
                }
                self.index_of(&value, "slice indices must be integers")
            }
            None => Ok(self.b.int_const(otherwise)),
        }
    }

    pub fn store_element(&mut self, list: &Val, index: &Expr, value: &Val) -> Lower<()> {
        if matches!(index.kind, ExprKind::Slice(_)) {
            return self.obstacle("a slice assignment", "l[a:b] = …");
        }
        let at = self.expr(index)?;
        let at = self.index_of(&at, "list indices must be integers")?;
        let ty = self.learn_element(list, &value.ty)?;
        let words = self.convert(value, &ty);
        let word = self.word(list);
        let site = self.site("list assignment index out of range");
        let address = self.b.call1(Intrinsic::ListAt, &[word, at], site);
        for (offset, reg) in words.into_iter().enumerate() {
            self.b.store(address, offset as u32, reg);
        }
        Ok(())
    }

    pub fn delete_item(&mut self, object: &Val, index: &Expr) -> Lower<()> {
        let site = self.site("del");
        self.note_change(object);
        match (&object.ty, &index.kind) {
            (Ty::Never, _) => Ok(()),
            (Ty::List(_), ExprKind::Slice(parts)) if parts[2].is_none() => {
                let (start, stop) =
                    (self.bound(parts[0].as_ref(), FROM_START)?, self.bound(parts[1].as_ref(), TO_END)?);
                let word = self.word(object);
                self.b.call(Intrinsic::ListDeleteRange, &[word, start, stop], site);
                Ok(())
            }
            (Ty::List(_), _) => {
                let at = self.expr(index)?;
                let at = self.index_of(&at, "list indices must be integers")?;
                let word = self.word(object);
                self.b.call(Intrinsic::ListPopAt, &[word, at], site);
                Ok(())
            }
            _ => self.obstacle("del", format!("of an item of {}", object.ty.name())),
        }
    }

    /// `[0.0] * n`, `a + b` and the like; None where neither side is a list.
    pub fn binary_on_lists(&mut self, op: BinaryOp, left: &Val, right: &Val) -> Lower<Option<Val>> {
        let site = self.site("a list operation");
        match (op, &left.ty, &right.ty) {
            (BinaryOp::Mul, Ty::List(id), Ty::Scalar(kinds)) if kinds.within(Kinds::INT) => {
                if self.facts.nature(*id).0 {
                    return self.obstacle("a deque", "repeated");
                }
                let (list, count) = (self.word(left), self.word(right));
                let made = self.b.call1(Intrinsic::ListRepeat, &[list, count], site);
                Ok(Some(Val::new(Ty::List(*id), vec![made])))
            }
            (BinaryOp::Add, Ty::List(a), Ty::List(b)) => {
                if self.facts.nature(*a).0 || self.facts.nature(*b).0 {
                    return self.obstacle("a deque", "added to a list");
                }
                let id = self.facts.unify(*a, *b);
                let (x, y) = (self.word(left), self.word(right));
                let made = self.b.call1(Intrinsic::ListConcat, &[x, y], site);
                Ok(Some(Val::new(Ty::List(id), vec![made])))
            }
            (BinaryOp::Add, Ty::Tuple(_), Ty::Tuple(_)) => {
                let parts = self.tuple_parts(left).into_iter().chain(self.tuple_parts(right)).collect();
                Ok(Some(self.tuple(parts)))
            }
            _ => Ok(None),
        }
    }
}
