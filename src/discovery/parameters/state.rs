use crate::discovery::construct::Chain;
use crate::discovery::lineage::Lineage;
use crate::discovery::python::{Expr, ExprKind, StmtKind, each_expr, each_stmt};
use std::collections::{BTreeMap, BTreeSet};

/// What the methods of a class do with its attributes.
#[derive(Debug, Default)]
pub struct State {
    /// Assigned outside constructors, or more than once inside them.
    assigned: BTreeSet<String>,
    mentioned: BTreeMap<String, usize>,
    stored: BTreeMap<String, usize>,
    /// `vars(self)`, `getattr(self, name)`: any attribute may be read.
    dynamic: bool,
}

impl State {
    pub fn of(lineage: &Lineage<'_>) -> Self {
        let mut state = Self::default();
        for ancestor in &lineage.classes {
            for method in ancestor.class.methods() {
                let constructs = matches!(method.name.as_str(), "__init__" | "__post_init__");
                let mut here: BTreeMap<&str, usize> = BTreeMap::new();
                each_stmt(&method.body, &mut |stmt| {
                    let mut store = |one: &'_ Expr, augmented: bool| {
                        if let Some(name) = one.self_attribute() {
                            *state.stored.entry(name.to_owned()).or_default() += 1;
                            if !constructs || augmented {
                                state.assigned.insert(name.to_owned());
                            }
                        }
                    };
                    match &stmt.kind {
                        StmtKind::Assign(target) => {
                            for one in target.targets.iter().flat_map(flat) {
                                store(one, target.augmented.is_some());
                                if let Some(name) = one.self_attribute() {
                                    *here.entry(name).or_default() += 1;
                                }
                            }
                        }
                        StmtKind::For { target, .. } => flat(target).into_iter().for_each(|one| store(one, true)),
                        StmtKind::With { items, .. } => {
                            items.iter().filter_map(|(_, target)| target.as_ref()).for_each(|one| store(one, true));
                        }
                        StmtKind::Delete(targets) => targets.iter().for_each(|one| store(one, true)),
                        _ => {}
                    }
                });
                state
                    .assigned
                    .extend(here.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name.to_owned()));
            }
            each_expr(&ancestor.class.body, &mut |expr| {
                if let Some(call) = expr.call()
                    && matches!(call.function.last_name(), Some("vars" | "getattr" | "asdict" | "deepcopy"))
                    && call.positional.first().is_some_and(|first| first.is_name("self"))
                {
                    state.dynamic = true;
                }
                state.dynamic |= expr.self_attribute() == Some("__dict__");
                if let ExprKind::Attribute(object, name) = &expr.kind {
                    let class =
                        |one: &Expr| one.is_name("self") || one.is_name("cls") || one.is_name(&ancestor.class.name);
                    if class(object) {
                        *state.mentioned.entry(name.clone()).or_default() += 1;
                    }
                }
            });
        }
        state
    }

    /// Another method gives it a new value: it is state, not a parameter.
    pub fn is_state(&self, name: &str) -> bool {
        self.assigned.contains(name)
    }

    /// The class's methods name it at all.
    pub fn mentions(&self, name: &str) -> bool {
        self.mentioned.contains_key(name)
    }

    /// Named other than to be assigned.
    pub fn is_read(&self, name: &str) -> bool {
        self.dynamic || self.mentioned.get(name).copied().unwrap_or(0) > self.stored.get(name).copied().unwrap_or(0)
    }

    /// An argument that constructors only keep on an attribute nobody reads.
    pub fn is_kept_unread(&self, chain: &Chain<'_>, argument: &str) -> bool {
        let mut kept = false;
        for level in chain.levels.iter().filter(|level| level.arguments.iter().any(|(one, _)| one.name == argument)) {
            let body = &level.method.function.body;
            let (mut mentions, mut dead) = (0, 0);
            each_expr(body, &mut |expr| mentions += usize::from(expr.is_name(argument)));
            each_stmt(body, &mut |stmt| {
                if let StmtKind::Assign(target) = &stmt.kind
                    && target.value.as_ref().is_some_and(|value| value.is_name(argument))
                    && target.targets.iter().all(|one| one.self_attribute().is_some_and(|name| !self.is_read(name)))
                {
                    dead += 1;
                }
            });
            if mentions != dead {
                return false;
            }
            kept = true;
        }
        kept
    }
}

fn flat(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().flat_map(flat).collect(),
        _ => vec![expr],
    }
}
