//! Which literals of a Python module are values that something is given, and what they are called there.
//! A literal inside arithmetic, a comparison, a subscript, an annotation or a dict key is none.

use super::Lines;
use crate::patch::{Quoting, Scalar};
use crate::strategy::Value;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, ExprDict, ExprStringLiteral, Number, Parameters, Stmt, StringLiteral, UnaryOp};
use ruff_text_size::Ranged;
use std::collections::BTreeMap;

/// No parameter lies deeper, and the paths of a hostile file would fill the memory.
const DEEPEST_PATH: usize = 256;

pub(super) struct Places<'a> {
    text: &'a str,
    lines: &'a Lines,
    /// Classes and functions around, then the name bound and the keys below it.
    path: Vec<String>,
    /// The value found, and how much of its path is the name it is bound to.
    found: Vec<(Scalar, usize)>,
    /// How often each name is bound in its scope.
    bound: BTreeMap<Vec<String>, u32>,
    in_duplicate_key: bool,
}

impl<'a> Visitor<'a> for Places<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::ClassDef(class) => {
                class.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                if let Some(arguments) = &class.arguments {
                    self.visit_arguments(arguments);
                }
                self.within(class.name.to_string(), |places| places.visit_body(&class.body));
            }
            Stmt::FunctionDef(function) => {
                function.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                self.within(function.name.to_string(), |places| {
                    places.defaults(&function.parameters);
                    places.visit_body(&function.body);
                });
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.assign(target, &assign.value);
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.assign(&assign.target, value);
                }
            }
            Stmt::AugAssign(assign) => {
                self.bind(&assign.target);
                self.visit_expr(&assign.value);
            }
            Stmt::For(each) => {
                self.bind(&each.target);
                walk_stmt(self, stmt);
            }
            Stmt::Return(answer) => {
                if let Some(value) = &answer.value {
                    self.within("return".to_owned(), |places| {
                        let binding = places.path.len();
                        places.value(value, binding);
                    });
                }
            }
            _ => walk_stmt(self, stmt),
        }
    }

    /// An expression that is not itself a value; calls and containers within it hold some.
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Call(_) | Expr::Dict(_) | Expr::List(_) => {
                let binding = self.path.len();
                self.value(expr, binding);
            }
            Expr::FString(_) | Expr::TString(_) => {}
            _ => walk_expr(self, expr),
        }
    }

    fn visit_annotation(&mut self, _: &'a Expr) {}
}

impl<'a> Places<'a> {
    pub fn new(text: &'a str, lines: &'a Lines) -> Self {
        Self { text, lines, path: Vec::new(), found: Vec::new(), bound: BTreeMap::new(), in_duplicate_key: false }
    }

    pub fn finish(self) -> Vec<Scalar> {
        let bound = self.bound;
        let once = |path: &[String]| bound.get(path).is_none_or(|&count| count < 2);
        self.found
            .into_iter()
            .map(|(mut scalar, binding)| {
                scalar.duplicate_key |= !once(&scalar.path[..binding]);
                scalar
            })
            .collect()
    }

    fn within(&mut self, name: String, inner: impl FnOnce(&mut Self)) {
        self.path.push(name);
        inner(self);
        self.path.pop();
    }

    fn defaults(&mut self, parameters: &'a Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            if let Some(default) = &parameter.default {
                self.within(format!("({})", parameter.parameter.name), |places| {
                    let binding = places.path.len();
                    places.value(default, binding);
                });
            }
        }
    }

    fn assign(&mut self, target: &'a Expr, value: &'a Expr) {
        match (elements(target), elements(value)) {
            (Some(targets), Some(values))
                if targets.len() == values.len() && !targets.iter().any(Expr::is_starred_expr) =>
            {
                targets.iter().zip(values).for_each(|(target, value)| self.assign(target, value));
            }
            _ => {
                self.bind(target);
                let name = dotted(target).unwrap_or_else(|| self.source(target));
                self.within(name, |places| {
                    let binding = places.path.len();
                    places.value(value, binding);
                });
            }
        }
    }

    /// Counts the names that an assignment gives a value to.
    fn bind(&mut self, target: &Expr) {
        if let Some(parts) = elements(target) {
            parts.iter().for_each(|part| self.bind(part));
            return;
        }
        let name = dotted(target).unwrap_or_else(|| self.source(target));
        let mut path = self.path.clone();
        path.push(name);
        *self.bound.entry(path).or_insert(0) += 1;
    }

    /// An expression that something is given: the literals in it are values.
    fn value(&mut self, expr: &'a Expr, binding: usize) {
        if let Some((value, quoting)) = literal(expr, self.text) {
            self.emit(expr, value, quoting, binding);
            return;
        }
        match expr {
            Expr::Dict(dict) => self.dict(dict, binding),
            Expr::Call(call) => self.call(call, binding),
            Expr::List(_) | Expr::Tuple(_) => self.items(elements(expr).unwrap_or_default(), binding),
            Expr::Set(set) => self.items(&set.elts, binding),
            // The fallback of `config.get("k") or 20`.
            Expr::BoolOp(either) => either.values.iter().for_each(|value| self.value(value, binding)),
            Expr::If(choice) => {
                self.visit_expr(&choice.test);
                self.value(&choice.body, binding);
                self.value(&choice.orelse, binding);
            }
            _ => self.visit_expr(expr),
        }
    }

    fn items(&mut self, items: &'a [Expr], binding: usize) {
        let mut given: BTreeMap<&str, u32> = BTreeMap::new();
        for (key, _) in items.iter().filter_map(pair) {
            *given.entry(key).or_insert(0) += 1;
        }
        for (index, item) in items.iter().enumerate() {
            match pair(item) {
                Some((key, value)) => {
                    let repeats = given.get(key).is_some_and(|&count| count > 1);
                    self.keyed(key.to_owned(), value, repeats, binding);
                }
                None => self.within(format!("[{index}]"), |places| places.value(item, binding)),
            }
        }
    }

    fn dict(&mut self, dict: &'a ExprDict, binding: usize) {
        let mut given: BTreeMap<&str, u32> = BTreeMap::new();
        for key in dict.items.iter().filter_map(|item| item.key.as_ref()) {
            *given.entry(&self.text[key.range()]).or_insert(0) += 1;
            if let Expr::StringLiteral(key) = key {
                *given.entry(key.value.to_str()).or_insert(0) += 1;
            }
        }
        for item in &dict.items {
            let Some(key) = &item.key else {
                self.visit_expr(&item.value);
                continue;
            };
            let name = match key {
                Expr::StringLiteral(name) => name.value.to_str().to_owned(),
                _ => self.source(key),
            };
            let repeats = given.get(name.as_str()).is_some_and(|&count| count > 1);
            self.keyed(name, &item.value, repeats, binding);
        }
    }

    fn keyed(&mut self, key: String, value: &'a Expr, repeats: bool, binding: usize) {
        let before = self.in_duplicate_key;
        self.in_duplicate_key |= repeats;
        self.within(key, |places| places.value(value, binding));
        self.in_duplicate_key = before;
    }

    fn call(&mut self, call: &'a ExprCall, binding: usize) {
        self.visit_expr(&call.func);
        for (index, argument) in call.arguments.args.iter().enumerate() {
            self.within(format!("[{index}]"), |places| places.value(argument, binding));
        }
        for keyword in &call.arguments.keywords {
            match &keyword.arg {
                Some(name) => self.within(name.to_string(), |places| places.value(&keyword.value, binding)),
                None => self.value(&keyword.value, binding),
            }
        }
    }

    fn emit(&mut self, expr: &Expr, value: Value, quoting: Quoting, binding: usize) {
        if self.path.len() > DEEPEST_PATH {
            return;
        }
        let scalar = Scalar {
            path: self.path.clone(),
            document: 0,
            start: expr.start().to_u32(),
            end: expr.end().to_u32(),
            line: self.lines.line(expr.start().to_usize()),
            value,
            quoting,
            shared: false,
            duplicate_key: self.in_duplicate_key,
        };
        self.found.push((scalar, binding));
    }

    fn source(&self, expr: &Expr) -> String {
        self.text[expr.range()].to_owned()
    }
}

fn elements(expr: &Expr) -> Option<&[Expr]> {
    match expr {
        Expr::Tuple(tuple) => Some(&tuple.elts),
        Expr::List(list) => Some(&list.elts),
        _ => None,
    }
}

/// `("lookback_period", 20)` in a tuple or list of such.
fn pair(expr: &Expr) -> Option<(&str, &Expr)> {
    match expr {
        Expr::Tuple(tuple) => match tuple.elts.as_slice() {
            [Expr::StringLiteral(key), value] => Some((key.value.to_str(), value)),
            _ => None,
        },
        _ => None,
    }
}

/// `name` or `self.name`.
fn dotted(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => Some(format!("{}.{}", dotted(&attribute.value)?, attribute.attr)),
        _ => None,
    }
}

fn literal(expr: &Expr, text: &str) -> Option<(Value, Quoting)> {
    let plain = |value| Some((value, Quoting::Plain));
    let source = || Value::Code { code: text[expr.range()].to_owned() };
    match expr {
        Expr::NoneLiteral(_) => plain(Value::Null),
        Expr::BooleanLiteral(boolean) => plain(Value::Bool(boolean.value)),
        Expr::StringLiteral(string) => Some((Value::Str(string.value.to_str().to_owned()), string_quoting(string))),
        Expr::NumberLiteral(number) => plain(number_value(&number.value, false).unwrap_or_else(source)),
        Expr::UnaryOp(signed) if signed.op == UnaryOp::USub => match signed.operand.as_ref() {
            Expr::NumberLiteral(number) => plain(number_value(&number.value, true).unwrap_or_else(source)),
            _ => None,
        },
        // An enum member, `Mode.FAST`.
        Expr::Attribute(_) => dotted(expr).map(|_| (source(), Quoting::Plain)),
        _ => None,
    }
}

fn number_value(number: &Number, negative: bool) -> Option<Value> {
    match number {
        Number::Int(value) => {
            let value = value.as_i64()?;
            Some(Value::Int(if negative { value.checked_neg()? } else { value }))
        }
        Number::Float(value) => Some(Value::Float(if negative { -value } else { *value })),
        Number::Complex { .. } => None,
    }
}

fn string_quoting(string: &ExprStringLiteral) -> Quoting {
    let mut parts = string.value.iter();
    match (parts.next(), parts.next()) {
        (Some(StringLiteral { flags, .. }), None) => {
            use ruff_python_ast::StringFlags;
            if flags.is_triple_quoted() || !flags.prefix().as_str().is_empty() {
                Quoting::Other
            } else if flags.quote_style().is_double() {
                Quoting::Double
            } else {
                Quoting::Single
            }
        }
        _ => Quoting::Other,
    }
}
