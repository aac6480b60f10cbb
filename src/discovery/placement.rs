//! Under which name, and from which directory, a file imports.

use super::repository::{FileId, Repository, ancestors};
use super::stdlib::is_stdlib;
use std::collections::BTreeSet;

/// Directory relative to the root (empty for the root itself) and dotted module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    pub folder: String,
    pub module: String,
}

/// The directory that lets the file and the repository files it imports be imported: the nearest one that
/// is no package, or a higher one where absolute or relative imports ask for it.
pub fn place(repository: &Repository, file: FileId) -> Placement {
    let source = &repository.files[file];
    let folders: Vec<&str> = ancestors(source.folder()).collect();
    let is_package = |folder: &str| {
        let init = if folder.is_empty() { "__init__.py".to_owned() } else { format!("{folder}/__init__.py") };
        repository.file_at(source.root, &init).is_some()
    };
    let mut nearest = folders.iter().position(|folder| !is_package(folder)).unwrap_or(folders.len().saturating_sub(1));
    // `from ..base import X` needs the packages above it to have names.
    let level = source.outline.imports.iter().map(|(import, _)| import.level).max().unwrap_or(0) as usize;
    nearest = nearest.max(level.min(folders.len().saturating_sub(1)));
    let mut absolute: BTreeSet<&str> = BTreeSet::new();
    for near in std::iter::once(file).chain(repository.closure(file)) {
        absolute.extend(
            repository.own_imports(near).filter(|import| import.level == 0).map(|import| import.module.as_str()),
        );
    }
    let score =
        |folder: &str| absolute.iter().filter(|module| repository.importable_from(source.root, folder, module)).count();
    let usable = |folder: &str| {
        let below = source.folder().strip_prefix(folder).unwrap_or("").trim_start_matches('/');
        below.split('/').filter(|part| !part.is_empty()).all(is_identifier)
    };
    let mut best = (nearest, folders.get(nearest).map_or(0, |folder| score(folder)));
    for (at, folder) in folders.iter().enumerate().skip(nearest + 1) {
        let found = score(folder);
        if found > best.1 && usable(folder) {
            best = (at, found);
        }
    }
    let folder = folders.get(best.0).copied().unwrap_or("").to_owned();
    Placement { module: module_name(&source.path, &folder), folder }
}

/// Dotted name of `path` below `folder`.
pub fn module_name(path: &str, folder: &str) -> String {
    let below =
        if folder.is_empty() { path } else { path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/') };
    let below = below.strip_suffix(".py").unwrap_or(below);
    below.strip_suffix("/__init__").unwrap_or(below).replace('/', ".")
}

fn top(module: &str) -> &str {
    module.split('.').next().unwrap_or(module)
}

pub fn is_identifier(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|c| c.is_alphabetic() || c == '_') && letters.all(|c| c.is_alphanumeric() || c == '_')
}

/// Top-level third-party modules without which `files` cannot be imported.
pub fn requires(repository: &Repository, files: &BTreeSet<FileId>) -> Vec<String> {
    let mut modules = BTreeSet::new();
    for &file in files {
        for import in repository.foreign_imports(file) {
            let name = top(&import.module);
            if !name.is_empty() && !is_stdlib(name) && !repository.own_modules.contains(name) {
                modules.insert(name.to_owned());
            }
        }
    }
    modules.into_iter().collect()
}
