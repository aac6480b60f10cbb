//! Attributes: of the strategy object and what it holds (state slots), of objects in memory, of bars.

use super::builder::kind_of;
use super::ty::{Kinds, Known, StaticId, Ty};
use super::val::{Literal, Val};
use super::{Lower, Pass, Phase};
use crate::discovery::code::{ClassId, Expr, Lineage};
use crate::strategy::BarShape;
use crate::strategy::native::ir::intrinsic::MAXLEN;
use crate::strategy::native::ir::{ColumnId, CompareOp, Inst, Kind, Slot, Word};

const DATES: [&str; 5] = ["timestamp", "time", "date", "ts", "datetime"];

pub fn column_named(name: &str) -> Option<ColumnId> {
    match name {
        "open" | "Open" => Some(ColumnId::OPEN),
        "high" | "High" => Some(ColumnId::HIGH),
        "low" | "Low" => Some(ColumnId::LOW),
        "close" | "Close" => Some(ColumnId::CLOSE),
        "volume" | "Volume" => Some(ColumnId::VOLUME),
        name if DATES.contains(&name) => Some(ColumnId::TIMESTAMP),
        _ => None,
    }
}

impl Pass<'_> {
    pub fn attribute_expr(&mut self, whole: &Expr, object: &Expr, name: &str) -> Lower<Val> {
        // A dotted path through modules is one name.
        if let Some(dotted) = whole.dotted()
            && let Some((first, _)) = dotted.split_once('.')
            && !self.env.vars.contains_key(first)
            && let Some(crate::discovery::code::Symbol::Class(class)) = self.repo.lookup(self.file, &dotted)
        {
            return Ok(Val::known(Known::Class(class)));
        }
        let object = self.expr(object)?;
        self.attribute(&object, name)
    }

    pub fn attribute(&mut self, object: &Val, name: &str) -> Lower<Val> {
        match &object.ty {
            Ty::Never => Ok(Val::never()),
            Ty::Known(Known::Static(_)) | Ty::Object(_)
                if name == "__class__" && self.class_of_value(object).is_some() =>
            {
                Ok(self.class_of_value(object).map_or_else(Val::never, |class| Val::known(Known::Class(class))))
            }
            Ty::Known(Known::Static(id)) => {
                let (id, class) = (*id, self.facts.class_of(*id));
                if self.is_slot(id, name) {
                    return self.get_attribute(id, name);
                }
                match class {
                    Some(class) => self.attribute_of_class(object, class, name),
                    None => self.obstacle("an attribute of a dict", format!("`{name}`")),
                }
            }
            Ty::Object(id) => {
                let class = self.facts.record_class(*id);
                if let Some(at) = self.known.fields(*id).iter().position(|(field, _)| field == name) {
                    let (offset, ty) = self.field_at(*id, at);
                    let address = self.word(object);
                    let regs = ty
                        .words()
                        .into_iter()
                        .enumerate()
                        .map(|(word, kind)| self.b.load(kind_of(kind), address, offset + word as u32))
                        .collect();
                    return Ok(Val::new(ty, regs));
                }
                if self.facts.fields(*id).iter().any(|(field, _)| field == name) {
                    return Ok(Val::never());
                }
                self.attribute_of_class(object, class, name)
            }
            Ty::Opt(_) => {
                let held = self.present(object, "'NoneType' object has no attribute");
                self.attribute(&held, name)
            }
            Ty::Pandas(what) => self.pandas_attribute(object, *what, name),
            Ty::Bar(shape) => self.bar_attribute(object, *shape, name),
            Ty::Known(Known::Class(class)) if name == "__name__" => {
                let class = self.repo.outline(*class).name.clone();
                Ok(self.symbol(&class))
            }
            Ty::Known(Known::Class(class)) => match self.class_attribute(*class, name)? {
                Some(value) => Ok(value),
                None => self.obstacle("an attribute of a class", format!("`{name}`")),
            },
            Ty::Known(Known::Module(file)) => self.global(*file, name),
            Ty::Known(Known::External(module)) => self.external_constant(&format!("{module}.{name}")),
            Ty::List(id) if name == "maxlen" && self.facts.nature(*id) == (true, false) => self.maxlen(object),
            Ty::Scalar(Kinds::STR) if matches!(name, "value" | "name") => self.member_part(object, name),
            Ty::Scalar(Kinds::TIME) => self.obstacle("datetime", format!("`.{name}` of a timestamp")),
            _ => self.obstacle("an attribute", format!("`{name}` of {}", object.ty.name())),
        }
    }

    /// `deque.maxlen`
    fn maxlen(&mut self, deque: &Val) -> Lower<Val> {
        let address = self.word(deque);
        let length = self.b.load(Kind::I, address, MAXLEN);
        let zero = self.b.int_const(0);
        let bounded = self.b.compare(CompareOp::Ge, length, zero);
        let Some(no) = self.split(bounded) else { return Ok(Val::never()) };
        let mut ends: Vec<_> = self.part().map(|flow| (flow, Val::int(length))).into_iter().collect();
        ends.push((no, Val::none()));
        self.meet_with(ends)
    }

    /// `Action.BUY.value` of a member that is known.
    fn member_part(&mut self, object: &Val, name: &str) -> Lower<Val> {
        if let Some(Literal::Symbol(id)) = object.literal
            && let Some(super::facts::Symbol::Member { name: own, value, number, .. }) =
                self.facts.symbols().get(id).cloned()
        {
            return match (name, value, number) {
                ("name", ..) => Ok(self.symbol(&own)),
                (_, Some(text), _) => Ok(self.symbol(&text)),
                (_, None, Some(number)) if number.fract() == 0.0 => Ok(Val::literal(Literal::Int(number as i64))),
                (_, None, Some(number)) => Ok(Val::literal(Literal::Float(number))),
                _ => Ok(Val::never()),
            };
        }
        self.obstacle("an attribute of an enum member", format!("`.{name}` of one that varies"))
    }

    fn attribute_of_class(&mut self, object: &Val, class: ClassId, name: &str) -> Lower<Val> {
        let Some(lineage) = Lineage::of(self.repo, class) else {
            return self.obstacle("a class", "that cannot be read");
        };
        if let Some(method) = lineage.method(name) {
            if method.function.has_decorator("property") || method.function.has_decorator("cached_property") {
                return self.inline_method(object, method, &[], &[]);
            }
            return self.obstacle("a method as a value", format!("`{name}` is not called"));
        }
        if let Some(value) = self.class_attribute(class, name)? {
            return Ok(value);
        }
        // Nothing sets it yet: a later pass may know better, and if none does Python raises here.
        self.bail(&format!("no attribute '{name}'"));
        Ok(Val::never())
    }

    pub fn bar_attribute(&mut self, bar: &Val, shape: BarShape, name: &str) -> Lower<Val> {
        if shape != BarShape::Attributes {
            return self.obstacle("an attribute of a bar", format!("`{name}` of a bar that is no object"));
        }
        match column_named(name) {
            Some(column) => Ok(self.bar_field(bar, column)),
            None => self.obstacle("an attribute of a bar", format!("`{name}`")),
        }
    }

    pub fn bar_field(&mut self, bar: &Val, column: ColumnId) -> Val {
        let site = self.site("a bar that has not been");
        let index = bar.regs.first().copied();
        let word = self.b.column(column, index, site);
        if column == ColumnId::TIMESTAMP { Val::new(Ty::Scalar(Kinds::TIME), vec![word]) } else { Val::float(word) }
    }

    /// Whether some method sets the attribute on the object itself.
    fn is_slot(&self, id: StaticId, name: &str) -> bool {
        let key = (id, name.to_owned());
        self.facts.attributes.contains_key(&key) || self.known.attributes.contains_key(&key)
    }

    pub fn slots_of(&mut self, id: StaticId, name: &str) -> (Ty, Vec<Slot>) {
        let key = (id, name.to_owned());
        let ty = self.known.attributes.get(&key).cloned().unwrap_or(Ty::Never);
        if let Some(slots) = self.slots.get(&key) {
            return (ty, slots.clone());
        }
        let words = ty.words();
        let count = words.len();
        let slots: Vec<Slot> = words
            .into_iter()
            .enumerate()
            .map(|(at, word)| {
                let suffix = if count > 1 { format!(".{at}") } else { String::new() };
                self.new_slot(format!("{}.{name}{suffix}", id.0), word)
            })
            .collect();
        self.slots.insert(key, slots.clone());
        (ty, slots)
    }

    fn flag_of(&mut self, id: StaticId, name: &str) -> Slot {
        let key = (id, name.to_owned());
        if let Some(&flag) = self.flags.get(&key) {
            return flag;
        }
        let flag = self.new_slot(format!("{}.{name}.set", id.0), Word::I);
        self.flags.insert(key, flag);
        flag
    }

    pub fn get_attribute(&mut self, id: StaticId, name: &str) -> Lower<Val> {
        let key = (id, name.to_owned());
        if let Some(Ty::Conflict(why)) = self.known.attributes.get(&key) {
            return self.obstacle("an attribute of several types", format!("`{name}` is {why}"));
        }
        if !self.env.assigned.contains(&key) {
            if self.class_default(id, name)? {
                return self.get_attribute(id, name);
            }
            self.facts.flagged.insert(key);
            let flag = self.flag_of(id, name);
            let set = self.b.get(flag, Kind::I);
            let site = self.site(&format!("no attribute '{name}' yet"));
            self.b.guard(set, site);
        }
        let (ty, slots) = self.slots_of(id, name);
        let regs = ty.words().into_iter().zip(slots).map(|(word, slot)| self.b.get(slot, kind_of(word))).collect();
        Ok(Val::new(ty, regs))
    }

    /// In the constructor, an attribute that the class body gives a value is set to it before it is first read.
    fn class_default(&mut self, id: StaticId, name: &str) -> Lower<bool> {
        if self.phase != Phase::Init || self.conditional > 0 {
            return Ok(false);
        }
        let Some(class) = self.facts.class_of(id) else { return Ok(false) };
        match self.class_attribute(class, name)? {
            Some(_) if self.touched.contains(&(id, name.to_owned())) => {
                self.obstacle("an attribute with a class default", format!("`{name}` is set at times"))
            }
            Some(value) => {
                self.set_attribute(id, name, &value)?;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    pub fn attribute_is_set(&mut self, id: StaticId, name: &str) -> Lower<Val> {
        let key = (id, name.to_owned());
        if self.env.assigned.contains(&key) {
            return Ok(Val::literal(Literal::Bool(true)));
        }
        if !self.is_slot(id, name) {
            let class = self.facts.class_of(id);
            let there = match class {
                Some(class) => {
                    Lineage::of(self.repo, class).is_some_and(|lineage| lineage.method(name).is_some())
                        || self.class_attribute(class, name)?.is_some()
                }
                None => false,
            };
            return Ok(Val::literal(Literal::Bool(there)));
        }
        self.facts.flagged.insert(key);
        let flag = self.flag_of(id, name);
        Ok(Val::bool(self.b.get(flag, Kind::I)))
    }

    pub fn set_attribute(&mut self, id: StaticId, name: &str, value: &Val) -> Lower<()> {
        if self.b.current.is_none() || value.ty == Ty::Never {
            return Ok(());
        }
        let key = (id, name.to_owned());
        self.facts.grow_attribute(id, name, &value.ty);
        if let Some(Ty::Conflict(why)) = self.known.attributes.get(&key).cloned() {
            return self.obstacle("an attribute of several types", format!("`{name}` is {why}"));
        }
        let (ty, slots) = self.slots_of(id, name);
        let words = self.convert(value, &ty);
        for (slot, a) in slots.into_iter().zip(words) {
            self.b.emit(Inst::Set { slot, a });
        }
        if self.known.flagged.contains(&key) || self.facts.flagged.contains(&key) {
            let flag = self.flag_of(id, name);
            let one = self.b.int_const(1);
            self.b.emit(Inst::Set { slot: flag, a: one });
        }
        if self.phase == Phase::Init {
            self.touched.insert(key.clone());
        }
        self.env.assigned.insert(key);
        Ok(())
    }

    /// `object.name = value`
    pub fn store_attribute(&mut self, object: &Val, name: &str, value: &Val) -> Lower<()> {
        match &object.ty {
            Ty::Never => Ok(()),
            Ty::Known(Known::Static(id)) => {
                if let Some(class) = self.facts.class_of(*id)
                    && let Some(lineage) = Lineage::of(self.repo, class)
                    && lineage.methods().iter().any(|method| {
                        method.function.name == name
                            && method.function.decorators.iter().any(|one| one.last_name() == Some("setter"))
                    })
                {
                    return self.obstacle("a property setter", format!("`{name}`"));
                }
                self.set_attribute(*id, name, value)
            }
            Ty::Object(id) => {
                self.facts.grow_field(*id, name, &value.ty);
                let Some(at) = self.known.fields(*id).iter().position(|(field, _)| field == name) else {
                    return Ok(());
                };
                let (offset, ty) = self.field_at(*id, at);
                if let Ty::Conflict(why) = ty {
                    return self.obstacle("an attribute of several types", format!("`{name}` is {why}"));
                }
                let address = self.word(object);
                self.store_value(value, &ty, address, offset);
                if let Some((made, id)) = self.making.last()
                    && object.regs.first() == Some(made)
                {
                    let key = (Self::in_making(*id), name.to_owned());
                    self.touched.insert(key.clone());
                    self.env.assigned.insert(key);
                }
                Ok(())
            }
            Ty::Opt(_) => {
                let held = self.present(object, "'NoneType' object has no attribute");
                self.store_attribute(&held, name, value)
            }
            _ => self.obstacle("setting an attribute", format!("`{name}` of {}", object.ty.name())),
        }
    }

    /// Under this number the fields of an object that is being made are noted as set.
    pub fn in_making(id: super::ty::RecordId) -> StaticId {
        StaticId(usize::MAX - id.0)
    }

    /// Offset and type of a record's field, as earlier passes know it.
    pub fn field_at(&self, id: super::ty::RecordId, at: usize) -> (u32, Ty) {
        let fields = self.known.fields(id);
        let offset = fields[..at].iter().map(|(_, ty)| ty.words().len() as u32).sum();
        (offset, fields[at].1.clone())
    }

    pub fn has_method(&self, object: &Val, name: &str) -> bool {
        let class = match &object.ty {
            Ty::Known(Known::Static(id)) => self.facts.class_of(*id),
            Ty::Object(id) => Some(self.facts.record_class(*id)),
            _ => None,
        };
        class.and_then(|class| Lineage::of(self.repo, class)).is_some_and(|lineage| lineage.method(name).is_some())
    }

    pub fn is_static_dict(&self, object: &Val) -> bool {
        matches!(object.ty, Ty::Known(Known::Static(id)) if self.facts.class_of(id).is_none())
    }
}
