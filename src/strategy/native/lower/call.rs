//! Calls: every one is inlined where it stands.

use super::flow::Frame;
use super::ty::{Known, Ty};
use super::val::Val;
use super::{Lower, Pass};
use crate::discovery::code::{
    Call, ClassId, Expr, ExprKind, FileId, Function, Lineage, Method, Stmt, StmtKind, each_expr, each_stmt,
};
use std::collections::BTreeSet;

/// Positional arguments, and keywords with their values.
pub type Given = (Vec<Val>, Vec<(String, Val)>);

impl Pass<'_> {
    pub fn call(&mut self, call: &Call) -> Lower<Val> {
        // `super().method(…)`
        if let ExprKind::Attribute(object, name) = &call.function.kind
            && let Some(inner) = object.call()
            && inner.function.is_name("super")
        {
            return self.call_super(call, inner, name);
        }
        if let ExprKind::Attribute(object, name) = &call.function.kind
            && name == "pop"
            && let Some(held) = object.name()
            && self.frames.last().is_some_and(|frame| frame.keywords.as_deref() == Some(held))
        {
            return self.pop_keyword(held, call);
        }
        if let ExprKind::Attribute(object, name) = &call.function.kind {
            let dotted = call.function.dotted();
            let global = dotted.as_deref().and_then(|dotted| {
                let first = dotted.split('.').next().unwrap_or(dotted);
                (!self.env.vars.contains_key(first)).then_some(dotted)
            });
            if let Some(dotted) = global
                && let Some(crate::discovery::code::Symbol::Class(class)) = self.repo.lookup(self.file, dotted)
            {
                let (args, keywords) = self.arguments(call)?;
                return self.instantiate(class, &args, &keywords);
            }
            let object = self.expr(object)?;
            return self.call_method(&object, name, call);
        }
        let function = self.expr(&call.function)?;
        self.call_value(&function, call)
    }

    pub fn call_value(&mut self, function: &Val, call: &Call) -> Lower<Val> {
        match &function.ty {
            Ty::Known(Known::Class(class)) => {
                let (args, keywords) = self.arguments(call)?;
                self.instantiate(*class, &args, &keywords)
            }
            Ty::Known(Known::Function(file, name)) => {
                let repo = self.repo;
                let Some(function) = repo.function(*file, name) else {
                    return self.obstacle("a function", name.clone());
                };
                let (args, keywords) = self.arguments(call)?;
                self.inline(*file, function, None, None, &args, &keywords)
            }
            Ty::Known(Known::Closure(file, at, depth)) => {
                let (file, at) = (*file, *at);
                if *depth != self.frames.len() {
                    return self.obstacle("a function inside a function", "that is called elsewhere");
                }
                let Some(function) = function_at(self.repo.files[file].body(), at) else {
                    return self.obstacle("a function inside a function", "that cannot be read");
                };
                let (args, keywords) = self.arguments(call)?;
                self.inline_within((file, None), function, None, &args, &keywords, true)
            }
            Ty::Known(Known::External(name)) => {
                let name = name.clone();
                self.call_external(&name, call)
            }
            Ty::Never => Ok(Val::never()),
            _ => self.obstacle("a call", format!("of {}", function.ty.name())),
        }
    }

    /// Positional and keyword arguments, `*` and `**` of known things unfolded.
    pub fn arguments(&mut self, call: &Call) -> Lower<Given> {
        let mut args = Vec::new();
        for argument in &call.positional {
            match &argument.kind {
                ExprKind::Starred(inner) => {
                    let value = self.expr(inner)?;
                    match &value.ty {
                        Ty::Tuple(_) => args.extend(self.tuple_parts(&value)),
                        _ => return self.obstacle("a starred argument", format!("of {}", value.ty.name())),
                    }
                }
                _ => args.push(self.expr(argument)?),
            }
        }
        let mut keywords = Vec::new();
        for (name, value) in &call.keywords {
            let value = self.expr(value)?;
            match name {
                Some(name) => keywords.push((name.clone(), value)),
                None => keywords.extend(self.entries_of(&value)?),
            }
        }
        Ok((args, keywords))
    }

    fn call_super(&mut self, call: &Call, inner: &Call, name: &str) -> Lower<Val> {
        let frame = self.frames.last();
        let (Some(object), Some(class)) =
            (frame.and_then(|frame| frame.object.clone()), frame.and_then(|frame| frame.class))
        else {
            return self.obstacle("super()", "outside a method");
        };
        if !inner.positional.is_empty() && inner.positional.len() != 2 {
            return self.obstacle("super()", "with one argument");
        }
        let Some(whole) = self.class_of_value(&object) else { return self.obstacle("super()", "of no object") };
        let Some(lineage) = Lineage::of(self.repo, whole) else {
            return self.obstacle("super()", "of a class that cannot be read");
        };
        let at = lineage.classes.iter().position(|one| one.id == class).unwrap_or(0);
        let found = lineage.method_after(at + 1, name);
        let (args, keywords) = self.arguments(call)?;
        match found {
            Some(method) => self.inline_method(&object, method, &args, &keywords),
            None if name == "__init__" && args.is_empty() && keywords.is_empty() => Ok(Val::none()),
            // A dataclass base is initialised by what its decorator made.
            None => self.obstacle("super()", format!("`{name}` is not in the repository")),
        }
    }

    pub fn class_of_value(&self, object: &Val) -> Option<ClassId> {
        match &object.ty {
            Ty::Known(Known::Static(id)) => self.facts.class_of(*id),
            Ty::Object(id) => Some(self.facts.record_class(*id)),
            _ => None,
        }
    }

    pub fn inline_method(
        &mut self,
        object: &Val,
        method: Method<'_>,
        args: &[Val],
        keywords: &[(String, Val)],
    ) -> Lower<Val> {
        let file = method.ancestor.id.file;
        let class = method.ancestor.id;
        // The function outlives the lineage that found it: it is the repository's.
        let repo = self.repo;
        let Some(function) = repo.class(class).and_then(|class| class.method(&method.function.name)) else {
            return self.obstacle("a method", method.function.name.clone());
        };
        if function.is_static() {
            return self.inline(file, function, None, Some(class), args, keywords);
        }
        if function.has_decorator("classmethod") {
            let class_value =
                self.class_of_value(object).map_or_else(|| object.clone(), |class| Val::known(Known::Class(class)));
            return self.inline(file, function, Some(class_value), Some(class), args, keywords);
        }
        let known = ["property", "cached_property", "abstractmethod", "override", "final"];
        if let Some(decorator) =
            function.decorators.iter().find(|one| !one.last_name().is_some_and(|name| known.contains(&name)))
        {
            self.at = decorator.span.start;
            return self.obstacle("a decorator", decorator.dotted().unwrap_or_else(|| "of another kind".to_owned()));
        }
        self.inline(file, function, Some(object.clone()), Some(class), args, keywords)
    }

    /// Runs the body of `function` here, with names of its own.
    pub fn inline(
        &mut self,
        file: FileId,
        function: &Function,
        object: Option<Val>,
        class: Option<ClassId>,
        args: &[Val],
        keywords: &[(String, Val)],
    ) -> Lower<Val> {
        self.inline_within((file, class), function, object, args, keywords, false)
    }

    /// Where it was defined inside of the present call it sees the names of that call.
    fn inline_within(
        &mut self,
        (file, class): (FileId, Option<ClassId>),
        function: &Function,
        object: Option<Val>,
        args: &[Val],
        keywords: &[(String, Val)],
        within: bool,
    ) -> Lower<Val> {
        if self.b.current.is_none() {
            return Ok(Val::never());
        }
        let identity = (file, function.name_span.start);
        if self.frames.iter().any(|frame| frame.function == identity) {
            return self.obstacle("recursion", format!("`{}`", function.name));
        }
        if self.frames.len() > super::MAX_DEPTH {
            return self.obstacle("a method that is too long", format!("over {} calls deep", super::MAX_DEPTH));
        }
        if function.is_async {
            return self.obstacle("a coroutine or generator", format!("`async def {}`", function.name));
        }
        if class.is_none() && !function.decorators.is_empty() {
            return self.obstacle("a decorator", format!("on `{}`", function.name));
        }
        let receives = object.is_some();
        let all: Vec<Val> = object.iter().cloned().chain(args.iter().cloned()).collect();
        let caller = (self.file, self.at);
        let mut vars = self.bind((file, class), function, all, keywords)?;
        let mut locals: BTreeSet<String> = super::loops::assigned_in(&function.body, &[]).into_iter().collect();
        if within {
            for (name, value) in &self.env.vars {
                if !locals.contains(name) {
                    vars.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
            locals.extend(self.frames.last().into_iter().flat_map(|frame| frame.locals.iter().cloned()));
        }
        let mut yields = false;
        crate::discovery::code::each_expr(&function.body, &mut |expr| {
            yields |= matches!(expr.kind, ExprKind::Yield(_) | ExprKind::Await(_))
        });
        if yields {
            return self.obstacle("a coroutine or generator", format!("`{}` yields", function.name));
        }
        let outer = std::mem::replace(&mut self.env.vars, vars);
        self.frames.push(Frame {
            caller,
            function: identity,
            object: object.filter(|_| receives),
            class,
            locals,
            keywords: function.kwargs.clone().filter(|name| keeps_to_itself(function, name)),
            answers: self.answering.take(),
            ..Frame::default()
        });
        self.file = file;
        let walked = self.block(&function.body).and_then(|()| self.fall_through());
        let frame = self.frames.pop().unwrap_or_default();
        walked?;
        (self.file, self.at) = caller;
        let mut ends = frame.returns;
        ends.extend(self.part().map(|flow| (flow, Val::none())));
        for (flow, _) in &mut ends {
            flow.env.vars = outer.clone();
        }
        let value = self.meet_with(ends)?;
        if self.b.current.is_none() {
            self.env.vars = outer;
        }
        Ok(value)
    }

    /// An answer method that ends without `return` answers None.
    fn fall_through(&mut self) -> Lower<()> {
        if self.b.current.is_some() && self.frames.last().is_some_and(|frame| frame.answers.is_some()) {
            self.give_back(None)?;
        }
        Ok(())
    }

    fn bind(
        &mut self,
        (file, class): (FileId, Option<ClassId>),
        function: &Function,
        args: Vec<Val>,
        keywords: &[(String, Val)],
    ) -> Lower<std::collections::BTreeMap<String, Val>> {
        let mut vars = std::collections::BTreeMap::new();
        let mut args = args.into_iter();
        let mut used = Vec::new();
        for argument in &function.arguments {
            let keyword = keywords.iter().position(|(name, _)| *name == argument.name);
            let positional = if argument.keyword_only { None } else { args.next() };
            let value = match (positional, keyword, &argument.default) {
                (Some(_), Some(_), _) => return self.obstacle("a call", format!("`{}` is given twice", argument.name)),
                (Some(value), None, _) => value,
                (None, Some(at), _) => {
                    used.push(at);
                    keywords[at].1.clone()
                }
                (None, None, Some(default)) => {
                    if let Some(class) = class {
                        self.outside_class(class, default)?;
                    }
                    self.default(file, default, &argument.name)?
                }
                (None, None, None) => {
                    return self.obstacle("a call", format!("`{}` of `{}` is not given", argument.name, function.name));
                }
            };
            vars.insert(argument.name.clone(), value);
        }
        let rest: Vec<Val> = args.collect();
        match &function.varargs {
            Some(name) => {
                let rest = self.tuple(rest);
                vars.insert(name.clone(), rest);
            }
            None if !rest.is_empty() => {
                return self.obstacle("a call", format!("too many arguments for `{}`", function.name));
            }
            None => {}
        }
        let left: Vec<(String, Val)> =
            keywords.iter().enumerate().filter(|(at, _)| !used.contains(at)).map(|(_, one)| one.clone()).collect();
        match &function.kwargs {
            Some(name) => {
                let left = self.map(left);
                vars.insert(name.clone(), left);
            }
            None => {
                if let Some((name, _)) = left.first() {
                    return self.obstacle("a call", format!("`{}` takes no `{name}`", function.name));
                }
            }
        }
        Ok(vars)
    }

    /// `kwargs.pop(key, default)`
    fn pop_keyword(&mut self, held: &str, call: &Call) -> Lower<Val> {
        if self.in_loop() {
            return self.obstacle("a dict that changes", "pop() in a loop");
        }
        let (args, keywords) = self.arguments(call)?;
        let dict = self.name(held)?;
        let ([key, rest @ ..], []) = (args.as_slice(), keywords.as_slice()) else {
            return self.obstacle("a dict that changes", "pop() with other arguments");
        };
        let key = self.key(key)?;
        let mut entries = self.map_parts(&dict);
        match (entries.iter().position(|(known, _)| *known == key), rest) {
            (Some(at), _) => {
                let (_, value) = entries.remove(at);
                let left = self.map(entries);
                self.env.vars.insert(held.to_owned(), left);
                Ok(value)
            }
            (None, [default]) => Ok(default.clone()),
            (None, _) => {
                self.bail("KeyError");
                Ok(Val::never())
            }
        }
    }

    /// A default value: made once when Python defined the function, so it has to be one that cannot change.
    fn default(&mut self, file: FileId, default: &Expr, name: &str) -> Lower<Val> {
        self.constant(file, default, name)
    }
}

/// The function whose name stands at byte `at`.
fn function_at(body: &[Stmt], at: u32) -> Option<&Function> {
    let mut found = None;
    each_stmt(body, &mut |stmt| {
        if let StmtKind::Function(function) = &stmt.kind
            && function.name_span.start == at
        {
            found = Some(&**function);
        }
    });
    found
}

/// Whether `**kwargs` is only asked, taken from and passed on as keywords, so that no other name for it exists.
fn keeps_to_itself(function: &Function, name: &str) -> bool {
    let (mut all, mut known) = (0, 0);
    each_expr(&function.body, &mut |expr| {
        all += usize::from(expr.is_name(name));
        known += match &expr.kind {
            ExprKind::Call(call) => {
                let asked = matches!(&call.function.kind, ExprKind::Attribute(object, method)
                    if object.is_name(name) && matches!(method.as_str(), "pop" | "get" | "items" | "keys" | "values"));
                let passed = call.keywords.iter().filter(|(key, value)| key.is_none() && value.is_name(name)).count();
                usize::from(asked) + passed
            }
            ExprKind::Subscript(object, _) => usize::from(object.is_name(name)),
            ExprKind::Compare(items, _) => items[1..].iter().filter(|item| item.is_name(name)).count(),
            _ => 0,
        };
    });
    all == known
}
