//! What a method answers: one signal, one per row, nothing, or something that is no signal.

use super::super::lineage::{Lineage, Method};
use super::super::python::{Call, Expr, ExprKind, Stmt, StmtKind, each_expr, each_own_stmt};
use super::super::repository::{Repository, Symbol};
use crate::strategy::Value;
use crate::strategy::words::{self, ACTIONS};
use std::collections::BTreeSet;

#[derive(Debug, Default, Clone)]
pub struct Answer {
    /// At least one return is plainly a signal: "BUY", -1, {"action": …}, Signal.BUY.
    pub signal: bool,
    /// At least one return is a column, a frame or a list with an entry per row.
    pub per_row: bool,
    /// A single value whose meaning does not show.
    pub scalar: bool,
    pub boolean: bool,
    /// A list that is appended to only now and then.
    pub events: Option<u32>,
    /// Something that cannot be a signal, with its line.
    pub strange: Option<(String, u32)>,
    /// At least one return with a value other than None.
    pub any: bool,
    pub annotation: Option<String>,
}

fn is_signal_word(text: &str) -> bool {
    let last = text.rsplit('.').next().unwrap_or(text).trim().to_ascii_lowercase().replace(['-', ' '], "_");
    !last.is_empty() && words::is_known(&last)
}

/// Names of variables and attributes that hold signals.
fn is_signal_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["signal", "action", "decision", "position", "target", "weight", "side", "direction", "exposure"]
        .iter()
        .any(|word| name.split('_').any(|part| part.trim_end_matches('s') == *word))
}

pub fn of(repository: &Repository, lineage: &Lineage<'_>, method: Method<'_>, windows: &BTreeSet<String>) -> Answer {
    let annotation =
        method.function.returns.as_ref().map(|expr| annotation_text(method.ancestor.source.text.as_str(), expr));
    let mut reader = Reader {
        repository,
        lineage,
        answer: Answer { annotation, ..Answer::default() },
        active: Vec::new(),
        budget: 200,
    };
    reader.method(method, windows);
    reader.answer
}

pub fn annotation_text(source: &str, expr: &Expr) -> String {
    expr.span.text(source).trim_matches(['"', '\'']).to_owned()
}

struct Reader<'a, 'b> {
    repository: &'b Repository,
    lineage: &'b Lineage<'a>,
    answer: Answer,
    active: Vec<String>,
    /// Methods that may still be followed.
    budget: usize,
}

struct Scope<'a> {
    method: Method<'a>,
    /// Names that hold a window.
    windows: BTreeSet<String>,
}

impl<'a> Reader<'a, '_> {
    fn method(&mut self, method: Method<'a>, windows: &BTreeSet<String>) {
        if self.budget == 0 || self.active.len() > 3 || self.active.contains(&method.function.name) {
            return;
        }
        self.budget -= 1;
        self.active.push(method.function.name.clone());
        let mut scope = Scope { method, windows: windows.clone() };
        each_own_stmt(&method.function.body, &mut |stmt| {
            if let StmtKind::Assign(target) = &stmt.kind
                && let (Some(name), Some(value)) = (target.targets.first().and_then(Expr::name), &target.value)
                && is_same_frame(value, &scope.windows)
            {
                scope.windows.insert(name.to_owned());
            }
        });
        let mut yields = false;
        each_expr(&method.function.body, &mut |expr| yields |= matches!(expr.kind, ExprKind::Yield(_)));
        if yields {
            self.strange("yields its answers".to_owned(), &method.function.name_span.start, method);
        }
        each_own_stmt(&method.function.body, &mut |stmt| {
            if let StmtKind::Return(Some(value)) = &stmt.kind {
                self.value(value, &scope, 0);
            }
        });
        self.active.pop();
    }

    fn strange(&mut self, why: String, at: &u32, method: Method<'_>) {
        let line = method.ancestor.source.line(*at);
        self.answer.strange.get_or_insert((why, line));
    }

    fn value(&mut self, expr: &'a Expr, scope: &Scope<'a>, depth: usize) {
        if expr.is_none() || depth > 6 {
            return;
        }
        self.answer.any = true;
        match &expr.kind {
            ExprKind::Literal(value) => self.literal(value, expr, scope),
            ExprKind::Dict(items) => {
                let keys: Vec<&str> = items.iter().filter_map(|(key, _)| key.as_ref()?.string()).collect();
                if keys.iter().any(|key| ACTIONS.contains(key)) {
                    self.answer.signal = true;
                } else if items.iter().all(|(key, _)| key.is_some()) && !items.is_empty() {
                    let why = format!("answers a dict of {}, without an action or signal", short_list(&keys));
                    self.strange(why, &expr.span.start, scope.method);
                } else {
                    self.answer.scalar = true;
                }
            }
            ExprKind::Tuple(items) => match items.first() {
                Some(first) if !first.is_none() => self.value(first, scope, depth + 1),
                _ => {}
            },
            ExprKind::List(items) if items.is_empty() => {}
            ExprKind::List(items) => items.iter().take(1).for_each(|item| self.value(item, scope, depth + 1)),
            ExprKind::Attribute(value, name) if value.is_name("self") => self.named(name),
            ExprKind::Attribute(value, name) => {
                if is_signal_word(name) && name.chars().next().is_some_and(char::is_uppercase) {
                    self.answer.signal = true;
                } else if name == "values" || (value.name().is_some_and(|name| scope.windows.contains(name))) {
                    self.answer.per_row = true;
                } else if name == "value" {
                    self.value(value, scope, depth + 1);
                } else {
                    self.named(name);
                }
            }
            ExprKind::Name(name) => self.name(name, scope, depth),
            ExprKind::Call(call) => self.call(call, expr, scope, depth),
            ExprKind::Subscript(value, index) => self.subscript(value, index, scope),
            ExprKind::Comprehension(comprehension) => {
                if comprehension.list {
                    self.answer.per_row = true;
                } else {
                    self.answer.scalar = true;
                }
            }
            ExprKind::Conditional { body, orelse, .. } => {
                self.value(body, scope, depth + 1);
                self.value(orelse, scope, depth + 1);
            }
            ExprKind::Named(_, value) | ExprKind::Await(value) => self.value(value, scope, depth + 1),
            ExprKind::Compare(..) | ExprKind::Not(_) | ExprKind::And(_) | ExprKind::Or(_) => self.answer.boolean = true,
            _ => self.answer.scalar = true,
        }
    }

    fn literal(&mut self, value: &Value, expr: &Expr, scope: &Scope<'_>) {
        match value {
            Value::Bool(_) => self.answer.boolean = true,
            Value::Int(-1..=1) => self.answer.signal = true,
            Value::Float(float) if float.abs() <= 1.0 => self.answer.signal |= *float != 0.0,
            Value::Str(text) if is_signal_word(text) => self.answer.signal = true,
            Value::Str(text) if text.is_empty() => {}
            value => {
                self.strange(format!("answers {value}, which is no signal"), &expr.span.start, scope.method);
            }
        }
    }

    fn named(&mut self, name: &str) {
        if is_signal_name(name) {
            self.answer.signal = true;
        } else {
            self.answer.scalar = true;
        }
    }

    fn name(&mut self, name: &str, scope: &Scope<'a>, depth: usize) {
        if scope.windows.contains(name) {
            self.answer.per_row = true;
            return;
        }
        let mut values: Vec<&'a Expr> = Vec::new();
        let mut list = false;
        let mut keyed = false;
        each_own_stmt(&scope.method.function.body, &mut |stmt| {
            let StmtKind::Assign(target) = &stmt.kind else { return };
            for one in &target.targets {
                if one.is_name(name)
                    && let Some(value) = &target.value
                    && target.augmented.is_none()
                {
                    list |= matches!(&value.kind, ExprKind::List(items) if items.is_empty());
                    values.push(value);
                } else if let ExprKind::Subscript(object, key) = &one.kind
                    && object.is_name(name)
                    && key.string().is_some_and(|key| ACTIONS.contains(&key))
                {
                    keyed = true;
                } else if let ExprKind::Tuple(items) = &one.kind
                    && let Some(at) = items.iter().position(|item| item.is_name(name))
                    && let Some(value) =
                        target.value.as_ref().and_then(|value| value.elements()).and_then(|e| e.get(at))
                {
                    values.push(value);
                }
            }
        });
        if list {
            return self.appended(name, scope);
        }
        if keyed {
            self.answer.signal = true;
        }
        if values.is_empty() {
            return self.named(name);
        }
        let before = (self.answer.signal, self.answer.per_row, self.answer.boolean);
        let strange = self.answer.strange.clone();
        for value in values {
            if !mentions_self(value, name) {
                self.value(value, scope, depth + 1);
            }
        }
        if keyed {
            self.answer.strange = strange;
        }
        let after = (self.answer.signal, self.answer.per_row, self.answer.boolean);
        if before == after && is_signal_name(name) && !self.answer.per_row {
            self.answer.signal = true;
        }
    }

    /// A list that is filled by `append`: one entry per row, or events.
    fn appended(&mut self, name: &str, scope: &Scope<'a>) {
        let (mut always, mut sometimes) = (false, false);
        each_own_stmt(&scope.method.function.body, &mut |stmt| match &stmt.kind {
            StmtKind::For { body, .. } | StmtKind::While { body, .. } => {
                always |= appends_always(body, name);
                sometimes |= appends_somewhere(body, name);
            }
            _ => {}
        });
        if always {
            self.answer.per_row = true;
        } else if sometimes {
            self.answer.events = Some(scope.method.line());
        } else {
            self.answer.scalar = true;
        }
    }

    fn call(&mut self, call: &'a Call, expr: &'a Expr, scope: &Scope<'a>, depth: usize) {
        if let Some(name) = call.function.self_attribute() {
            match self.lineage.method(name) {
                Some(method) => {
                    // The window argument of the helper is whichever position receives one here.
                    let given = method.function.given().iter().zip(&call.positional);
                    let windows = given
                        .filter(|(_, value)| is_same_frame(value, &scope.windows))
                        .map(|(formal, _)| formal.name.clone())
                        .collect();
                    self.method(method, &windows);
                }
                None => self.answer.scalar = true,
            }
            return;
        }
        let name = call.function.dotted().unwrap_or_default();
        let last = call.function.last_name().unwrap_or_default();
        match last {
            "int" | "float" | "bool" | "str" | "round" if name == last => {
                if let Some(value) = call.positional.first() {
                    self.value(value, scope, depth + 1);
                }
                return;
            }
            "dict" if name == last => {
                self.answer.signal |=
                    call.keywords.iter().any(|(key, _)| key.as_deref().is_some_and(|key| ACTIONS.contains(&key)));
                self.answer.scalar = true;
                return;
            }
            "Series" | "DataFrame" | "where" | "zeros" | "full" | "select" | "zeros_like" | "array" | "concat"
            | "ones" | "empty" | "full_like" => {
                self.answer.per_row = true;
                return;
            }
            "sign" | "clip" | "nan_to_num" | "asarray" if is_module(&name) => {
                if let Some(value) = call.positional.first() {
                    self.value(value, scope, depth + 1);
                }
                return;
            }
            _ => {}
        }
        if let ExprKind::Attribute(object, method) = &call.function.kind
            && !is_module(&name)
        {
            match method.as_str() {
                "fillna" | "astype" | "shift" | "ffill" | "bfill" | "to_numpy" | "tolist" | "diff" | "dropna"
                | "reindex" | "apply" => {
                    self.answer.per_row = true;
                    return;
                }
                "copy" | "replace" | "clip" | "where" | "map" | "rename" | "upper" | "lower" | "strip" => {
                    return self.value(object, scope, depth + 1);
                }
                _ => {}
            }
        }
        if last.chars().next().is_some_and(char::is_uppercase) {
            return self.instance(call, &name, expr, scope);
        }
        self.answer.scalar = true;
    }

    /// `Signal(action="BUY", …)`
    fn instance(&mut self, call: &'a Call, name: &str, expr: &Expr, scope: &Scope<'a>) {
        let keyword = call.keywords.iter().any(|(key, _)| key.as_deref().is_some_and(|key| ACTIONS.contains(&key)));
        if keyword {
            self.answer.signal = true;
            return;
        }
        let Some(Symbol::Class(id)) = self.repository.lookup(scope.method.ancestor.id.file, name) else {
            self.answer.scalar = true;
            return;
        };
        let Some(lineage) = Lineage::of(self.repository, id) else { return };
        let mut has = false;
        for (_, body) in lineage.bodies() {
            each_own_stmt(body, &mut |stmt| match &stmt.kind {
                StmtKind::Assign(target) => {
                    has |= target.targets.iter().any(|one| one.name().is_some_and(|n| ACTIONS.contains(&n)))
                }
                StmtKind::Function(function) => {
                    has |= function.has_decorator("property") && ACTIONS.contains(&function.name.as_str());
                    if function.name == "__init__" {
                        has |= function.arguments.iter().any(|argument| ACTIONS.contains(&argument.name.as_str()));
                    }
                }
                _ => {}
            });
        }
        if has {
            self.answer.signal = true;
        } else {
            self.strange(
                format!("answers a {name}, which has no action, signal, direction or side"),
                &expr.span.start,
                scope.method,
            );
        }
    }

    fn subscript(&mut self, value: &'a Expr, index: &'a Expr, scope: &Scope<'a>) {
        let on_window = value.name().is_some_and(|name| scope.windows.contains(name));
        match (&index.kind, on_window) {
            (ExprKind::Literal(Value::Str(_)) | ExprKind::List(_), true) => self.answer.per_row = true,
            (ExprKind::Literal(Value::Str(key)), false) if is_signal_name(key) => {
                // `df["signal"]` of a frame made here, or `decision["action"]` of a dict: not told apart.
                self.answer.scalar = true;
            }
            _ => self.answer.scalar = true,
        }
    }
}

/// `np.clip`, `pd.concat`: a function of a module, not a method of a value.
fn is_module(name: &str) -> bool {
    matches!(name.split('.').next(), Some("np" | "numpy" | "pd" | "pandas" | "math"))
}

fn mentions_self(value: &Expr, name: &str) -> bool {
    value.is_name(name)
}

/// `df`, `df.copy()`, `self._indicators(df)`: still the frame that came in.
fn is_same_frame(value: &Expr, windows: &BTreeSet<String>) -> bool {
    match &value.kind {
        ExprKind::Name(name) => windows.contains(name),
        ExprKind::Call(call) => match &call.function.kind {
            ExprKind::Attribute(object, name)
                if matches!(
                    name.as_str(),
                    "copy" | "dropna" | "fillna" | "reset_index" | "sort_index" | "assign" | "ffill" | "bfill"
                ) =>
            {
                is_same_frame(object, windows)
            }
            ExprKind::Attribute(object, name) if object.is_name("self") => {
                let words = ["indicator", "feature", "prepare", "signal", "add_", "calculate", "compute"];
                words.iter().any(|word| name.contains(word))
                    && call.positional.first().is_some_and(|first| is_same_frame(first, windows))
            }
            ExprKind::Attribute(_, name) | ExprKind::Name(name) if name == "DataFrame" => {
                call.keyword("index").is_some_and(|index| {
                    matches!(&index.kind, ExprKind::Attribute(object, name) if name == "index" && is_same_frame(object, windows))
                })
            }
            _ => false,
        },
        _ => false,
    }
}

fn is_append(stmt: &Stmt, name: &str) -> bool {
    let StmtKind::Expr(value) = &stmt.kind else { return false };
    value.call().is_some_and(|call| {
        matches!(&call.function.kind, ExprKind::Attribute(object, method) if method == "append" && object.is_name(name))
    })
}

fn appends_somewhere(body: &[Stmt], name: &str) -> bool {
    let mut found = false;
    each_own_stmt(body, &mut |stmt| found |= is_append(stmt, name));
    found
}

fn appends_always(body: &[Stmt], name: &str) -> bool {
    body.iter().any(|stmt| match &stmt.kind {
        StmtKind::If(branches) => {
            branches.last().is_some_and(|last| last.test.is_none())
                && branches.iter().all(|branch| appends_always(&branch.body, name))
        }
        _ => is_append(stmt, name),
    })
}

fn short_list(keys: &[&str]) -> String {
    let shown: Vec<&str> = keys.iter().take(3).copied().collect();
    if keys.len() > 3 { format!("{}, …", shown.join(", ")) } else { shown.join(", ") }
}
