use super::{Params, ScanError};
use globset::{Glob, GlobSet, GlobSetBuilder};
use ignore::{DirEntry, WalkBuilder};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A file under a root, by its path relative to it with forward slashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    pub root: usize,
    pub path: String,
}

#[derive(Debug, Default)]
pub struct Listing {
    /// Canonical roots.
    pub roots: Vec<PathBuf>,
    pub python: Vec<Listed>,
    pub config: Vec<Listed>,
    /// Links that lead out of the roots, and where to.
    pub astray: Vec<(Listed, PathBuf)>,
    /// Python files whose path is no text: nothing could name them.
    pub nameless: Vec<PathBuf>,
}

const CONFIG_BYTES: u64 = 1_000_000;

/// Lists the files of every root in one fixed order. Links are not followed, so a circle of them is nothing: what
/// they point to inside a root is found at its own place, once, and nothing outside the roots is ever read or
/// written. Those that lead out to Python are told, so that their target can be made a root.
pub fn list(params: &Params) -> Result<Listing, ScanError> {
    let include = globs(&params.include)?;
    let exclude = globs(&params.exclude)?;
    let mut listing = Listing::default();
    let mut seen = BTreeSet::new();
    for root in &params.roots {
        let root = check_root(root)?;
        let index = listing.roots.len();
        for entry in walker(&root).flatten() {
            let kind = entry.file_type();
            let Some(path) = relative(&root, entry.path()) else {
                let python = entry.path().extension().is_some_and(|end| end == "py");
                if python && kind.is_some_and(|kind| kind.is_file()) {
                    listing.nameless.push(entry.into_path());
                }
                continue;
            };
            if kind.is_some_and(|kind| kind.is_symlink()) && !exclude.is_match(&path) {
                let target = entry.path().canonicalize().ok().filter(|target| target.is_dir() || path.ends_with(".py"));
                listing.astray.extend(target.map(|target| (Listed { root: index, path: path.clone() }, target)));
            }
            if !kind.is_some_and(|kind| kind.is_file()) {
                continue;
            }
            if exclude.is_match(&path) || !seen.insert(entry.path().to_path_buf()) {
                continue;
            }
            let listed = Listed { root: index, path };
            if listed.path.ends_with(".py") {
                if include.is_empty() || include.is_match(&listed.path) {
                    listing.python.push(listed);
                }
            } else if is_config(&listed.path) && entry.metadata().is_ok_and(|data| data.len() <= CONFIG_BYTES) {
                listing.config.push(listed);
            }
        }
        listing.roots.push(root);
    }
    listing.python.sort();
    listing.config.sort();
    let within = |target: &Path| listing.roots.iter().any(|root| target.starts_with(root));
    listing.astray.retain(|(_, target)| !within(target));
    listing.astray.sort();
    Ok(listing)
}

fn check_root(root: &Path) -> Result<PathBuf, ScanError> {
    let data = std::fs::metadata(root).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => ScanError::MissingRoot(root.to_path_buf()),
        _ => ScanError::Unreadable(root.to_path_buf(), error),
    })?;
    if !data.is_dir() {
        return Err(ScanError::NotADirectory(root.to_path_buf()));
    }
    std::fs::read_dir(root).map_err(|error| ScanError::Unreadable(root.to_path_buf(), error))?;
    root.canonicalize().map_err(|error| ScanError::Unreadable(root.to_path_buf(), error))
}

fn walker(root: &Path) -> ignore::Walk {
    WalkBuilder::new(root)
        .hidden(false)
        .require_git(false)
        .follow_links(false)
        .sort_by_file_name(Ord::cmp)
        .filter_entry(wanted)
        .build()
}

fn wanted(entry: &DirEntry) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    let name = entry.file_name().to_string_lossy();
    if entry.file_type().is_some_and(|kind| kind.is_dir()) {
        let foreign = matches!(&*name, "node_modules" | "__pycache__" | "site-packages" | "dist-packages");
        return !foreign && !name.starts_with('.') && !entry.path().join("pyvenv.cfg").exists();
    }
    !name.starts_with('.')
}

fn relative(root: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.strip_prefix(root).ok()?.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

fn globs(patterns: &[String]) -> Result<GlobSet, ScanError> {
    let bad = |pattern: &str, error: globset::Error| ScanError::Glob {
        pattern: pattern.to_owned(),
        reason: error.kind().to_string(),
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|error| bad(pattern, error))?);
        // A bare folder name means everything below it.
        if !pattern.contains(['*', '?', '[', '{']) && !pattern.ends_with(".py") {
            let below = format!("{}/**", pattern.trim_end_matches('/'));
            set.add(Glob::new(&below).map_err(|error| bad(pattern, error))?);
        }
    }
    set.build().map_err(|error| bad(&patterns.join(", "), error))
}

/// Lock files, package manifests, results and search ranges hold numbers that are nobody's configuration.
fn is_config(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let Some((stem, "yaml" | "yml" | "json" | "toml")) = name.rsplit_once('.') else { return false };
    let manifests = ["package", "package-lock", "tsconfig", "pyproject", "cargo", "composer", "renovate", "vercel"];
    let foreign = [
        "result",
        "report",
        "metric",
        "backtest_",
        "history",
        "trades",
        "search_space",
        "search-space",
        "param_grid",
        "ranges",
        "optuna",
        "hyperopt",
        "sweep",
        "lock",
        "schema",
        "docker-compose",
        "pre-commit",
        "mkdocs",
        "grafana",
        "prometheus",
        "example",
        "sample",
        "template",
        "continuous_backtest_config",
    ];
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let result_folder = folder
        .split('/')
        .any(|part| matches!(part, "results" | "reports" | "output" | "outputs" | "logs" | "fixtures"));
    !manifests.contains(&stem) && !foreign.iter().any(|word| stem.contains(word)) && !result_folder
}

#[cfg(test)]
mod tests {
    use super::is_config;

    #[test]
    fn result_files_and_search_ranges_are_not_configuration() {
        for path in ["config.yaml", "conf/momentum.json", "settings.toml", "a/strategies.yml"] {
            assert!(is_config(path), "{path}");
        }
        for path in
            ["package.json", "results/best.json", "backtest_results.json", "search_space.yaml", "poetry.lock", "a.txt"]
        {
            assert!(!is_config(path), "{path}");
        }
    }
}
