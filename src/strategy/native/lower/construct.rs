//! Making objects: of classes of the repository, and dicts.

use super::name::field_default;
use super::ty::{Known, StaticId, Ty};
use super::val::Val;
use super::{Lower, Pass, Phase};
use crate::discovery::code::{ClassId, Expr, ExprKind, Lineage, StmtKind};
use crate::strategy::native::ir::Intrinsic;

/// One field of a dataclass.
struct Field<'a> {
    name: String,
    default: Option<&'a Expr>,
    factory: Option<&'a Expr>,
    file: usize,
    init: bool,
}

impl Pass<'_> {
    pub fn own_class(&mut self) -> Lower<ClassId> {
        let strategy = self.request.strategy;
        let found = self.repo.class_ids().find(|id| {
            self.repo.files[id.file].path == strategy.path && self.repo.outline(*id).qualname == strategy.qualname
        });
        match found {
            Some(id) => Ok(id),
            None => self.obstacle("a class", format!("{} is not in {}", strategy.qualname, strategy.path)),
        }
    }

    /// An instance of a class of the repository.
    pub fn instantiate(&mut self, class: ClassId, args: &[Val], keywords: &[(String, Val)]) -> Lower<Val> {
        let Some(lineage) = Lineage::of(self.repo, class) else {
            return self.obstacle("a class", "that cannot be read");
        };
        if self.is_enum(class) {
            return self.obstacle("an enum call", "looking a member up by its value");
        }
        if let Some(base) =
            lineage.external.iter().find(|base| !matches!(base.last(), "ABC" | "object" | "Protocol" | "Generic"))
        {
            return self.obstacle("a base class outside the repository", base.full.clone());
        }
        if lineage
            .classes
            .iter()
            .any(|one| one.class.metaclass.as_ref().is_some_and(|meta| meta.last_name() != Some("ABCMeta")))
        {
            return self.obstacle("a metaclass", "of another kind than ABCMeta");
        }
        for special in ["__new__", "__setattr__", "__getattr__", "__getattribute__", "__slots__", "__del__"] {
            if lineage.method(special).is_some() {
                return self.obstacle("a special method", special);
            }
        }
        let origin = self.origin();
        let once = self.phase == Phase::Init && self.conditional == 0 && !self.facts.in_memory.contains(&origin);
        let object = if once {
            Val::known(Known::Static(self.facts.static_at(&origin, Some(class))))
        } else {
            let id = self.facts.record_of(class);
            let words = self.known.fields(id).iter().flat_map(|(_, ty)| ty.words()).collect();
            let layout = self.layout(words);
            let site = self.site("memory");
            let address = self.b.call1(Intrinsic::ObjectNew(layout), &[], site);
            let made = Self::in_making(id);
            self.env.assigned.retain(|(key, _)| *key != made);
            self.touched.retain(|(key, _)| *key != made);
            self.making.push((address, id));
            Val::new(Ty::Object(id), vec![address])
        };
        let done = self.initialise(&object, &lineage, args, keywords);
        if !once {
            self.making.pop();
        }
        done?;
        if let Ty::Object(id) = object.ty {
            self.complete(&object, id, class)?;
        }
        Ok(object)
    }

    /// Fields that the constructor leaves unset have the class's default, or the object cannot live in memory.
    fn complete(&mut self, object: &Val, id: super::ty::RecordId, class: ClassId) -> Lower<()> {
        let names: Vec<String> = self.known.fields(id).iter().map(|(name, _)| name.clone()).collect();
        for name in names {
            if self.b.current.is_none() || self.env.assigned.contains(&(Self::in_making(id), name.clone())) {
                continue;
            }
            match self.class_attribute(class, &name)? {
                Some(_) if self.touched.contains(&(Self::in_making(id), name.clone())) => {
                    return self.obstacle("an attribute with a class default", format!("`{name}` is set at times"));
                }
                Some(value) => self.store_attribute(object, &name, &value)?,
                None => return self.obstacle("an attribute that may be unset", format!("`{name}`")),
            }
        }
        Ok(())
    }

    fn initialise(
        &mut self,
        object: &Val,
        lineage: &Lineage<'_>,
        args: &[Val],
        keywords: &[(String, Val)],
    ) -> Lower<()> {
        if let Some(init) = lineage.method("__init__") {
            self.inline_method(object, init, args, keywords)?;
            return Ok(());
        }
        if lineage.classes.iter().any(|one| one.class.is_dataclass()) {
            return self.dataclass(object, lineage, args, keywords);
        }
        if lineage.classes.iter().any(|one| one.class.bases.iter().any(|base| base.last_name() == Some("NamedTuple"))) {
            return self.obstacle("a named tuple", "made by its class");
        }
        if args.is_empty() && keywords.is_empty() {
            return Ok(());
        }
        self.obstacle("a constructor", "arguments for a class without __init__")
    }

    fn dataclass(
        &mut self,
        object: &Val,
        lineage: &Lineage<'_>,
        args: &[Val],
        keywords: &[(String, Val)],
    ) -> Lower<()> {
        let mut fields: Vec<Field<'_>> = Vec::new();
        for ancestor in lineage.classes.iter().rev() {
            for stmt in &ancestor.class.body {
                let StmtKind::Assign(target) = &stmt.kind else { continue };
                let (Some(annotation), Some(name)) = (&target.annotation, target.targets.first().and_then(Expr::name))
                else {
                    continue;
                };
                if mentions_class_var(annotation) {
                    continue;
                }
                let call = target.value.as_ref().and_then(Expr::call);
                let call = call.filter(|call| call.function.last_name() == Some("field"));
                let field = Field {
                    name: name.to_owned(),
                    default: match (&target.value, call) {
                        (Some(value), Some(_)) => field_default(value),
                        (value, _) => value.as_ref(),
                    },
                    factory: call.and_then(|call| call.keyword("default_factory")),
                    file: ancestor.id.file,
                    init: !call
                        .and_then(|call| call.keyword("init"))
                        .is_some_and(|value| matches!(value.literal(), Some(crate::strategy::Value::Bool(false)))),
                };
                match fields.iter_mut().find(|known| known.name == field.name) {
                    Some(known) => *known = field,
                    None => fields.push(field),
                }
            }
        }
        let mut given = args.iter();
        let mut used = 0;
        for field in &fields {
            let positional = if field.init { given.next().cloned() } else { None };
            let keyword = keywords.iter().find(|(name, _)| *name == field.name).map(|(_, value)| value.clone());
            used += usize::from(keyword.is_some());
            let value = match (positional.or(keyword), field.default, field.factory) {
                (Some(value), ..) => value,
                (None, _, Some(factory)) => self.made_by_factory(field.file, factory)?,
                (None, Some(default), None) => self.constant(field.file, default, &field.name)?,
                (None, None, None) => return self.obstacle("a dataclass", format!("no value for {}", field.name)),
            };
            self.store_attribute(object, &field.name, &value)?;
        }
        if given.next().is_some() || used != keywords.len() {
            return self.obstacle("a dataclass", "arguments that are no fields");
        }
        if let Some(post) = lineage.method("__post_init__") {
            self.inline_method(object, post, &[], &[])?;
        }
        Ok(())
    }

    fn made_by_factory(&mut self, file: usize, factory: &Expr) -> Lower<Val> {
        // Each place that makes the object makes its own list.
        let origin: Vec<(usize, u32)> = self.origin().into_iter().chain([(file, factory.span.start)]).collect();
        match (&factory.kind, factory.last_name()) {
            (_, Some("list")) => self.list_of(&origin, &[]),
            (_, Some("deque")) => self.deque_of(&origin, None),
            (_, Some("dict")) => self.dict_at(&origin, Vec::new()),
            (ExprKind::Lambda(body), _) => {
                let before = (std::mem::replace(&mut self.file, file), self.at);
                let names = self.leave_names();
                let value = match &body.kind {
                    ExprKind::Call(call) if call.function.last_name() == Some("deque") => {
                        let maxlen = call.keyword("maxlen").or_else(|| call.positional.get(1));
                        let maxlen = maxlen.map(|maxlen| self.expr(maxlen)).transpose()?;
                        self.deque_of(&origin, maxlen.as_ref())
                    }
                    _ => self.expr(body),
                };
                self.take_names(names);
                (self.file, self.at) = before;
                value
            }
            (_, Some(name)) => {
                let name = name.to_owned();
                match self.global(file, &name)?.ty {
                    Ty::Known(Known::Class(class)) => self.instantiate(class, &[], &[]),
                    _ => self.obstacle("a default factory", name),
                }
            }
            _ => self.obstacle("a default factory", "of another kind"),
        }
    }

    pub fn dict(&mut self, items: &[(Option<Expr>, Expr)]) -> Lower<Val> {
        let origin = self.origin();
        let mut entries: Vec<(String, Val)> = Vec::new();
        for (key, value) in items {
            match key {
                Some(key) => {
                    let key = self.expr(key)?;
                    let Some(key) = self.text_of(&key) else {
                        return self.obstacle("a dict", "with keys that are no string literals");
                    };
                    let value = self.expr(value)?;
                    put(&mut entries, key, value);
                }
                None => {
                    let value = self.expr(value)?;
                    for (key, value) in self.entries_of(&value)? {
                        put(&mut entries, key, value);
                    }
                }
            }
        }
        self.dict_at(&origin, entries)
    }

    /// In the constructor a dict is an object whose keys may change; later it is made whole and stays so.
    pub fn dict_at(&mut self, origin: &super::Origin, entries: Vec<(String, Val)>) -> Lower<Val> {
        if self.phase == Phase::Step || self.conditional > 0 || self.facts.in_memory.contains(origin) {
            return Ok(self.map(entries));
        }
        let id = self.facts.static_at(origin, None);
        for (key, value) in &entries {
            self.set_attribute(id, key, value)?;
        }
        Ok(Val::known(Known::Static(id)))
    }

    /// Keys and values of a dict, as far as its keys are known to be there.
    pub fn entries_of(&mut self, value: &Val) -> Lower<Vec<(String, Val)>> {
        match &value.ty {
            Ty::Map(_) => Ok(self.map_parts(value)),
            Ty::Never => Ok(Vec::new()),
            Ty::Known(Known::Static(id)) if self.is_static_dict(value) => {
                let id = *id;
                if self.has_market_key(id) {
                    return self.obstacle("a dict", "whose key is the market's symbol, as a whole");
                }
                let names: Vec<String> = self.keys_of(id);
                let mut entries = Vec::new();
                for name in names {
                    if !self.env.assigned.contains(&(id, name.clone())) {
                        return self.obstacle("a dict", format!("whose key {name} may be missing"));
                    }
                    entries.push((name.clone(), self.get_attribute(id, &name)?));
                }
                Ok(entries)
            }
            _ => self.obstacle("a dict", format!("expected, this is {}", value.ty.name())),
        }
    }

    pub fn keys_of(&self, id: StaticId) -> Vec<String> {
        self.facts.order.iter().filter(|(owner, _)| *owner == id).map(|(_, name)| name.clone()).collect()
    }
}

fn put(entries: &mut Vec<(String, Val)>, key: String, value: Val) {
    match entries.iter_mut().find(|(known, _)| *known == key) {
        Some((_, held)) => *held = value,
        None => entries.push((key, value)),
    }
}

fn mentions_class_var(annotation: &Expr) -> bool {
    let inner = match &annotation.kind {
        ExprKind::Subscript(value, _) => value,
        _ => annotation,
    };
    inner.last_name() == Some("ClassVar")
}
