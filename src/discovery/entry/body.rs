//! What a method's body shows at a glance.

use super::super::lineage::{Lineage, Method};
use super::super::python::{Expr, ExprKind, StmtKind, each_expr, each_stmt};
use super::super::reach;
use std::collections::BTreeSet;

/// Frame columns that the methods named, or methods they call, store.
pub fn stored(lineage: &Lineage<'_>, names: &[&str]) -> BTreeSet<String> {
    let mut stored = BTreeSet::new();
    for method in reach::methods(lineage, names) {
        each_stmt(&method.function.body, &mut |stmt| {
            if let StmtKind::Assign(target) = &stmt.kind {
                target.targets.iter().for_each(|one| add_stored(one, &mut stored));
            }
        });
        each_expr(&method.function.body, &mut |expr| {
            let Some(call) = expr.call() else { return };
            match call.function.last_name() {
                Some("assign") => stored.extend(call.keywords.iter().filter_map(|(name, _)| name.clone())),
                Some("DataFrame") => {
                    let items = call.positional.first().and_then(|first| first.dict()).unwrap_or_default();
                    add_keys(items, &mut stored);
                }
                Some("rename") => {
                    let items = call.keyword("columns").and_then(|columns| columns.dict()).unwrap_or_default();
                    stored.extend(items.iter().filter_map(|(_, new)| new.string().map(str::to_owned)));
                }
                Some("insert") => {
                    stored.extend(call.positional.get(1).and_then(|name| name.string()).map(str::to_owned));
                }
                _ => {}
            }
        });
    }
    stored
}

/// What a feature step gives: the columns it stores, and the keys of the dict it answers.
pub fn prepared(lineage: &Lineage<'_>, name: &str) -> BTreeSet<String> {
    let mut given = stored(lineage, &[name]);
    for method in reach::methods(lineage, &[name]) {
        each_stmt(&method.function.body, &mut |stmt| match &stmt.kind {
            StmtKind::Return(Some(value)) => add_keys(value.dict().unwrap_or_default(), &mut given),
            // features = {"rsi": …}
            StmtKind::Assign(target) => {
                let items = target.value.as_ref().and_then(|value| value.dict()).unwrap_or_default();
                add_keys(items, &mut given);
            }
            _ => {}
        });
    }
    given
}

/// `df["x"]`, `df.loc[mask, "x"]`, `df[["x", "y"]]`, `df["x"], df["y"]`
fn add_stored(target: &Expr, stored: &mut BTreeSet<String>) {
    match &target.kind {
        ExprKind::Subscript(_, index) => {
            let key = match &index.kind {
                ExprKind::Tuple(items) => items.last().unwrap_or(index),
                _ => index,
            };
            let names = match &key.kind {
                ExprKind::List(items) => items.as_slice(),
                _ => std::slice::from_ref(key),
            };
            stored.extend(names.iter().filter_map(|name| name.string().map(str::to_owned)));
        }
        ExprKind::Tuple(items) => items.iter().for_each(|item| add_stored(item, stored)),
        _ => {}
    }
}

fn add_keys(items: &[(Option<Expr>, Expr)], keys: &mut BTreeSet<String>) {
    keys.extend(items.iter().filter_map(|(key, _)| key.as_ref()?.string().map(str::to_owned)));
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
