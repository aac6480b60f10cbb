use super::outline::{ClassOutline, Outline, Reach, class_at, outline};
use super::python::{Class, Function, Import, Stmt, StmtKind, parse};
use super::walk::{Listed, Listing};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::OnceLock;

pub type FileId = usize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId {
    pub file: FileId,
    /// Index in the file's outline.
    pub class: usize,
}

/// What a name in a file stands for, where that is in the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Symbol {
    Class(ClassId),
    /// A function, a constant: any other top-level name of that file.
    Name(FileId, String),
    Module(FileId),
}

/// The repository files that one import reaches.
#[derive(Debug, Default)]
struct Link {
    /// The module it names.
    module: Option<FileId>,
    /// The submodule that `from package import name` may mean.
    member: Option<FileId>,
    /// Packages on the way, whose `__init__` runs too.
    packages: Vec<FileId>,
}

#[derive(Debug)]
pub struct Source {
    pub root: usize,
    /// Relative to the root, with forward slashes.
    pub path: String,
    pub text: String,
    pub hash: String,
    /// Message and one-based line of what makes it unreadable.
    pub fault: Option<(String, u32)>,
    pub outline: Outline,
    /// Beside each import of the outline.
    links: Vec<Link>,
    body: OnceLock<Vec<Stmt>>,
    lines: OnceLock<Vec<u32>>,
}

impl Source {
    /// One-based line of a byte offset.
    pub fn line(&self, at: u32) -> u32 {
        let lines = self.lines.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            breaks.map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX)).collect()
        });
        u32::try_from(lines.partition_point(|&end| end < at)).unwrap_or(u32::MAX).saturating_add(1)
    }

    pub fn body(&self) -> &[Stmt] {
        self.body.get_or_init(|| parse(&self.text).body)
    }

    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.strip_suffix(".py").unwrap_or(name)
    }
}

/// What of a file that was parsed stays in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    Outlines,
    Bodies,
}

/// Every Python file under the roots, and what its names refer to.
#[derive(Debug)]
pub struct Repository {
    pub roots: Vec<PathBuf>,
    pub files: Vec<Source>,
    by_path: HashMap<(usize, String), FileId>,
    /// Names under which a file or folder of the repository could be imported.
    pub own_modules: BTreeSet<String>,
}

impl Repository {
    /// Statements are kept as outlines: those of a file are read again once somebody asks for them.
    pub fn read(listing: &Listing, max_bytes: u64) -> Self {
        Self::read_with(listing, max_bytes, Keep::Outlines)
    }

    fn read_with(listing: &Listing, max_bytes: u64, keep: Keep) -> Self {
        let files: Vec<Source> =
            listing.python.par_iter().map(|listed| read_source(&listing.roots, listed, max_bytes, keep)).collect();
        let by_path = files.iter().enumerate().map(|(id, file)| ((file.root, file.path.clone()), id)).collect();
        let own_modules = files
            .iter()
            .flat_map(|file| file.path.split('/').map(|part| part.strip_suffix(".py").unwrap_or(part).to_owned()))
            .collect();
        let mut repository = Self { roots: listing.roots.clone(), files, by_path, own_modules };
        let links: Vec<Vec<Link>> =
            (0..repository.files.len()).into_par_iter().map(|file| repository.links(file)).collect();
        for (file, links) in repository.files.iter_mut().zip(links) {
            file.links = links;
        }
        repository
    }

    /// Only these files of one root, by their paths relative to it: the closure of a class that was found before.
    pub fn of_files(root: PathBuf, paths: impl IntoIterator<Item = String>, max_bytes: u64) -> Self {
        let python = paths.into_iter().map(|path| Listed { root: 0, path }).collect();
        Self::read_with(&Listing { roots: vec![root], python, ..Listing::default() }, max_bytes, Keep::Bodies)
    }

    fn links(&self, file: FileId) -> Vec<Link> {
        let link = |import: &Import| {
            let mut link = Link::default();
            if import.level > 0 || !import.module.is_empty() {
                link.module = self.module_file(file, import.level, &import.module);
            }
            if let Some(name) = import.name.as_deref().filter(|name| *name != "*") {
                let dotted =
                    if import.module.is_empty() { name.to_owned() } else { format!("{}.{name}", import.module) };
                link.member = self.module_file(file, import.level, &dotted);
            }
            if link.module.is_some() || link.member.is_some() {
                // Importing a.b.c runs a/__init__.py and a/b/__init__.py first.
                let parents = import.module.match_indices('.').map(|(at, _)| &import.module[..at]);
                link.packages.extend(parents.filter_map(|parent| self.module_file(file, import.level, parent)));
            }
            link
        };
        self.files[file].outline.imports.iter().map(|(import, _)| link(import)).collect()
    }

    /// Imports of `file` that reach a file of the repository.
    pub fn own_imports(&self, file: FileId) -> impl Iterator<Item = &Import> {
        let source = &self.files[file];
        let linked = source.outline.imports.iter().zip(&source.links);
        linked.filter(|(_, link)| link.module.is_some() || link.member.is_some()).map(|((import, _), _)| import)
    }

    pub fn outline(&self, id: ClassId) -> &ClassOutline {
        &self.files[id.file].outline.classes[id.class]
    }

    pub fn class(&self, id: ClassId) -> Option<&Class> {
        class_at(self.files[id.file].body(), self.outline(id).at)
    }

    pub fn class_ids(&self) -> impl Iterator<Item = ClassId> {
        let classes = |(file, source): (FileId, &Source)| {
            (0..source.outline.classes.len()).map(move |class| ClassId { file, class }).collect::<Vec<_>>()
        };
        self.files.iter().enumerate().flat_map(classes)
    }

    /// A function at module level.
    pub fn function(&self, file: FileId, name: &str) -> Option<&Function> {
        self.files[file].body().iter().find_map(|stmt| match &stmt.kind {
            StmtKind::Function(function) if function.name == name => Some(&**function),
            _ => None,
        })
    }

    pub fn file_at(&self, root: usize, path: &str) -> Option<FileId> {
        self.by_path.get(&(root, path.to_owned())).copied()
    }

    /// What `dotted` refers to at module level of `file`.
    pub fn lookup(&self, file: FileId, dotted: &str) -> Option<Symbol> {
        self.lookup_within(file, dotted, 0)
    }

    fn lookup_within(&self, file: FileId, dotted: &str, depth: usize) -> Option<Symbol> {
        // Re-exports may form a circle.
        if depth > 12 {
            return None;
        }
        let outline = &self.files[file].outline;
        // The last definition of a name is the one that stands.
        if let Some(class) = outline.classes.iter().rposition(|class| class.qualname == dotted && !class.in_function) {
            return Some(Symbol::Class(ClassId { file, class }));
        }
        let (first, rest) = dotted.split_once('.').map_or((dotted, None), |(first, rest)| (first, Some(rest)));
        for ((import, _), link) in outline.imports.iter().zip(&self.files[file].links) {
            if import.bound == first {
                return match (self.import_target(file, import, link, depth)?, rest) {
                    (symbol, None) => Some(symbol),
                    (Symbol::Module(module), Some(rest)) => {
                        self.lookup_dotted_module(file, module, import, rest, depth)
                    }
                    (Symbol::Class(class), Some(rest)) => {
                        let qualname = format!("{}.{rest}", self.outline(class).qualname);
                        self.lookup_within(class.file, &qualname, depth + 1)
                    }
                    (Symbol::Name(..), Some(_)) => None,
                };
            }
        }
        if rest.is_none() && self.defines(file, first) {
            return Some(Symbol::Name(file, first.to_owned()));
        }
        let linked = outline.imports.iter().zip(&self.files[file].links);
        let stars = linked.filter(|((import, _), _)| import.name.as_deref() == Some("*"));
        stars
            .filter_map(|(_, link)| link.module)
            .find_map(|module| if module == file { None } else { self.lookup_within(module, dotted, depth + 1) })
    }

    /// `import a.b` binds `a`; `a.b.C` then walks the packages.
    fn lookup_dotted_module(
        &self,
        file: FileId,
        module: FileId,
        import: &Import,
        rest: &str,
        depth: usize,
    ) -> Option<Symbol> {
        if import.name.is_none() && import.bound != import.module {
            let full = format!("{}.{rest}", import.bound);
            let parts: Vec<&str> = full.split('.').collect();
            for cut in (1..parts.len()).rev() {
                if let Some(found) = self.module_file(file, 0, &parts[..cut].join(".")) {
                    return self.lookup_within(found, &parts[cut..].join("."), depth + 1);
                }
            }
        }
        self.lookup_within(module, rest, depth + 1)
    }

    fn import_target(&self, file: FileId, import: &Import, link: &Link, depth: usize) -> Option<Symbol> {
        let Some(name) = &import.name else { return link.module.map(Symbol::Module) };
        if let Some(module) = link.module.filter(|module| *module != file)
            && let Some(symbol) = self.lookup_within(module, name, depth + 1)
        {
            return Some(symbol);
        }
        link.member.map(Symbol::Module)
    }

    /// Whether the file binds `name` at module level by a definition or an assignment.
    pub fn defines(&self, file: FileId, name: &str) -> bool {
        let outline = &self.files[file].outline;
        outline.names.contains(name) || outline.functions.iter().any(|function| function.name == name)
    }

    /// The value last assigned to `name` at module level.
    pub fn constant(&self, file: FileId, name: &str) -> Option<&super::python::Expr> {
        let mut found = None;
        super::python::each_own_stmt(self.files[file].body(), &mut |stmt| {
            if let StmtKind::Assign(target) = &stmt.kind
                && target.targets.iter().any(|one| one.is_name(name))
                && target.augmented.is_none()
            {
                found = target.value.as_ref().or(found);
            }
        });
        found
    }

    /// Whether `name` is assigned more than once at module level, as in `try` and `except`.
    pub fn is_reassigned(&self, file: FileId, name: &str) -> bool {
        let mut count = 0;
        super::python::each_own_stmt(self.files[file].body(), &mut |stmt| {
            if let StmtKind::Assign(target) = &stmt.kind {
                count += target.targets.iter().filter(|one| one.is_name(name)).count();
            }
        });
        count > 1
    }

    /// The file of a module as `file` would import it. Absolute names are tried from the file's own folder
    /// upwards, as any of them may be on sys.path.
    pub fn module_file(&self, file: FileId, level: u32, module: &str) -> Option<FileId> {
        let source = &self.files[file];
        let tail = module.replace('.', "/");
        if level > 0 {
            let mut folder = source.folder();
            for _ in 1..level {
                folder = parent(folder)?;
            }
            return self.module_in(source.root, folder, &tail);
        }
        if module.is_empty() {
            return None;
        }
        ancestors(source.folder())
            .find_map(|folder| self.module_in(source.root, folder, &tail))
            .or_else(|| ["src", "lib"].into_iter().find_map(|folder| self.module_in(source.root, folder, &tail)))
    }

    fn module_in(&self, root: usize, folder: &str, tail: &str) -> Option<FileId> {
        let base = match (folder.is_empty(), tail.is_empty()) {
            (true, _) => tail.to_owned(),
            (false, true) => folder.to_owned(),
            (false, false) => format!("{folder}/{tail}"),
        };
        let module = if tail.is_empty() { None } else { self.file_at(root, &format!("{base}.py")) };
        let package = || {
            let init = if base.is_empty() { "__init__.py".to_owned() } else { format!("{base}/__init__.py") };
            self.file_at(root, &init)
        };
        module.or_else(package)
    }

    /// Whether `module` imports from `folder` as a file, a package or a folder of modules.
    pub fn importable_from(&self, root: usize, folder: &str, module: &str) -> bool {
        self.module_in(root, folder, &module.replace('.', "/")).is_some()
    }

    /// Files the class's file is built from, itself included, transitively inside its root.
    pub fn closure(&self, file: FileId) -> BTreeSet<FileId> {
        let root = self.files[file].root;
        let mut seen = BTreeSet::from([file]);
        let mut open = vec![file];
        while let Some(next) = open.pop() {
            for link in &self.files[next].links {
                for &target in link.module.iter().chain(&link.member).chain(&link.packages) {
                    if self.files[target].root == root && seen.insert(target) {
                        open.push(target);
                    }
                }
            }
        }
        seen
    }

    /// Imports that run whenever `file` is imported and reach no file of the repository.
    pub fn foreign_imports(&self, file: FileId) -> impl Iterator<Item = &Import> {
        let source = &self.files[file];
        let linked = source.outline.imports.iter().zip(&source.links);
        let foreign = linked.filter(|((import, reach), link)| {
            *reach == Reach::Always && import.level == 0 && link.module.is_none() && link.member.is_none()
        });
        foreign.map(|((import, _), _)| import)
    }
}

/// `a/b`, `a`, and the root itself as the empty string.
pub fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| parent(folder))
}

fn parent(folder: &str) -> Option<&str> {
    if folder.is_empty() { None } else { Some(folder.rsplit_once('/').map_or("", |(parent, _)| parent)) }
}

fn read_source(roots: &[PathBuf], listed: &Listed, max_bytes: u64, keep: Keep) -> Source {
    let empty = |fault: String, line: u32| Source {
        root: listed.root,
        path: listed.path.clone(),
        text: String::new(),
        hash: String::new(),
        fault: Some((fault, line)),
        outline: Outline::default(),
        links: Vec::new(),
        body: OnceLock::new(),
        lines: OnceLock::new(),
    };
    let path = roots[listed.root].join(&listed.path);
    let size = std::fs::metadata(&path).map_or(0, |data| data.len());
    if size > max_bytes {
        return empty(format!("the file has {size} bytes, more than the {max_bytes} that are read"), 1);
    }
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => return empty(format!("the file cannot be read: {error}"), 1),
    };
    let line_at = |at: usize| {
        let breaks = bytes[..at].iter().filter(|byte| **byte == b'\n').count();
        u32::try_from(breaks).unwrap_or(u32::MAX).saturating_add(1)
    };
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return empty("the file holds a NUL byte, so it is not Python source".to_owned(), line_at(at));
    }
    let hash = blake3::hash(&bytes).to_hex().to_string();
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count();
            let line = u32::try_from(line).unwrap_or(u32::MAX).saturating_add(1);
            let mut source = empty(format!("the file is not UTF-8 (byte 0x{:02x})", bytes[at]), line);
            source.hash = hash;
            return source;
        }
    };
    let parsed = parse(&text);
    let mut source = empty(String::new(), 1);
    source.fault = None;
    source.text = text;
    source.hash = hash;
    source.outline = outline(&parsed.body);
    source.fault = parsed.fault.map(|fault| (fault.message, source.line(fault.at)));
    if keep == Keep::Bodies {
        source.body = OnceLock::from(parsed.body);
    }
    source
}
