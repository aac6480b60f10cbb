use super::python::{Class, Import, Stmt, StmtKind};
use std::collections::BTreeSet;

/// How certain it is that an import runs when the file is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Always,
    /// Inside `try`, or under a condition such as TYPE_CHECKING.
    Optional,
    /// Inside a function.
    Inner,
}

/// What a whole-repository pass keeps of a file. Bodies are parsed again for the few files that need them.
#[derive(Debug, Default)]
pub struct Outline {
    pub imports: Vec<(Import, Reach)>,
    pub classes: Vec<ClassOutline>,
    pub functions: Vec<FunctionOutline>,
    /// Names that are assigned at module level.
    pub names: BTreeSet<String>,
}

#[derive(Debug)]
pub struct ClassOutline {
    pub name: String,
    pub qualname: String,
    /// Byte offset of the name, which identifies the class within its file.
    pub at: u32,
    pub in_function: bool,
    /// As written, without subscripts: `Base` of `Base[T]`.
    pub bases: Vec<String>,
}

/// A function at module level.
#[derive(Debug)]
pub struct FunctionOutline {
    pub name: String,
    pub at: u32,
    pub arguments: Vec<String>,
    /// The body has a `return` with a value, or yields.
    pub answers: bool,
}

pub fn outline(body: &[Stmt]) -> Outline {
    let mut outline = Outline::default();
    for stmt in body {
        if let StmtKind::Function(function) = &stmt.kind {
            let mut answers = false;
            super::python::each_own_stmt(&function.body, &mut |stmt| {
                answers |= matches!(&stmt.kind, StmtKind::Return(Some(value)) if !value.is_none());
            });
            outline.functions.push(FunctionOutline {
                name: function.name.clone(),
                at: function.name_span.start,
                arguments: function.arguments.iter().map(|argument| argument.name.clone()).collect(),
                answers,
            });
        }
    }
    super::python::each_own_stmt(body, &mut |stmt| {
        if let StmtKind::Assign(target) = &stmt.kind {
            outline.names.extend(target.targets.iter().filter_map(|one| one.name()).map(str::to_owned));
        }
    });
    collect(body, "", Reach::Always, &mut outline);
    outline
}

fn collect(body: &[Stmt], prefix: &str, reach: Reach, outline: &mut Outline) {
    let weaker = if reach == Reach::Inner { Reach::Inner } else { Reach::Optional };
    for stmt in body {
        match &stmt.kind {
            StmtKind::Import(imports) => outline.imports.extend(imports.iter().map(|import| (import.clone(), reach))),
            StmtKind::Class(class) => {
                let qualname = join(prefix, &class.name);
                outline.classes.push(class_outline(class, &qualname, reach == Reach::Inner));
                collect(&class.body, &qualname, reach, outline);
            }
            StmtKind::Function(function) => {
                collect(&function.body, &format!("{}.<locals>", join(prefix, &function.name)), Reach::Inner, outline);
            }
            StmtKind::If(branches) => {
                branches.iter().for_each(|branch| collect(&branch.body, prefix, weaker, outline));
            }
            StmtKind::Try { body, handlers, orelse, finally } => {
                collect(body, prefix, weaker, outline);
                handlers.iter().for_each(|handler| collect(handler, prefix, weaker, outline));
                collect(orelse, prefix, weaker, outline);
                collect(finally, prefix, weaker, outline);
            }
            StmtKind::With { body, .. } => collect(body, prefix, reach, outline),
            StmtKind::For { body, orelse, .. } | StmtKind::While { body, orelse, .. } => {
                collect(body, prefix, weaker, outline);
                collect(orelse, prefix, weaker, outline);
            }
            StmtKind::Match { cases, .. } => cases.iter().for_each(|case| collect(case, prefix, weaker, outline)),
            _ => {}
        }
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

fn class_outline(class: &Class, qualname: &str, in_function: bool) -> ClassOutline {
    let mut bases = Vec::new();
    for base in &class.bases {
        let base = match &base.kind {
            super::python::ExprKind::Subscript(value, _) => value,
            _ => base,
        };
        bases.extend(base.dotted());
    }
    if class.metaclass.as_ref().and_then(|meta| meta.last_name()) == Some("ABCMeta") {
        bases.push("ABC".to_owned());
    }
    ClassOutline {
        name: class.name.clone(),
        qualname: qualname.to_owned(),
        at: class.name_span.start,
        in_function,
        bases,
    }
}

/// The class whose name stands at byte `at`.
pub fn class_at(body: &[Stmt], at: u32) -> Option<&Class> {
    let mut found = None;
    super::python::each_stmt(body, &mut |stmt| {
        if let StmtKind::Class(class) = &stmt.kind
            && class.name_span.start == at
        {
            found = Some(&**class);
        }
    });
    found
}
