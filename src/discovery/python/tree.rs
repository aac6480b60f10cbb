use crate::strategy::Value;

const LONGEST_CHAIN: usize = 12;

/// Byte range in the file's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn text(self, source: &str) -> &str {
        source.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

#[derive(Debug, Clone)]
pub struct Expr {
    pub span: Span,
    pub kind: ExprKind,
}

#[derive(Debug, Clone)]
pub enum ExprKind {
    Name(String),
    Attribute(Box<Expr>, String),
    Subscript(Box<Expr>, Box<Expr>),
    Call(Box<Call>),
    /// None, bool, int that fits 64 bits, float, str. A sign belongs to its number.
    Literal(Value),
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    Set(Vec<Expr>),
    /// A key of None is `**value`.
    Dict(Vec<(Option<Expr>, Expr)>),
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `a or b or c`
    Or(Vec<Expr>),
    And(Vec<Expr>),
    Not(Box<Expr>),
    Unary(UnaryOp, Box<Expr>),
    /// One operator fewer than operands.
    Compare(Vec<Expr>, Vec<CompareOp>),
    Conditional {
        test: Box<Expr>,
        body: Box<Expr>,
        orelse: Box<Expr>,
    },
    /// Lower, upper, step.
    Slice(Box<[Option<Expr>; 3]>),
    Comprehension(Box<Comprehension>),
    Lambda(Box<Expr>),
    Starred(Box<Expr>),
    Await(Box<Expr>),
    Yield(Option<Box<Expr>>),
    /// The expressions inside an f-string, and whether a format specification follows.
    Formatted(Vec<(Expr, bool)>),
    /// `(name := value)`
    Named(Box<Expr>, Box<Expr>),
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    And,
    Or,
    Xor,
    ShiftLeft,
    ShiftRight,
    MatMul,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    Minus,
    Plus,
    Invert,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Is,
    IsNot,
    In,
    NotIn,
}

#[derive(Debug, Clone)]
pub struct Call {
    pub function: Expr,
    pub positional: Vec<Expr>,
    /// A name of None is `**value`.
    pub keywords: Vec<(Option<String>, Expr)>,
}

impl Call {
    pub fn keyword(&self, name: &str) -> Option<&Expr> {
        self.keywords.iter().find(|(key, _)| key.as_deref() == Some(name)).map(|(_, value)| value)
    }
}

#[derive(Debug, Clone)]
pub struct Comprehension {
    /// The element, or key and value.
    pub elements: Vec<Expr>,
    /// Target, iterable, conditions.
    pub generators: Vec<(Expr, Expr, Vec<Expr>)>,
    pub list: bool,
}

#[derive(Debug, Clone)]
pub struct Stmt {
    pub span: Span,
    pub kind: StmtKind,
}

#[derive(Debug, Clone)]
pub enum StmtKind {
    Function(Box<Function>),
    Class(Box<Class>),
    Assign(Box<Target>),
    Return(Option<Expr>),
    Expr(Expr),
    If(Vec<Branch>),
    For { target: Expr, iter: Expr, body: Vec<Stmt>, orelse: Vec<Stmt> },
    While { test: Expr, body: Vec<Stmt>, orelse: Vec<Stmt> },
    With { items: Vec<(Expr, Option<Expr>)>, body: Vec<Stmt> },
    Try { body: Vec<Stmt>, handlers: Vec<Vec<Stmt>>, orelse: Vec<Stmt>, finally: Vec<Stmt> },
    Match { subject: Expr, cases: Vec<Vec<Stmt>> },
    Raise(Option<Expr>),
    Assert(Expr),
    Delete(Vec<Expr>),
    Import(Vec<Import>),
    Pass,
    Break,
    Continue,
    Other,
}

/// `a = b = 1`, `a: int = 1`, `a: int`, `a += 1`
#[derive(Debug, Clone)]
pub struct Target {
    pub targets: Vec<Expr>,
    pub annotation: Option<Expr>,
    pub value: Option<Expr>,
    pub augmented: Option<BinaryOp>,
}

/// One arm of if/elif/else; the else has no test.
#[derive(Debug, Clone)]
pub struct Branch {
    pub test: Option<Expr>,
    pub body: Vec<Stmt>,
}

/// One bound name of an import statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// `a.b` of `import a.b` and of `from a.b import c`; empty for `from . import c`.
    pub module: String,
    /// Leading dots.
    pub level: u32,
    /// `c` of `from a.b import c`, `*` for all; None for `import a.b`.
    pub name: Option<String>,
    /// The name it is bound to here.
    pub bound: String,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct Function {
    pub name: String,
    pub name_span: Span,
    pub is_async: bool,
    pub decorators: Vec<Expr>,
    /// Positional and keyword-only ones in order, `self` included.
    pub arguments: Vec<Argument>,
    /// The name after `*`.
    pub varargs: Option<String>,
    /// The name after `**`.
    pub kwargs: Option<String>,
    pub returns: Option<Expr>,
    pub body: Vec<Stmt>,
}

#[derive(Debug, Clone)]
pub struct Argument {
    pub name: String,
    pub span: Span,
    pub annotation: Option<Expr>,
    pub default: Option<Expr>,
    pub keyword_only: bool,
}

#[derive(Debug, Clone)]
pub struct Class {
    pub name: String,
    pub name_span: Span,
    pub decorators: Vec<Expr>,
    pub bases: Vec<Expr>,
    pub metaclass: Option<Expr>,
    pub body: Vec<Stmt>,
}

impl Expr {
    /// `a.b.c` of a chain of names, without subscripts and calls; None for anything else, and for chains
    /// longer than anyone writes.
    pub fn dotted(&self) -> Option<String> {
        let mut parts = Vec::new();
        let mut at = self;
        while let ExprKind::Attribute(value, name) = &at.kind {
            parts.push(name.as_str());
            at = value;
            if parts.len() > LONGEST_CHAIN {
                return None;
            }
        }
        parts.push(at.name()?);
        parts.reverse();
        Some(parts.join("."))
    }

    /// `b` of `a.b`, `a` of `a`.
    pub fn last_name(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Name(name) | ExprKind::Attribute(_, name) => Some(name),
            _ => None,
        }
    }

    /// `x` of `self.x`.
    pub fn self_attribute(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Attribute(value, name) if value.is_name("self") => Some(name),
            _ => None,
        }
    }

    pub fn is_name(&self, wanted: &str) -> bool {
        matches!(&self.kind, ExprKind::Name(name) if name == wanted)
    }

    pub fn name(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Name(name) => Some(name),
            _ => None,
        }
    }

    pub fn call(&self) -> Option<&Call> {
        match &self.kind {
            ExprKind::Call(call) => Some(call),
            _ => None,
        }
    }

    pub fn literal(&self) -> Option<&Value> {
        match &self.kind {
            ExprKind::Literal(value) => Some(value),
            _ => None,
        }
    }

    pub fn string(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Literal(Value::Str(text)) => Some(text),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<f64> {
        match &self.kind {
            ExprKind::Literal(value @ (Value::Int(_) | Value::Float(_))) => value.as_f64(),
            _ => None,
        }
    }

    pub fn is_none(&self) -> bool {
        matches!(self.kind, ExprKind::Literal(Value::Null))
    }

    pub fn dict(&self) -> Option<&[(Option<Expr>, Expr)]> {
        match &self.kind {
            ExprKind::Dict(items) => Some(items),
            _ => None,
        }
    }

    pub fn elements(&self) -> Option<&[Expr]> {
        match &self.kind {
            ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => Some(items),
            _ => None,
        }
    }
}

impl Function {
    pub fn has_decorator(&self, last_name: &str) -> bool {
        self.decorators.iter().any(|decorator| {
            let decorator = decorator.call().map_or(decorator, |call| &call.function);
            decorator.last_name() == Some(last_name)
        })
    }

    pub fn is_static(&self) -> bool {
        self.has_decorator("staticmethod")
    }

    /// Arguments a caller gives, without `self` or `cls`.
    pub fn given(&self) -> &[Argument] {
        if self.is_static() || self.arguments.is_empty() { &self.arguments } else { &self.arguments[1..] }
    }
}

impl Class {
    pub fn methods(&self) -> impl Iterator<Item = &Function> {
        self.body.iter().filter_map(|stmt| match &stmt.kind {
            StmtKind::Function(function) => Some(&**function),
            _ => None,
        })
    }

    pub fn method(&self, name: &str) -> Option<&Function> {
        // The last definition is the one Python keeps (overloads, property setters).
        self.methods().filter(|method| method.name == name).last()
    }

    pub fn is_dataclass(&self) -> bool {
        self.decorators.iter().any(|decorator| {
            let decorator = decorator.call().map_or(decorator, |call| &call.function);
            matches!(decorator.last_name(), Some("dataclass" | "dataclasses" | "define" | "attrs" | "frozen"))
        })
    }
}
