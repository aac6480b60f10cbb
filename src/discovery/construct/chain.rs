use crate::discovery::lineage::{Lineage, Method};
use crate::discovery::python::{Argument, Call, Expr, ExprKind, each_expr};
use crate::discovery::reach::is_super;

/// What a constructor's argument holds when the class is built.
#[derive(Debug, Clone, Copy)]
pub enum Fed<'a> {
    /// The caller gives it, or its own default stands.
    Caller,
    /// A constructor below it gives it this expression, of the file of that level.
    Given(&'a Expr, usize),
    /// A constructor below it hands its own argument on.
    Handed,
    Default,
}

/// One `__init__` of the chain.
#[derive(Debug, Clone)]
pub struct Level<'a> {
    pub method: Method<'a>,
    /// In order, `self` left out.
    pub arguments: Vec<(&'a Argument, Fed<'a>)>,
}

/// The constructors that run when the class is built, outermost first.
#[derive(Debug, Clone, Default)]
pub struct Chain<'a> {
    pub levels: Vec<Level<'a>>,
}

impl<'a> Chain<'a> {
    pub fn of(lineage: &Lineage<'a>) -> Self {
        let mut chain = Self::default();
        let Some(mut method) = lineage.method("__init__") else { return chain };
        let mut open: Vec<(&'a Argument, Fed<'a>)> =
            method.function.given().iter().map(|one| (one, Fed::Caller)).collect();
        loop {
            let at = chain.levels.len();
            let kwargs = method.function.kwargs.as_deref();
            chain.levels.push(Level { method, arguments: std::mem::take(&mut open) });
            let Some(call) = super_call(method) else { return chain };
            let level = lineage.position(method.ancestor);
            let Some(next) = lineage.method_after(level + 1, "__init__") else { return chain };
            let forwards =
                call.keywords.iter().any(|(name, value)| name.is_none() && value.name() == kwargs && kwargs.is_some());
            let skip = usize::from(!call.positional.is_empty() && call.positional[0].is_name("self"));
            let outer = &chain.levels[at];
            for (index, argument) in next.function.given().iter().enumerate() {
                let positional = call.positional.get(index + skip).filter(|_| !argument.keyword_only);
                let given = call.keyword(&argument.name).or(positional);
                let fed = match given {
                    Some(value) => feed(value, outer, at),
                    None if forwards && outer_passes(&chain) => Fed::Caller,
                    None => Fed::Default,
                };
                open.push((argument, fed));
            }
            method = next;
            if chain.levels.len() > 8 {
                return chain;
            }
        }
    }

    /// Arguments that a caller can give, in order: the outermost's, then those that reach inner ones by `**kwargs`.
    pub fn callable(&self) -> Vec<(&'a Argument, usize)> {
        let mut seen: Vec<(&'a Argument, usize)> = Vec::new();
        for (at, level) in self.levels.iter().enumerate() {
            for (argument, fed) in &level.arguments {
                if matches!(fed, Fed::Caller) && !seen.iter().any(|(known, _)| known.name == argument.name) {
                    seen.push((argument, at));
                }
            }
        }
        seen
    }
}

/// `**kwargs` reaches the caller only if every level so far takes it.
fn outer_passes(chain: &Chain<'_>) -> bool {
    chain.levels.iter().all(|level| level.method.function.kwargs.is_some())
}

fn feed<'a>(value: &'a Expr, outer: &Level<'a>, level: usize) -> Fed<'a> {
    let name = match &value.kind {
        ExprKind::Name(name) => Some(name),
        _ => None,
    };
    if name.is_some_and(|name| outer.arguments.iter().any(|(argument, _)| argument.name == *name)) {
        return Fed::Handed;
    }
    Fed::Given(value, level)
}

/// `super().__init__(…)`, `super(X, self).__init__(…)` or `Base.__init__(self, …)`.
fn super_call(method: Method<'_>) -> Option<&Call> {
    let mut found = None;
    each_expr(&method.function.body, &mut |expr| {
        if let Some(call) = expr.call()
            && let ExprKind::Attribute(object, name) = &call.function.kind
            && name == "__init__"
            && (is_super(object)
                || (object.dotted().is_some() && call.positional.first().is_some_and(|one| one.is_name("self"))))
        {
            found.get_or_insert(call);
        }
    });
    found
}
