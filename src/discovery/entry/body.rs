//! What a method's body shows at a glance.

use super::super::lineage::{Lineage, Method};
use super::super::python::{ExprKind, StmtKind, each_expr, each_stmt};
use super::super::reach;
use std::collections::BTreeSet;

/// Frame columns that the methods named, or methods they call, store.
pub fn stored(lineage: &Lineage<'_>, names: &[&str]) -> BTreeSet<String> {
    let mut stored = BTreeSet::new();
    for method in reach::methods(lineage, names) {
        each_stmt(&method.function.body, &mut |stmt| {
            let StmtKind::Assign(target) = &stmt.kind else { return };
            for one in &target.targets {
                if let ExprKind::Subscript(_, index) = &one.kind {
                    let key = index.elements().and_then(|items| items.last()).unwrap_or(index);
                    stored.extend(key.string().map(str::to_owned));
                }
            }
        });
        each_expr(&method.function.body, &mut |expr| {
            let Some(call) = expr.call() else { return };
            match call.function.last_name() {
                Some("assign") => stored.extend(call.keywords.iter().filter_map(|(name, _)| name.clone())),
                Some("DataFrame") => {
                    let items = call.positional.first().and_then(|first| first.dict()).unwrap_or_default();
                    let keys = items.iter().filter_map(|(key, _)| key.as_ref()?.string());
                    stored.extend(keys.map(str::to_owned));
                }
                _ => {}
            }
        });
    }
    stored
}

/// The body is a docstring, `pass`, `...` or `raise NotImplementedError`.
pub fn is_stub(method: Method<'_>) -> bool {
    let abstracted = method.function.has_decorator("abstractmethod");
    abstracted
        || method.function.body.iter().all(|stmt| match &stmt.kind {
            StmtKind::Pass => true,
            StmtKind::Expr(value) => value.string().is_some() || matches!(value.kind, ExprKind::Other),
            StmtKind::Raise(Some(value)) => {
                let raised = value.call().map_or(value, |call| &call.function);
                raised.last_name() == Some("NotImplementedError")
            }
            _ => false,
        })
}
