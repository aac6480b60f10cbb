use super::python::{Class, Function};
use super::repository::{ClassId, FileId, Repository, Source, Symbol};
use super::{frameworks, python::Stmt};

/// One class of a lineage, with the file it stands in.
#[derive(Debug, Clone, Copy)]
pub struct Ancestor<'a> {
    pub id: ClassId,
    pub source: &'a Source,
    pub class: &'a Class,
}

/// A base that is not in the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct External {
    /// As written: `bt.Strategy`.
    pub written: String,
    /// With its imports resolved: `backtrader.Strategy`.
    pub full: String,
}

impl External {
    pub fn last(&self) -> &str {
        self.written.rsplit('.').next().unwrap_or(&self.written)
    }
}

/// A class and its bases in resolution order, as far as they are in the repository.
#[derive(Debug, Clone)]
pub struct Lineage<'a> {
    /// The class itself first.
    pub classes: Vec<Ancestor<'a>>,
    pub external: Vec<External>,
}

/// A method with the class that provides it.
#[derive(Debug, Clone, Copy)]
pub struct Method<'a> {
    pub ancestor: Ancestor<'a>,
    pub function: &'a Function,
}

impl Method<'_> {
    pub fn line(&self) -> u32 {
        self.ancestor.source.line(self.function.name_span.start)
    }
}

impl<'a> Lineage<'a> {
    /// None only where the outline and the tree disagree, which a file that does not parse may cause.
    pub fn of(repository: &'a Repository, id: ClassId) -> Option<Self> {
        let mut lineage = Self { classes: Vec::new(), external: Vec::new() };
        let mut ids = Vec::new();
        let mut external = Vec::new();
        linearise(repository, id, 0, &mut ids, &mut external);
        // Depth first, keeping the last occurrence, is Python's order for all but contrived diamonds.
        for (at, id) in ids.iter().enumerate() {
            if !ids[at + 1..].contains(id) {
                let class = repository.class(*id)?;
                lineage.classes.push(Ancestor { id: *id, source: &repository.files[id.file], class });
            }
        }
        for base in external {
            if !lineage.external.contains(&base) {
                lineage.external.push(base);
            }
        }
        Some(lineage)
    }

    pub fn own(&self) -> Ancestor<'a> {
        self.classes[0]
    }

    pub fn method(&self, name: &str) -> Option<Method<'a>> {
        self.method_after(0, name)
    }

    /// The method that `super()` finds from the class at `index - 1`.
    pub fn method_after(&self, index: usize, name: &str) -> Option<Method<'a>> {
        self.classes
            .iter()
            .skip(index)
            .find_map(|&ancestor| ancestor.class.method(name).map(|function| Method { ancestor, function }))
    }

    pub fn position(&self, ancestor: Ancestor<'_>) -> usize {
        self.classes.iter().position(|one| one.id == ancestor.id).unwrap_or(0)
    }

    /// Every method that can be called on the class, each once, the class's own first.
    pub fn methods(&self) -> Vec<Method<'a>> {
        let mut methods: Vec<Method<'a>> = Vec::new();
        for &ancestor in &self.classes {
            for function in ancestor.class.methods() {
                if let Some(method) = methods.iter_mut().find(|method| method.function.name == function.name) {
                    if method.ancestor.id == ancestor.id {
                        method.function = function;
                    }
                } else {
                    methods.push(Method { ancestor, function });
                }
            }
        }
        methods
    }

    pub fn framework(&self) -> Option<(&'static str, &External)> {
        self.external.iter().find_map(|base| frameworks::of_base(&base.full).map(|name| (name, base)))
    }

    pub fn bodies(&self) -> impl Iterator<Item = (Ancestor<'a>, &'a [Stmt])> {
        self.classes.iter().map(|&ancestor| (ancestor, ancestor.class.body.as_slice()))
    }
}

fn linearise(repository: &Repository, id: ClassId, depth: usize, ids: &mut Vec<ClassId>, external: &mut Vec<External>) {
    // A class that is its own base through a re-export circle.
    if depth > 20 {
        return;
    }
    ids.push(id);
    for written in &repository.outline(id).bases {
        match base_class(repository, id, written) {
            Some(base) if base != id => linearise(repository, base, depth + 1, ids, external),
            _ => {
                external.push(External { written: written.clone(), full: full_name(repository, id.file, written) });
            }
        }
    }
}

/// The repository class that `written` names as a base of `id`.
pub fn base_class(repository: &Repository, id: ClassId, written: &str) -> Option<ClassId> {
    let outline = repository.outline(id);
    // A sibling in the same class body or function is nearer than a module-level name.
    if let Some((prefix, _)) = outline.qualname.rsplit_once('.') {
        let near = format!("{prefix}.{written}");
        let classes = &repository.files[id.file].outline.classes;
        if let Some(class) = classes.iter().position(|class| class.qualname == near && class.at != outline.at) {
            return Some(ClassId { file: id.file, class });
        }
    }
    match repository.lookup(id.file, written)? {
        Symbol::Class(found) if found != id => Some(found),
        Symbol::Class(_) | Symbol::Name(..) | Symbol::Module(_) => None,
    }
}

/// `bt.Strategy` with `import backtrader as bt` → `backtrader.Strategy`.
pub fn full_name(repository: &Repository, file: FileId, written: &str) -> String {
    let (first, rest) = written.split_once('.').map_or((written, ""), |(first, rest)| (first, rest));
    for (import, _) in &repository.files[file].outline.imports {
        if import.bound == first {
            let mut full = ".".repeat(import.level as usize);
            if import.name.is_none() && import.bound != import.module {
                // `import a.b` binds a; `import a.b as c` binds the whole.
                full += if import.module.starts_with(&format!("{first}.")) { first } else { &import.module };
            } else {
                full += &import.module;
            }
            for part in import.name.iter().map(String::as_str).chain([rest]).filter(|part| !part.is_empty()) {
                if !full.is_empty() && !full.ends_with('.') {
                    full.push('.');
                }
                full += part;
            }
            return full;
        }
    }
    let stars: Vec<&str> = repository.files[file]
        .outline
        .imports
        .iter()
        .filter(|(import, _)| import.name.as_deref() == Some("*") && import.level == 0)
        .map(|(import, _)| import.module.as_str())
        .filter(|module| frameworks::of_module(module).is_some())
        .collect();
    match stars.first() {
        Some(module) => format!("{module}.{written}"),
        None => written.to_owned(),
    }
}
